#include "ingest/alert_words.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::ingest {

namespace {

constexpr std::string_view firing_words[]{"firing", "alerting", "alert", "triggered", "trigger", "open", "opened", "problem", "down", "active", "error", "fail", "failed", "failing", "critical", "new"};
constexpr std::string_view resolved_words[]{"resolved", "resolve", "ok", "up", "closed", "close", "recovered", "recovery", "normal", "healthy", "success", "clear", "cleared"};

}  // namespace

std::string plain_status(std::string_view word)
{
    const auto plain = lowered(word);
    if (std::ranges::find(firing_words, plain) != std::end(firing_words)) return "firing";
    if (std::ranges::find(resolved_words, plain) != std::end(resolved_words)) return "resolved";
    return std::string{word};
}

}  // namespace incident::ingest
