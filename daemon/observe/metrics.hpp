#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

/// All series, pre-registered at zero (CONVENTIONS M1 to M7), on prometheus-cpp. Any thread.
/// Labels are bounded: source and tag from known sets (else `other`), route template, outcome. Never an incident, author or alert.
namespace incident::observe {

class Metrics {
 public:
    virtual ~Metrics() = default;
    virtual void request(std::string_view route_template, std::string_view method, unsigned status, double seconds) = 0;
    virtual void event_stored(std::string_view source, std::string_view kind) = 0;
    virtual void event_repeated(std::string_view source) = 0;
    virtual void event_replayed(std::string_view source) = 0;
    virtual void hook_unparsed(std::string_view source) = 0;
    virtual void hook_refused(std::string_view source, std::string_view reason) = 0;  ///< `signature`, `busy`, `size`, `type`
    virtual void tag_set(std::string_view tag, std::string_view by) = 0;              ///< by: `rule` or `person`
    virtual void ingest_lag(std::string_view source, double seconds) = 0;             ///< received_at − occurred_at
    virtual void draft_rendered(double seconds) = 0;
    virtual void config_reload(bool successful, double unix_seconds, std::string_view hash) = 0;
    virtual void connection_refused(std::string_view reason) = 0;  ///< `limit`, `framing`, `timeout`, `tls`
    /// Called at each scrape, for gauges that others own (queues, connections, SSE clients, file sizes, readiness).
    struct Gauges {
        double people_waiting = 0, machines_waiting = 0, connections = 0, stream_clients = 0, message_connections = 0, messages_lost_total = 0, ready = 0, latched = 0,
               ledger_seq = 0, file_bytes = 0, wal_bytes = 0, last_sync_seconds = 0, open_incidents = 0, log_lines_dropped = 0,
               stream_clients_dropped = 0, sync_total = 0, sync_failures_total = 0, checkpoints_total = 0, groups_total = 0, raw_bodies = 0, raw_bytes = 0, raw_kept_total = 0,
               raw_forgotten_total = 0, search_behind = 0, search_lag_seconds = 0, search_bytes = 0, search_rebuilds_total = 0;
    };
    virtual void set_gauges(std::function<Gauges()> source) = 0;
    /// The text exposition format 0.0.4.
    [[nodiscard]] virtual std::string exposition() = 0;
};

[[nodiscard]] std::unique_ptr<Metrics> make_metrics();

/// version, revision, compiler, build date: from the build, for `--version`, build_info and GET /api/v1/status.
struct BuildInfo {
    std::string_view version, revision, compiler, date;
};
[[nodiscard]] const BuildInfo& build_info() noexcept;

}  // namespace incident::observe
