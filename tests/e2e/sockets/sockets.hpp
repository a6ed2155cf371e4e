#pragma once
#include "support/daemon.hpp"
#include <array>
#include <chrono>
#include <cstdio>
#include <gtest/gtest.h>
#include <set>

/// The shipped daemon with message sockets, and the programs that people send with.
namespace incident::test {

/// How long a test waits for what must come; never how long it takes.
inline constexpr std::chrono::seconds patience{60};

template <class What>
[[nodiscard]] bool eventually(What what, std::chrono::seconds limit = patience)
{
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!what()) {
        if (std::chrono::steady_clock::now() > end) return false;
        ::usleep(10'000);  // a poll: the loop ends when it holds
    }
    return true;
}

[[nodiscard]] inline bool installed(const std::string& program) { return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0; }

/// What a shell line prints.
[[nodiscard]] inline std::string output_of(const std::string& line)
{
    std::FILE* const pipe = ::popen(("timeout 30 bash -c '" + line + "' 2>&1").c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error{"popen failed"};
    std::string all;
    std::array<char, 4096> room{};
    for (std::size_t size; (size = std::fread(room.data(), 1, room.size(), pipe)) > 0;) all.append(room.data(), size);
    ::pclose(pipe);
    return all;
}

/// A daemon whose configuration is a file of the test's.
class ConfiguredDaemon {
 public:
    ConfiguredDaemon(const TempFolder& folder, const std::string& yaml) : config_((folder / "incidentd.yml").string()), daemon_(folder, {"--config.file=" + config_})
    {
        configure(yaml);
    }
    void configure(const std::string& yaml) { write_file(config_, yaml); }
    [[nodiscard]] Daemon& operator*() { return daemon_; }
    [[nodiscard]] Daemon* operator->() { return &daemon_; }
    [[nodiscard]] boost::json::array events(const std::string& source)
    {
        HttpClient client{daemon_.socket()};
        return all_events(client, "&source=" + source);
    }
    /// Waits for so many of a source. @return their texts, in the order they were stored.
    [[nodiscard]] std::vector<std::string> texts(const std::string& source, std::size_t count)
    {
        boost::json::array found;
        (void)eventually([&] { return (found = events(source)).size() >= count; });
        std::vector<std::string> all;
        for (const auto& event : found) all.emplace_back(event.at("text").as_string());
        return all;
    }

 private:
    std::string config_;
    Daemon daemon_;
};

/// rsyslogd in the foreground on a folder of its own, reading from a socket that the test writes to.
class Rsyslog {
 public:
    /// @param action the forwarding action in rsyslog's own configuration language.
    Rsyslog(const TempFolder& folder, const std::string& modules, const std::string& action)
        : folder_(folder.path()), socket_((folder / "rsyslog.sock").string())
    {
        std::filesystem::create_directory(folder / "rsyslog");
        write_file(folder / "rsyslog.conf", "global(workDirectory=\"" + (folder / "rsyslog").string() + "\")\n"
                                            "module(load=\"imuxsock\" SysSock.Use=\"off\")\n" + modules +
                                            "input(type=\"imuxsock\" Socket=\"" + socket_ + "\" RateLimit.Interval=\"0\")\n" + action);
        process_ = std::make_unique<Process>(
            std::vector<std::string>{"rsyslogd", "-n", "-f", (folder / "rsyslog.conf").string(), "-i", (folder / "rsyslog.pid").string()},
            std::map<std::string, std::string>{}, (folder / "rsyslog.log").string());
    }
    [[nodiscard]] bool wait_ready()
    {
        return eventually([&] { return std::filesystem::exists(socket_) || !process_->running(); }) && process_->running();
    }
    /// Blocks while rsyslogd does not keep up, so nothing is lost on the way to it.
    void say(const std::string& message)
    {
        if (!sender_) {
            sender_.emplace(context_);
            sender_->connect(boost::asio::local::datagram_protocol::endpoint{socket_});
        }
        sender_->send(boost::asio::buffer(message));
    }
    [[nodiscard]] std::string log() const { return content_of(folder_ / "rsyslog.log"); }

 private:
    std::filesystem::path folder_;
    std::string socket_;
    boost::asio::io_context context_;
    std::optional<boost::asio::local::datagram_protocol::socket> sender_;
    std::unique_ptr<Process> process_;
};

}  // namespace incident::test
