#include "api/admission.hpp"
#include <gtest/gtest.h>

namespace incident::api {
namespace {

using wire::Operation;

class Admission : public testing::Test {
protected:
    config::Config config;
    net::Request head;
    std::vector<std::string> hosts;

    Admission()
    {
        head.method = "POST";
        head.path = "/api/v1/events";
        head.peer.address = "127.0.0.1";
        head.peer.loopback = true;
        head.headers = {{"host", "localhost:9780"}, {"content-type", "application/json"}};
    }
    unsigned stranger(Operation operation = Operation::post_events) { return status(refuse_stranger(head, operation, {hosts, config})); }
    unsigned form(Operation operation = Operation::post_events, std::string_view source = {})
    {
        return status(refuse_form(head, operation, source, {hosts, config}));
    }
    static unsigned status(const std::optional<Refusal>& refusal)
    {
        if (!refusal) return 200;
        if (refusal->status != 0) return refusal->status;
        switch (refusal->failure.code) {
        case Errc::forbidden: return 403;
        case Errc::not_found: return 404;
        case Errc::unsupported: return 415;
        case Errc::malformed: return 400;
        default: return 500;
        }
    }
};

TEST_F(Admission, ARebindingHostIsMisdirected)
{
    EXPECT_EQ(stranger(), 200u);
    head.headers["host"] = "evil.example";
    EXPECT_EQ(stranger(), 421u);
    EXPECT_EQ(stranger(Operation::get_page), 421u);
    EXPECT_EQ(stranger(Operation::get_healthy), 200u) << "a probe comes by address";
    hosts = {"evil.example"};
    EXPECT_EQ(stranger(), 200u);
    hosts.clear();
    head.peer.unix_socket = true;
    EXPECT_EQ(stranger(), 200u) << "browsers cannot reach a Unix socket";
}

TEST_F(Admission, OtherSitesCannotWriteNorListen)
{
    head.headers["origin"] = "https://evil.example";
    EXPECT_EQ(stranger(), 403u);
    EXPECT_EQ(stranger(Operation::get_stream), 403u);
    head.headers["origin"] = "null";
    EXPECT_EQ(stranger(), 403u);
    head.headers["origin"] = "http://localhost:9780";
    EXPECT_EQ(stranger(), 200u);
    head.headers.erase("origin");
    head.headers["sec-fetch-site"] = "cross-site";
    EXPECT_EQ(stranger(), 403u);
    head.headers["sec-fetch-site"] = "same-origin";
    EXPECT_EQ(stranger(), 200u);
}

TEST_F(Admission, HooksRefuseEveryBrowser)
{
    EXPECT_EQ(stranger(Operation::post_hook), 200u);
    head.headers["origin"] = "http://localhost:9780";
    EXPECT_EQ(stranger(Operation::post_hook), 403u);
    head.headers.erase("origin");
    head.headers["sec-fetch-site"] = "cross-site";
    EXPECT_EQ(stranger(Operation::post_hook), 403u);
    head.headers["sec-fetch-site"] = "none";
    EXPECT_EQ(stranger(Operation::post_hook), 200u);
}

TEST_F(Admission, WritesNeedATypeThatNoFormSends)
{
    for (const auto* type : {"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonx"}) {
        head.headers["content-type"] = type;
        EXPECT_EQ(form(), 415u) << type;
        EXPECT_EQ(form(Operation::open_incident), 415u) << type;
    }
    head.headers["content-type"] = "application/x-ndjson";
    EXPECT_EQ(form(), 200u);
    EXPECT_EQ(form(Operation::open_incident), 415u);
    head.headers["content-type"] = "Application/JSON;charset=UTF-8";
    EXPECT_EQ(form(Operation::post_amendment), 200u);
    head.headers.erase("content-type");
    EXPECT_EQ(form(Operation::reload), 200u) << "it carries no body";
}

TEST_F(Admission, HooksReadWhatTheirSendersSay)
{
    EXPECT_EQ(form(Operation::post_hook, "alertmanager"), 200u);
    head.headers["content-type"] = "text/plain";
    EXPECT_EQ(form(Operation::post_hook, "alertmanager"), 415u);
    EXPECT_EQ(form(Operation::post_hook, "generic"), 200u);
    head.headers["content-type"] = "application/x-www-form-urlencoded";
    EXPECT_EQ(form(Operation::post_hook, "generic"), 200u) << "curl -d says so";
    head.headers["content-type"] = "multipart/form-data; boundary=x";
    EXPECT_EQ(form(Operation::post_hook, "generic"), 415u);
    head.headers.erase("content-type");
    EXPECT_EQ(form(Operation::post_hook, "slack"), 200u);
}

TEST_F(Admission, UnknownHooksAreNotFound)
{
    EXPECT_EQ(form(Operation::post_hook, "nagios"), 404u);
    config.sources["nagios"].reads.dialect = "generic";
    EXPECT_EQ(form(Operation::post_hook, "nagios"), 200u);
}

TEST_F(Admission, HooksReadCompressedBodies)
{
    head.headers["content-encoding"] = "gzip";
    EXPECT_EQ(form(), 415u);
    EXPECT_EQ(form(Operation::post_hook, "alertmanager"), 200u);
    head.headers["content-encoding"] = "zstd";
    EXPECT_EQ(form(Operation::post_hook, "alertmanager"), 415u);
    head.headers["content-encoding"] = "gzip, gzip";
    EXPECT_EQ(form(Operation::post_hook, "alertmanager"), 415u);
    head.headers["content-encoding"] = "identity";
    EXPECT_EQ(form(), 200u);
}

TEST_F(Admission, ASourceMayTakeLargerBodies)
{
    auto shop = *config::built_in_source("generic");
    shop.body_bytes = 3000;
    config.sources.emplace("shop", std::move(shop));
    EXPECT_EQ(body_limit(head, Operation::post_hook, "shop", config), 3000u);
    EXPECT_EQ(body_limit(head, Operation::post_hook, "nobody", config), 0u);
}

TEST_F(Admission, AcceptAndQueryAreLookedAt)
{
    head.method = "GET";
    head.headers["accept"] = "text/html";
    EXPECT_EQ(form(Operation::list_events), 406u);
    EXPECT_EQ(form(Operation::get_page), 200u);
    head.headers["accept"] = "text/markdown";
    EXPECT_EQ(form(Operation::get_draft), 200u);
    head.headers["accept"] = "*/*";
    head.query = {{"limt", "3"}};
    EXPECT_EQ(form(Operation::list_events), 400u);
}

TEST_F(Admission, BodiesAreAsLargeAsTheirSendersNeed)
{
    EXPECT_EQ(body_limit(head, Operation::post_events, "", config), 1024u * 1024);
    EXPECT_EQ(body_limit(head, Operation::post_hook, "alertmanager", config), 16u * 1024 * 1024);
    EXPECT_EQ(body_limit(head, Operation::post_hook, "grafana", config), 16u * 1024 * 1024);
    EXPECT_EQ(body_limit(head, Operation::post_hook, "slack", config), 1024u * 1024);
    head.headers["content-type"] = "application/x-ndjson";
    EXPECT_EQ(body_limit(head, Operation::post_events, "", config), 16u * 1024 * 1024);
    head.method = "GET";
    EXPECT_EQ(body_limit(head, Operation::list_events, "", config), 0u);
}

}  // namespace
}  // namespace incident::api
