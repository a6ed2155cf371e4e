#include "api/guard.hpp"
#include <gtest/gtest.h>

namespace incident::api {
namespace {

const std::vector<std::string> ours{"incidents.example.org", "Recorder:9780"};

TEST(HostAllowed, TakesLoopbackAndConfiguredNames)
{
    for (const auto* host : {"localhost", "LOCALHOST:9780", "localhost.", "127.0.0.1", "127.8.9.1:80", "[::1]:9780", "[::1]",
                             "incidents.example.org", "Incidents.Example.Org:443", "recorder"})
        EXPECT_TRUE(host_allowed(host, ours)) << host;
}

TEST(HostAllowed, RefusesEverybodyElse)
{
    for (const auto* host : {"", ":9780", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.168.0.1",
                             "0.0.0.0", "[::]", "[::1", "xincidents.example.org", "127.1.evil", "[::2]:80"})
        EXPECT_FALSE(host_allowed(host, ours)) << host;
}

TEST(OriginAllowed, LooksAtTheHostOnly)
{
    EXPECT_TRUE(origin_allowed("http://localhost:3000", ours));
    EXPECT_TRUE(origin_allowed("https://incidents.example.org", ours));
    for (const auto* origin : {"null", "", "http://evil.example", "localhost", "http://localhost@evil.example", "file://"})
        EXPECT_FALSE(origin_allowed(origin, ours)) << origin;
}

TEST(MediaType, IsTheTypeAlone)
{
    EXPECT_EQ(media_type("Application/JSON; charset=utf-8"), "application/json");
    EXPECT_EQ(media_type(" text/plain "), "text/plain");
    EXPECT_EQ(media_type(""), "");
}

TEST(Accepts, FollowsRangesAndExclusions)
{
    for (const auto* accept : {"", "*/*", "application/json", "text/html, application/*;q=0.8", "text/html;q=0.1,*/*;q=0.01"})
        EXPECT_TRUE(accepts(accept, "application/json")) << accept;
    for (const auto* accept : {"text/html", "application/xml", "application/json;q=0", "application/json; q=0.000", "text/*"})
        EXPECT_FALSE(accepts(accept, "application/json")) << accept;
}

}  // namespace
}  // namespace incident::api
