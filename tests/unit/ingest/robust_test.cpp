#include "bodies.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <functional>
#include <random>

// What arrives at a hook is kept, whatever it is: every sample, cut and damaged, gives a storable event, a change of one,
// or a reason why there is none.

namespace incident::ingest::test {
namespace {

using Read = std::function<Understood(const Body&)>;

Source slack_site()
{
    auto source = named("slack");
    source.chat.reactions = {{"eyes", "investigation"}, {"heart_eyes", "resolution"}};
    source.chat.workspace_url = "https://x.slack.com";
    return source;
}

struct Dialect {
    std::string name, shared, own;
    std::vector<Read> readers;
};

/// By the table of dialects, as the daemon finds them.
Read as(const std::string& name)
{
    return [name](const Body& body) { return find_dialect(name)->read(body, named(name)); };
}

std::vector<Dialect> dialects()
{
    return {{"Alertmanager", "alertmanager", "alertmanager", {[](const Body& body) { return read_alertmanager(body, named("alertmanager")); }}},
            {"Grafana", "grafana", "grafana", {[](const Body& body) { return read_grafana(body, named("grafana")); }}},
            {"Prometheus", "prometheus-push-v2", "prometheus", {as("prometheus")}},
            {"PagerDuty", "pagerduty-v3", "pagerduty", {as("pagerduty")}},
            {"PagerDutyEvents", "pagerduty-events-v2", "pagerduty-events", {as("pagerduty-events")}},
            {"AzureMonitor", "azure-monitor", "azure-monitor", {as("azure-monitor")}},
            {"GcpMonitoring", "gcp-monitoring", "gcp-monitoring", {as("gcp-monitoring")}},
            {"Zabbix", "zabbix", "zabbix", {as("zabbix")}},
            {"CloudEvents", "cloudevents", "cloudevents", {as("cloudevents")}},
            {"StandardWebhooks", "standard-webhooks", "standard-webhooks", {as("standard-webhooks")}},
            {"Otlp", "otlp", "otlp", {as("otlp")}},
            {"Slack", "slack-events", "slack", {[](const Body& body) { return read_slack(body, slack_site()); }}},
            {"Github", "github", "github", {[](const Body& body) { return read_github(body, named("github")); }}},
            {"AwsSns", "aws-sns-cloudwatch", "aws-sns", {[](const Body& body) { return read_aws_sns(body, named("aws-sns")); }}},
            {"Generic", "generic-json", "generic", {[](const Body& body) { return read_generic(body, named("generic")); }}}};
}

std::vector<std::string> bodies_under(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> files;
    if (std::filesystem::is_directory(folder))
        for (const auto& entry : std::filesystem::directory_iterator{folder})
            if (const auto type = entry.path().extension(); type == ".json" || type == ".ndjson") files.push_back(entry.path());
    std::ranges::sort(files);
    std::vector<std::string> bodies;
    for (const auto& file : files) {
        bodies.push_back(incident::test::content_of(file));
        // Some samples are the inner part only; they stand for themselves and in their envelope.
        if (file.filename().string().starts_with("inner-")) bodies.push_back(R"({"type":"event_callback","event_id":"Ev1","event":)" + bodies.back() + '}');
    }
    return bodies;
}

void expect_storable(const Event& event)
{
    EXPECT_FALSE(event.text.empty());
    EXPECT_FALSE(event.source.empty());
    EXPECT_LE(event.text.size(), max_text_bytes);
    EXPECT_LE(event.details.size(), max_details_bytes);
    EXPECT_LE(event.key.size(), max_key_bytes);
    EXPECT_LE(event.labels.size(), max_labels);
    EXPECT_LE(event.links.size(), max_links);
    EXPECT_LE(event.author.name.size(), max_name_bytes);
    EXPECT_LE(event.severity.size(), max_name_bytes);
    EXPECT_LE(event.status.size(), max_name_bytes);
    for (const auto* const text : {&event.text, &event.details, &event.key, &event.severity, &event.status, &event.occurred_raw, &event.author.name}) EXPECT_TRUE(is_utf8(*text));
    for (const auto& [name, value] : event.labels) {
        EXPECT_TRUE(is_utf8(name) && is_utf8(value));
        EXPECT_LE(value.size(), max_label_bytes);
    }
    for (const auto& link : event.links) EXPECT_TRUE(lowered(link.url).starts_with("http")) << link.url;
    EXPECT_EQ(to_rfc3339(event.occurred_at).size(), 27u) << "a year of four digits";
}

void expect_kept(const Understood& understood)
{
    EXPECT_TRUE(!understood.items.empty() || !understood.note.empty() || !understood.reply.empty());
    for (const auto& item : understood.items) {
        if (const auto* const event = std::get_if<Event>(&item.what)) {
            expect_storable(*event);
            continue;
        }
        const auto& change = std::get<ByKey>(item.what);
        EXPECT_FALSE(change.key.empty());
        EXPECT_FALSE(change.once_key.empty());
        EXPECT_LE(change.key.size(), max_key_bytes);
        EXPECT_TRUE(is_utf8(change.key) && is_utf8(change.once_key) && is_utf8(change.amendment.reason));
        if (change.amendment.text) {
            EXPECT_TRUE(is_utf8(*change.amendment.text));
        }
        if (change.orphan) expect_storable(*change.orphan);
    }
}

class DialectSamples : public testing::TestWithParam<Dialect> {
 protected:
    static void check(const std::string& bytes)
    {
        for (const auto& read : GetParam().readers) expect_kept(read(body_of(bytes)));
    }

    static void check_hard(const std::string& bytes)
    {
        check(bytes);
        for (std::size_t i = 0; i < 50; ++i) check(bytes.substr(0, bytes.size() * i / 50));
        std::mt19937 random{static_cast<std::uint32_t>(bytes.size())};
        for (int round = 0; round < 1000; ++round) {
            auto damaged = bytes;
            for (auto changes = 1 + random() % 4; changes > 0 && !damaged.empty(); --changes) {
                const auto place = random() % damaged.size();
                switch (random() % 4) {
                    case 0: damaged[place] = static_cast<char>(random() % 256); break;
                    case 1: damaged.erase(place, 1 + random() % 8); break;
                    case 2: damaged.insert(place, damaged.substr(random() % damaged.size(), random() % 16)); break;
                    default: damaged[place] = "{}[]\",:0-e\\ntfu"[random() % 15]; break;
                }
            }
            check(damaged);
            if (HasFailure()) {
                ADD_FAILURE() << "round " << round << " of:\n" << damaged;
                return;
            }
        }
    }
};

TEST_P(DialectSamples, OfOurOwnAreKeptCutAndDamaged)
{
    const auto bodies = bodies_under(std::filesystem::path{INCIDENT_TESTDATA_DIR "/payloads"} / GetParam().own);
    EXPECT_FALSE(bodies.empty());
    for (const auto& bytes : bodies) check_hard(bytes);
}

TEST_P(DialectSamples, OfOthersAreUnderstoodAndKeptCutAndDamaged)
{
    const auto folder = std::filesystem::path{INCIDENT_SHARED_DIR "/payloads"} / GetParam().shared;
    const auto bodies = bodies_under(folder);
    if (bodies.empty()) GTEST_SKIP() << "no samples under " << folder << "; they are not part of the project";
    for (const auto& bytes : bodies) {
        const bool inner = GetParam().name == "Slack" && bytes.find("\"event_id\"") == bytes.npos && bytes.find("\"token\"") == bytes.npos;
        EXPECT_EQ(GetParam().readers[0](body_of(bytes)).unparsed, inner ? 1u : 0u) << bytes;
        check_hard(bytes);
    }
}

INSTANTIATE_TEST_SUITE_P(Every, DialectSamples, testing::ValuesIn(dialects()), [](const auto& dialect) { return dialect.param.name; });

}  // namespace
}  // namespace incident::ingest::test
