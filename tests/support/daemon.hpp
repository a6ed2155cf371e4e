#pragma once
#include "support/http_client.hpp"
#include "support/process.hpp"
#include "support/temp_folder.hpp"
#include <memory>
#include <thread>

namespace incident::test {

/// The shipped incidentd on a folder of the test's, with a TCP port and a Unix socket of its own.
class Daemon {
 public:
    explicit Daemon(const TempFolder& folder, std::vector<std::string> flags = {}, std::map<std::string, std::string> environment = {})
        : folder_(folder.path()), port_(free_port()), flags_(std::move(flags)), environment_(std::move(environment))
    {}
    void start()
    {
        std::vector<std::string> command{INCIDENT_DAEMON_PROGRAM, "--storage.path=" + (folder_ / "store").string(),
                                         "--web.listen-address=127.0.0.1:" + std::to_string(port_),
                                         "--web.socket=" + socket()};
        command.insert(command.end(), flags_.begin(), flags_.end());
        process_ = std::make_unique<Process>(command, environment_, log_file());
    }
    /// Waits until /-/ready says 200. False when the process ended before.
    [[nodiscard]] bool wait_ready()
    {
        const auto began = std::chrono::steady_clock::now();
        HttpClient client{socket()};
        while (process_->running()) {
            if (client.get("/-/ready").status == 200) {
                ready_after_ = std::chrono::steady_clock::now() - began;
                return true;
            }
            std::this_thread::yield();
            ::usleep(2000);  // a poll, not a wait for luck: the loop ends when ready or when the process does
        }
        return false;
    }
    [[nodiscard]] bool start_and_wait()
    {
        start();
        return wait_ready();
    }
    void kill_hard()
    {
        process_->signal(SIGKILL);
        (void)process_->wait();
    }
    [[nodiscard]] Ended stop()
    {
        process_->signal(SIGTERM);
        return process_->wait();
    }
    [[nodiscard]] Process& process() { return *process_; }
    [[nodiscard]] unsigned short port() const { return port_; }
    [[nodiscard]] std::string socket() const { return (folder_ / "api.sock").string(); }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] std::string log_file() const { return (folder_ / "incidentd.log").string(); }
    [[nodiscard]] std::string log() const { return content_of(log_file()); }
    [[nodiscard]] std::chrono::nanoseconds ready_after() const { return ready_after_; }
    [[nodiscard]] std::vector<std::string>& flags() { return flags_; }
    [[nodiscard]] std::map<std::string, std::string>& environment() { return environment_; }

 private:
    std::filesystem::path folder_;
    unsigned short port_;
    std::vector<std::string> flags_;
    std::map<std::string, std::string> environment_;
    std::unique_ptr<Process> process_;
    std::chrono::nanoseconds ready_after_{};
};

/// Every event the daemon lists, page by page.
[[nodiscard]] inline boost::json::array all_events(HttpClient& client, const std::string& query = "")
{
    boost::json::array all;
    std::string cursor;
    do {
        const auto answer = client.get("/api/v1/events?limit=1000" + query + (cursor.empty() ? "" : "&cursor=" + cursor));
        if (answer.status != 200) throw std::runtime_error{"GET events: " + std::to_string(answer.status) + " " + answer.body};
        const auto page = answer.json();
        for (const auto& event : page.at("events").as_array()) all.push_back(event);
        cursor = page.at("next").is_null() ? "" : std::string{page.at("next").as_string()};
    } while (!cursor.empty());
    return all;
}

}  // namespace incident::test
