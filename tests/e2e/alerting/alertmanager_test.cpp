#include "support/daemon.hpp"
#include "support/http_server.hpp"
#include <gtest/gtest.h>
#include <iostream>

namespace incident::test {
namespace {

std::string replaced(std::string text, std::string_view what, const std::string& with)
{
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
    return text;
}

bool installed(const char* program)
{
    return std::system(("command -v " + std::string{program} + " >/dev/null 2>&1").c_str()) == 0;
}

/// A sender's RFC 3339 time as we print it: UTC, microseconds, truncated.
std::string as_we_print(const std::string& time)
{
    auto text = time.substr(0, time.size() - 1);  // Prometheus writes Z
    const auto dot = text.find('.');
    auto fraction = dot == std::string::npos ? std::string{} : text.substr(dot + 1, 6);
    fraction.resize(6, '0');
    return text.substr(0, dot) + "." + fraction + "Z";
}

/// The real Prometheus and Alertmanager, started from the samples under deploy/ with the test's own ports.
class RealAlerting : public testing::Test {
 protected:
    void SetUp() override
    {
        if (!installed("prometheus") || !installed("prometheus-alertmanager"))
            GTEST_SKIP() << "prometheus and prometheus-alertmanager are not installed";
        const std::string deploy = INCIDENT_DEPLOY_DIR;
        const auto am_port = free_port(), cluster_port = free_port(), prom_port = free_port();
        alertmanager_port_ = am_port;
        // the sample's receiver, with a second webhook behind it that shows what was really sent
        auto receivers = replaced(content_of(deploy + "/alertmanager/alertmanager.yml"), "127.0.0.1:9780",
                                  "127.0.0.1:" + std::to_string(daemon_.port()));
        receivers += "      - url: http://127.0.0.1:" + std::to_string(witness_.port()) + "/\n        send_resolved: true\n";
        write_file(folder_ / "alertmanager.yml", receivers);
        auto prometheus = replaced(content_of(deploy + "/prometheus/prometheus.yml"), "127.0.0.1:9093",
                                   "127.0.0.1:" + std::to_string(am_port));
        prometheus = replaced(prometheus, "127.0.0.1:9780", "127.0.0.1:" + std::to_string(daemon_.port()));
        prometheus = replaced(prometheus, "scrape_interval: 15s", "scrape_interval: 1s");
        prometheus += "  - job_name: shop\n    static_configs:\n      - targets: [\"127.0.0.1:" + std::to_string(shop_.port()) + "\"]\n";
        write_file(folder_ / "prometheus.yml", prometheus);
        write_file(folder_ / "rules.yml", R"(groups:
  - name: shop
    rules:
      - alert: CheckoutErrors
        expr: checkout_errors > 0
        labels: {severity: page, service: checkout}
        annotations: {summary: "checkout answers 503"}
      - alert: QueueLong
        expr: queue_length > 0
        labels: {severity: warning, service: queue}
        annotations: {summary: "the queue grows"}
)");
        ASSERT_TRUE(daemon_.start_and_wait()) << daemon_.log();
        alertmanager_ = std::make_unique<Process>(
            std::vector<std::string>{"prometheus-alertmanager", "--config.file=" + (folder_ / "alertmanager.yml").string(),
                                     "--storage.path=" + (folder_ / "am").string(),
                                     "--web.listen-address=127.0.0.1:" + std::to_string(am_port),
                                     "--cluster.listen-address=127.0.0.1:" + std::to_string(cluster_port)},
            std::map<std::string, std::string>{}, (folder_ / "alertmanager.log").string());
        prometheus_ = std::make_unique<Process>(
            std::vector<std::string>{"prometheus", "--config.file=" + (folder_ / "prometheus.yml").string(),
                                     "--storage.tsdb.path=" + (folder_ / "tsdb").string(),
                                     "--web.listen-address=127.0.0.1:" + std::to_string(prom_port)},
            std::map<std::string, std::string>{}, (folder_ / "prometheus.log").string());
    }

    /// The alerts of this name that were really sent, by status, and how often.
    struct Sent {
        std::string starts_at, ends_at;
        int times = 0;
    };
    Sent sent(const std::string& alert, const std::string& status)
    {
        const std::lock_guard lock{mutex_};
        Sent found;
        for (const auto& body : bodies_) {
            const auto document = boost::json::parse(body);
            for (const auto& one : document.at("alerts").as_array())
                if (one.at("labels").at("alertname").as_string() == alert && one.at("status").as_string() == status)
                    found = {std::string{one.at("startsAt").as_string()}, std::string{one.at("endsAt").as_string()}, found.times + 1};
        }
        return found;
    }
    boost::json::array events(const std::string& alert, const std::string& status)
    {
        HttpClient client{daemon_.port()};
        boost::json::array found;
        for (const auto& event : all_events(client, "&source=alertmanager")) {
            const auto* name = event.at("labels").as_object().if_contains("alertname");
            if (name && name->as_string() == alert && event.at("status").as_string() == status) found.push_back(event);
        }
        return found;
    }
    /// Polls until `done`; ctest's time-out is the limit.
    template <class Done>
    static void until(Done done)
    {
        while (!done()) ::usleep(100'000);
    }

    TempFolder folder_;
    Daemon daemon_{folder_};
    std::atomic<int> checkout_errors_ = 0, queue_length_ = 0;
    std::mutex mutex_;
    std::vector<std::string> bodies_;
    HttpServer shop_{[this](const std::string&, const std::string&) {
        return "checkout_errors " + std::to_string(checkout_errors_) + "\nqueue_length " + std::to_string(queue_length_) + "\n";
    }};
    HttpServer witness_{[this](const std::string&, const std::string& body) {
        const std::lock_guard lock{mutex_};
        bodies_.push_back(body);
        return std::string{};
    }};
    unsigned short alertmanager_port_ = 0;
    std::unique_ptr<Process> alertmanager_, prometheus_;
};

TEST_F(RealAlerting, BecomesOneEventPerStateAtTheSendersTime)
{
    // given an alert that fires long enough to be repeated
    checkout_errors_ = 1;
    until([&] { return sent("CheckoutErrors", "firing").times >= 3; });
    until([&] { const auto e = events("CheckoutErrors", "firing"); return !e.empty() && e[0].at("count").to_number<int>() >= 2; });
    // when it is resolved
    checkout_errors_ = 0;
    until([&] { return sent("CheckoutErrors", "resolved").times >= 1; });
    until([&] { return !events("CheckoutErrors", "resolved").empty(); });

    // then there is one event at startsAt and one at endsAt, the repeats only counted
    const auto firing = events("CheckoutErrors", "firing"), resolved = events("CheckoutErrors", "resolved");
    ASSERT_EQ(firing.size(), 1u);
    ASSERT_EQ(resolved.size(), 1u);
    EXPECT_EQ(firing[0].at("occurred_at").as_string(), as_we_print(sent("CheckoutErrors", "firing").starts_at));
    EXPECT_EQ(resolved[0].at("occurred_at").as_string(), as_we_print(sent("CheckoutErrors", "resolved").ends_at));
    EXPECT_EQ(firing[0].at("text").as_string(), "checkout answers 503");
    EXPECT_EQ(firing[0].at("severity").as_string(), "page");
    std::cout << "firing at " << firing[0].at("occurred_at").as_string() << ", told " << firing[0].at("count")
              << " times; resolved at " << resolved[0].at("occurred_at").as_string() << '\n';
}

/// AWAY_SECONDS=60 makes the daemon's absence a whole minute.
TEST_F(RealAlerting, ReachesADaemonThatWasAwayByRetry)
{
    // given a daemon that is stopped when the alert fires
    ASSERT_EQ(daemon_.stop().exit_code, 0) << daemon_.log();
    queue_length_ = 1;
    until([&] { return sent("QueueLong", "firing").times >= 1; });
    const auto away = std::chrono::seconds{number_from_environment("AWAY_SECONDS", 5)};
    const auto back = std::chrono::steady_clock::now() + away;
    until([&] { return std::chrono::steady_clock::now() >= back; });
    // when it is back
    ASSERT_TRUE(daemon_.start_and_wait()) << daemon_.log();
    until([&] { return !events("QueueLong", "firing").empty(); });
    // then the alert arrived once, with its own time
    const auto firing = events("QueueLong", "firing");
    ASSERT_EQ(firing.size(), 1u);
    EXPECT_EQ(firing[0].at("occurred_at").as_string(), as_we_print(sent("QueueLong", "firing").starts_at));
    EXPECT_LT(firing[0].at("occurred_at").as_string(), firing[0].at("received_at").as_string());
    std::cout << "away " << away.count() << " s: fired at " << firing[0].at("occurred_at").as_string() << ", received at "
              << firing[0].at("received_at").as_string() << '\n';
}

}  // namespace
}  // namespace incident::test
