#include "timeline/parts.hpp"

namespace incident::timeline {

std::strong_ordering reading_order(const Event& a, const Event& b) noexcept
{
    if (const auto by_time = a.occurred_at <=> b.occurred_at; by_time != 0) return by_time;
    if (const auto by_place = a.seq <=> b.seq; by_place != 0) return by_place;
    return a.id <=> b.id;  // only events that were never committed share a place
}

std::string_view to_string(Level level) noexcept
{
    switch (level) {
    case Level::error: return "error";
    case Level::warning: return "warning";
    }
    return "error";
}

bool counts(const Event& event) noexcept
{
    return !event.struck && event.kind != Kind::system && !event.has_tag(tags::follow_up);
}

bool is_resolve(const Event& event) noexcept { return event.kind == Kind::alert && event.status == "resolved"; }

std::int64_t whole_minutes(std::chrono::microseconds span) noexcept
{
    return std::chrono::round<std::chrono::minutes>(span).count();
}

std::map<std::string, std::string> public_labels(const std::map<std::string, std::string>& labels)
{
    auto shown = labels;
    std::erase_if(shown, [](const auto& label) { return label.first.starts_with("__"); });
    return shown;
}

}  // namespace incident::timeline
