#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

/// Judgements on people's words that the check needs. Word lists, English; other languages pass.
namespace incident::draft {

/// Why a task cannot be done as written: no verb that says what to do, or nothing to do it to. Empty: it can.
[[nodiscard]] std::string why_vague(std::string_view task);

/// Whether it begins with such a verb, as tasks are written: `Add …`, `Set up …`; not `Adding …`, `Better …`, `Improve …`.
[[nodiscard]] bool begins_with_deed(std::string_view item);

/// A duration that a text states of the whole incident ("lasted 2 hours", "duration: 1 h 45 min").
struct Stated {
    std::chrono::minutes span;
    std::chrono::minutes tolerance;  ///< half of the smallest unit that was said, at least a minute
    std::string words;               ///< as written
};
[[nodiscard]] std::optional<Stated> stated_duration(std::string_view text);

}  // namespace incident::draft
