#include "draft/draft.hpp"
#include "draft/import.hpp"
#include "model/text.hpp"
#include "support/random_story.hpp"
#include "timeline/json.hpp"
#include "wire/json.hpp"
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace incident::draft::import_laws {
namespace {

using namespace incident::test;

/// What a line of a document becomes in the ledger.
std::vector<Event> events_of(const Imported& read)
{
    std::vector<Event> events;
    for (const auto& line : read.lines) {
        Event event;
        event.incident = test::Story::key;
        event.occurred_at = line.at.value_or(Instant{});
        event.precision = line.precision;
        event.text = line.text;
        event.author.name = "sam";
        event.author.claimed = line.author;
        event.tags = line.tags;
        for (auto& tag : event.tags) tag.by = "person:sam";
        events.push_back(std::move(event));
    }
    return events;
}

timeline::Timeline timeline_of(const std::vector<Event>& events)
{
    test::Story story{"Checkout"};
    for (const auto& event : events) story.add(to_rfc3339(at("18:00")), event);
    return timeline::build(story.entries, test::Story::key).value();
}

/// Everything that a person would miss.
struct Seen {
    Instant at;
    Precision precision;
    std::string text, author;
    std::vector<std::string> tags;
    bool operator==(const Seen&) const = default;
};
void showValue(const Seen& seen, std::ostream& out)
{
    out << to_rfc3339(seen.at) << ' ' << to_string(seen.precision) << " <" << seen.author << "> " << seen.text;
    for (const auto& tag : seen.tags) out << " #" << tag;
}
std::vector<Seen> seen_in(const std::vector<Event>& events)
{
    std::vector<Seen> all;
    for (const auto& event : events) {
        Seen seen{event.occurred_at, event.precision, event.text, event.author.claimed, {}};
        for (const auto& tag : event.tags) seen.tags.push_back(tag.name + ':' + tag.how + '>' + tag.to);
        all.push_back(std::move(seen));
    }
    std::ranges::stable_sort(all, {}, &Seen::at);
    return all;
}

std::vector<Event> through_markdown(const std::vector<Event>& events, const std::string& zone)
{
    Options options;
    options.fold = false;
    options.seconds = true;
    options.zone = zone;
    const auto page = render_markdown(timeline_of(events), "brief", options).value();
    const auto read = read_written_timeline(page, {});
    RC_ASSERT(read.has_value());
    return events_of(*read);
}

RC_GTEST_PROP(ImportLaw, ADraftReadBackGivesTheSameEvents, (std::vector<Deed> deeds, bool nairobi))
{
    RC_PRE(!deeds.empty());
    const auto texts = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(hostile_text()));
    static constexpr std::array names{tags::detection, tags::impact, tags::escalation, tags::hypothesis, tags::investigation, tags::misleading_path,
                                      tags::action,    tags::mitigation, tags::root_cause, tags::resolution, tags::communication, tags::change};
    static const std::vector<std::string> heads{"", "", "", "Escalation: ", "14:05 - ", "ongoing ", "Note: ", "Resolved, action: ", "- ", "2024-06-22: ", "~14:00 ", "T+5 ", "Note [x]: "};
    std::vector<Event> first;
    for (std::size_t i = 0; i < deeds.size(); ++i) {
        const auto& deed = deeds[i];
        Event event;
        event.incident = test::Story::key;
        event.occurred_at = minute_of_the_day(deed.minute) + std::chrono::hours{20 * (deed.what % 3)} + std::chrono::microseconds{deed.other % 4 == 0 ? 250000 : deed.other % 4 == 1 ? 1 : 0};
        event.precision = deed.what % 5 == 0 ? Precision::about : Precision::exact;
        event.text = heads[deed.word % heads.size()] + texts[i % texts.size()];
        if (deed.tag < 200) {
            auto tag = person_tag(names[deed.tag % names.size()]);
            if (tag.name == tags::detection) tag.how = std::array{"alert", "engineer", "customer", ""}[deed.other % 4];
            if (tag.name == tags::escalation && deed.other % 2 == 0) tag.to = "db, resolved team";
            event.tags.push_back(tag);
            if (deed.other % 3 == 0 && tag.name != tags::action) event.tags.push_back(person_tag(tags::action));
        }
        if (deed.other % 5 == 0) event.author.claimed = "ana b";
        first.push_back(std::move(event));
    }
    const auto zone = nairobi ? "Africa/Nairobi" : "UTC";
    const auto second = through_markdown(first, zone);
    // Texts lose only what no line can hold (line feeds, runs of spaces, what cannot be seen); all else is the same at once.
    auto a = seen_in(first), b = seen_in(second);
    RC_ASSERT(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        RC_ASSERT(a[i].at == b[i].at);
        RC_ASSERT(a[i].precision == b[i].precision);
        RC_ASSERT(a[i].author == b[i].author);
        RC_ASSERT(a[i].tags == b[i].tags);
    }
    RC_ASSERT(seen_in(through_markdown(second, zone)) == b);
}

RC_GTEST_PROP(ImportLaw, ADraftsJsonGivesTheEventsBackWhole, (std::vector<Deed> deeds))
{
    const auto texts = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(hostile_text()));
    auto clean = texts;
    for (auto& text : clean) text = to_valid_utf8(text);
    const auto timeline = timeline::build(story_of(deeds, clean), test::Story::key).value();
    RC_PRE(!timeline.events.empty());
    const auto read = read_written_timeline(render_json(timeline, {}), {});
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->form == Form::draft_json);
    RC_ASSERT(read->events.size() == timeline.events.size());
    for (std::size_t i = 0; i < read->events.size(); ++i) {
        RC_LOG() << boost::json::serialize(wire::to_json(read->events[i])) << '\n' << boost::json::serialize(wire::to_json(timeline.events[i])) << '\n';
        auto expected = timeline.events[i];
        std::erase_if(expected.labels, [](const auto& label) { return label.first.starts_with("__"); });  // ours alone, never sent
        RC_ASSERT(read->events[i] == expected);
    }
}

RC_GTEST_PROP(ImportLaw, AnyBytesAreReadOrRefused, ())
{
    const auto texts = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(hostile_text()));
    std::string document;
    for (std::size_t i = 0; i < texts.size(); ++i) document += (i % 2 == 0 ? "14:0" + std::to_string(i % 10) + " " : "- ") + texts[i] + '\n';
    ImportOptions options;
    options.date = std::chrono::year_month_day{std::chrono::year{2024}, std::chrono::month{6}, std::chrono::day{22}};
    const auto read = read_written_timeline(document, options);
    if (!read) return;
    for (const auto& line : read->lines) {
        RC_ASSERT(line.text.size() <= max_text_bytes && line.details.size() <= max_details_bytes && !line.text.empty());
        RC_ASSERT(visible(line.text) == line.text);
        RC_ASSERT(!line.other || !line.warnings.empty());
    }
}

/// The real timelines, where they stand beside the project; nothing of their texts is printed.
TEST(ImportOfRealTimelines, IsTheSameAfterADraft)
{
    const std::filesystem::path folder = std::filesystem::path{INCIDENT_SHARED_DIR} / "timelines" / "dev";
    if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "no timelines in " << folder;
    for (const auto& file : std::filesystem::directory_iterator{folder}) {
        std::ifstream in{file.path()};
        const auto value = boost::json::parse(std::string{std::istreambuf_iterator<char>{in}, {}});
        std::string document = "# Incident\n\n## Timeline\n\nTimes are UTC.\n\n";
        for (const auto& line : value.at("timeline").as_array())
            if (line.at("utc").is_string())
                document += "- " + std::string{line.at("utc").as_string()} + " - " + std::string{line.at("text").as_string()} + '\n';
        const auto read = read_written_timeline(document, {});
        if (!read) continue;  // only relative times
        const auto first = events_of(*read);
        EXPECT_TRUE(seen_in(through_markdown(first, "UTC")) == seen_in(first)) << file.path().filename();
        const auto timeline = timeline_of(first);
        const auto back = read_written_timeline(render_json(timeline, {}), {});
        ASSERT_TRUE(back.has_value()) << file.path().filename();
        EXPECT_TRUE(back->events == timeline.events) << file.path().filename();
    }
}

}  // namespace
}  // namespace incident::draft::import_laws
