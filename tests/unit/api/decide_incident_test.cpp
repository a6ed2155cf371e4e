#include "api/decide.hpp"
#include "api/etag.hpp"
#include "support/fake_view.hpp"
#include <gtest/gtest.h>

namespace incident::api {
namespace {

using test::at;
using test::FakeView;

class DecideIncident : public testing::Test {
protected:
    FakeView view;
    Sender sender{"api", "unix:uid=1000(sam)", Author{"sam", true, {}}};

    Id inbox_note(std::string when, std::string text)
    {
        const auto now = std::exchange(view.clock, at(when));
        Event event;
        event.text = std::move(text);
        event.occurred_at = at(when);
        const auto id = view.add(event);
        view.clock = now;
        return id;
    }
    Result<std::vector<store::NewEntry>> open(wire::OpenRequest request) { return decide_open(std::move(request), sender)(view); }
    Result<std::vector<store::NewEntry>> patch(IncidentKey key, wire::PatchRequest request, std::string if_match = {})
    {
        return decide_patch(key, std::move(request), sender, std::move(if_match))(view);
    }
    static wire::OpenRequest titled(std::string title)
    {
        wire::OpenRequest request;
        request.fields.title = std::move(title);
        return request;
    }
    static wire::PatchRequest status(IncidentStatus wanted)
    {
        wire::PatchRequest request;
        request.status = wanted;
        return request;
    }
};

TEST_F(DecideIncident, KeysCountUp)
{
    EXPECT_EQ(std::get<IncidentStep>(open(titled("a")).value()[0].entry.what).incident, IncidentKey{1});
    view.open();
    EXPECT_EQ(std::get<IncidentStep>(open(titled("b")).value()[0].entry.what).incident, IncidentKey{2});
}

TEST_F(DecideIncident, AdoptMovesWhatTheInboxTookSince)
{
    inbox_note("15:10", "too old");
    const auto recent = inbox_note("15:40", "cpu 98%");
    auto request = titled("checkout 503");
    request.adopt = std::chrono::minutes{30};
    const auto decided = open(request);
    ASSERT_EQ(decided.value().size(), 2u);
    const auto& moved = std::get<Amendment>(decided.value()[1].entry.what);
    EXPECT_EQ(moved.event, recent);
    EXPECT_EQ(moved.incident, std::optional{std::optional{IncidentKey{1}}});
    view.append(decided.value());
    EXPECT_EQ(view.event(recent).value()->incident, IncidentKey{1});
}

TEST_F(DecideIncident, EndBeforeStartIsRefused)
{
    auto request = titled("a");
    request.fields.started_at.emplace(at("15:00"));
    request.fields.ended_at.emplace(at("14:00"));
    EXPECT_EQ(open(request).error().fields.at(0).pointer, "/ended_at");
    const auto key = view.open();
    wire::PatchRequest start;
    start.fields.started_at.emplace(at("15:00"));
    view.append(patch(key, start).value());
    wire::PatchRequest end;
    end.fields.ended_at.emplace(at("14:00"));
    EXPECT_EQ(patch(key, end).error().code, Errc::invalid_input);
}

TEST_F(DecideIncident, ClosingAndReopeningTakeTurns)
{
    const auto key = view.open();
    EXPECT_EQ(patch(key, status(IncidentStatus::open)).error().code, Errc::conflict);
    view.append(patch(key, status(IncidentStatus::closed)).value());
    EXPECT_EQ(view.catalog().find(key)->status, IncidentStatus::closed);
    EXPECT_EQ(patch(key, status(IncidentStatus::closed)).error().code, Errc::conflict);
    view.append(patch(key, status(IncidentStatus::open)).value());
    EXPECT_EQ(view.catalog().find(key)->status, IncidentStatus::open);
    EXPECT_EQ(patch(key, status(IncidentStatus::merged)).error().code, Errc::invalid_input);
}

TEST_F(DecideIncident, SetAndCloseAreTwoStepsOfOneTransaction)
{
    const auto key = view.open();
    auto request = status(IncidentStatus::closed);
    request.fields.lead = "ana";
    request.reason = "rolled back";
    const auto decided = patch(key, request);
    ASSERT_EQ(decided.value().size(), 2u);
    EXPECT_EQ(std::get<IncidentStep>(decided.value()[0].entry.what).change, IncidentStep::Change::set);
    EXPECT_EQ(std::get<IncidentStep>(decided.value()[1].entry.what).change, IncidentStep::Change::closed);
}

TEST_F(DecideIncident, UnknownAndEmptyAreRefused)
{
    EXPECT_EQ(patch(IncidentKey{9}, status(IncidentStatus::closed)).error().code, Errc::not_found);
    EXPECT_EQ(patch(view.open(), {}).error().code, Errc::invalid_input);
}

TEST_F(DecideIncident, AStaleTagIsRefused)
{
    const auto key = view.open();
    const auto before = etag_of(*view.catalog().find(key));
    wire::PatchRequest lead;
    lead.fields.lead = "ana";
    view.append(patch(key, lead, before).value());
    EXPECT_EQ(patch(key, lead, before).error().code, Errc::stale);
}

TEST_F(DecideIncident, MergeMovesEveryEventAndLeadsOn)
{
    const auto first = view.open(), second = view.open();
    Event event;
    event.text = "a";
    event.incident = first;
    const auto id = view.add(event);
    wire::PatchRequest merge;
    merge.merge_into = second;
    view.append(patch(first, merge).value());
    EXPECT_EQ(view.event(id).value()->incident, second);
    EXPECT_EQ(view.catalog().target(first), second);
    EXPECT_EQ(patch(first, status(IncidentStatus::open)).error().code, Errc::conflict);
    merge.merge_into = first;
    EXPECT_EQ(patch(second, merge).error().code, Errc::invalid_input) << "it would be merged into itself";
    merge.merge_into = IncidentKey{40};
    EXPECT_EQ(patch(second, merge).error().fields.at(0).pointer, "/merged_into");
}

TEST_F(DecideIncident, AdoptIntoWhatIsMergedAwayIsRefused)
{
    const auto first = view.open(), second = view.open();
    wire::PatchRequest request;
    request.merge_into = second;
    request.adopt = std::chrono::minutes{5};
    EXPECT_EQ(patch(first, request).error().fields.at(0).pointer, "/adopt");
}

}  // namespace
}  // namespace incident::api
