#include "wire/problem.hpp"
#include <gtest/gtest.h>

namespace incident::wire {
namespace {

constexpr Errc all_codes[] = {Errc::malformed, Errc::invalid_input,   Errc::key_reused, Errc::not_found,
                              Errc::conflict,  Errc::stale,           Errc::unauthenticated, Errc::forbidden,
                              Errc::limit_exceeded, Errc::unsupported, Errc::unavailable, Errc::unknown_outcome};

TEST(Problem, IsWhatRfc9457Says)
{
    const Failure failure{Errc::invalid_input, "/17/text: is missing", {{"/17/text", "is missing"}}};
    EXPECT_EQ(json::serialize(problem(failure, "/api/v1/events")),
              R"({"type":"urn:incidentd:problem:invalid_input","title":"A field is wrong or unknown","status":422,)"
              R"("detail":"/17/text: is missing","instance":"/api/v1/events",)"
              R"("errors":[{"pointer":"/17/text","detail":"is missing"}]})");
}

TEST(Problem, ReadsBackWithCodeDetailAndFields)
{
    for (const auto code : all_codes) {
        const Failure failure{code, "some \"detail\"", {{"/a~1b", "why"}}};
        const auto body = json::serialize(problem(failure, "/x"));
        const auto read = read_problem(http_status(code), "Application/Problem+JSON; charset=utf-8", body);
        EXPECT_EQ(read.code, code);
        EXPECT_EQ(read.detail, failure.detail);
        EXPECT_EQ(read.fields, failure.fields);
    }
}

TEST(Problem, OfABareStatusHasItsPhrase)
{
    const auto document = problem(405, "GET or POST", "/x");
    EXPECT_EQ(document.at("type"), "about:blank");
    EXPECT_EQ(document.at("title"), "Method Not Allowed");
    EXPECT_EQ(read_problem(405, problem_type, json::serialize(document)).detail, "GET or POST");
}

TEST(Problem, OfOtherServersKeepsStatusAndFirstLine)
{
    const auto proxy = read_problem(502, "text/html", "\n<h1>Bad Gateway</h1>\r\n<p>nginx</p>");
    EXPECT_EQ(proxy.code, Errc::unknown_outcome);  // whether it reached the daemon, nobody knows
    EXPECT_EQ(proxy.detail, "HTTP 502 Error: <h1>Bad Gateway</h1>");
    EXPECT_EQ(read_problem(404, "", "").detail, "HTTP 404 Not Found");
    EXPECT_EQ(read_problem(503, "application/json", "{broken").code, Errc::unavailable);
    EXPECT_EQ(read_problem(503, "application/problem+json", "[1]").detail, "HTTP 503 Service Unavailable: [1]");
    EXPECT_EQ(read_problem(400, "text/plain", "a\xFF").detail, "HTTP 400 Bad Request: a\xEF\xBF\xBD");
}

TEST(HttpStatus, IsTheOneOfTheDesign)
{
    const unsigned expected[] = {400, 422, 422, 404, 409, 412, 401, 403, 413, 415, 503, 503};
    for (std::size_t i = 0; i < std::size(all_codes); ++i) EXPECT_EQ(http_status(all_codes[i]), expected[i]);
}

}  // namespace
}  // namespace incident::wire
