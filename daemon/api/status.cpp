#include "api/common.hpp"
#include "api/handlers.hpp"
#include "app/clock.hpp"

namespace incident::api {
namespace {

struct Counted {
    std::size_t open = 0, closed = 0;
};

wire::json::value text_or_null(const std::string& text) { return text.empty() ? wire::json::value(nullptr) : wire::json::value(text); }

wire::json::object to_json(const std::string& path, const store::Ledger& ledger, const store::Ledger::Stats& stats)
{
    wire::json::object json;
    json["path"] = text_or_null(path);
    json["seq"] = ledger.last_seq();
    json["file_bytes"] = stats.file_bytes;
    json["wal_bytes"] = stats.wal_bytes;
    json["latched"] = ledger.latched();
    return json;
}

}  // namespace

Handled get_status(Context& context, Call call)
{
    auto& runtime = context.runtime;
    std::function<Result<Counted>(store::Reader&)> job = [](store::Reader& reader) -> Result<Counted> {
        auto incidents = reader.incidents();
        if (!incidents) return incidents.error();
        Counted counted;
        for (const auto& incident : *incidents) {
            if (incident.status == IncidentStatus::open) ++counted.open;
            if (incident.status == IncidentStatus::closed) ++counted.closed;
        }
        return counted;
    };
    // Whoever asks how we are must get an answer even when no reader is free: the counts are then left out.
    auto counted = co_await read_as<Counted>(runtime, call.sender.who, std::move(job));

    const auto now = runtime.clock.now();
    const auto health = runtime.health();
    const auto stats = runtime.ledger.stats();
    const auto& build = observe::build_info();
    const auto up = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - runtime.started);
    wire::json::object body;
    body["version"] = build.version;
    body["revision"] = build.revision;
    body["started_at"] = to_rfc3339(now - up);
    body["now"] = to_rfc3339(now);
    body["ready"] = health.ready;
    body["reason"] = health.reason;
    body["storage"] = to_json(runtime.storage_path, runtime.ledger, stats);
    wire::json::object queues;
    queues["people"] = stats.people_waiting;
    queues["machines"] = stats.machines_waiting;
    body["queues"] = std::move(queues);
    wire::json::object incidents;
    incidents["open"] = counted ? wire::json::value(counted->open) : wire::json::value(nullptr);
    incidents["closed"] = counted ? wire::json::value(counted->closed) : wire::json::value(nullptr);
    body["incidents"] = std::move(incidents);
    body["sources"] = context.sources.to_json(call.sender.who.role == auth::Role::admin);
    body["stream_clients"] = runtime.hub.clients();
    wire::json::object config;
    config["path"] = text_or_null(runtime.config_path);
    config["reloaded_at"] = text_or_null(runtime.config_reloaded_at ? to_rfc3339(*runtime.config_reloaded_at) : std::string{});
    config["hash"] = call.settings->config.hash;
    config["ok"] = runtime.config_ok;
    body["config"] = std::move(config);
    auto reply = json_reply(200, body);
    reply.headers.emplace_back("Cache-Control", "no-store");
    co_return reply;
}

}  // namespace incident::api
