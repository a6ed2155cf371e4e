#include "api/answers.hpp"
#include <algorithm>

namespace incident::api {

Result<void> tag_by_earlier(Event& event, const tagging::RuleSet* rules, store::View& view, std::span<const store::NewEntry> before)
{
    if (rules == nullptr || !event.incident || !rules->asks_for_earlier(event)) return {};
    if (std::ranges::any_of(event.tags, &Tag::by_person)) return {};
    std::vector<tagging::Said> earlier;
    const auto take = [&](const Event& one) {
        if (one.incident == event.incident && tagging::may_be_answered(one)) earlier.push_back(tagging::said(one));
    };
    constexpr std::size_t with_alerts = 4 * tagging::max_said;  // alerts stand between people's lines
    const auto stored = view.newest_of(*event.incident, with_alerts);
    if (!stored) return stored.error();
    std::ranges::for_each(*stored, take);
    // An event has no id before it is stored, so a line cannot point at one of its own batch; it is still its answer.
    for (const auto& entry : before)
        if (const auto* one = std::get_if<Event>(&entry.entry.what)) take(*one);
    std::erase_if(event.tags, [](const Tag& tag) { return !tag.by_person(); });
    tagging::add_rule_tags(event, *rules, earlier);
    for (auto& tag : event.tags)
        if (tag.of == Id{}) tag.of.reset();
    return {};
}

}  // namespace incident::api
