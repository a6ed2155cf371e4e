#include "net/reply_text.hpp"
#include <gtest/gtest.h>

namespace incident::net {
namespace {

std::string head_of(const Reply& reply, const ReplyFraming& framing)
{
    std::string out;
    append_reply_head(out, reply, "D", framing);
    return out;
}

TEST(ReplyHead, HasLengthTypeAndDate)
{
    Reply reply;
    reply.status = 201;
    ReplyFraming framing;
    framing.content_length = 5;
    EXPECT_EQ(head_of(reply, framing), "HTTP/1.1 201 Created\r\nDate: D\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n");
}

TEST(ReplyHead, TellsHowTheConnectionGoesOn)
{
    ReplyFraming closing;
    closing.close = true;
    EXPECT_NE(head_of({}, closing).find("Connection: close\r\n"), std::string::npos);
    ReplyFraming old;
    old.version_minor = 0;
    EXPECT_NE(head_of({}, old).find("Connection: keep-alive\r\n"), std::string::npos);
}

TEST(ReplyHead, LetsNoValueAddAField)
{
    Reply reply;
    reply.headers.emplace_back("Location", "/x\r\nSet-Cookie: a=b");
    EXPECT_EQ(head_of(reply, {}).find("\nSet-Cookie"), std::string::npos);
}

TEST(ReplyHead, SaysNothingOfABodyWhereThereIsNone)
{
    Reply reply;
    reply.status = 304;
    ReplyFraming framing;
    framing.content_length = 0;
    EXPECT_EQ(head_of(reply, framing), "HTTP/1.1 304 Not Modified\r\nDate: D\r\n\r\n");
}

TEST(HttpDate, IsTheFixedForm)
{
    using namespace std::chrono_literals;
    const Instant at{std::chrono::sys_days{std::chrono::year{1994} / 11 / 6} + 8h + 49min + 37s + 999'999us};
    EXPECT_EQ(http_date(at), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace incident::net
