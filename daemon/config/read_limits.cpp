#include "config/read_limits.hpp"

namespace incident::config {

namespace {

using namespace std::chrono_literals;

/// A value outside its bounds would make the daemon useless (no body fits) or unsafe (memory without end).
template <class T>
struct Bounds {
    T least, most;
};

constexpr std::size_t kib = 1024, mib = 1024 * kib, gib = 1024 * mib;

}  // namespace

void read_limits(const Node& node, Config& config, Problems& problems)
{
    auto& http = config.http;
    auto& store = config.store;
    const auto size = [&](std::size_t& into, Bounds<std::size_t> bounds) {
        return [&into, &problems, bounds](const Node& value) {
            const auto bytes = read_size(value, problems);
            if (bytes && (*bytes < bounds.least || *bytes > bounds.most))
                problems.add(value.at, "expected a size from " + std::to_string(bounds.least) + " to " + std::to_string(bounds.most) + " bytes");
            else if (bytes) into = *bytes;
        };
    };
    const auto count = [&](auto& into, Bounds<std::size_t> bounds) {
        return [&into, &problems, bounds](const Node& value) {
            const auto number = read_count(value, problems);
            if (number && (*number < bounds.least || *number > bounds.most))
                problems.add(value.at, "expected a number from " + std::to_string(bounds.least) + " to " + std::to_string(bounds.most));
            else if (number) into = *number;
        };
    };
    const auto time = [&](auto& into, Bounds<std::chrono::milliseconds> bounds) {
        return [&into, &problems, bounds](const Node& value) {
            using Unit = std::remove_reference_t<decltype(into)>;
            const auto span = read_duration(value, problems);
            if (!span) return;
            if (*span < bounds.least || *span > bounds.most)
                problems.add(value.at, "expected a duration from " + std::to_string(bounds.least.count()) + "ms to " + std::to_string(bounds.most.count()) + "ms");
            else if (const auto whole = std::chrono::duration_cast<Unit>(*span); whole != *span)
                problems.add(value.at, "expected whole seconds");
            else into = whole;
        };
    };
    const Key keys[]{
        {"header", size(http.header_bytes, {kib, mib})},
        {"body", size(http.body_bytes, {kib, 64 * mib})},
        {"bulk_body", size(http.bulk_body_bytes, {kib, 64 * mib})},
        {"bodies_in_flight", size(http.bodies_in_flight_bytes, {mib, 4 * gib})},
        {"connections", count(http.connections, {0, 1'000'000})},
        {"connections_per_address", count(http.connections_per_address, {1, 1'000'000})},
        {"stream_clients", count(http.stream_clients, {0, 100'000})},
        {"stream_buffer_entries", count(http.stream_buffer_entries, {10, 1'000'000})},
        {"header_time", time(http.header_time, {1s, 10min})},
        {"body_time", time(http.body_time, {1s, 10min})},
        {"idle_time", time(http.idle_time, {1s, 1h})},
        {"drain_time", time(http.drain_time, {1s, 10min})},
        {"heartbeat", time(http.heartbeat, {1s, 5min})},
        {"group_events", count(store.group_events, {1, 100'000})},
        {"group_bytes", size(store.group_bytes, {64 * kib, 256 * mib})},
        {"machine_queue_submissions", count(store.machine_queue_submissions, {1, 1'000'000})},
        {"people_queue_submissions", count(store.people_queue_submissions, {1, 1'000'000})},
        {"machine_queue", size(store.machine_queue_bytes, {mib, 4 * gib})},
        {"reader_queue_jobs", count(store.reader_queue_jobs, {1, 100'000})},
        {"checkpoint_wal_pages", count(store.checkpoint_wal_pages, {100, 1'000'000})},
        {"verify_at_open", count(store.verify_at_open, {0, std::size_t{1} << 50})},
        {"tally_interval", time(store.tally_interval, {1s, 1h})},
        {"stall", time(store.stall, {100ms, 5min})},
    };
    read_map(node, keys, problems, "limits");
    // A body that may arrive must also fit what may be in flight, or it would be refused for ever.
    if (http.bulk_body_bytes > http.bodies_in_flight_bytes || http.body_bytes > http.bodies_in_flight_bytes)
        problems.add(node_at(node, "/bodies_in_flight").at, "bodies_in_flight must be at least as large as body and bulk_body");
}

void read_nudges(const Node& node, Nudges& nudges, Problems& problems)
{
    const Key keys[]{
        {"stream", [&](const Node& value) { nudges.stream = read_bool(value, problems).value_or(false); }},
        {"every", [&](const Node& value) {
             const auto span = read_duration(value, problems);
             if (!span) return;
             // Whoever works on an outage is asked four times an hour at most, whatever a file says.
             if (*span < 15min || *span > 24h) problems.add(value.at, "expected a duration from 15m to 24h");
             else if (const auto whole = std::chrono::duration_cast<std::chrono::minutes>(*span); whole != *span) problems.add(value.at, "expected whole minutes");
             else nudges.every = whole;
         }},
    };
    read_map(node, keys, problems, "nudges");
}

}  // namespace incident::config
