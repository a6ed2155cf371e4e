#pragma once
#include "api/service.hpp"
#include "app/clock.hpp"
#include "app/irc_clients.hpp"
#include "app/options.hpp"
#include "app/web_config.hpp"
#include "net/message_server.hpp"
#include "net/server.hpp"
#include "store/local_ledger.hpp"
#include <boost/asio/signal_set.hpp>
#include <set>

namespace incident::app {
namespace asio = boost::asio;

/// sysexits.h where one fits; systemd and operators tell the cases apart by them.
inline constexpr int exit_ok = 0, exit_failure = 1, exit_usage = 2, exit_latched = 74, exit_config = 78;

/// The configuration, the rules that people made, and what is compiled from both. Rules whose file is damaged are left out
/// and said so in the settings: a recorder starts without them rather than not at all.
/// @param storage_path empty: only the configuration is looked at.
[[nodiscard]] Result<std::shared_ptr<const api::Settings>> load_settings(const std::string& config_file, const std::string& storage_path = {});

/// Why the daemon did not start.
struct StartFailure {
    int exit_code = exit_failure;
    std::string detail;
};

/// Owns everything, in order of dependency. The thread that calls run() is the network thread.
class Daemon {
 public:
    /// Opens storage and listeners; nothing is served before run(). On failure `failure` says why and the result is empty.
    [[nodiscard]] static std::unique_ptr<Daemon> start(const Options& options, StartFailure& failure);
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;
    ~Daemon();

    /// Serves until SIGTERM, SIGINT, request_stop() or a latched ledger, then drains and flushes.
    /// @return exit_ok, or exit_latched: then leave by _exit(), for closing SQLite would touch a file it must not.
    [[nodiscard]] int run();
    /// As SIGTERM does. Any thread.
    void request_stop();
    /// As SIGHUP does. Any thread.
    void request_reload();

    /// The TCP port of the first listener that has one; 0: none.
    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] const std::string& external_url() const { return runtime_->external_url; }

 private:
    Daemon(const Options& options, std::shared_ptr<const api::Settings> settings, std::unique_ptr<WebConfig> web,
           std::unique_ptr<store::LocalLedger> ledger);

    bool open_listeners(std::vector<net::Listener> activated, StartFailure& failure);
    asio::awaitable<void> drain();
    /// Whether a token was ever made or users are configured.
    [[nodiscard]] bool asks_for_proof() const;
    void wire_up();
    asio::awaitable<void> serve();
    asio::awaitable<void> follow_reload_signals();
    asio::awaitable<void> follow_web_file();
    asio::awaitable<void> nudge_followers();
    asio::awaitable<void> feed_watchdog();
    asio::awaitable<void> leave_latched();
    asio::awaitable<void> count_open_incidents();
    void latch(const std::string& reason);
    void note_incidents(const std::vector<Entry>& entries);
    Result<void> reload();
    [[nodiscard]] Result<void> reload_web();
    void apply_web();
    [[nodiscard]] api::Health health() const;
    [[nodiscard]] observe::Metrics::Gauges gauges() const;

    enum class State { starting, serving, draining };

    Options options_;
    SystemClock clock_;
    asio::io_context context_{1};  // one thread; others only post
    std::unique_ptr<observe::Metrics> metrics_;
    std::unique_ptr<WebConfig> web_;
    std::unique_ptr<store::LocalLedger> ledger_;
    std::shared_ptr<live::Hub> hub_;
    std::unique_ptr<api::Runtime> runtime_;
    std::shared_ptr<api::Context> shared_;  // by every way in
    std::unique_ptr<net::Handler> handler_;
    std::unique_ptr<net::Server> server_;
    std::unique_ptr<net::MessageHandler> message_handler_;
    std::unique_ptr<net::MessageServer> message_server_;
    std::set<IncidentKey> open_incidents_;
    State state_ = State::starting;
    std::string latch_reason_;  // not empty: latched
    asio::signal_set stop_signals_{context_, SIGINT, SIGTERM}, reload_signals_{context_, SIGHUP};
    IrcClients irc_;
    net::TaskSet tasks_{context_.get_executor()};  // last: its tasks use everything above
};

}  // namespace incident::app
