#pragma once
#include "ingest/dialect.hpp"
#include "tagging/rules.hpp"

/// What happens to an event between its sender and the decision where it belongs: whose tags are whose. Pure.
namespace incident::api {

/// `#word` in what a person typed is that person's tag when the word is a tag of DESIGN §2, a verb that stands for one, or
/// a tag that the site's rules give. The text stays as typed. Alerts, changes and system events are left alone: a `#` in
/// an alert's text is nobody's word.
void add_typed_tags(Event& event, const tagging::RuleSet& rules);

/// Marks the tags a request gave as its author's, adds the typed ones, then the rules' (none where a person gave any).
/// @pre author and source are set: rules look at both.
void prepare_posted(Event& event, const tagging::RuleSet& rules);

/// The same for what a dialect read; its tags are marked already.
void prepare_received(ingest::Item& item, const tagging::RuleSet& rules);

/// An event without a key of its own gets one of what it says and when it arrived, so that a delivery that comes twice is
/// stored once; the same words after resend_memory are another event. Keys begin with the time, so their index grows in order.
void key_the_keyless(ingest::Understood& understood, Instant received_at);
inline constexpr std::chrono::minutes resend_memory{5};  ///< at least; up to twice as long

}  // namespace incident::api
