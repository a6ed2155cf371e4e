#include "api/decide.hpp"
#include "api/etag.hpp"
#include "support/fake_view.hpp"
#include <gtest/gtest.h>

namespace incident::api {
namespace {

using test::FakeView;

class DecideAmendment : public testing::Test {
protected:
    FakeView view;
    Sender sender{"api", "unix:uid=1000(sam)", Author{"sam", true, {}}};

    Id note(std::string text, std::optional<IncidentKey> incident = std::nullopt)
    {
        Event event;
        event.text = std::move(text);
        event.incident = incident;
        return view.add(event);
    }
    Result<std::vector<store::NewEntry>> decide(const Id& event, Amendment amendment, std::string if_match = {})
    {
        return decide_amendment(event, std::move(amendment), sender, std::move(if_match))(view);
    }
    static Amendment text(std::string words)
    {
        Amendment amendment;
        amendment.text = std::move(words);
        return amendment;
    }
};

TEST_F(DecideAmendment, NamesTheEventAndItsAuthor)
{
    const auto id = note("a");
    const auto decided = decide(id, text("b"));
    ASSERT_EQ(decided.value().size(), 1u);
    EXPECT_EQ(std::get<Amendment>(decided.value()[0].entry.what).event, id);
    EXPECT_EQ(decided.value()[0].entry.author.name, "sam");
}

TEST_F(DecideAmendment, RefusesAnUnknownEvent)
{
    EXPECT_EQ(decide(make_id(view.clock, 7, 7), text("b")).error().code, Errc::not_found);
}

TEST_F(DecideAmendment, RefusesAStaleTagAndTakesTheCurrentOne)
{
    const auto id = note("a");
    const auto before = etag_of(view.event(id).value().value());
    EXPECT_TRUE(decide(id, text("b"), before).has_value());
    view.append(decide(id, text("b")).value());
    EXPECT_EQ(decide(id, text("c"), before).error().code, Errc::stale);
    EXPECT_TRUE(decide(id, text("c"), etag_of(view.event(id).value().value())).has_value());
    EXPECT_TRUE(decide(id, text("c"), "*").has_value());
}

TEST_F(DecideAmendment, AMoveNeedsAnIncident)
{
    const auto id = note("a");
    Amendment move;
    move.incident.emplace(IncidentKey{4});
    const auto refused = decide(id, move);
    EXPECT_EQ(refused.error().code, Errc::invalid_input);
    EXPECT_EQ(refused.error().fields.at(0).pointer, "/incident");
}

TEST_F(DecideAmendment, AMoveFollowsMergesAndDoesNotCountTwice)
{
    const auto first = view.open(), second = view.open();
    view.step(first, IncidentStep::Change::merged, {}, second);
    const auto id = note("a");
    Amendment move;
    move.incident.emplace(first);
    const auto moved = decide(id, move);
    EXPECT_EQ(std::get<Amendment>(moved.value()[0].entry.what).incident, std::optional{std::optional{second}});
    view.append(moved.value());
    EXPECT_EQ(decide(id, move).error().code, Errc::conflict);
    // With another change beside it, the move alone is left out: the event keeps its number.
    move.star = true;
    EXPECT_FALSE(std::get<Amendment>(decide(id, move).value()[0].entry.what).incident);
}

TEST_F(DecideAmendment, ATagMustSpeakOfAnEvent)
{
    const auto id = note("a");
    Amendment tag;
    tag.add_tags = {test::person_tag(tags::misleading_path, make_id(view.clock, 50, 1))};
    const auto refused = decide(id, tag);
    EXPECT_EQ(refused.error().code, Errc::invalid_input);
    EXPECT_EQ(refused.error().fields.at(0).pointer, "/tags/add/0/of");
}

TEST_F(DecideAmendment, AnUndoSpeaksOfThisEvent)
{
    const auto one = note("a"), two = note("b");
    const auto stored = view.append(decide(one, text("c")).value());
    Amendment undo;
    undo.undo = stored[0].id;
    EXPECT_TRUE(decide(one, undo).has_value());
    EXPECT_EQ(decide(two, undo).error().fields.at(0).pointer, "/undo");
    undo.undo = two;
    EXPECT_TRUE(decide(two, undo).has_value()) << "its own id strikes the event";
    EXPECT_EQ(decide(one, undo).error().code, Errc::invalid_input);
    undo.undo = make_id(view.clock, 77, 1);
    EXPECT_EQ(decide(one, undo).error().code, Errc::invalid_input);
}

}  // namespace
}  // namespace incident::api
