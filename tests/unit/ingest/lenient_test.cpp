#include "bodies.hpp"
#include "ingest/lenient.hpp"

namespace incident::ingest::test {
namespace {

std::vector<std::string> links_of(std::string_view url, std::string_view base)
{
    Event event;
    add_link(event, url, "", base);
    return urls(event);
}

TEST(Links, AreHttpOnly)
{
    EXPECT_EQ(links_of("https://a.org/x", ""), Texts{"https://a.org/x"});
    EXPECT_EQ(links_of("HTTP://a.org", ""), Texts{"HTTP://a.org"});
    for (const auto* const bad : {"javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://a.org", "http://", "https://", "localhost:9090/graph",
                                  "http://a.org/a b", "http://a.org/\nx", "http://a.org/\"onclick", "http://a.org/<script>", ""})
        EXPECT_EQ(links_of(bad, "http://base.org/"), Texts{}) << bad;
}

TEST(Links, AreResolvedAgainstAWebAddress)
{
    EXPECT_EQ(links_of("?orgId=1", "https://g.lan/"), Texts{"https://g.lan/?orgId=1"});
    EXPECT_EQ(links_of("?orgId=1", "https://g.lan/sub/?x=1#y"), Texts{"https://g.lan/sub/?orgId=1"});
    EXPECT_EQ(links_of("/d/1", "https://g.lan/sub/"), Texts{"https://g.lan/d/1"});
    EXPECT_EQ(links_of("d/1", "https://g.lan/sub/x"), Texts{"https://g.lan/sub/d/1"});
    EXPECT_EQ(links_of("d/1", "https://g.lan"), Texts{"https://g.lan/d/1"});
    EXPECT_EQ(links_of("//other.lan/x", "https://g.lan/"), Texts{"https://other.lan/x"});
    EXPECT_EQ(links_of("/d/1", ""), Texts{});
    EXPECT_EQ(links_of("/d/1", "ftp://g.lan"), Texts{});
}

TEST(Links, StandOnceAndAreBounded)
{
    Event event;
    for (int i = 0; i < 100; ++i) add_link(event, "https://a.org/" + std::to_string(i % 50), "");
    EXPECT_EQ(event.links.size(), max_links);
}

TEST(Placeholders, CountAsEmpty)
{
    for (const auto* const text : {"<no value>", "[no value]", "{{ x }}", "{{ $labels.job }}", "$EVENT", "*UNKNOWN*", "{X}", " {name} "}) EXPECT_TRUE(is_placeholder(text)) << text;
    for (const auto* const text : {"", "a", "costs $5", "$5", "**bold**", "{\"a\":1}", "{{a}} and {{b}}", "value is <no value>", "*two words*", "$"}) EXPECT_FALSE(is_placeholder(text)) << text;
}

TEST(Epochs, AreReadByMagnitudeWithoutADouble)
{
    EXPECT_EQ(read_epoch("1750000000"), at("2025-06-15T15:06:40Z"));
    EXPECT_EQ(read_epoch("1750000000.5"), at("2025-06-15T15:06:40.5Z"));
    EXPECT_EQ(read_epoch("1750000000.123456789"), at("2025-06-15T15:06:40.123456Z"));
    EXPECT_EQ(read_epoch("1750000000123456"), at("2025-06-15T15:06:40.123456Z"));
    EXPECT_EQ(read_epoch("1750000000123456789"), at("2025-06-15T15:06:40.123456Z"));
    EXPECT_EQ(read_epoch("99999999999"), at("5138-11-16T09:46:39Z"));
    EXPECT_EQ(read_epoch("100000000000"), at("1973-03-03T09:46:40Z"));
    for (const auto* const none : {"", "0", ".5", "1.", "1.x", "-1", "+1", " 1", "18446744073709551616", "0x10"}) EXPECT_FALSE(read_epoch(none).has_value()) << none;
    EXPECT_TRUE(read_epoch("18446744073709551615").has_value());
}

TEST(FlagTime, TellsFutureAndOldAndChangesNothing)
{
    const auto flags_at = [](Instant occurred) {
        Event event;
        event.occurred_at = occurred;
        flag_time(event, arrival);
        EXPECT_EQ(event.occurred_at, occurred);
        return event.flags;
    };
    using namespace std::chrono_literals;
    EXPECT_EQ(flags_at(arrival), Texts{});
    EXPECT_EQ(flags_at(arrival + 2min), Texts{});
    EXPECT_EQ(flags_at(arrival + 2min + 1us), Texts{"future"});
    EXPECT_EQ(flags_at(arrival - 24h * 7), Texts{});
    EXPECT_EQ(flags_at(arrival - 24h * 7 - 1us), Texts{"old"});
}

TEST(UnparsedEvent, KeepsTheBodyWithinItsLimit)
{
    const std::string bytes = "\xff\x00garbage" + std::string(100'000, 'x');
    const auto event = unparsed_event("somewhere", Kind::change, body_of(bytes), "no idea\x1b[31m");
    EXPECT_EQ(event.kind, Kind::change);
    EXPECT_EQ(event.text, "somewhere: body not understood: no idea\\x1b[31m");
    EXPECT_LE(event.details.size(), max_details_bytes);
    EXPECT_TRUE(has_flag(event, "truncated"));
    EXPECT_TRUE(has_flag(event, "unparsed"));
}

}  // namespace
}  // namespace incident::ingest::test
