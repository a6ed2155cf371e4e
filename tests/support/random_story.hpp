#pragma once
#include "support/entries.hpp"
#include <array>
#include <rapidcheck.h>

/// Incidents nobody would think of: crowded instants, tags in any mixture, verdicts on anything, corrections of corrections.
namespace incident::test {

/// Pieces of text that mean something to Markdown, HTML, a terminal or a sloppy parser.
inline rc::Gen<std::string> hostile_text()
{
    static const std::vector<std::string> pieces{
        "word",  " ",     "\n",  "\r\n",    "\n\n",  "# ",      "## Resolution", "- ",   "* ",        "+ ",  "1. ",   "1) ",
        "***",   "---",   "===", "___",     "_",     "`",       "```",           "~~~",  "~~",        "|",   "--- | ---",
        "<b>",   "</div>", "<script>alert(1)</script>", "<!--", "-->",          "[",     "]",         "(",   ")",     "[x]",
        "[a](javascript:alert(1))", "![i](http://e.example/p.png)", "<javascript:alert(1)>", "[a]: http://e.example", "[^1]",
        "http://ok.example/_x_*y*", "ftp://e.example", "www.e.example", "a@b.example", "xmpp:a@b.example", "mailto:a@b.example",
        "&lt;",  "&#60;", "&",   "\\",      "\\\n",  "$x$",     "$$",            ">",    "    ",      "\t",  "!",     ".",
        "…",     "TODO:", "85%", "\x01",    "\xff",  "\xE2\x80\xAE", "\xE2\x80\xA8", "é", "{{x}}",     ":",   "@",     "#6",
        "= ",    "=",     "-",   "\xC2\xA0# ", "0"};
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces)), [](const std::vector<std::string>& parts) {
        std::string text;
        for (const auto& part : parts) text += part;
        return text;
    });
}

/// One step of a random story, small numbers so that RapidCheck can shrink it.
struct Deed {
    std::uint8_t what, minute, tag, other, word;
    bool operator==(const Deed&) const = default;
};

inline Instant minute_of_the_day(std::uint8_t minute) { return at("15:00") + std::chrono::minutes{minute}; }

/// @param texts are used in turn for every text that a sender chooses; empty: plain words.
inline std::vector<Entry> story_of(const std::vector<Deed>& deeds, const std::vector<std::string>& texts = {})
{
    static constexpr std::array names{tags::detection, tags::impact, tags::escalation, tags::hypothesis, tags::investigation,
                                      tags::misleading_path, tags::action, tags::mitigation, tags::root_cause, tags::resolution,
                                      tags::communication, tags::change, tags::follow_up};
    static const std::vector<std::string> words{"Checkout answers 503", "HighErrorRate", "It broke. We fixed it.", "85% of users", ""};
    std::size_t turn = 0;
    const auto text = [&](std::uint8_t word) {
        return texts.empty() ? words[word % words.size()] : texts[turn++ % texts.size()];
    };
    Story story{texts.empty() ? "Checkout" : texts.front()};
    std::vector<Id> events;
    const auto any_event = [&](std::uint8_t other) { return events.empty() ? Id{} : events[other % events.size()]; };
    for (const auto& deed : deeds) {
        const auto when = to_rfc3339(minute_of_the_day(deed.minute));
        switch (deed.what % 8) {
        case 0: case 1: case 2: {
            auto event = story.blank(when, text(deed.word));
            event.kind = static_cast<Kind>(deed.what % 6);
            if (deed.word % 3 == 0) event.details = text(deed.other);
            if (deed.tag < 200) {
                auto tag = deed.tag % 2 == 0 ? person_tag(names[deed.tag % names.size()]) : rule_tag(names[deed.tag % names.size()]);
                if (deed.other % 2 == 0 && !events.empty()) tag.of = any_event(deed.other);
                if (deed.word % 2 == 0) tag.to = text(deed.word), tag.how = deed.other % 3 == 0 ? "broad" : "customer";
                event.tags.push_back(tag);
            }
            if (deed.other % 7 == 0) event.incident.reset();
            event.star = deed.other % 11 == 0;
            events.push_back(story.add(when, event));
            break;
        }
        case 3: case 4:
            events.push_back(story.alert(when, text(deed.word), deed.tag % 3 == 0 ? "resolved" : "firing",
                                         deed.other % 2 == 0 ? "f" + std::to_string(deed.other % 5) : "", "web-" + std::to_string(deed.word % 3),
                                         deed.tag % 5 == 0 ? std::vector{rule_tag(tags::detection)} : std::vector<Tag>{}));
            break;
        case 5: {
            Amendment amendment;
            amendment.event = any_event(deed.other);
            if (deed.tag % 4 == 0) amendment.occurred_at = minute_of_the_day(deed.word);
            if (deed.tag % 4 == 1) amendment.strike = deed.word % 2 == 0;
            if (deed.tag % 4 == 2) amendment.text = text(deed.word);
            if (deed.tag % 4 == 3) amendment.add_tags.push_back(person_tag(names[deed.word % names.size()]));
            story.amend(when, amendment);
            break;
        }
        case 6:
            story.tally(when, any_event(deed.other), 1 + deed.word);
            break;
        case 7: {
            IncidentFields fields;
            if (deed.tag % 4 == 0) fields.started_at = minute_of_the_day(deed.word);
            if (deed.tag % 4 == 1) fields.ended_at = minute_of_the_day(deed.word);
            if (deed.tag % 4 == 2) fields.none_escalation = true;
            if (deed.tag % 4 == 3) fields.service = text(deed.word);
            story.set(when, fields);
            break;
        }
        }
    }
    return story.entries;
}

}  // namespace incident::test

namespace rc {
template <>
struct Arbitrary<incident::test::Deed> {
    static Gen<incident::test::Deed> arbitrary()
    {
        using incident::test::Deed;
        return gen::build<Deed>(gen::set(&Deed::what), gen::set(&Deed::minute), gen::set(&Deed::tag), gen::set(&Deed::other), gen::set(&Deed::word));
    }
};
}  // namespace rc
