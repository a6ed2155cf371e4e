#include "api/query.hpp"
#include "api/cursor.hpp"
#include <gtest/gtest.h>

namespace incident::api {
namespace {

using wire::Operation;

TEST(CheckNames, UnknownIsRefusedWithASuggestion)
{
    const auto refused = check_names({{"insident", "INC-1"}}, Operation::list_events);
    ASSERT_TRUE(refused.has_error());
    EXPECT_EQ(refused.error().code, Errc::malformed);
    EXPECT_NE(refused.error().detail.find("did you mean incident?"), std::string::npos) << refused.error().detail;
    EXPECT_NE(refused.error().detail.find("accepted: incident, since"), std::string::npos);
}

TEST(CheckNames, WhatComesLaterIsNotIgnored)
{
    EXPECT_TRUE(check_names({{"text", "words"}}, Operation::list_events).has_error());
    EXPECT_TRUE(check_names({{"colour", "dark"}}, Operation::get_draft).has_error());
    EXPECT_TRUE(check_names({{"template", "sre"}}, Operation::get_timeline).has_error());
    EXPECT_TRUE(check_names({{"x", "1"}}, Operation::get_event).has_error());
}

TEST(CheckNames, AddressesTypedIntoOtherSystemsTakeAnything)
{
    EXPECT_TRUE(check_names({{"team", "x"}}, Operation::post_hook).has_value());
    EXPECT_TRUE(check_names({{"module", "x"}}, Operation::get_metrics).has_value());
}

TEST(EventQuery, ReadsEveryFilter)
{
    const auto read = read_event_query({{"incident", "inc-7"}, {"since", "2024-06-22T15:00:00Z"}, {"until", "2024-06-22T16:00:00+01:00"},
                                        {"tag", "act"}, {"kind", "note"}, {"source", "api"}, {"author", "sam"}, {"number", "6"},
                                        {"order", "desc"}, {"limit", "5"}});
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_EQ(read->incident, IncidentKey{7});
    EXPECT_EQ(read->since, read->until);
    EXPECT_EQ(read->tag, "action");
    EXPECT_EQ(read->kind, Kind::note);
    EXPECT_EQ(read->number, 6u);
    EXPECT_TRUE(read->descending);
    EXPECT_EQ(read->limit, 5u);
}

TEST(EventQuery, DefaultsAreOneHundredInLedgerOrder)
{
    const auto read = read_event_query({});
    EXPECT_EQ(read->limit, 100u);
    EXPECT_FALSE(read->descending);
    EXPECT_FALSE(read->inbox);
    EXPECT_TRUE(read_event_query({{"incident", "inbox"}})->inbox);
}

struct BadQuery {
    const char* name;
    Query query;
    Errc code;
};

class BadEventQuery : public testing::TestWithParam<BadQuery> {};
TEST_P(BadEventQuery, IsRefused)
{
    const auto read = read_event_query(GetParam().query);
    ASSERT_TRUE(read.has_error());
    EXPECT_EQ(read.error().code, GetParam().code) << read.error().detail;
}
INSTANTIATE_TEST_SUITE_P(Bad, BadEventQuery,
                         testing::Values(BadQuery{"PlainNumberForIncident", {{"incident", "7"}}, Errc::invalid_input},
                                         BadQuery{"Since", {{"since", "yesterday"}}, Errc::invalid_input},
                                         BadQuery{"SinceWithLostPlus", {{"since", "2024-06-22T15:00:00 02:00"}}, Errc::invalid_input},
                                         BadQuery{"UntilBeforeSince",
                                                  {{"since", "2024-06-22T15:00:00Z"}, {"until", "2024-06-22T14:00:00Z"}},
                                                  Errc::invalid_input},
                                         BadQuery{"Tag", {{"tag", "Not A Tag"}}, Errc::invalid_input},
                                         BadQuery{"Kind", {{"kind", "alarm"}}, Errc::invalid_input},
                                         BadQuery{"EmptySource", {{"source", ""}}, Errc::invalid_input},
                                         BadQuery{"Order", {{"order", "newest"}}, Errc::invalid_input},
                                         BadQuery{"LimitZero", {{"limit", "0"}}, Errc::invalid_input},
                                         BadQuery{"LimitLarge", {{"limit", "1001"}}, Errc::invalid_input},
                                         BadQuery{"LimitNegative", {{"limit", "-1"}}, Errc::invalid_input},
                                         BadQuery{"LimitHex", {{"limit", "0x10"}}, Errc::invalid_input},
                                         BadQuery{"NumberWithoutIncident", {{"number", "6"}}, Errc::invalid_input},
                                         BadQuery{"NumberZero", {{"incident", "INC-1"}, {"number", "0"}}, Errc::invalid_input},
                                         BadQuery{"Cursor", {{"cursor", "abc"}}, Errc::malformed}),
                         [](const auto& bad) { return std::string{bad.param.name}; });

TEST(EventQuery, WordsAreReadAndLeaveStruckEventsOut)
{
    const auto read = read_event_query({{"q", "\"pool size\" conn* -test"}, {"tag", "action"}});
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_EQ(read->words, (std::vector<wire::SearchTerm>{{"pool size", false, false}, {"conn", true, false}, {"test", false, true}}));
    EXPECT_FALSE(read->struck);
    EXPECT_TRUE(read_event_query({{"q", "pool"}, {"struck", "true"}})->struck);
    EXPECT_TRUE(read_event_query({})->struck);
    EXPECT_FALSE(read_event_query({{"struck", "false"}})->struck);
    for (const auto* nothing : {"", " ", "-pool", "!?", "\"\"", "*", "-"}) EXPECT_EQ(read_event_query({{"q", nothing}}).error().code, Errc::invalid_input) << nothing;
    EXPECT_EQ(read_event_query({{"q", std::string(1025, 'x')}}).error().code, Errc::invalid_input);
    EXPECT_EQ(read_event_query({{"q", "a"}, {"struck", "no"}}).error().code, Errc::invalid_input);
}

TEST(EventQuery, CursorOfAnotherFilterIsRefused)
{
    Query query{{"tag", "action"}};
    query["cursor"] = make_cursor(9, canonical(query));
    EXPECT_EQ(read_event_query(query)->after_seq, 9u);
    query["limit"] = "7";
    EXPECT_TRUE(read_event_query(query).has_value()) << "the page size may change on the way";
    query["tag"] = "impact";
    EXPECT_EQ(read_event_query(query).error().code, Errc::malformed);
}

TEST(IncidentQuery, ReadsStatusAndRefusesOthers)
{
    EXPECT_EQ(read_incident_query({{"status", "closed"}})->status, IncidentStatus::closed);
    EXPECT_TRUE(read_incident_query({{"status", "resolved"}}).has_error());
    EXPECT_TRUE(read_incident_query({{"limit", "many"}}).has_error());
}

TEST(IncidentQuery, ReadsPeriodSeverityAndFigures)
{
    const auto read = read_incident_query({{"since", "2024-06-22T15:00:00Z"}, {"until", "2024-06-23T15:00:00Z"}, {"severity", "1"}, {"figures", "true"}});
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_EQ(*read->until - *read->since, std::chrono::hours{24});
    EXPECT_EQ(read->severity, "1");
    EXPECT_TRUE(read->figures);
    EXPECT_FALSE(read_incident_query({})->figures);
    EXPECT_TRUE(read_incident_query({{"figures", "yes"}}).has_error());
    EXPECT_TRUE(read_incident_query({{"severity", ""}}).has_error());
    EXPECT_TRUE(read_incident_query({{"since", "2024-06-22T15:00:00Z"}, {"until", "2024-06-21T15:00:00Z"}}).has_error());
}

TEST(StatsQuery, IsOfTheLastNinetyDaysUnlessTold)
{
    const auto now = parse_rfc3339("2024-06-22T15:00:00Z").value();
    EXPECT_EQ(read_stats_query({}, now)->until, now);
    EXPECT_EQ(read_stats_query({}, now)->since, now - stats_period);
    EXPECT_EQ(read_stats_query({{"since", "2024-06-01T00:00:00Z"}}, now)->until, now);
    EXPECT_EQ(read_stats_query({{"until", "2024-01-01T00:00:00Z"}}, now)->since, parse_rfc3339("2024-01-01T00:00:00Z").value() - stats_period);
    EXPECT_TRUE(read_stats_query({{"since", "90d"}}, now).has_error());
    EXPECT_TRUE(read_stats_query({{"since", "2025-01-01T00:00:00Z"}}, now).has_error());
}

TEST(DraftQuery, ReadsOptions)
{
    const auto read = read_draft_query({{"format", "json"}, {"tz", "Africa/Nairobi"}, {"clock", "12"}, {"fold", "false"},
                                        {"seconds", "true"}, {"trace", "true"}});
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_EQ(read->format, DraftFormat::json);
    EXPECT_EQ(read->options.zone, "Africa/Nairobi");
    EXPECT_EQ(read->options.clock, draft::Clock::hours12);
    EXPECT_FALSE(read->options.fold);
    EXPECT_TRUE(read->options.seconds);
    EXPECT_TRUE(read->options.trace);
    const auto other = read_draft_query({{"format", "csv"}, {"template", "sre"}, {"mermaid", "true"}, {"marks", "true"}});
    ASSERT_TRUE(other.has_value()) << other.error().detail;
    EXPECT_EQ(other->format, DraftFormat::csv);
    EXPECT_EQ(other->template_name, "sre");
    EXPECT_TRUE(other->options.mermaid);
    EXPECT_TRUE(other->options.marks);
}

TEST(DraftQuery, TakesAnAudience)
{
    EXPECT_EQ(read_draft_query({})->audience, draft::Audience::internal);
    EXPECT_EQ(read_draft_query({{"audience", "public"}})->audience, draft::Audience::everybody);
    EXPECT_EQ(read_audience({{"audience", "customer"}}).value(), draft::Audience::customer);
    EXPECT_EQ(read_audience({{"audience", "friends"}}).error().code, Errc::invalid_input);
}

TEST(DraftQuery, RefusesWithWhatIsAccepted)
{
    EXPECT_EQ(read_draft_query({{"format", "pdf"}}).error().code, Errc::malformed);
    EXPECT_EQ(read_draft_query({{"template", "short"}}).error().code, Errc::invalid_input);
    EXPECT_EQ(read_draft_query({{"format", "docx"}}).error().code, Errc::invalid_input);
    EXPECT_EQ(read_draft_query({{"clock", "13"}}).error().code, Errc::invalid_input);
    EXPECT_EQ(read_draft_query({{"fold", "no"}}).error().code, Errc::invalid_input);
    EXPECT_EQ(read_draft_query({{"tz", "Mars/Olympus"}}).error().code, Errc::invalid_input);
}

TEST(AsOfQuery, ReadsAnInstantAndRefusesOthers)
{
    EXPECT_FALSE(read_as_of({})->has_value());
    EXPECT_EQ(read_as_of({{"as_of", "2024-06-22T15:00:00Z"}})->value(), parse_rfc3339("2024-06-22T15:00:00Z").value());
    EXPECT_EQ(read_as_of({{"as_of", "14:20"}}).error().code, Errc::invalid_input);
    EXPECT_EQ(read_draft_query({{"as_of", "soon"}}).error().code, Errc::invalid_input);
    EXPECT_TRUE(read_draft_query({{"as_of", "2024-06-22T15:00:00Z"}})->as_of.has_value());
}

TEST(StreamQuery, TakesAKey)
{
    EXPECT_FALSE(read_stream_query({})->has_value());
    EXPECT_EQ(*read_stream_query({{"incident", "INC-3"}}), IncidentKey{3});
    EXPECT_TRUE(read_stream_query({{"incident", "inbox"}}).has_error());
}

}  // namespace
}  // namespace incident::api
