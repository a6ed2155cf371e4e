#include "bodies.hpp"

namespace incident::ingest::test {
namespace {

Understood read(std::string_view bytes, const char* kind = nullptr, std::string_view type = "application/json")
{
    Body body{bytes, type, {}, arrival};
    if (kind != nullptr) body.headers = {{"x-github-event", kind}, {"x-github-delivery", "72d3162e"}};
    return read_github(body, named("github"));
}

struct Row {
    const char* name;
    const char* sample;
    const char* kind;
    const char* text;
    const char* status;
    const char* occurred_at;
    const char* key;
    const char* link;
};
class Github : public testing::TestWithParam<Row> {};

TEST_P(Github, IsUnderstood)
{
    const auto& row = GetParam();
    const auto understood = read(sample(std::string{"github/"} + row.sample), row.kind);
    ASSERT_EQ(understood.items.size(), 1U);
    EXPECT_EQ(understood.unparsed, 0U);
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.kind, Kind::change);
    EXPECT_EQ(event.source, "github");
    EXPECT_EQ(event.text, row.text);
    EXPECT_EQ(event.status, row.status);
    EXPECT_EQ(event.occurred_at, at(row.occurred_at));
    EXPECT_EQ(event.key, row.key);
    EXPECT_EQ(event.author.name, "kim");
    EXPECT_EQ(event.labels.at("repository"), "octo/shop");
    EXPECT_EQ(event.labels.at("event"), row.kind);
    ASSERT_FALSE(event.links.empty());
    EXPECT_EQ(event.links.front().url, row.link);
}

TEST_P(Github, IsKnownByItsMembersToo)
{
    const auto& row = GetParam();
    if (std::string_view{row.kind} == "check_run") return;  // only its header tells
    const auto bytes = sample(std::string{"github/"} + row.sample);
    EXPECT_EQ(event_at(read(bytes), 0).text, event_at(read(bytes, row.kind), 0).text);
}

INSTANTIATE_TEST_SUITE_P(Own, Github, testing::Values(
    Row{"DeploymentStatus", "deployment-status.json", "deployment_status", "octo/shop: deploy release-2.41 (0a1b2c3) to prod-eu: success", "success",
        "2026-06-22T15:14:30Z", "2026-06-22T15:14:30.000000Z|deployment:9001|success", "https://ci.example.org/9001/log"},
    Row{"Deployment", "deployment.json", "deployment", "octo/shop: deploy 0a1b2c3 to prod-eu: created", "created", "2026-06-22T15:10:00Z",
        "2026-06-22T15:10:00.000000Z|deployment:9001|created", "https://github.com/octo/shop/commit/0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"},
    Row{"WorkflowRun", "workflow-run.json", "workflow_run", "octo/shop: workflow release: Raise the pool to 200: failure", "failure", "2026-06-22T15:12:44Z",
        "2026-06-22T15:12:44.000000Z|run:5550001.1|failure", "https://github.com/octo/shop/actions/runs/5550001"},
    Row{"WorkflowRunAgain", "workflow-run-again.json", "workflow_run", "octo/shop: workflow release: Raise the pool to 200 (attempt 2): success", "success",
        "2026-06-22T15:15:00Z", "2026-06-22T15:15:00.000000Z|run:5550001.2|success", "https://github.com/octo/shop/actions/runs/5550001"},
    Row{"WorkflowRunRequested", "workflow-run-requested.json", "workflow_run", "octo/shop: workflow release: Raise the pool to 200: requested", "requested",
        "2026-06-22T15:01:02Z", "2026-06-22T15:01:02.000000Z|run:5550001.1|requested", "https://github.com/octo/shop/actions/runs/5550001"},
    Row{"Release", "release.json", "release", "octo/shop: release Summer sale (v2.41): published", "published", "2026-06-22T15:13:00Z",
        "2026-06-22T15:13:00.000000Z|release:31|published", "https://github.com/octo/shop/releases/tag/v2.41"},
    Row{"ReleaseEdited", "release-edited.json", "release", "octo/shop: release Summer sale (v2.41): edited", "edited", "2026-06-22T15:16:00Z",
        "release:31|edited|72d3162e", "https://github.com/octo/shop/releases/tag/v2.41"},
    Row{"Push", "push.json", "push", "octo/shop: push to main (2 commits): limits: «no» more", "", "2026-06-22T15:06:10Z",
        "2026-06-22T15:06:10.000000Z|push:refs/heads/main|0000000000000000000000000000000000000001|2222222bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "https://github.com/octo/shop/compare/1...2"},
    Row{"PushDeleted", "push-deleted.json", "push", "octo/shop: deleted old", "", "2026-06-22T15:06:40Z",
        "2026-06-22T15:06:40.000000Z|push:refs/heads/old|1111111aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa|0000000000000000000000000000000000000000",
        "https://github.com/octo/shop/compare/1...0"},
    Row{"CheckRun", "check-run.json", "check_run", "octo/shop: check run completed: unit tests", "failure", "2026-06-22T15:02:00Z",
        "2026-06-22T15:02:00.000000Z|check_run:12|completed|failure", "https://github.com/octo/shop/runs/12"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(GithubForm, HoldsTheSameInOneField)
{
    const auto understood = read(sample("github/deployment-status.form"), "deployment_status", "application/x-www-form-urlencoded");
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.text, "octo/shop: deploy release-2.41 (0a1b2c3) to prod-eu: failure");
    EXPECT_EQ(event.details, "all pods ready");
    EXPECT_EQ(event.labels.at("environment"), "prod-eu");
    EXPECT_EQ(read("payload=", "push", "application/x-www-form-urlencoded").unparsed, 1U);
    EXPECT_EQ(read("other=1", "push", "application/x-www-form-urlencoded").unparsed, 1U);
}

TEST(GithubPing, ProvesTheWiring)
{
    for (const auto* const kind : {"ping", static_cast<const char*>(nullptr)}) {
        const auto understood = read(sample("github/ping.json"), kind);
        EXPECT_TRUE(understood.items.empty());
        EXPECT_EQ(understood.note, "ping: the webhook reaches us (Keep it logically awesome.)");
    }
}

TEST(GithubDeployment, ThatWasReplacedIsNoNews)
{
    const auto understood = read(sample("github/deployment-status-inactive.json"), "deployment_status");
    EXPECT_TRUE(understood.items.empty());
    EXPECT_NE(understood.note.find("inactive"), std::string::npos);
}

TEST(GithubEvent, OfAnUnknownKindKeepsItsName)
{
    const auto understood = read(R"({"action":"created","repository":{"full_name":"octo/shop"},"sender":{"login":"kim"}})", "quantum_entanglement");
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.text, "octo/shop: quantum entanglement created");
    EXPECT_EQ(event.labels.at("event"), "quantum_entanglement");
    EXPECT_TRUE(has_flag(event, "time_from_arrival"));
    EXPECT_EQ(event.key, "quantum_entanglement:|created|created|72d3162e") << "without a time of its own the delivery tells it from the next";
}

TEST(GithubEvent, ThatIsNoneIsKeptUnparsed)
{
    for (const auto* const bytes : {"", "{", "[]", "null", "{}", R"({"zen":1})"}) EXPECT_EQ(read(bytes).unparsed, 1U) << bytes;
    EXPECT_EQ(read("{}", "deployment_status").unparsed, 1U);
    EXPECT_EQ(read(R"({"workflow_run":[]})", "workflow_run").unparsed, 1U);
    EXPECT_EQ(read("{}", "release").unparsed, 1U);
}

TEST(GithubEvent, HasNoLinkThatIsNone)
{
    auto bytes = sample("github/workflow-run.json");
    const std::string good = "https://github.com/octo/shop/actions/runs/5550001";
    bytes.replace(bytes.find(good), good.size(), "javascript:alert(1)");
    for (const auto& url : urls(event_at(read(bytes, "workflow_run"), 0))) EXPECT_TRUE(url.starts_with("https://github.com/octo/shop/commit/")) << url;
}

}  // namespace
}  // namespace incident::ingest::test
