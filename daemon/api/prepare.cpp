#include "api/prepare.hpp"
#include "auth/verify.hpp"
#include <algorithm>
#include <array>

namespace incident::api {
namespace {

constexpr std::array builtin_tags{tags::detection,       tags::impact,     tags::escalation, tags::hypothesis,
                                  tags::investigation,   tags::misleading_path, tags::action, tags::mitigation,
                                  tags::root_cause,      tags::resolution, tags::communication, tags::change,
                                  tags::follow_up};

bool word_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool typed_by_people(Kind kind)
{
    switch (kind) {
    case Kind::chat:
    case Kind::note:
    case Kind::command: return true;
    case Kind::alert:
    case Kind::change:
    case Kind::system: return false;
    }
    return false;
}

bool known(std::string_view tag, const tagging::RuleSet& rules)
{
    return std::ranges::find(builtin_tags, tag) != builtin_tags.end() ||
           std::ranges::any_of(rules.rules(), [&](const auto& rule) { return rule.tag == tag; });
}

void tags_and_rules(Event& event, const tagging::RuleSet& rules)
{
    add_typed_tags(event, rules);
    tagging::add_rule_tags(event, rules);
}

}  // namespace

void add_typed_tags(Event& event, const tagging::RuleSet& rules)
{
    if (!typed_by_people(event.kind)) return;
    const std::string_view text = event.text;
    for (auto at = text.find('#'); at != std::string_view::npos; at = text.find('#', at + 1)) {
        // `INC-7#action`, `a&#35;` and `##` are no tags; a tag stands at the start of a word.
        if (at > 0 && (word_character(text[at - 1]) || text[at - 1] == '#' || text[at - 1] == '&' || text[at - 1] == '/')) continue;
        auto end = at + 1;
        while (end < text.size() && word_character(text[end])) ++end;
        const auto name = canonical_tag(text.substr(at + 1, end - at - 1));
        if (!name || !known(*name, rules) || event.has_tag(*name) || event.tags.size() >= max_tags) continue;
        Tag tag;
        tag.name = *name;
        tag.by = "person:" + event.author.name;
        event.tags.push_back(std::move(tag));
    }
}

void prepare_posted(Event& event, const tagging::RuleSet& rules)
{
    for (auto& tag : event.tags) {
        tag.by = "person:" + event.author.name;
        tag.match.clear();
    }
    tags_and_rules(event, rules);
}

void key_the_keyless(ingest::Understood& understood, Instant received_at)
{
    const auto window = std::chrono::floor<std::chrono::minutes>(received_at).time_since_epoch() / resend_memory;
    const auto key_in = [&](std::int64_t which, const std::string& name) { return "again|" + to_rfc3339(Instant{which * resend_memory}) + '|' + name; };
    std::map<std::string, std::size_t> seen;
    for (auto& item : understood.items) {
        auto* const event = std::get_if<Event>(&item.what);
        if (event == nullptr || !event->key.empty()) continue;
        std::string all{to_string(event->kind)};
        const bool timed = std::ranges::find(event->flags, "time_from_arrival") == event->flags.end();
        const auto time = timed ? to_rfc3339(event->occurred_at) : std::string{};
        for (const std::string_view member : {std::string_view{event->text}, std::string_view{event->details}, std::string_view{event->status},
                                              std::string_view{event->severity}, std::string_view{event->author.name},
                                              std::string_view{event->occurred_raw}, std::string_view{time}})
            all.append(1, '\0').append(member);
        for (const auto& [name, value] : event->labels) all += '\0' + name + '\0' + value;
        for (const auto& link : event->links) all += '\0' + link.url;
        constexpr std::size_t digits = 32;
        auto name = auth::sha256_hex(all).substr(0, digits);
        if (const auto again = seen[name]++; again > 0) name += '#' + std::to_string(again);  // told twice in one delivery: two
        event->key = key_in(window, name);
        item.or_key = key_in(window - 1, name);
        item.on_duplicate = OnDuplicate::count_repeat;
    }
}

void prepare_received(ingest::Item& item, const tagging::RuleSet& rules)
{
    if (auto* event = std::get_if<Event>(&item.what)) {
        tags_and_rules(*event, rules);
    } else if (auto& change = std::get<ingest::ByKey>(item.what); change.orphan) {
        tags_and_rules(*change.orphan, rules);
    }
}

}  // namespace incident::api
