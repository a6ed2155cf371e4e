#include "api/hooks.hpp"
#include "support/service_harness.hpp"
#include "wire/routes.hpp"
#include <gtest/gtest.h>

// Who may do what, through the whole service: each kind of caller on each route of wire::routes.
namespace incident {
namespace {

using test::Answer;
using test::ServiceHarness;
using wire::Operation;

class TwoUsers final : public auth::BasicUsers {
 public:
    [[nodiscard]] bool empty() const noexcept override { return false; }
    [[nodiscard]] bool check(std::string_view user, std::string_view password) const override
    {
        ++checks;
        return (user == "reader" || user == "writer") && password == "open sesame";
    }
    mutable std::atomic<int> checks{0};
};

std::string basic(std::string_view user, std::string_view password)
{
    const auto text = std::string{user} + ':' + std::string{password};
    std::string encoded(4 * ((text.size() + 2) / 3) + 1, '\0');
    static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    encoded.clear();
    for (std::size_t i = 0; i < text.size(); i += 3) {
        std::uint32_t three = 0;
        for (std::size_t j = 0; j < 3; ++j) three = three << 8U | (i + j < text.size() ? static_cast<unsigned char>(text[i + j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j) encoded += i + j > text.size() ? '=' : letters[(three >> (18 - 6 * j)) & 63U];
    }
    return "Basic " + encoded;
}

net::Peer remote()
{
    net::Peer peer;
    peer.address = "10.0.0.7";
    return peer;
}

/// A daemon with a token of each kind, and users.
struct Site {
    ServiceHarness daemon;
    std::shared_ptr<TwoUsers> users = std::make_shared<TwoUsers>();
    std::map<std::string, std::string> shown;  ///< name -> what to show

    std::string make(const std::string& name, std::vector<std::string> roles)
    {
        auth::Token token;
        token.id = "tok_" + name;
        token.name = name;
        for (const auto& role : roles) EXPECT_TRUE(auth::add_role(token, role));
        token.digest = auth::token_digest("inc_" + name);
        token.created_at = daemon.clock.now();
        if (name == "expired") token.expires_at = daemon.clock.now();
        if (name == "revoked") token.revoked_at = daemon.clock.now();
        daemon.tokens.put(token);
        return shown[name] = "Bearer inc_" + name;
    }
    void close_door()
    {
        make("read", {"read"});
        make("write", {"write"});
        make("admin", {"admin"});
        make("github", {"ingest:github"});
        make("generic", {"ingest:generic"});
        make("any", {"ingest:*"});
        make("expired", {"admin"});
        make("revoked", {"admin"});
        shown["unknown"] = "Bearer inc_nobody";
        config::Config config;
        config.access.users["writer"] = {auth::Role::write, {}};
        daemon.configure(std::move(config));
        daemon.runtime().users = users;
        shown["basic reader"] = basic("reader", "open sesame");
        shown["basic writer"] = basic("writer", "open sesame");
        shown["basic wrong"] = basic("reader", "guess");
    }
};

/// What an operation asks for, once more and by hand: `-` nothing, `K` anybody known, `R`, `W`, `A` a role, `I` ingest.
/// The compiler asks for the line of a route that is added.
char needs(Operation operation)
{
    switch (operation) {
    case Operation::get_healthy:
    case Operation::get_ready: return '-';
    case Operation::get_self: return 'K';
    case Operation::post_hook: return 'I';
    case Operation::list_events:
    case Operation::get_event:
    case Operation::get_history:
    case Operation::get_raw:
    case Operation::list_incidents:
    case Operation::get_incident:
    case Operation::get_timeline:
    case Operation::get_draft:
    case Operation::get_stream:
    case Operation::get_status:
    case Operation::list_rules:
    case Operation::try_rules:
    case Operation::list_sources:
    case Operation::get_source:
    case Operation::try_source:
    case Operation::get_stats:
    case Operation::verify_ledger:
    case Operation::get_openapi:
    case Operation::get_metrics:
    case Operation::get_page: return 'R';
    case Operation::post_events:
    case Operation::post_amendment:
    case Operation::open_incident:
    case Operation::patch_incident:
    case Operation::replay_source:
    case Operation::create_rule:
    case Operation::remove_rule:
    case Operation::apply_rules: return 'W';
    case Operation::reload:
    case Operation::list_tokens:
    case Operation::create_token:
    case Operation::revoke_token: return 'A';
    }
    return '?';
}

struct Caller {
    const char* name;
    net::Peer peer;
    const char* shows = "";    ///< of Site::shown
    const char* may = "";      ///< of needs(); empty: nobody is known, 401
    bool generic_hook = false; ///< whether it may post to the hook `generic`
    bool any_hook = false;     ///< and to every other
};

/// In a path that exists, with a body that is good, so that only the caller decides.
Answer ask(Site& site, const wire::Route& route, const Caller& caller)
{
    std::string path{route.path};
    const auto put = [&](std::string_view what, std::string_view value) {
        if (const auto at = path.find(what); at != std::string::npos) path.replace(at, what.size(), value);
    };
    const bool token = route.operation == Operation::revoke_token;
    put("{id}", token ? "tok_none" : "0190d2c8-7a3e-7000-8000-000000000001");
    put("{key}", "INC-99");
    put("{name}", "none");
    put("{source}", "generic");
    put("{tail...}", "more");
    std::string body;
    if (route.method == "POST" || route.method == "PATCH") body = R"({"text":"a"})";
    site.daemon.peer = caller.peer;
    ServiceHarness::Headers headers;
    if (*caller.shows != '\0') headers["authorization"] = site.shown.at(caller.shows);
    return site.daemon.ask(route.method, path, body, headers);
}

void hold(Site& site, const Caller& caller)
{
    for (const auto& route : wire::routes) {
        const auto need = needs(route.operation);
        const auto hook = api::find_hook(route.source.empty() ? "generic" : route.source, site.daemon.runtime().settings->config);
        // Of these the secret decides, not we, and none is configured here.
        if (need == 'I' && hook && hook->source->proof == ingest::Proof::secret) {
            EXPECT_EQ(ask(site, route, caller).status, 401u) << route.path;
            continue;
        }
        const bool writes = std::string_view{caller.may}.find('W') != std::string_view::npos;
        const bool may = need == 'I' ? (route.source.empty() ? caller.generic_hook : caller.any_hook || writes) : need == '-' || std::string_view{caller.may}.find(need) != std::string_view::npos;
        const auto status = ask(site, route, caller).status;
        const auto what = std::string{caller.name} + ": " + std::string{route.method} + ' ' + std::string{route.path};
        if (may) EXPECT_TRUE(status != 401u && status != 403u) << what << ": " << status;
        else EXPECT_EQ(status, *caller.may == '\0' ? 401u : 403u) << what;
    }
}

TEST(AuthMatrix, WithoutTokensThisMachineMayDoAllButWhatNeedsAnAdmin)
{
    Site site;
    hold(site, {"anonymous on loopback", ServiceHarness::loopback(), "", "KRW", true});
    hold(site, {"anonymous from elsewhere", remote(), "", "", false});
    hold(site, {"the socket's group", ServiceHarness::ana(), "", "KRW", true});
    hold(site, {"the account it runs as", ServiceHarness::sam(), "", "KRWA", true});
}

TEST(AuthMatrix, WithTokensAndUsersTcpAsksForProof)
{
    Site site;
    site.close_door();
    const auto loopback = ServiceHarness::loopback();
    hold(site, {"anonymous on loopback", loopback, "", "", false});
    hold(site, {"anonymous from elsewhere", remote(), "", "", false});
    hold(site, {"the socket's group", ServiceHarness::ana(), "", "KRW", true});
    hold(site, {"the account it runs as", ServiceHarness::sam(), "", "KRWA", true});
    for (const auto& peer : {loopback, remote()}) {
        hold(site, {"read", peer, "read", "KR", false});
        hold(site, {"write", peer, "write", "KRW", true});
        hold(site, {"admin", peer, "admin", "KRWA", true});
        hold(site, {"ingest of another source", peer, "github", "K", false});
        hold(site, {"ingest of this source", peer, "generic", "K", true});
        hold(site, {"ingest of all", peer, "any", "K", true, true});
        hold(site, {"expired", peer, "expired", "", false});
        hold(site, {"revoked", peer, "revoked", "", false});
        hold(site, {"unknown", peer, "unknown", "", false});
        hold(site, {"a user that is not listed", peer, "basic reader", "KR", false});
        hold(site, {"a user that may write", peer, "basic writer", "KRW", true});
        hold(site, {"a wrong password", peer, "basic wrong", "", false});
    }
    hold(site, {"a token over the socket", ServiceHarness::sam(), "read", "KR", false});
    hold(site, {"a wrong token over the socket", ServiceHarness::sam(), "unknown", "", false});
    EXPECT_LE(site.users->checks, 3) << "a password is looked at once, not for every request";
}

TEST(AuthMatrix, ARefusalSaysWhatToShowAndCountsNothingElse)
{
    Site site;
    site.close_door();
    site.daemon.peer = remote();
    const auto refused = site.daemon.get("/api/v1/events");
    EXPECT_EQ(refused.status, 401u);
    EXPECT_EQ(refused.type, "application/problem+json");
    EXPECT_NE(refused.header("WWW-Authenticate").find("realm=\"incidentd\""), std::string::npos);
    EXPECT_NE(refused.body.find("Authorization: Bearer"), std::string::npos);
    EXPECT_EQ(site.daemon.metrics.count("connection credentials"), 1);
    const auto expired = site.daemon.get("/api/v1/events", {{"authorization", "Bearer inc_expired"}});
    EXPECT_NE(expired.body.find("the token expired expired"), std::string::npos) << expired.body;
    EXPECT_EQ(expired.body.find("inc_"), std::string::npos) << "the credential itself is never repeated";
    const auto lacking = site.daemon.post("/api/v1/events", R"({"text":"a"})", {{"authorization", "Bearer inc_read"}});
    EXPECT_EQ(lacking.status, 403u);
    EXPECT_NE(lacking.body.find("this needs the role write, and read has read"), std::string::npos) << lacking.body;
    EXPECT_EQ(site.daemon.metrics.count("connection role"), 1);
    const auto hook = site.daemon.post("/api/v1/hooks/generic", R"({"text":"a"})", {{"authorization", "Bearer inc_nobody"}});
    EXPECT_EQ(hook.status, 401u);
    EXPECT_TRUE(hook.body.empty()) << "a forger learns nothing";
    EXPECT_EQ(site.daemon.metrics.count("refused generic credentials"), 1);
    for (const auto* nonsense : {"Bearer", "Bearer ", "Digest x", "Basic !!!", "Basic YQ==", "Basic", "inc_admin", "bearer\tinc_admin"})
        EXPECT_EQ(site.daemon.get("/api/v1/events", {{"authorization", nonsense}}).status, 401u) << nonsense;
    EXPECT_EQ(site.daemon.get("/api/v1/events", {{"authorization", "bearer inc_read"}}).status, 200u) << "schemes know no case";
    EXPECT_EQ(site.daemon.get("/api/v1/events", {{"authorization", "Bearer inc_read"}, {"host", "incidents.example.org"}}).status, 200u)
        << "whoever shows a proof may come by any name";
    EXPECT_EQ(site.daemon.get("/api/v1/events", {{"x-forwarded-for", "127.0.0.1"}, {"x-forwarded-user", "sam"}}).status, 401u);
}

TEST(AuthMatrix, AHookThatSignsNeedsNoTokenOfOurs)
{
    Site site;
    site.close_door();
    site.daemon.peer = remote();
    const auto unsigned_one = site.daemon.post("/api/v1/hooks/slack", R"({"type":"event_callback"})");
    EXPECT_EQ(unsigned_one.status, 401u);
    EXPECT_EQ(site.daemon.metrics.count("refused slack signature"), 1) << "judged by its signature, not by a token";
    EXPECT_EQ(site.daemon.metrics.count("refused slack credentials"), 0);
}

TEST(AuthMatrix, AHookThatCouldSignFollowsTheListenerUntilItsSecretIsKnown)
{
    Site site;
    site.close_door();
    site.daemon.peer = remote();
    EXPECT_EQ(site.daemon.post("/api/v1/hooks/grafana", R"({"alerts":[]})").status, 401u);
    EXPECT_EQ(site.daemon.metrics.count("refused grafana credentials"), 1) << "Grafana's signature is its site's choice";
}

TEST(AuthMatrix, TheAuthorIsWhoProvedItAndAClaimStaysAClaim)
{
    Site site;
    site.close_door();
    site.daemon.peer = remote();
    const auto by = [&](const char* who, std::string body) {
        const auto answer = site.daemon.post("/api/v1/events", std::move(body), {{"authorization", site.shown.at(who)}});
        EXPECT_EQ(answer.status, 201u) << answer.body;
        const std::string id{answer.json().at("events").at(0).at("id").as_string()};
        return site.daemon.get("/api/v1/events/" + id + "/history", {{"authorization", site.shown.at("read")}}).json().at("entries").at(0);
    };
    const auto token = by("write", R"({"text":"a","author":"ana"})");
    EXPECT_EQ(token.at("principal"), "token:write@10.0.0.7");
    EXPECT_EQ(token.at("author").at("name"), "write");
    EXPECT_EQ(token.at("author").at("verified"), true);
    EXPECT_EQ(token.at("author").at("claimed"), "ana");
    EXPECT_EQ(by("basic writer", R"({"text":"a"})").at("principal"), "basic:writer@10.0.0.7");
}

TEST(Tokens, AreMadeShownOnceListedAndRevoked)
{
    ServiceHarness daemon;
    const auto made = daemon.post("/api/v1/tokens", R"({"name":"ci","roles":["read","ingest:github"],"expires":"90d"})");
    ASSERT_EQ(made.status, 201u) << made.body;
    EXPECT_EQ(made.header("Cache-Control"), "no-store");
    const std::string token{made.json().at("token").as_string()}, id{made.json().at("id").as_string()};
    EXPECT_TRUE(token.starts_with("inc_"));
    EXPECT_EQ(token.size(), 47u);
    EXPECT_EQ(made.json().at("expires_at"), "2024-09-20T16:00:00.000000Z");
    EXPECT_EQ(made.json().at("created_by"), "sam");
    EXPECT_TRUE(made.json().at("warning").is_string()) << "the first one closes the door";
    EXPECT_EQ(daemon.tokens.tokens()->front().digest, auth::token_digest(token));
    const auto listed = daemon.get("/api/v1/tokens");
    EXPECT_EQ(listed.body.find(token), std::string::npos);
    EXPECT_EQ(listed.body.find(auth::token_digest(token)), std::string::npos);
    EXPECT_EQ(listed.json().at("tokens").at(0).at("roles"), (boost::json::array{"read", "ingest:github"}));
    EXPECT_EQ(listed.json().at("tokens").at(0).at("state"), "active");

    daemon.peer = ServiceHarness::loopback();
    const ServiceHarness::Headers shown{{"authorization", "Bearer " + token}};
    EXPECT_EQ(daemon.get("/api/v1/events").status, 401u);
    const auto self = daemon.get("/api/v1/self", shown).json();
    EXPECT_EQ(self.at("name"), "ci");
    EXPECT_EQ(self.at("how"), "token:ci@127.0.0.1");
    EXPECT_EQ(self.at("open"), false);
    daemon.peer = ServiceHarness::sam();
    EXPECT_EQ(daemon.post("/api/v1/tokens", R"({"name":"ci","roles":["read"]})").status, 409u);
    const auto second = daemon.post("/api/v1/tokens", R"({"name":"cd","roles":["write"]})");
    EXPECT_TRUE(second.json().at("warning").is_null());
    EXPECT_TRUE(second.json().at("expires_at").is_null());
    EXPECT_EQ(daemon.ask("DELETE", "/api/v1/tokens/" + id, {}).json().at("state"), "revoked");
    EXPECT_EQ(daemon.ask("DELETE", "/api/v1/tokens/" + id, {}).status, 200u) << "it is, now as before";
    EXPECT_EQ(daemon.ask("DELETE", "/api/v1/tokens/tok_none", {}).status, 404u);
    daemon.peer = ServiceHarness::loopback();
    EXPECT_EQ(daemon.get("/api/v1/events", shown).status, 401u);
    daemon.clock.advance(std::chrono::hours{24 * 91});
    EXPECT_EQ(daemon.get("/api/v1/events", {{"authorization", "Bearer " + std::string{second.json().at("token").as_string()}}}).status, 200u)
        << "without expires it holds";
}

TEST(Tokens, ARequestThatIsWrongIsToldWhere)
{
    ServiceHarness daemon;
    const auto pointers = [&](const char* body) {
        const auto answer = daemon.post("/api/v1/tokens", body);
        EXPECT_EQ(answer.status, 422u) << body << answer.body;
        return answer.pointers();
    };
    EXPECT_EQ(pointers("{}"), "/name /roles");
    EXPECT_EQ(pointers(R"({"name":"a","roles":[]})"), "/roles");
    EXPECT_EQ(pointers(R"({"name":"a","roles":["read","root"]})"), "/roles/1");
    EXPECT_EQ(pointers(R"({"name":"a","roles":["read"],"expires":"soon"})"), "/expires");
    EXPECT_EQ(pointers(R"({"name":"a\nb","roles":["read"]})"), "/name");
    EXPECT_EQ(pointers(R"({"name":"a","roles":["read"],"expiry":"1d"})"), "/expiry");
    EXPECT_TRUE(daemon.tokens.tokens()->empty());
}

}  // namespace
}  // namespace incident
