#include "draft/html.hpp"
#include "draft/html_style.hpp"
#include "draft/html_text.hpp"
#include "draft/strip.hpp"
#include "support/entries.hpp"
#include "support/parsed_html.hpp"
#include "support/stories.hpp"
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <random>

namespace incident::draft {
namespace {

using namespace incident::test;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string html(std::span<const Entry> entries, std::string_view name = "brief", const Options& options = {})
{
    return render_html(timeline::build(entries, Story::key).value(), name, options).value();
}
std::string html(const Story& story, const Options& options = {}) { return html(story.entries, "brief", options); }

/// Two dead ends of two people, one over midnight, and an idea nobody ruled on.
Story long_night()
{
    Story story{"Orders vanish"};
    story.note("21:25", "Broker rolled out", {person_tag(tags::change)});
    story.tagged("21:40", tags::impact, "Orders never reach the warehouse");
    story.detection("22:05", "A customer calls", "customer");
    const auto callbacks = story.tagged("22:20", tags::hypothesis, "Callbacks come late");
    auto replay = story.blank("22:31", "Replayed callbacks by hand");
    replay.author.name = "joy";
    replay.tags = {person_tag(tags::action, callbacks)};
    story.add("22:31", replay);
    story.tagged("23:35", tags::misleading_path, "Callbacks are on time", callbacks);
    const auto disk = story.tagged("23:50", tags::hypothesis, "The disk is full");
    story.tagged("2024-06-23 02:40", tags::misleading_path, "The disk has room", disk);
    story.tagged("2024-06-23 03:00", tags::hypothesis, "A clock runs ahead");
    story.tagged("2024-06-23 05:00", tags::mitigation, "Written to a second queue");
    story.tagged("2024-06-23 06:45", tags::resolution, "Compression off, orders replayed");
    return story;
}

TEST(HtmlOfTheCheckoutStory, IsTheOneWeKeep)
{
    auto page = html(checkout_story());
    // The stylesheet has a test of its own; kept here it would make every change of a colour a change of the story.
    for (const auto what : {html_style(), html_style_sha256()}) page.erase(page.find(what), what.size());
    EXPECT_EQ(page, read_file(INCIDENT_TESTDATA_DIR "/draft/checkout.html"));
}

TEST(HtmlOfTheCheckoutStory, StaysTheSameWhateverOrderTheEntriesComeIn)
{
    auto entries = checkout_story();
    const auto page = html(entries);
    std::mt19937 random{7};
    for (int round = 0; round < 5; ++round) {
        std::ranges::shuffle(entries, random);
        EXPECT_EQ(html(entries), page);
    }
}

TEST(HtmlDraft, HasTheSectionsOfItsTemplateInTheirOrderAndThePhasesBehindTheFirst)
{
    const auto entries = checkout_story();
    EXPECT_THAT(parse_html(html(entries)).texts("h2"),
                ElementsAre("Issue Summary", "Where the time went", "Timeline", "Root Cause and Resolution", "Corrective and Preventative Measures"));
    for (const auto name : template_names) {
        const auto markdown = render_markdown(timeline::build(entries, Story::key).value(), name, {}).value();
        std::vector<std::string> expected;
        for (std::size_t at = 0; (at = markdown.find("\n## ", at)) != std::string::npos; ++at)
            expected.push_back(markdown.substr(at + 4, markdown.find('\n', at + 1) - at - 4));
        auto headings = parse_html(html(entries, name)).texts("h2");
        ASSERT_GT(headings.size(), 1u);
        EXPECT_EQ(headings[1], "Where the time went");
        headings.erase(headings.begin() + 1);
        EXPECT_EQ(headings, expected) << name;
    }
    EXPECT_EQ(render_html(timeline::build(entries, Story::key).value(), "none", {}).error().code, Errc::invalid_input);
    Options nowhere;
    nowhere.zone = "Mars/Olympus";
    EXPECT_FALSE(render_html(timeline::build(entries, Story::key).value(), "brief", nowhere));
}

TEST(HtmlDraft, SaysWhenInAFormThatMachinesRead)
{
    Story story;
    story.tagged("15:15:08", tags::impact, "Checkout answers 503");
    Options options;
    options.zone = "Africa/Nairobi";
    options.clock = Clock::hours12;
    const auto page = parse_html(html(story, options));
    const auto* time = page.with("datetime", "2024-06-22T15:15:08Z");
    ASSERT_NE(time, nullptr);
    EXPECT_EQ(time->text, "6:15 PM");
    EXPECT_EQ(html_instant(parse_rfc3339("2024-06-22T15:15:08.250999Z").value()), "2024-06-22T15:15:08.250Z");
}

TEST(HtmlDraft, ShowsWhoLostHowLongWhere)
{
    const auto page = parse_html(html(long_night()));
    const auto* first = page.with("id", "d1");
    ASSERT_NE(first, nullptr);
    EXPECT_THAT(first->text, AllOf(HasSubstr("1 h 15 min lost by sam and joy"), HasSubstr("Idea: 22:20 Callbacks come late"),
                                   HasSubstr("Tried: 22:31 Replayed callbacks by hand"), HasSubstr("Ruled out: 23:35 Callbacks are on time")));
    EXPECT_THAT(page.with("id", "d2")->text, AllOf(HasSubstr("2 h 50 min lost by sam"), HasSubstr("2024-06-23 02:40 The disk has room")));
    EXPECT_EQ(page.with("id", "d3"), nullptr);
    EXPECT_THAT(page.texts("p"), Contains("2 dead ends took 4 h 5 min in all; where two ran at once, both count."));
    EXPECT_THAT(page.texts("h3"), Contains("Ideas neither ruled out nor confirmed"));
    EXPECT_THAT(page.texts("li"), Contains("2024-06-23 03:00 A clock runs ahead"));
    EXPECT_THAT(page.texts("desc"), Contains(AllOf(HasSubstr("Undetected: 25 min."), HasSubstr("Dead end 1: 1 h 15 min of sam and joy."))));
}

TEST(HtmlDraft, GivesEachFigureTheTwoEventsItComesFrom)
{
    const auto page = parse_html(html(long_night()));
    const auto rows = page.texts("tr");
    EXPECT_THAT(rows, Contains("To detect25 min21:40 Orders never reach the warehouse22:05 A customer calls"));
    EXPECT_THAT(rows, Contains(HasSubstr("To resolve9 h 5 min21:40 Orders never reach the warehouse2024-06-23 06:45")));
    EXPECT_THAT(rows, Contains("Undetected25 min21:40 – 22:05"));
    // Every link inside the page leads somewhere.
    std::size_t inside = 0;
    for (const auto* link : page.all("a"))
        if (const auto target = link->attribute("href"); target.starts_with('#')) {
            EXPECT_NE(page.with("id", target.substr(1)), nullptr) << target;
            ++inside;
        }
    EXPECT_GT(inside, 8u);
    IncidentFields fields;
    fields.started_at = at("21:30");
    auto set = long_night();
    set.set("2024-06-23 07:00", fields);
    EXPECT_THAT(parse_html(html(set)).texts("tr"), Contains("To detect35 min21:30 as set on the incident22:05 A customer calls"));
    const auto empty = parse_html(html(Story{}));
    EXPECT_THAT(empty.texts("tr"), Contains(HasSubstr("To detect–cannot be computed: no start")));
}

TEST(HtmlDraft, ListsEveryDeadEndAlsoThoseThePictureHasNoRoomFor)
{
    Story story;
    story.tagged("15:00", tags::impact, "503");
    constexpr int many = 14;
    for (int i = 0; i < many; ++i) {
        const auto idea = story.tagged("15:0" + std::to_string(i % 10), tags::hypothesis, "idea");
        story.tagged("15:3" + std::to_string(i % 10), tags::misleading_path, "no", idea);
    }
    story.tagged("15:50", tags::misleading_path, "a road that nobody knows the beginning of");
    story.tagged("16:00", tags::resolution, "Flat");
    const auto page = parse_html(html(story));
    EXPECT_NE(page.with("id", "d15"), nullptr);
    EXPECT_THAT(page.texts("p"), Contains(HasSubstr("The picture shows the first 12 of 15.")));
    std::size_t bars = 0;
    for (const auto* shape : page.all("rect")) bars += shape->attribute("class") == "p-lost" ? 1 : 0;
    EXPECT_EQ(bars, max_lanes);
    EXPECT_THAT(page.with("id", "d15")->text, AllOf(HasSubstr("time not known"), HasSubstr("Led nowhere: 15:50 a road")));
}

TEST(HtmlDraft, DrawsNothingThatIsNotKnown)
{
    const auto page = parse_html(html(Story{}));
    EXPECT_TRUE(page.all("svg").empty());
    EXPECT_THAT(page.texts("p"), Contains(HasSubstr("There is no picture of the phases")));
    Story backwards;
    backwards.tagged("15:15", tags::impact, "Checkout answers 503");
    IncidentFields fields;
    fields.started_at = at("16:00");
    fields.ended_at = at("15:00");
    backwards.set("16:10", fields);
    EXPECT_TRUE(parse_html(html(backwards)).all("svg").empty()) << "an end before the start";
}

TEST(HtmlDraft, ShowsWhatIsMissingWithTheCommandThatTellsIt)
{
    const auto page = parse_html(html(Story{}));
    std::size_t todos = 0;
    for (const auto& element : page.elements)
        if (element.attribute("class") == "todo") ++todos;
    const auto markdown = render_markdown(timeline::build(Story{}.entries, Story::key).value(), "brief", {}).value();
    std::size_t expected = 0;
    for (std::size_t at = 0; (at = markdown.find("TODO: ", at)) != std::string::npos; ++at) ++expected;
    EXPECT_EQ(todos, expected);
    EXPECT_THAT(page.texts("code"), AllOf(Contains("incidentctl impact 85%"), Contains("incidentctl escalate --to TEAM TEXT"),
                                          Contains("incidentctl escalate --none")));
}

TEST(HtmlDraft, CarriesThePrivateLabelOnThePageAndOnPaper)
{
    auto story = long_night();
    EXPECT_THAT(html(story), Not(HasSubstr("private\">")));
    IncidentFields fields;
    fields.label = "private";
    story.set("2024-06-23 07:00", fields);
    const auto page = parse_html(html(story));
    EXPECT_EQ(page.all("body").front()->attribute("class"), "private");
    EXPECT_THAT(page.texts("p"), Contains(HasSubstr("Private: this incident is labelled private")));
}

TEST(HtmlDraft, TracesLinesInCommentsOnRequestOnly)
{
    Options options;
    options.trace = true;
    const auto traced = parse_html(html(long_night(), options));
    EXPECT_FALSE(traced.comments.empty());
    for (const auto& comment : traced.comments) EXPECT_TRUE(comment.starts_with("<!-- 0190") && comment.ends_with(" -->")) << comment;
    EXPECT_TRUE(parse_html(html(long_night())).comments.empty());
}

TEST(HtmlDraft, NothingFromOutsideIsMarkup)
{
    const std::string evil = "</li></style><script>alert(1)</script><img src=x onerror=\"a\"> ' & &lt; \x1b[31m \xE2\x80\xAE javascript:alert(1)";
    Story story{evil};
    IncidentFields fields;
    fields.severity = fields.lead = fields.service = evil;
    story.set("15:21", fields);
    auto impact = story.blank("15:15", evil);
    impact.author.name = evil;
    impact.tags = {person_tag(tags::impact)};
    story.add("15:15", impact);
    story.detection("15:16", evil, evil);
    story.escalation("15:17", evil, evil);
    auto idea = story.blank("15:18", evil);
    idea.author.name = evil;
    idea.tags = {person_tag(tags::hypothesis)};
    const auto id = story.add("15:18", idea);
    story.tagged("15:30", tags::misleading_path, evil, id);
    story.note("15:40", evil, {person_tag(tags::root_cause)}, evil);
    story.note("16:00", evil, {person_tag(tags::resolution)}, evil);
    story.task("16:10", evil, evil, evil);
    for (const auto name : template_names) {
        const auto text = html(story.entries, name);
        const auto page = parse_html(text);  // throws where a tag got out
        EXPECT_TRUE(page.all("script").empty());
        EXPECT_TRUE(page.all("img").empty());
        EXPECT_EQ(text.find('\x1b'), std::string::npos);
        EXPECT_EQ(text.find("\xE2\x80\xAE"), std::string::npos);
        EXPECT_EQ(page.all("style").size(), 1u);
        for (const auto& element : page.elements) {
            EXPECT_EQ(element.attribute("style"), "") << "the policy would refuse it";
            for (const auto& [key, value] : element.attributes) EXPECT_FALSE(key.starts_with("on")) << key;
        }
        for (const auto* link : page.all("a")) EXPECT_TRUE(link->attribute("href").starts_with('#')) << link->attribute("href");
    }
}

struct Address { const char* text; const char* href; };
class HtmlLinks : public testing::TestWithParam<Address> {};
TEST_P(HtmlLinks, AreOnlyWhatAReaderWouldClick)
{
    const auto page = parse_html("<!DOCTYPE html>\n<p>" + linked_html(GetParam().text) + "</p>");
    const auto links = page.all("a");
    if (std::string_view{GetParam().href}.empty()) EXPECT_TRUE(links.empty());
    else {
        ASSERT_EQ(links.size(), 1u);
        EXPECT_EQ(links.front()->attribute("href"), GetParam().href);
        EXPECT_EQ(links.front()->text, GetParam().href) << "what is shown is where it leads";
        EXPECT_EQ(links.front()->attribute("rel"), "noopener noreferrer nofollow");
    }
}
INSTANTIATE_TEST_SUITE_P(
    Text, HtmlLinks,
    testing::Values(Address{"see https://ci.example.org/b/812?a=1&b=2.", "https://ci.example.org/b/812?a=1&b=2"},
                    Address{"(http://wiki.example/Disk_(full))", "http://wiki.example/Disk_(full)"},
                    Address{"HTTPS://EXAMPLE.ORG/x!", "HTTPS://EXAMPLE.ORG/x"}, Address{"write mailto:ops@example.org", "mailto:ops@example.org"},
                    Address{"javascript:alert(1)", ""}, Address{"data:text/html,x", ""}, Address{"xhttp://example.org", ""},
                    Address{"https://shop.example@evil.example/", ""}, Address{"https://", ""}, Address{"mailto:nobody", ""},
                    Address{"https://ex\xE2\x80\xAE" "ample.org", ""}, Address{"https://b\xC3\xBC" "cher.example", ""},
                    Address{"https://example.org/\x1b[31m", ""}, Address{"https://a\"onclick=x", "https://a"}, Address{"http:evil", ""}));

std::optional<Strip> strip(const Story& story)
{
    const auto timeline = timeline::build(story.entries, Story::key).value();
    std::vector<const timeline::DeadEnd*> ends;
    for (const auto& end : timeline.dead_ends)
        if (end.verdict == "ruled_out") ends.push_back(&end);
    return strip_of(timeline, ends, Times::in({}).value(), {});
}

TEST(PhaseStrip, KeepsEverythingInsideAndInOrder)
{
    const auto made = strip(long_night());
    ASSERT_TRUE(made);
    double reached = strip_left;
    for (const auto& band : made->bands) {
        EXPECT_GE(band.left, reached - 1e-9) << band.name;
        EXPECT_GT(band.right, band.left) << band.name;
        reached = band.right;
    }
    EXPECT_NEAR(made->bands.front().left, strip_left, 1e-9);
    EXPECT_NEAR(reached, strip_right, 1e-9);
    ASSERT_EQ(made->lanes.size(), 2u);
    for (const auto& lane : made->lanes) EXPECT_LT(lane.left, lane.right);
    std::string letters;
    for (const auto& pin : made->pins) letters += pin.letter;
    EXPECT_EQ(letters, "SDMR");
    for (const auto& tick : made->ticks) EXPECT_TRUE(tick.at > strip_left && tick.at < strip_right) << tick.text;
}

TEST(PhaseStrip, SetsMarksApartThatWouldTouchAndSaysWhatIsNotToScale)
{
    Story story;
    story.note("2024-06-20 15:15", "Deployed two days before");
    story.tagged("15:15", tags::impact, "503");
    story.detection("15:16", "seen", "engineer");
    story.tagged("15:17", tags::mitigation, "rolled back");
    story.tagged("17:15", tags::resolution, "Flat");
    const auto made = strip(story);
    ASSERT_TRUE(made);
    EXPECT_GT(made->pin_rows, 1);
    for (const auto& a : made->pins)
        for (const auto& b : made->pins)
            if (&a != &b && a.row == b.row) { EXPECT_GE(std::abs(a.at - b.at), 9) << a.letter << b.letter; }
    EXPECT_EQ(made->bands.front().name, "lead-up");
    EXPECT_FALSE(made->bands.front().to_scale);
    EXPECT_LT(made->bands.front().right, 20) << "two days before do not push two hours aside";
    EXPECT_TRUE(made->widened) << "a minute of two hours would not be seen";
    EXPECT_THAT(html(story), AllOf(HasSubstr("Dashed parts are not to scale."), HasSubstr("Short phases are drawn wider than they were.")));
}

TEST(PhaseStrip, DrawsAnOpenIncidentToItsLastEntry)
{
    Story story;
    story.tagged("15:02", tags::impact, "503");
    story.detection("15:10", "seen", "engineer");
    story.note("17:02", "still looking");
    const auto made = strip(story);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->to, at("17:02"));
    EXPECT_TRUE(made->bands.back().ongoing);
    EXPECT_THAT(html(story), HasSubstr("1 h 52 min so far"));
}

TEST(HtmlPolicy, NamesTheStylesheetByItsHash)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    ASSERT_EQ(EVP_Digest(html_style().data(), html_style().size(), digest, &size, EVP_sha256(), nullptr), 1);
    unsigned char text[64];
    EVP_EncodeBlock(text, digest, static_cast<int>(size));
    EXPECT_EQ(html_style_sha256(), reinterpret_cast<const char*>(text)) << "the stylesheet changed: write this hash beside it";
    EXPECT_THAT(html_policy(), AllOf(HasSubstr("default-src 'none'"), HasSubstr(html_style_sha256())));
    const auto page = parse_html(html(Story{}));
    EXPECT_EQ(page.all("style").front()->text, html_style());
    EXPECT_EQ(page.with("http-equiv", "Content-Security-Policy")->attribute("content"), html_policy());
}

}  // namespace
}  // namespace incident::draft
