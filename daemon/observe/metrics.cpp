#include "observe/metrics.hpp"
#include "observe/process.hpp"
#include "observe/series.hpp"
#include <array>
#include <atomic>
#include <mutex>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <sstream>

namespace incident::observe {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

const std::vector<std::string> known_sources{"api", "incidentctl", "alertmanager", "grafana", "slack", "generic", "daemon", "other"};
const std::vector<std::string> known_kinds{"alert", "chat", "note", "command", "change", "system", "other"};
const std::vector<std::string> known_tags{"detection",  "impact",     "escalation",    "hypothesis", "investigation",
                                          "misleading_path", "action", "mitigation",  "root_cause", "resolution",
                                          "communication", "change",  "follow_up",     "other"};
const std::vector<std::string> setters{"rule", "person"};
const std::vector<std::string> hook_refusals{"signature", "credentials", "busy", "size", "type", "other"};
const std::vector<std::string> connection_refusals{"limit", "framing", "timeout", "tls", "credentials", "role", "other"};

// Seconds. Answers take a sync (under a millisecond to some), drafts longer; alerts arrive seconds to minutes late.
const prometheus::Histogram::BucketBoundaries answer_bounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5};
const prometheus::Histogram::BucketBoundaries draft_bounds{0.001, 0.01, 0.05, 0.1, 0.5, 1, 5, 30};
const prometheus::Histogram::BucketBoundaries lag_bounds{0.1, 1, 5, 15, 60, 300, 900, 3600, 86400};

MetricFamily single(MetricType type, std::string name, std::string help, double value)
{
    MetricFamily family;
    family.name = std::move(name);
    family.help = std::move(help);
    family.type = type;
    prometheus::ClientMetric metric;
    if (type == MetricType::Counter)
        metric.counter.value = value;
    else
        metric.gauge.value = value;
    family.metric.push_back(std::move(metric));
    return family;
}

MetricFamily gauge(std::string name, std::string help, double value)
{
    return single(MetricType::Gauge, std::move(name), std::move(help), value);
}

MetricFamily counter(std::string name, std::string help, double value)
{
    return single(MetricType::Counter, std::move(name), std::move(help), value);
}

void append_owned_elsewhere(std::vector<MetricFamily>& families, const Metrics::Gauges& now)
{
    families.push_back(gauge("incidentd_ready", "1 when the daemon takes requests, else 0.", now.ready));
    families.push_back(gauge("incidentd_store_latched", "1 after a failed sync: nothing is acknowledged any more.", now.latched));
    families.push_back(gauge("incidentd_store_people_waiting", "Submissions of people that wait for a commit.", now.people_waiting));
    families.push_back(gauge("incidentd_store_machines_waiting", "Submissions of machines that wait for a commit.", now.machines_waiting));
    families.push_back(gauge("incidentd_store_ledger_sequence", "Sequence number of the newest entry.", now.ledger_seq));
    families.push_back(gauge("incidentd_store_file_size_bytes", "Size of the ledger file.", now.file_bytes));
    families.push_back(gauge("incidentd_store_wal_size_bytes", "Size of the write-ahead log.", now.wal_bytes));
    families.push_back(gauge("incidentd_store_last_sync_duration_seconds", "How long the newest sync took.", now.last_sync_seconds));
    families.push_back(counter("incidentd_store_syncs_total", "Syncs of ledger and log.", now.sync_total));
    families.push_back(counter("incidentd_store_sync_failures_total", "Syncs that failed.", now.sync_failures_total));
    families.push_back(counter("incidentd_store_checkpoints_total", "Checkpoints of the write-ahead log.", now.checkpoints_total));
    families.push_back(counter("incidentd_store_groups_total", "Groups committed; many submissions share one.", now.groups_total));
    families.push_back(gauge("incidentd_raw_bodies", "Bodies kept as they arrived.", now.raw_bodies));
    families.push_back(gauge("incidentd_raw_size_bytes", "Size of all kept bodies, compressed.", now.raw_bytes));
    families.push_back(counter("incidentd_raw_kept_total", "Bodies kept since the start.", now.raw_kept_total));
    families.push_back(counter("incidentd_raw_forgotten_total", "Kept bodies forgotten for their age or for want of room.", now.raw_forgotten_total));
    families.push_back(gauge("incidentd_search_behind_entries", "Entries committed that full text has not read yet.", now.search_behind));
    families.push_back(gauge("incidentd_search_lag_seconds", "How long full text has been behind without a break; 0 when it is not.", now.search_lag_seconds));
    families.push_back(gauge("incidentd_search_file_size_bytes", "Size of the file with the words.", now.search_bytes));
    families.push_back(counter("incidentd_search_rebuilds_total", "Times that the file with the words was begun anew: after a redaction, or damaged.", now.search_rebuilds_total));
    families.push_back(gauge("incidentd_open_incidents", "Incidents whose status is open.", now.open_incidents));
    families.push_back(gauge("incidentd_http_connections", "Connections open now.", now.connections));
    families.push_back(gauge("incidentd_message_connections", "Connections of the line protocol, syslog and RELP open now.", now.message_connections));
    families.push_back(counter("incidentd_messages_lost_total", "Messages of plain syslog lost before they could be stored.", now.messages_lost_total));
    families.push_back(gauge("incidentd_stream_clients", "Readers of the live stream.", now.stream_clients));
    families.push_back(counter("incidentd_stream_clients_dropped_total", "Readers of the live stream dropped because they were too slow.",
                               now.stream_clients_dropped));
    families.push_back(counter("incidentd_log_lines_dropped_total", "Log lines lost because stderr was full or stood still.",
                               now.log_lines_dropped));
}

void append_process(std::vector<MetricFamily>& families)
{
    const auto figures = process_figures();
    if (!figures) return;
    families.push_back(counter("process_cpu_seconds_total", "User and system CPU time spent.", figures->cpu_seconds));
    families.push_back(gauge("process_resident_memory_bytes", "Resident memory.", figures->resident_bytes));
    families.push_back(gauge("process_virtual_memory_bytes", "Virtual memory.", figures->virtual_bytes));
    families.push_back(gauge("process_open_fds", "Open file descriptors.", figures->open_descriptors));
    families.push_back(gauge("process_max_fds", "Most file descriptors that can be open.", figures->max_descriptors));
    families.push_back(gauge("process_threads", "Threads.", figures->threads));
    families.push_back(gauge("process_start_time_seconds", "Start, in seconds since 1970 UTC.", figures->start_unix_seconds));
}

class PrometheusMetrics final : public Metrics {
 public:
    void request(std::string_view route_template, std::string_view method, unsigned status, double seconds) override
    {
        requests_.count(route_template, method, status, seconds);
    }
    void event_stored(std::string_view source, std::string_view kind) override { stored_.at(source, kind).Increment(); }
    void event_repeated(std::string_view source) override { repeated_.at(source).Increment(); }
    void event_replayed(std::string_view source) override { replayed_.at(source).Increment(); }
    void hook_unparsed(std::string_view source) override { unparsed_.at(source).Increment(); }
    void hook_refused(std::string_view source, std::string_view reason) override { hook_refused_.at(source, reason).Increment(); }
    void tag_set(std::string_view tag, std::string_view by) override { tags_.at(tag, by).Increment(); }
    void ingest_lag(std::string_view source, double seconds) override { lag_.at(source).Observe(seconds); }
    void draft_rendered(double seconds) override { draft_.Observe(seconds); }
    void config_reload(bool successful, double unix_seconds, std::string_view hash) override
    {
        reload_successful_ = successful ? 1 : 0;
        if (!successful) return;
        reload_success_seconds_ = unix_seconds;
        // Prometheus and Alertmanager have it so: a number that changes when the file does. 48 bits stay exact in a double.
        double number = 0;
        for (const char c : hash.substr(0, 12)) number = number * 16 + (c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= '0' && c <= '9' ? c - '0' : 0);
        config_hash_ = number;
    }
    void connection_refused(std::string_view reason) override { refused_.at(reason).Increment(); }
    void set_gauges(std::function<Gauges()> source) override
    {
        const std::scoped_lock lock{mutex_};
        gauges_ = std::move(source);
    }

    std::string exposition() override
    {
        auto families = registry_.Collect();
        {
            const std::scoped_lock lock{mutex_};
            append_owned_elsewhere(families, gauges_ ? gauges_() : Gauges{});
        }
        families.push_back(gauge("incidentd_config_last_reload_successful", "1 when the newest (re)load of the config worked.", reload_successful_));
        families.push_back(gauge("incidentd_config_last_reload_success_timestamp_seconds", "When the config was last loaded well, in seconds since 1970 UTC.",
                                 reload_success_seconds_));
        families.push_back(gauge("incidentd_config_hash", "Changes when the loaded config does.", config_hash_));
        append_process(families);
        std::ostringstream out;
        prometheus::TextSerializer{}.Serialize(out, families);
        return std::move(out).str();
    }

 private:
    prometheus::Registry registry_;
    std::mutex mutex_;
    std::function<Gauges()> gauges_;
    std::atomic<double> reload_successful_{0}, reload_success_seconds_{0}, config_hash_{0};

    RequestSeries requests_{registry_, answer_bounds};
    CounterPairs stored_{registry_, "incidentd_events_stored_total", "Events committed.", {"source", known_sources}, {"kind", known_kinds}};
    Counters repeated_{registry_, "incidentd_events_repeated_total", "Alert states told again, counted on their event.", {"source", known_sources}};
    Counters replayed_{registry_, "incidentd_events_replayed_total", "Events sent again under their key, answered with the first.", {"source", known_sources}};
    Counters unparsed_{registry_, "incidentd_hook_unparsed_total", "Hook bodies kept as they came because nothing could read them.", {"source", known_sources}};
    CounterPairs hook_refused_{registry_, "incidentd_hook_refused_total", "Hook requests refused.", {"source", known_sources}, {"reason", hook_refusals}};
    CounterPairs tags_{registry_, "incidentd_tags_set_total", "Tags set on events.", {"tag", known_tags}, {"by", setters}};
    Counters refused_{registry_, "incidentd_http_connections_refused_total", "Connections and requests refused below HTTP.", {"reason", connection_refusals}};
    Histograms lag_{registry_, "incidentd_ingest_lag_seconds", "Receipt of an event less its own time.", {"source", known_sources}, lag_bounds};
    prometheus::Histogram& draft_ = prometheus::BuildHistogram()
                                        .Name("incidentd_draft_duration_seconds")
                                        .Help("Time to render a draft.")
                                        .Register(registry_)
                                        .Add({}, draft_bounds);
    prometheus::Gauge& build_ = prometheus::BuildGauge()
                                    .Name("incidentd_build_info")
                                    .Help("1; the labels say which build this is.")
                                    .Register(registry_)
                                    .Add({{"version", std::string{build_info().version}},
                                          {"revision", std::string{build_info().revision}},
                                          {"compiler", std::string{build_info().compiler}}},
                                         1);
};

}  // namespace

std::unique_ptr<Metrics> make_metrics() { return std::make_unique<PrometheusMetrics>(); }

}  // namespace incident::observe
