#include "observe/metrics.hpp"
#include "wire/routes.hpp"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <unistd.h>

namespace incident::observe {
namespace {

std::size_t lines_of(const std::string& text) { return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')); }

TEST(Metrics, StandAtZeroBeforeAnythingHappened)
{
    const auto text = make_metrics()->exposition();
    for (const auto* const line :
         {"incidentd_events_stored_total{kind=\"alert\",source=\"alertmanager\"} 0", "incidentd_events_repeated_total{source=\"grafana\"} 0",
          "incidentd_hook_refused_total{reason=\"signature\",source=\"slack\"} 0", "incidentd_ready 0", "incidentd_store_latched 0",
          "incidentd_tags_set_total{by=\"rule\",tag=\"impact\"} 0", "incidentd_config_last_reload_successful 0",
          "incidentd_http_connections_refused_total{reason=\"framing\"} 0", "incidentd_stream_clients_dropped_total 0"})
        EXPECT_NE(text.find(line), std::string::npos) << line;
    for (const auto& route : wire::routes)
        EXPECT_NE(text.find("route=\"" + std::string{route.path} + "\""), std::string::npos) << route.path;
    for (const auto* const name : {"process_resident_memory_bytes ", "process_open_fds ", "process_cpu_seconds_total ", "process_start_time_seconds "})
        EXPECT_NE(text.find("\n" + std::string{name}), std::string::npos) << name;
    EXPECT_NE(text.find("incidentd_build_info{"), std::string::npos);
}

TEST(Metrics, CountWhatTheyAreTold)
{
    const auto metrics = make_metrics();
    metrics->event_stored("api", "note");
    metrics->event_stored("api", "note");
    metrics->request("/metrics", "GET", 200, 0.002);
    metrics->request("/metrics", "HEAD", 503, 0.002);
    metrics->connection_refused("limit");
    metrics->config_reload(true, 1'700'000'000, "ff00ff00ff00ff");
    Metrics::Gauges gauges;
    gauges.ready = 1;
    gauges.sync_total = 7;
    metrics->set_gauges([gauges] { return gauges; });
    const auto text = metrics->exposition();
    for (const auto* const line : {"incidentd_events_stored_total{kind=\"note\",source=\"api\"} 2",
                                   "incidentd_http_requests_total{code=\"2xx\",method=\"GET\",route=\"/metrics\"} 1",
                                   "incidentd_http_requests_total{code=\"5xx\",method=\"GET\",route=\"/metrics\"} 1",
                                   "incidentd_http_connections_refused_total{reason=\"limit\"} 1", "incidentd_ready 1",
                                   "incidentd_store_syncs_total 7", "incidentd_config_last_reload_successful 1",
                                   "incidentd_config_last_reload_success_timestamp_seconds 1700000000"})
        EXPECT_NE(text.find(line), std::string::npos) << line;
    EXPECT_EQ(text.find("incidentd_config_hash 0\n"), std::string::npos);
}

TEST(Metrics, NeverGrowWithWhatSendersSay)
{
    const auto metrics = make_metrics();
    const auto before = lines_of(metrics->exposition());
    for (int i = 0; i < 10'000; ++i) {
        const auto word = "INC-" + std::to_string(i);
        metrics->event_stored(word, word);
        metrics->tag_set(word, word);
        metrics->hook_refused(word, word);
        metrics->request(word, word, static_cast<unsigned>(i), 0);
        metrics->ingest_lag(word, i);
    }
    EXPECT_EQ(lines_of(metrics->exposition()), before);
}

TEST(Metrics, HaveHelpWithoutLineFeeds)
{
    std::istringstream text{make_metrics()->exposition()};
    for (std::string line; std::getline(text, line);)
        EXPECT_TRUE(line.starts_with("# HELP ") || line.starts_with("# TYPE ") || line.starts_with("incidentd_") || line.starts_with("process_")) << line;
}

TEST(Metrics, PassPromtool)
{
    if (std::system("command -v promtool > /dev/null 2>&1") != 0) GTEST_SKIP() << "promtool (package prometheus) is not installed";
    const auto file = std::filesystem::temp_directory_path() / ("incidentd-metrics-" + std::to_string(::getpid()));
    std::ofstream{file} << make_metrics()->exposition();
    EXPECT_EQ(std::system(("promtool check metrics < " + file.string()).c_str()), 0);
    std::filesystem::remove(file);
}

TEST(BuildInfo, IsKnown)
{
    EXPECT_FALSE(build_info().version.empty());
    EXPECT_FALSE(build_info().revision.empty());
    EXPECT_EQ(build_info().date.size(), 10U);
}

}  // namespace
}  // namespace incident::observe
