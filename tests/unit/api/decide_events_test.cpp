#include "api/decide.hpp"
#include "support/fake_view.hpp"
#include <gtest/gtest.h>

namespace incident::api {
namespace {

using test::at;
using test::FakeView;

wire::EventRequest note(std::string text)
{
    wire::EventRequest request;
    request.event.text = std::move(text);
    return request;
}

Sender sam() { return {"api", "unix:uid=1000(sam)", Author{"sam", true, {}}}; }

Result<std::vector<store::NewEntry>> decide(FakeView& view, std::vector<wire::EventRequest> requests, bool batch = false)
{
    return decide_events(std::move(requests), sam(), batch)(view);
}

const Event& event_at(const Result<std::vector<store::NewEntry>>& decided, std::size_t i = 0)
{
    return std::get<Event>(decided.value().at(i).entry.what);
}

TEST(DecideEvents, NoteWithoutIncidentWaitsInTheInbox)
{
    FakeView view;
    const auto decided = decide(view, {note("db cpu 98%")});
    EXPECT_FALSE(event_at(decided).incident);
    EXPECT_EQ(event_at(decided).occurred_at, view.clock);
    EXPECT_EQ(event_at(decided).source, "api");
    EXPECT_EQ(event_at(decided).author, (Author{"sam", true, {}}));
    EXPECT_EQ(decided.value().front().entry.principal, "unix:uid=1000(sam)");
}

TEST(DecideEvents, TheOnlyOpenIncidentTakesIt)
{
    FakeView view;
    const auto key = view.open();
    EXPECT_EQ(event_at(decide(view, {note("a")})).incident, key);
}

TEST(DecideEvents, TwoOpenIncidentsAreNobodysGuess)
{
    FakeView view;
    view.open();
    view.open();
    EXPECT_FALSE(event_at(decide(view, {note("a")})).incident);
}

TEST(DecideEvents, NullAsksForTheInbox)
{
    FakeView view;
    view.open();
    auto request = note("a");
    request.incident_given = true;
    EXPECT_FALSE(event_at(decide(view, {request})).incident);
}

TEST(DecideEvents, AMergedKeyLeadsToItsTarget)
{
    FakeView view;
    const auto first = view.open(), second = view.open();
    view.step(first, IncidentStep::Change::merged, {}, second);
    auto request = note("a");
    request.incident_given = true;
    request.event.incident = first;
    EXPECT_EQ(event_at(decide(view, {request})).incident, second);
}

TEST(DecideEvents, AClosedIncidentStillTakesNotes)
{
    FakeView view;
    const auto key = view.open();
    view.step(key, IncidentStep::Change::closed);
    auto request = note("a");
    request.incident_given = true;
    request.event.incident = key;
    EXPECT_EQ(event_at(decide(view, {request})).incident, key);
}

TEST(DecideEvents, UnknownIncidentPointsAtTheMember)
{
    FakeView view;
    auto request = note("a");
    request.incident_given = true;
    request.event.incident = IncidentKey{9};
    const auto one = decide(view, {request});
    ASSERT_TRUE(one.has_error());
    EXPECT_EQ(one.error().code, Errc::invalid_input);
    ASSERT_EQ(one.error().fields.size(), 1u);
    EXPECT_EQ(one.error().fields[0].pointer, "/incident");
    const auto batch = decide(view, {note("fine"), request}, true);
    ASSERT_TRUE(batch.has_error());
    EXPECT_EQ(batch.error().fields.at(0).pointer, "/1/incident");
}

TEST(DecideEvents, ATagMustSpeakOfAnEvent)
{
    FakeView view;
    Event hypothesis;
    hypothesis.text = "bad deploy?";
    const auto known = view.add(hypothesis);
    auto request = note("was not the deploy");
    request.event.tags = {test::person_tag(tags::misleading_path, known)};
    EXPECT_TRUE(decide(view, {request}).has_value());
    request.event.tags = {test::person_tag(tags::action), test::person_tag(tags::misleading_path, make_id(view.clock, 99, 1))};
    const auto refused = decide(view, {request}, true);
    ASSERT_TRUE(refused.has_error());
    EXPECT_EQ(refused.error().fields.at(0).pointer, "/0/tags/1/of");
}

TEST(DecideEvents, AGivenTimeIsKeptAndFlaggedWhenOdd)
{
    FakeView view;
    auto request = note("a");
    request.occurred_given = true;
    request.event.occurred_at = view.clock + std::chrono::hours{1};
    request.event.sent_at = view.clock + std::chrono::hours{1};
    const auto decided = decide(view, {request});
    EXPECT_EQ(event_at(decided).occurred_at, view.clock + std::chrono::hours{1});
    EXPECT_EQ(event_at(decided).flags, (std::vector<std::string>{"future", "skewed"}));
}

TEST(AuthorFor, AClaimIsMarkedAsOne)
{
    const Author sam{"sam", true, {}};
    EXPECT_EQ(author_for(sam, ""), sam);
    EXPECT_EQ(author_for(sam, "sam"), sam);
    EXPECT_EQ(author_for(sam, "root"), (Author{"sam", true, "root"}));
    EXPECT_EQ(author_for({}, ""), (Author{"anonymous", false, {}}));
    EXPECT_EQ(author_for({}, "ana"), (Author{"ana", false, "ana"}));
}

std::shared_ptr<const tagging::RuleSet> answering_rules()
{
    tagging::Rule no, acted;
    no.name = "answered-no";
    no.tag = "misleading_path";
    no.text = "^nope";
    no.after = {"action"};
    acted.name = "acted";
    acted.tag = "action";
    acted.text = "restarted";
    return tagging::RuleSet::compile({no, acted}).value();
}

Event said_before(IncidentKey key, std::string text, Kind kind = Kind::note)
{
    Event event;
    event.kind = kind;
    event.incident = key;
    event.occurred_at = at("15:55");
    event.text = std::move(text);
    tagging::add_rule_tags(event, *answering_rules());
    return event;
}

TEST(DecideEvents, AShortLineAnswersTheStepBeforeIt)
{
    FakeView view;
    const auto key = view.open();
    const auto step = view.add(said_before(key, "restarted the cache"));
    for (std::size_t i = 0; i < 2 * tagging::max_said; ++i) view.add(said_before(key, "errors high", Kind::alert));
    const auto decided = decide_events({note("nope")}, sam(), false, answering_rules())(view);
    const auto* tag = event_at(decided).tag(tags::misleading_path);
    ASSERT_NE(tag, nullptr) << "alerts between people's lines are no lines";
    EXPECT_EQ(tag->of, step);
    EXPECT_TRUE(event_at(decide(view, {note("nope")})).tags.empty()) << "without rules nothing is an answer";
}

TEST(DecideEvents, AnAnswerStaysInItsIncidentAndBehindAPersonsWord)
{
    FakeView view;
    const auto one = view.open();
    const auto other = view.open();
    view.add(said_before(one, "restarted the cache"));
    auto elsewhere = note("nope");
    elsewhere.event.incident = other;
    elsewhere.incident_given = true;
    EXPECT_TRUE(event_at(decide_events({elsewhere}, sam(), false, answering_rules())(view)).tags.empty());
    auto tagged = note("nope");
    tagged.event.incident = one;
    tagged.incident_given = true;
    tagged.event.tags = {test::person_tag(tags::impact)};
    EXPECT_EQ(event_at(decide_events({tagged}, sam(), false, answering_rules())(view)).tags.size(), 1u);
}

TEST(DecideEvents, LinesOfOneBatchAnswerEachOther)
{
    FakeView view;
    view.open();
    auto first = note("restarted the cache");
    tagging::add_rule_tags(first.event, *answering_rules());
    const auto decided = decide_events({first, note("nope")}, sam(), true, answering_rules())(view);
    const auto* tag = event_at(decided, 1).tag(tags::misleading_path);
    ASSERT_NE(tag, nullptr);
    EXPECT_FALSE(tag->of) << "the line it answers has no id yet";
}

}  // namespace
}  // namespace incident::api
