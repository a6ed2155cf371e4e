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

}  // namespace incident::api
