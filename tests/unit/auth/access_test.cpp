#include "auth/access.hpp"
#include <gtest/gtest.h>

namespace incident::auth {
namespace {

using wire::Operation;

Principal with(Role role, std::set<std::string> ingest = {})
{
    Principal who;
    who.name = "sam";
    who.role = role;
    who.ingest = std::move(ingest);
    who.verified = true;
    return who;
}

/// `-` not asked, `R`, `W`, `A` the least role, `I` the source's own or write, `K` anybody known.
char expected(Operation operation)
{
    switch (operation) {
    case Operation::get_healthy:
    case Operation::get_ready: return '-';
    case Operation::get_self: return 'K';
    case Operation::post_hook: return 'I';
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
    default: return 'R';
    }
}

std::string code(const Result<void>& result)
{
    if (result) return "yes";
    return result.error().code == Errc::unauthenticated ? "401" : result.error().code == Errc::forbidden ? "403" : "?";
}

TEST(Access, EveryOperationAsksForItsRole)
{
    for (const auto& route : wire::routes) {
        const auto need = expected(route.operation);
        const auto is = [&](std::string_view needs) { return needs.find(need) != std::string_view::npos ? "yes" : "403"; };
        EXPECT_EQ(code(allowed(Principal{}, route.operation)), need == '-' ? "yes" : "401") << route.path;
        EXPECT_EQ(code(allowed(with(Role::none), route.operation)), is("-K")) << route.path;
        if (need == 'I') continue;
        EXPECT_EQ(code(allowed(with(Role::none, {"*"}), route.operation)), is("-K")) << route.path << ": ingest stands alone";
        EXPECT_EQ(code(allowed(with(Role::read), route.operation)), is("-KR")) << route.path;
        EXPECT_EQ(code(allowed(with(Role::write), route.operation)), is("-KRW")) << route.path;
        EXPECT_EQ(code(allowed(with(Role::admin), route.operation)), is("-KRWA")) << route.path;
    }
}

TEST(Access, AHookIsForItsSourceAndForWriters)
{
    const auto hook = [](const Principal& who) { return code(allowed(who, Operation::post_hook, "github")); };
    EXPECT_EQ(hook(with(Role::none, {"github"})), "yes");
    EXPECT_EQ(hook(with(Role::none, {"*"})), "yes");
    EXPECT_EQ(hook(with(Role::none, {"grafana"})), "403");
    EXPECT_EQ(hook(with(Role::none, {"git"})), "403") << "names, not prefixes";
    EXPECT_EQ(hook(with(Role::read)), "403");
    EXPECT_EQ(hook(with(Role::read, {"github"})), "yes");
    EXPECT_EQ(hook(with(Role::write)), "yes");
    EXPECT_EQ(hook(with(Role::admin)), "yes");
}

TEST(Access, AStandardsDoorTakesItsSourcesRole)
{
    EXPECT_EQ(code(allowed(with(Role::none, {"cloudevents"}), Operation::post_events, "cloudevents")), "yes");
    EXPECT_EQ(code(allowed(with(Role::none, {"github"}), Operation::post_events, "cloudevents")), "403");
    EXPECT_EQ(code(allowed(with(Role::none, {"cloudevents"}), Operation::post_events)), "403") << "our own events are no door";
    EXPECT_EQ(code(allowed(with(Role::write), Operation::post_events, "cloudevents")), "yes");
    EXPECT_EQ(code(allowed(with(Role::read), Operation::post_events, "cloudevents")), "403");
}

TEST(Access, ARefusalNamesTheRoleAndTheOneWhoLacksIt)
{
    const auto refused = allowed(with(Role::read, {"github"}), Operation::reload);
    EXPECT_EQ(refused.error().detail, "this needs the role admin, and sam has read, ingest:github");
    EXPECT_NE(allowed(Principal{}, Operation::list_events).error().detail.find("Authorization: Bearer"), std::string::npos);
}

TEST(Access, APrivateIncidentIsForItsMembersAndTheOwner)
{
    Incident incident;
    incident.members = {"sam", "ana"};
    EXPECT_TRUE(may_see(Principal{}, incident)) << "not private";
    incident.label = "private";
    EXPECT_TRUE(may_see(with(Role::none), incident)) << "a member, whatever the role: that is asked elsewhere";
    EXPECT_FALSE(may_see(Principal{}, incident));
    auto claimed = with(Role::write);
    claimed.verified = false;
    EXPECT_FALSE(may_see(claimed, incident)) << "a name that nobody proved is no member";
    auto other = with(Role::admin);
    other.name = "eve";
    EXPECT_FALSE(may_see(other, incident)) << "an admin of the recorder is no member of everything";
    other.owner = true;
    EXPECT_TRUE(may_see(other, incident)) << "who can read the file can read it here";
    incident.members = {""};
    other = with(Role::admin);
    other.name.clear();
    EXPECT_FALSE(may_see(other, incident));
}

TEST(Access, RolesAreAddedByWord)
{
    Token token;
    for (const auto* word : {"write", "read", "ingest:github", "ingest:*", "ingest:a-b_c.9"}) EXPECT_TRUE(add_role(token, word)) << word;
    EXPECT_EQ(token.role, Role::write) << "the greater stays";
    EXPECT_EQ(token.ingest, (std::set<std::string>{"*", "a-b_c.9", "github"}));
    const auto before = token;
    for (const auto* word : {"", "none", "root", "Read", "ingest", "ingest:", "ingest:a b", "ingest:../x", "ingest:a/b", "write,read"}) {
        const auto added = add_role(token, word);
        ASSERT_FALSE(added) << word;
        EXPECT_EQ(added.error().code, Errc::invalid_input);
        EXPECT_NE(added.error().detail.find("read, write, admin, ingest:SOURCE"), std::string::npos);
    }
    EXPECT_EQ(token, before);
}

TEST(Access, ATokenIsItsRandomnessAndOnlyItsDigestIsKept)
{
    std::array<std::uint8_t, 32> random{};
    EXPECT_EQ(token_text(random), "inc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    random.fill(0xff);
    EXPECT_EQ(token_text(random), "inc_" + std::string(42, '_') + "8");
    EXPECT_EQ(token_text(random).size(), 4u + 43u);
    EXPECT_EQ(token_digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") << "SHA-256 of FIPS 180-2";
}

}  // namespace
}  // namespace incident::auth
