#pragma once
#include "model/result.hpp"
#include "tagging/rules.hpp"
#include "wire/json.hpp"
#include <span>

/// Rules that people make while the daemon runs: what they ask for, and what that would change. Pure.
namespace incident::api {

inline constexpr std::size_t previewed_events = 1000;  ///< the newest, on which a new rule is tried
inline constexpr std::size_t told_changes = 100;       ///< of those it fits, the newest that the answer shows

struct RuleRequest {
    tagging::Rule rule;
    bool dry_run = false;
};
/// @return Errc::invalid_input with a pointer for each wrong or unknown member.
[[nodiscard]] Result<RuleRequest> read_rule_request(const wire::json::value& body);

/// A text with what rules may look at beside it: kind, source, status, author, labels.
[[nodiscard]] Result<Event> read_tried_event(const wire::json::value& body);

/// One event that a rule fits.
struct Fit {
    Event event;
    bool left_alone = false;             ///< a person tagged it: no rule touches it
    std::vector<Tag> add;                ///< what the rules would say more with the new one
    std::vector<std::string> remove;     ///< and what no more
};
struct Preview {
    std::size_t looked_at = 0, fits = 0, changes = 0;
    std::vector<Fit> told;               ///< newest first, at most told_changes
};
/// @param events newest first. @param before, after the rules in force, without and with `rule`.
[[nodiscard]] Result<Preview> preview(std::span<const Event> events, const tagging::Rule& rule, const tagging::RuleSet& before,
                                      const tagging::RuleSet& after);

[[nodiscard]] wire::json::object to_json(const tagging::Rule& rule);
[[nodiscard]] wire::json::object to_json(const Preview& preview);

}  // namespace incident::api
