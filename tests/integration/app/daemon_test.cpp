#include "app/daemon.hpp"
#include "support/http_client.hpp"
#include "support/temp_folder.hpp"
#include <boost/asio.hpp>
#include <boost/json.hpp>
#include <csignal>
#include <future>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace incident::app {
namespace {
using test::HttpClient;
using test::TempFolder;

Options options_in(const TempFolder& folder)
{
    Options options;
    options.storage_path = (folder / "store").string();
    options.socket_path = (folder / "api.sock").string();
    options.listen_addresses = {"127.0.0.1:0"};
    return options;
}

/// A whole daemon in this process, its network thread beside the test.
class Running {
 public:
    explicit Running(const Options& options)
    {
        StartFailure failure;
        daemon_ = Daemon::start(options, failure);
        EXPECT_TRUE(daemon_) << failure.detail;
        if (daemon_) code_ = std::async(std::launch::async, [this] { return daemon_->run(); });
    }
    ~Running()
    {
        if (code_.valid()) (void)stop();
    }
    int stop()
    {
        daemon_->request_stop();
        return code_.get();
    }
    int ended() { return code_.get(); }
    Daemon& operator*() { return *daemon_; }
    Daemon* operator->() { return daemon_.get(); }

 private:
    std::unique_ptr<Daemon> daemon_;
    std::future<int> code_;
};

/// Listens where sd_notify(3) talks to.
class FakeServiceManager {
 public:
    explicit FakeServiceManager(const TempFolder& folder)
    {
        const auto path = (folder / "notify").string();
        socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(socket_, static_cast<const sockaddr*>(static_cast<const void*>(&address)), sizeof address), 0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }
    ~FakeServiceManager()
    {
        ::unsetenv("NOTIFY_SOCKET");
        ::unsetenv("WATCHDOG_USEC");
        ::close(socket_);
    }
    /// Reads messages until one has the words.
    std::string wait_for(std::string_view words)
    {
        std::array<char, 4096> room{};
        while (true) {
            const auto size = ::recv(socket_, room.data(), room.size(), 0);
            if (size <= 0) return {};
            const std::string message{room.data(), static_cast<std::size_t>(size)};
            if (message.find(words) != std::string::npos) return message;
        }
    }

 private:
    int socket_ = -1;
};

TEST(Daemon, ServesOnBothListeners)
{
    const TempFolder folder;
    Running daemon{options_in(folder)};
    HttpClient tcp{daemon->port()}, local{(folder / "api.sock").string()};
    EXPECT_EQ(tcp.get("/-/ready").status, 200U);
    EXPECT_EQ(local.get("/-/healthy").status, 200U);
    EXPECT_EQ(local.post("/api/v1/events", R"({"text":"through the socket"})").status, 201U);
    EXPECT_NE(tcp.get("/api/v1/events").body.find("through the socket"), std::string::npos);
    const auto metrics = tcp.get("/metrics").body;
    EXPECT_NE(metrics.find("incidentd_ready 1"), std::string::npos);
    EXPECT_NE(metrics.find("incidentd_store_ledger_sequence 1"), std::string::npos);
    EXPECT_EQ(daemon.stop(), exit_ok);
    EXPECT_FALSE(std::filesystem::exists(folder / "api.sock"));
}

TEST(Daemon, KeepsItsEventsOverARestart)
{
    const TempFolder folder;
    for (unsigned round = 0; round < 3; ++round) {
        Running daemon{options_in(folder)};
        HttpClient client{daemon->port()};
        EXPECT_EQ(client.post("/api/v1/events", R"({"text":"x"})").status, 201U);
        EXPECT_EQ(client.get("/api/v1/events").json().at("events").as_array().size(), round + 1U);
        EXPECT_EQ(daemon.stop(), exit_ok);
    }
}

TEST(Daemon, StopsOnSigterm)
{
    const TempFolder folder;
    Running daemon{options_in(folder)};
    HttpClient client{daemon->port()};
    EXPECT_EQ(client.get("/-/ready").status, 200U);
    ::kill(::getpid(), SIGTERM);
    EXPECT_EQ(daemon.ended(), exit_ok);
}

TEST(Daemon, LosesNothingAcknowledgedWhenItStopsUnderLoad)
{
    const TempFolder folder;
    std::atomic<unsigned> acknowledged{0};
    {
        Running daemon{options_in(folder)};
        std::vector<std::thread> senders;
        const auto port = daemon->port();
        for (int i = 0; i < 4; ++i)
            senders.emplace_back([&acknowledged, port] {
                HttpClient client{port};
                while (client.post("/api/v1/events", R"({"text":"load"})").status == 201) ++acknowledged;
            });
        while (acknowledged < 40) std::this_thread::yield();
        EXPECT_EQ(daemon.stop(), exit_ok);
        for (auto& sender : senders) sender.join();
    }
    Running daemon{options_in(folder)};
    HttpClient client{daemon->port()};
    EXPECT_NE(client.get("/metrics").body.find("incidentd_store_ledger_sequence "), std::string::npos);
    const auto report = client.get("/api/v1/verify").json();
    EXPECT_TRUE(report.at("ok").as_bool());
    EXPECT_GE(report.at("entries").to_number<unsigned>(), acknowledged.load());
}

TEST(Daemon, RefusesAStoreThatIsInUseAndLeavesTheFirstAlone)
{
    const TempFolder folder;
    Running first{options_in(folder)};
    StartFailure failure;
    EXPECT_FALSE(Daemon::start(options_in(folder), failure));
    EXPECT_EQ(failure.exit_code, exit_failure);
    EXPECT_NE(failure.detail.find("store"), std::string::npos) << failure.detail;
    HttpClient client{(folder / "api.sock").string()};
    EXPECT_EQ(client.get("/-/ready").status, 200U);
}

TEST(Daemon, RefusesListenersThatOthersReach)
{
    const TempFolder folder;
    for (const auto* const address : {"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:80", "not-an-address"}) {
        auto options = options_in(folder);
        options.listen_addresses = {address};
        StartFailure failure;
        EXPECT_FALSE(Daemon::start(options, failure)) << address;
        EXPECT_EQ(failure.exit_code, exit_config) << address;
        EXPECT_NE(failure.detail.find(address), std::string::npos) << failure.detail;
        EXPECT_NE(failure.detail.find("127.0.0.1:9780"), std::string::npos) << "the fix is named";
    }
}

TEST(Daemon, RefusesABrokenConfigurationBeforeItTouchesAnything)
{
    const TempFolder folder;
    auto options = options_in(folder);
    options.config_file = (folder / "incidentd.yml").string();
    test::write_file(options.config_file, "rulez: []\n");
    StartFailure failure;
    EXPECT_FALSE(Daemon::start(options, failure));
    EXPECT_EQ(failure.exit_code, exit_config);
    EXPECT_NE(failure.detail.find("incidentd.yml:1:1"), std::string::npos) << failure.detail;
    options.config_file = (folder / "absent.yml").string();
    EXPECT_FALSE(Daemon::start(options, failure));
    EXPECT_EQ(failure.exit_code, exit_config);
    EXPECT_FALSE(std::filesystem::exists(folder / "store"));
}

TEST(Daemon, ReloadsAndKeepsTheOldConfigurationOnFailure)
{
    const TempFolder folder;
    auto options = options_in(folder);
    options.config_file = (folder / "incidentd.yml").string();
    test::write_file(options.config_file, "timezone_aliases: {EAT: Africa/Nairobi}\n");
    Running daemon{options};
    HttpClient client{(folder / "api.sock").string()};
    const auto config = [&] { return boost::json::parse(client.get("/api/v1/status").body).at("config"); };
    EXPECT_TRUE(config().at("reloaded_at").is_null());
    EXPECT_EQ(client.post("/-/reload", "").status, 200U);
    const auto reloaded = config();
    EXPECT_TRUE(reloaded.at("reloaded_at").is_string());
    EXPECT_EQ(reloaded.at("path").as_string(), options.config_file);
    test::write_file(options.config_file, "rulez: []\n");
    const auto refused = client.post("/-/reload", "");
    EXPECT_EQ(refused.status, 500U);
    EXPECT_NE(refused.body.find("incidentd.yml:1:1"), std::string::npos) << refused.body;
    EXPECT_EQ(config().at("reloaded_at"), reloaded.at("reloaded_at")) << "what failed to load did not replace it";
    EXPECT_EQ(client.post("/api/v1/events", R"({"text":"still here"})").status, 201U);
    EXPECT_NE(client.get("/metrics").body.find("incidentd_config_last_reload_successful 0"), std::string::npos);
    test::write_file(options.config_file, "builtin_rules: true\n");
    ::kill(::getpid(), SIGHUP);
    while (client.get("/metrics").body.find("incidentd_config_last_reload_successful 1") == std::string::npos) std::this_thread::yield();
}

TEST(Daemon, TellsTheServiceManagerWhatItDoes)
{
    const TempFolder folder;
    FakeServiceManager manager{folder};
    ::setenv("WATCHDOG_USEC", "2000", 1);
    Running daemon{options_in(folder)};
    EXPECT_NE(manager.wait_for("READY=1").find("STATUS="), std::string::npos);
    EXPECT_EQ(manager.wait_for("WATCHDOG=1"), "WATCHDOG=1");
    daemon->request_reload();
    EXPECT_NE(manager.wait_for("RELOADING=1").find("MONOTONIC_USEC="), std::string::npos);
    EXPECT_NE(manager.wait_for("READY=1"), "");
    EXPECT_EQ(daemon.stop(), exit_ok);
    EXPECT_NE(manager.wait_for("STOPPING=1"), "");
}

TEST(Daemon, CountsOpenIncidents)
{
    const TempFolder folder;
    {
        Running daemon{options_in(folder)};
        HttpClient client{daemon->port()};
        EXPECT_EQ(client.post("/api/v1/incidents", R"({"title":"one"})").status, 201U);
        EXPECT_EQ(client.post("/api/v1/incidents", R"({"title":"two"})").status, 201U);
        while (client.get("/metrics").body.find("incidentd_open_incidents 2") == std::string::npos) std::this_thread::yield();
        EXPECT_EQ(client.send("PATCH", "/api/v1/incidents/INC-1", R"({"status":"closed"})", {{"Content-Type", "application/json"}}).status, 200U);
        while (client.get("/metrics").body.find("incidentd_open_incidents 1") == std::string::npos) std::this_thread::yield();
    }
    Running daemon{options_in(folder)};
    HttpClient client{daemon->port()};
    EXPECT_NE(client.get("/metrics").body.find("incidentd_open_incidents 1"), std::string::npos);
}

}  // namespace
}  // namespace incident::app
