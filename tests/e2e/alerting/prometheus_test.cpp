#include "support/daemon.hpp"
#include "support/http_server.hpp"
#include <gtest/gtest.h>

namespace incident::test {
namespace {

std::string with(std::string text, std::string_view what, const std::string& instead)
{
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + instead.size())) text.replace(at, what.size(), instead);
    return text;
}

/// The real Prometheus by the sample under deploy/, pushing to the door itself and, so that we see what it says, to a witness.
class StraightPrometheus : public testing::Test {
 protected:
    void SetUp() override
    {
        if (std::system("command -v prometheus >/dev/null 2>&1") != 0) GTEST_SKIP() << "prometheus is not installed";
        auto config = with(content_of(INCIDENT_DEPLOY_DIR "/prometheus/prometheus-direct.yml"), "127.0.0.1:9780", "127.0.0.1:" + std::to_string(daemon_.port()));
        config = with(config, "    - path_prefix:", "    - api_version: v2\n      static_configs: [{targets: [\"127.0.0.1:" + std::to_string(witness_.port()) + "\"]}]\n    - path_prefix:");
        config += "scrape_configs:\n  - job_name: shop\n    scrape_interval: 1s\n    static_configs:\n      - targets: [\"127.0.0.1:" + std::to_string(shop_.port()) + "\"]\n";
        write_file(folder_ / "prometheus.yml", config);
        write_file(folder_ / "rules.yml", R"(groups:
  - name: shop
    rules:
      - alert: CheckoutErrors
        expr: checkout_errors > 0
        labels: {severity: page, service: checkout}
        annotations: {summary: "checkout answers 503"}
)");
        ASSERT_TRUE(daemon_.start_and_wait()) << daemon_.log();
        const auto port = free_port();
        prometheus_ = std::make_unique<Process>(
            std::vector<std::string>{"prometheus", "--config.file=" + (folder_ / "prometheus.yml").string(), "--storage.tsdb.path=" + (folder_ / "tsdb").string(),
                                     "--rules.alert.resend-delay=1s", "--web.listen-address=127.0.0.1:" + std::to_string(port)},
            std::map<std::string, std::string>{}, (folder_ / "prometheus.log").string());
    }

    /// What Prometheus really sent last: its start and its end, which for a firing alert is a lease.
    struct Sent {
        std::string starts_at, ends_at;
        int times = 0;
    };
    Sent sent()
    {
        const std::lock_guard lock{mutex_};
        Sent found;
        for (const auto& body : bodies_) {
            const auto document = boost::json::parse(body);
            for (const auto& alert : document.as_array())
                found = {std::string{alert.at("startsAt").as_string()}, std::string{alert.at("endsAt").as_string()}, found.times + 1};
        }
        return found;
    }
    boost::json::array events(const std::string& status)
    {
        HttpClient client{daemon_.port()};
        boost::json::array found;
        for (const auto& event : all_events(client, "&source=prometheus"))
            if (event.at("status").as_string() == status) found.push_back(event);
        return found;
    }
    /// Polls until `done`; ctest's time-out is the limit.
    template <class Done>
    static void until(Done done)
    {
        while (!done()) ::usleep(100'000);
    }
    static std::string to_micros(const std::string& time)
    {
        const auto dot = time.find('.');
        auto fraction = dot == std::string::npos ? std::string{} : time.substr(dot + 1, time.size() - dot - 2).substr(0, 6);
        fraction.resize(6, '0');
        return time.substr(0, dot == std::string::npos ? time.size() - 1 : dot) + '.' + fraction + 'Z';
    }

    TempFolder folder_;
    Daemon daemon_{folder_};
    std::atomic<int> errors_ = 0;
    std::mutex mutex_;
    std::vector<std::string> bodies_;
    HttpServer shop_{[this](const std::string&, const std::string&) { return "checkout_errors " + std::to_string(errors_) + "\n"; }};
    HttpServer witness_{[this](const std::string&, const std::string& body) {
        const std::lock_guard lock{mutex_};
        bodies_.push_back(body);
        return std::string{};
    }};
    std::unique_ptr<Process> prometheus_;
};

TEST_F(StraightPrometheus, BecomesOneEventPerStateWithoutAnAlertmanager)
{
    // given an alert that is told again each second, with an end that is only a lease
    errors_ = 1;
    until([&] { return sent().times >= 3; });
    until([&] { const auto fired = events("firing"); return !fired.empty() && fired[0].at("count").to_number<int>() >= 3; });
    EXPECT_GT(sent().ends_at, sent().starts_at);
    EXPECT_TRUE(events("resolved").empty()) << "a lease is no end";
    const auto started = sent().starts_at;
    // when the trouble is over
    errors_ = 0;
    until([&] { return !events("resolved").empty(); });
    // then there is one event at its start and one at its end
    const auto fired = events("firing"), resolved = events("resolved");
    ASSERT_EQ(fired.size(), 1u);
    ASSERT_EQ(resolved.size(), 1u);
    EXPECT_EQ(fired[0].at("occurred_at").as_string(), to_micros(started));
    EXPECT_EQ(resolved[0].at("occurred_at").as_string(), to_micros(sent().ends_at));
    EXPECT_EQ(fired[0].at("text").as_string(), "checkout answers 503");
    EXPECT_EQ(fired[0].at("severity").as_string(), "page");
    EXPECT_EQ(content_of(folder_ / "prometheus.log").find("Error sending alert"), std::string::npos) << content_of(folder_ / "prometheus.log");
}

}  // namespace
}  // namespace incident::test
