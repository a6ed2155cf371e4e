#pragma once
#include "ingest/dialect.hpp"
#include "tagging/rules.hpp"
#include "wire/json.hpp"
#include <span>

/// What kept bodies become under another mapping, beside what was made of them when they came. Pure.
namespace incident::api {

/// An event that a body made, as it was recorded and as it stands after everybody's corrections.
struct Told {
    Event recorded, current;
};

struct Redone {
    Instant received_at;             ///< of the body
    std::optional<Event> before;     ///< as it stands; empty: the body made no such event
    std::optional<Event> after;      ///< as it is read now; empty: it is read as nothing
    Amendment amendment{};           ///< of what can be corrected; nothing set: nothing can
    bool amends = false;
    bool adds = false;               ///< `after` becomes an event: its body was not understood before
    bool strikes = false;            ///< `before` is struck: its body is understood now
    std::vector<std::string> left{}; ///< what differs and stays as it is, each with the reason
    [[nodiscard]] bool applies() const noexcept { return amends || adds || strikes; }
};

/// The differences between what a body made and what it is read as now: text, time and tags can be amended where nobody
/// corrected them since; status, severity, labels and links stay as they were told. Events are matched by their keys, then
/// by their order. What is struck or redacted is left alone.
/// @param reason of the amendments
[[nodiscard]] std::vector<Redone> compare(std::span<const Told> told, const std::vector<ingest::Item>& items, Instant received_at, std::string_view reason);

/// `{received_at, event, before, after, left}`; before and after hold the members that differ.
[[nodiscard]] wire::json::object to_json(const Redone& redone);

}  // namespace incident::api
