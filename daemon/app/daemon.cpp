#include "app/daemon.hpp"
#include "api/call.hpp"
#include "api/message_service.hpp"
#include "api/nudger.hpp"
#include "app/message_sockets.hpp"
#include "app/service_manager.hpp"
#include "config/site_rules.hpp"
#include "net/descriptors.hpp"
#include "net/listen_address.hpp"
#include "observe/log.hpp"
#include "store/sqlite.hpp"
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <csignal>
#include <malloc.h>
#include <unistd.h>

namespace incident::app {
namespace {

using observe::log_error;
using observe::log_info;
using observe::log_warn;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds latched_service{10};  // reads and 503s go on so long (RELIABILITY F6)
constexpr std::chrono::minutes nudge_look{1};          // how often to look whether an open incident lacks a fact
constexpr std::chrono::seconds web_file_check{5};    // how often to look whether the web file changed
constexpr std::chrono::seconds irc_farewell{1};            // for the tasks of its networks to end
constexpr int oldest_sound_sqlite = 3'051'003;       // the WAL-reset bug is fixed in 3.51.3

/// The system's randomness lives as long as the program; the ledger keeps a reference.
SystemEntropy& system_entropy()
{
    static SystemEntropy entropy;
    return entropy;
}

net::Limits to_net_limits(const config::HttpLimits& http)
{
    net::Limits limits;
    limits.gate.header_bytes = http.header_bytes;
    limits.header_time = http.header_time;
    limits.body_time = http.body_time;
    limits.idle_time = http.idle_time;
    limits.bodies_in_flight_bytes = http.bodies_in_flight_bytes;
    limits.connections = http.connections;
    limits.connections_per_address = http.connections_per_address;
    limits.input_bytes = std::max(limits.input_bytes, 2 * http.header_bytes);
    return limits;
}

live::HubLimits to_hub_limits(const config::HttpLimits& http)
{
    live::HubLimits limits;
    limits.clients = http.stream_clients;
    limits.buffer_entries = http.stream_buffer_entries;
    limits.heartbeat = http.heartbeat;
    return limits;
}

/// Without a token and without users nobody could prove anything, so only this machine may reach us (RELIABILITY I-1).
StartFailure open_to_others(std::string_view address)
{
    return {exit_config, "listening on " + std::string{address} +
                             " would let other machines write without authentication; start on 127.0.0.1:9780 first and make a token: "
                             "incidentctl token create NAME --role write"};
}

int exit_code_of(const Failure& failure) { return failure.code == Errc::invalid_input ? exit_config : exit_failure; }

double unix_seconds(Instant at) { return std::chrono::duration<double>(at.time_since_epoch()).count(); }

}  // namespace

Result<std::shared_ptr<const api::Settings>> load_settings(const std::string& config_file, const std::string& storage_path)
{
    auto settings = std::make_shared<api::Settings>();
    if (!config_file.empty()) {
        auto config = config::load(config_file);
        if (!config) return config.error();
        settings->config = std::move(*config);
    }
    if (!storage_path.empty()) {
        auto site = config::load_site_rules(config::site_rules_file(storage_path));
        if (site) settings->site_rules = std::move(*site);
        else settings->site_rules_problem = site.error().detail;
    }
    auto rules = config::compile_rules(settings->config, settings->site_rules);
    if (!rules) return rules.error();
    settings->rules = std::move(*rules);
    return std::shared_ptr<const api::Settings>{std::move(settings)};
}

std::unique_ptr<Daemon> Daemon::start(const Options& options, StartFailure& failure)
{
    auto settings = load_settings(options.config_file, options.storage_path);
    if (!settings) {
        failure = {exit_config, settings.error().detail};
        return nullptr;
    }
    for (const auto& address : options.listen_addresses) {
        const auto endpoint = net::parse_listen_address(address);
        if (!endpoint) {
            failure = {exit_config, endpoint.error().detail};
            return nullptr;
        }
    }
    static const SystemClock ledger_clock;
    auto web = WebConfig::open(options.web_config_file, ledger_clock);
    if (!web) {
        failure = {exit_config, web.error().detail};
        return nullptr;
    }
    net::raise_descriptor_limit();
    auto ledger = store::LocalLedger::open(options.storage_path, ledger_clock, system_entropy(), (*settings)->config.store);
    if (!ledger) {
        failure = {exit_failure, ledger.error().detail};
        return nullptr;
    }
    // From here on the storage lock is ours, so a stale socket file may be replaced.
    std::unique_ptr<Daemon> daemon{new Daemon{options, std::move(*settings), std::move(*web), std::move(*ledger)}};
    auto activated = activated_listeners(daemon->context_.get_executor());
    if (!activated) {
        failure = {exit_code_of(activated.error()), activated.error().detail};
        return nullptr;
    }
    if (!daemon->open_listeners(std::move(activated->listeners), failure)) return nullptr;
    const auto& listeners = daemon->runtime_->settings->config.listeners;
    if (auto opened = open_message_sockets(*daemon->message_server_, activated->messages, listeners, daemon->clock_); !opened) {
        failure = {exit_code_of(opened.error()), opened.error().detail};
        return nullptr;
    }
    daemon->wire_up();
    return daemon;
}

Daemon::Daemon(const Options& options, std::shared_ptr<const api::Settings> settings, std::unique_ptr<WebConfig> web,
               std::unique_ptr<store::LocalLedger> ledger)
    : options_(options), metrics_(observe::make_metrics()), web_(std::move(web)), ledger_(std::move(ledger)),
      hub_(live::make_hub(context_.get_executor(), *ledger_, ledger_->last_seq(), to_hub_limits(settings->config.http))),
      runtime_(new api::Runtime{*ledger_, *ledger_, *hub_, *metrics_, clock_, settings, [this] { return health(); },
                                [this] { return reload(); }, options.external_url, std::chrono::steady_clock::now(),
                                true, options.storage_path, options.config_file}),
      shared_(api::make_context(*runtime_)), handler_(api::make_service(shared_)),
      server_(std::make_unique<net::Server>(context_, *handler_, clock_, to_net_limits(settings->config.http),
                                            [this](std::string_view reason) { metrics_->connection_refused(reason); })),
      message_handler_(api::make_message_service(shared_)), message_server_(std::make_unique<net::MessageServer>(context_, *message_handler_)),
      irc_(context_.get_executor(), system_entropy())
{
    runtime_->tokens = ledger_.get();
    runtime_->own_uid = ::geteuid();
    runtime_->entropy = &system_entropy();
    metrics_->config_reload(true, unix_seconds(clock_.now()), settings->config.hash);
    metrics_->set_gauges([this] { return gauges(); });
    apply_web();
}

Daemon::~Daemon()
{
    if (latch_reason_.empty()) ledger_->close();  // its threads post to what goes before it
}

bool Daemon::open_listeners(std::vector<net::Listener> activated, StartFailure& failure)
{
    bool have_tcp = false, have_unix = false;
    const auto take = [&](Result<net::Listener> listener) {
        if (!listener) {
            failure = {exit_code_of(listener.error()), listener.error().detail};
            return false;
        }
        if (!listener->unix_socket && !listener->loopback && !asks_for_proof()) {
            failure = open_to_others(listener->address);
            return false;
        }
        if (!listener->unix_socket) listener->tls = web_->tls();
        server_->add(std::move(*listener));
        return true;
    };
    for (auto& listener : activated) {
        (listener.unix_socket ? have_unix : have_tcp) = true;
        if (!take(std::move(listener))) return false;
    }
    // What the service manager opened stands in for our own of that kind.
    if (!have_tcp)
        for (const auto& address : options_.listen_addresses) {
            // Before it is open: nobody shall connect to what is closed again in a moment.
            if (const auto endpoint = net::parse_listen_address(address); endpoint && !endpoint->address().is_loopback() && !asks_for_proof()) {
                failure = open_to_others(address);
                return false;
            }
            if (!take(net::open_tcp(context_.get_executor(), address))) return false;
        }
    if (!have_unix && !options_.socket_path.empty() && !take(net::open_unix(context_.get_executor(), options_.socket_path))) return false;
    if (runtime_->external_url.empty())
        for (const auto& listener : server_->listeners())
            if (!listener.unix_socket && runtime_->external_url.empty()) runtime_->external_url = (listener.tls ? "https://" : "http://") + listener.address;
    return true;
}

bool Daemon::asks_for_proof() const
{
    return !ledger_->tokens()->empty() || (runtime_->users && !runtime_->users->empty());
}

void Daemon::wire_up()
{
    // Both run on the store thread and only hand over.
    ledger_->on_commit([this](std::shared_ptr<const std::vector<Entry>> entries) {
        asio::post(context_, [this, entries = std::move(entries)]() mutable {
            note_incidents(*entries);
            hub_->publish(std::move(entries));
        });
    });
    ledger_->on_latch([this](std::string reason) {
        asio::post(context_, [this, reason = std::move(reason)] { latch(reason); });
    });
    const auto& build = observe::build_info();
    log_info("starting", {{"version", build.version}, {"revision", build.revision}, {"storage", options_.storage_path},
                          {"config", options_.config_file.empty() ? std::string{"built-in defaults"} : options_.config_file},
                          {"store", ledger_->description()}});
    if (const auto& problem = runtime_->settings->site_rules_problem; !problem.empty())
        log_error("the rules that people made are not in force; put their file right and reload", {{"problem", problem}});
    if (const auto& check = ledger_->opening_check(); !check.ok)
        log_error("the record was changed or damaged; notes are still taken, run incidentctl verify", {{"problem", check.problem}});
    if (store::sqlite_version_number() < oldest_sound_sqlite)
        log_warn("this SQLite is older than 3.51.3 and can corrupt a file that two connections write; open it read-only from other tools",
                 {{"sqlite", store::sqlite_version()}});
    for (const auto& listener : server_->listeners())
        log_info("listening", {{"address", listener.address}, {"transport", listener.unix_socket ? "unix" : listener.tls ? "tls" : "tcp"}});
}

int Daemon::run()
{
    tasks_.spawn(serve());
    context_.run();
    if (!latch_reason_.empty()) return exit_latched;
    ledger_->close();
    log_info("stopped", {{"ledger_seq", ledger_->last_seq()}});
    return exit_ok;
}

void Daemon::request_stop() { asio::post(context_, [this] { stop_signals_.cancel(); }); }

void Daemon::request_reload() { asio::post(context_, [this] { (void)reload(); }); }

std::uint16_t Daemon::port() const
{
    for (const auto& listener : server_->listeners())
        if (!listener.unix_socket) return listener.port;
    return 0;
}

asio::awaitable<void> Daemon::serve()
{
    using namespace asio::experimental::awaitable_operators;
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await count_open_incidents();
    server_->start();
    state_ = State::serving;
    irc_.configure(shared_, runtime_->settings->config.irc);
    tasks_.spawn(follow_reload_signals());
    if (!options_.web_config_file.empty()) tasks_.spawn(follow_web_file());
    tasks_.spawn(nudge_followers());
    if (watchdog_interval()) tasks_.spawn(feed_watchdog());
    ::malloc_trim(0);  // to read the rules took megabytes that nothing holds any more
    log_info("ready", {{"url", runtime_->external_url}, {"ledger_seq", ledger_->last_seq()}});
    notify_ready("taking events");
    (void)co_await stop_signals_.async_wait(as_result);
    state_ = State::draining;
    log_info("stopping: no new connections, finishing what was begun", {{"connections", server_->connections()}});
    notify_stopping();
    hub_->close();
    irc_.stop();
    co_await drain();
    // Not longer: a name being looked up cannot be called back.
    asio::steady_timer enough{context_, irc_farewell};
    auto left = irc_.wait_idle();
    auto waited = enough.async_wait(asio::use_awaitable);
    (void)co_await (std::move(left) || std::move(waited));
    context_.stop();
}

asio::awaitable<void> Daemon::drain()
{
    using namespace asio::experimental::awaitable_operators;
    const auto grace = runtime_->settings->config.http.drain_time;
    auto requests = server_->drain(grace);
    auto messages = message_server_->drain(grace);
    co_await (std::move(requests) && std::move(messages));
}

asio::awaitable<void> Daemon::count_open_incidents()
{
    std::function<Result<std::vector<Incident>>(store::Reader&)> all = [](store::Reader& reader) { return reader.incidents(); };
    const auto incidents = co_await store::read(static_cast<store::Readers&>(*ledger_), std::move(all));
    if (!incidents) co_return;
    std::set<IncidentKey> private_incidents;
    for (const auto& incident : *incidents) {
        if (incident.status == IncidentStatus::open) open_incidents_.insert(incident.key);
        if (incident.label == "private") private_incidents.insert(incident.key);
    }
    hub_->begin(std::move(private_incidents));
}

void Daemon::note_incidents(const std::vector<Entry>& entries)
{
    for (const auto& entry : entries) {
        const auto* const step = std::get_if<IncidentStep>(&entry.what);
        if (step == nullptr) continue;
        switch (step->change) {
        case IncidentStep::Change::opened:
        case IncidentStep::Change::reopened: open_incidents_.insert(step->incident); break;
        case IncidentStep::Change::closed:
        case IncidentStep::Change::merged: open_incidents_.erase(step->incident); break;
        case IncidentStep::Change::set: break;
        }
    }
}

asio::awaitable<void> Daemon::follow_reload_signals()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    while (true) {
        auto [ended, number] = co_await reload_signals_.async_wait(as_result);
        if (ended) co_return;
        (void)reload();
    }
}

/// Prometheus and its exporters read theirs at every request; people expect a change to be seen.
asio::awaitable<void> Daemon::follow_web_file()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    asio::steady_timer pause{context_};
    while (true) {
        pause.expires_after(web_file_check);
        auto [ended] = co_await pause.async_wait(as_result);
        if (ended) co_return;
        if (web_->changed()) (void)reload_web();
    }
}

Result<void> Daemon::reload_web()
{
    auto done = web_->reload();
    if (!done) {
        log_error("web configuration not reloaded, the one before holds", {{"config", options_.web_config_file}, {"error", done.error().detail}});
        return done;
    }
    apply_web();
    if (!options_.web_config_file.empty()) log_info("web configuration reloaded", {{"config", options_.web_config_file}});
    return done;
}

void Daemon::apply_web()
{
    server_->set_site_headers(web_->headers());
    runtime_->users = web_->users();
}

/// Off unless the config says otherwise, which a reload may change; a look that finds it off costs nothing.
asio::awaitable<void> Daemon::nudge_followers()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    asio::steady_timer pause{context_};
    api::Nudger nudger{*runtime_};
    while (true) {
        pause.expires_after(nudge_look);
        auto [ended] = co_await pause.async_wait(as_result);
        if (ended) co_return;
        co_await nudger.look();
    }
}

/// On the network thread, since that is what must not hang; a stalled disk stalls the store thread alone.
asio::awaitable<void> Daemon::feed_watchdog()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    asio::steady_timer pause{context_};
    const auto interval = watchdog_interval();
    while (interval) {
        notify_alive();
        pause.expires_after(*interval);
        auto [ended] = co_await pause.async_wait(as_result);
        if (ended) co_return;
    }
}

void Daemon::latch(const std::string& reason)
{
    if (!latch_reason_.empty()) return;
    latch_reason_ = reason.empty() ? "a sync failed" : reason;
    log_error("THE DISK FAILED A SYNC: nothing is acknowledged any more; reads go on for 10 s, then this process ends with exit code 74. "
              "Check the disk before you start it again",
              {{"reason", latch_reason_}, {"storage", options_.storage_path}});
    notify_status("latched: " + latch_reason_);
    tasks_.spawn(leave_latched());
}

asio::awaitable<void> Daemon::leave_latched()
{
    asio::steady_timer rest{context_, latched_service};
    co_await rest.async_wait(asio::use_awaitable);
    context_.stop();
}

Result<void> Daemon::reload()
{
    notify_reloading();
    auto settings = load_settings(options_.config_file, options_.storage_path);
    // What people taught goes on holding while their file cannot be read.
    if (settings && !(*settings)->site_rules_problem.empty()) settings = Failure{Errc::invalid_input, (*settings)->site_rules_problem};
    // One without the other would be a mixture that nobody wrote.
    if (settings)
        if (auto web = reload_web(); !web) settings = web.error();
    metrics_->config_reload(settings.has_value(), unix_seconds(clock_.now()), settings ? (*settings)->config.hash : std::string{});
    runtime_->config_ok = settings.has_value();
    notify_ready(settings ? "taking events" : "taking events; the newest configuration is broken, the one before holds");
    if (!settings) {
        log_error("configuration not reloaded, the one before holds", {{"config", options_.config_file}, {"error", settings.error().detail}});
        return settings.error();
    }
    runtime_->settings = std::move(*settings);
    if (state_ == State::serving) irc_.configure(shared_, runtime_->settings->config.irc);
    runtime_->config_reloaded_at = clock_.now();
    server_->set_limits(to_net_limits(runtime_->settings->config.http));
    reload_message_sockets(*message_server_, runtime_->settings->config.listeners, clock_);
    log_info("configuration reloaded", {{"config", options_.config_file}});
    return {};
}

api::Health Daemon::health() const
{
    if (!latch_reason_.empty() || ledger_->latched())
        return {false, "a sync of the disk failed" + (latch_reason_.empty() ? std::string{} : ": " + latch_reason_)};
    switch (state_) {
    case State::starting: return {false, "starting"};
    case State::draining: return {false, "stopping"};
    case State::serving: return {true, {}};
    }
    return {false, "starting"};
}

observe::Metrics::Gauges Daemon::gauges() const
{
    const auto store = ledger_->stats();
    observe::Metrics::Gauges now;
    now.people_waiting = static_cast<double>(store.people_waiting);
    now.machines_waiting = static_cast<double>(store.machines_waiting);
    now.connections = static_cast<double>(server_->connections());
    now.message_connections = static_cast<double>(message_server_->connections());
    now.messages_lost_total = static_cast<double>(shared_->messages_lost);
    now.stream_clients = static_cast<double>(hub_->clients());
    now.stream_clients_dropped = static_cast<double>(hub_->dropped());
    now.ready = health().ready ? 1 : 0;
    now.latched = ledger_->latched() ? 1 : 0;
    now.ledger_seq = static_cast<double>(ledger_->last_seq());
    now.file_bytes = static_cast<double>(store.file_bytes);
    now.wal_bytes = static_cast<double>(store.wal_bytes);
    now.last_sync_seconds = store.last_sync_seconds;
    now.open_incidents = static_cast<double>(open_incidents_.size());
    now.log_lines_dropped = static_cast<double>(observe::dropped_log_lines());
    now.sync_total = static_cast<double>(store.syncs);
    now.sync_failures_total = static_cast<double>(store.sync_failures);
    now.checkpoints_total = static_cast<double>(store.checkpoints);
    now.groups_total = static_cast<double>(store.groups);
    now.raw_bodies = static_cast<double>(store.raw_bodies);
    now.raw_bytes = static_cast<double>(store.raw_bytes);
    now.raw_kept_total = static_cast<double>(store.raw_kept);
    now.raw_forgotten_total = static_cast<double>(store.raw_forgotten);
    now.search_behind = static_cast<double>(store.search_behind);
    now.search_lag_seconds = store.search_lag_seconds;
    now.search_bytes = static_cast<double>(store.search_bytes);
    now.search_rebuilds_total = static_cast<double>(store.search_rebuilds);
    return now;
}

}  // namespace incident::app
