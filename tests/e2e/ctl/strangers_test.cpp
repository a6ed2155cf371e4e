#include "draft/check.hpp"
#include "support/entries.hpp"
#include "support/temp_folder.hpp"
#include "timeline/json.hpp"
#include <array>
#include <atomic>
#include <cstdio>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

// What answers at the address is no incidentd: a login page, a proxy, a redirect, noise. Nothing of it may look like a
// note that was stored or a postmortem that was written.
namespace incident {
namespace {

/// Answers the same bytes to whatever connects.
class Stranger {
 public:
    explicit Stranger(std::string answer) : answer_(std::move(answer)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(listener_, 16), 0);
        socklen_t size = sizeof address;
        EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        thread_ = std::thread{[this] { serve(); }};
    }
    ~Stranger()
    {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }
    [[nodiscard]] const std::string& url() const { return url_; }

 private:
    void serve() const
    {
        for (int peer = 0; (peer = ::accept(listener_, nullptr, nullptr)) >= 0; ::close(peer)) {
            std::array<char, 16384> request{};
            if (::recv(peer, request.data(), request.size(), 0) <= 0) continue;
            (void)::send(peer, answer_.data(), answer_.size(), MSG_NOSIGNAL);
            ::shutdown(peer, SHUT_WR);
        }
    }
    std::string answer_, url_;
    int listener_;
    std::thread thread_;
};

std::string http(const std::string& status, const std::string& type, const std::string& body, const std::string& more = {})
{
    return "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more +
           "Connection: close\r\n\r\n" + body;
}

struct Typed {
    int exit_code;
    std::string output;  ///< both streams
};

Typed type_line(const Stranger& stranger, const std::string& line, const test::TempFolder& home)
{
    const auto command = "env -i HOME=" + home.path().string() + " INCIDENTCTL_URL=" + stranger.url() + " " INCIDENT_CTL_PROGRAM " " + line +
                         " 2>&1 < /dev/null";
    FILE* const pipe = ::popen(command.c_str(), "r");
    Typed typed{-1, {}};
    std::array<char, 4096> buffer{};
    for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) typed.output.append(buffer.data(), got);
    const int status = ::pclose(pipe);
    typed.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return typed;
}
Typed type_line(const Stranger& stranger, const std::string& line) { return type_line(stranger, line, test::TempFolder{}); }

constexpr std::array lines{"-i INC-1 note lost words", "note lost words", "log", "-i INC-1 draft", "-i INC-1 check", "verify", "open a title", "-i INC-1 close"};

TEST(Strangers, ARedirectIsNoSuccessAndSaysWhere)
{
    const Stranger stranger{http("302 Found", "text/html", "", "Location: http://login.example/\r\n")};
    for (const auto* const line : lines) {
        const auto typed = type_line(stranger, line);
        EXPECT_EQ(typed.exit_code, 1) << line << '\n' << typed.output;
        EXPECT_NE(typed.output.find("http://login.example/"), std::string::npos) << line << '\n' << typed.output;
    }
    EXPECT_NE(type_line(stranger, "-i INC-1 note lost words").output.find("not stored: lost words"), std::string::npos);
}

TEST(Strangers, ALoginPageIsNoSuccess)
{
    for (const auto& answer : {http("200 OK", "text/html", "<html>please log in</html>"), http("201 Created", "application/json", ""),
                               http("200 OK", "application/json", "[]"), std::string{"HTTP/1.1 204 No Content\r\n\r\n"}}) {
        const Stranger stranger{answer};
        for (const auto* const line : lines) {
            const auto typed = type_line(stranger, line);
            EXPECT_EQ(typed.exit_code, 1) << line << '\n' << answer << '\n' << typed.output;
            EXPECT_NE(typed.output.find("incidentd"), std::string::npos) << line << '\n' << typed.output;
            EXPECT_EQ(typed.output.find("<html>"), std::string::npos) << line << '\n' << typed.output;
        }
        EXPECT_NE(type_line(stranger, "-i INC-1 note lost words").output.find("perhaps not stored"), std::string::npos);
    }
}

TEST(Strangers, ADocumentThatNamesNoEventIsNoReceipt)
{
    for (const auto* const body : {R"({})", R"({"events":5})", R"({"events":[]})", R"({"events":[{}]})", R"({"ok":true})"}) {
        const Stranger stranger{http("201 Created", "application/json", body)};
        const auto typed = type_line(stranger, "-i INC-1 note lost words");
        EXPECT_EQ(typed.exit_code, 1) << body << '\n' << typed.output;
        EXPECT_NE(typed.output.find("lost words"), std::string::npos) << typed.output;
        EXPECT_EQ(type_line(stranger, "verify").exit_code, 1) << body;
    }
}

TEST(Strangers, NoiseIsNoAnswer)
{
    for (const auto& answer : {std::string{"\0\xff noise\r\n\r\n", 12}, std::string{}, std::string{"HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{\"ev"},
                               "HTTP/1.1 200 OK\r\nX: " + std::string(1'000'000, 'a')}) {
        const Stranger stranger{answer};
        const auto typed = type_line(stranger, "-i INC-1 note lost words");
        EXPECT_EQ(typed.exit_code, 5) << typed.output;
        EXPECT_NE(typed.output.find("lost words"), std::string::npos) << typed.output;
    }
}

// No stranger, but it answers alike: one body that is status, list of incidents and timeline of an incident opened long ago,
// which no real recorder would let us have.
TEST(StatusNudges, AskOnceInAQuarterOfAnHourAndOnlyWhoWantsIt)
{
    test::Story story;
    story.detection("15:20", "5xx on checkout", "customer");
    story.tagged("15:22", tags::impact, "checkout answers 503 to 85% of users");
    const auto timeline = timeline::build(story.entries, test::Story::key).value();
    auto body = timeline::to_json(timeline, draft::check(timeline, test::at("18:00")));
    body["ready"] = true;
    body["incidents"] = boost::json::array{wire::to_json(timeline.incident)};
    const Stranger server{http("200 OK", "application/json", boost::json::serialize(body))};
    const test::TempFolder home;
    EXPECT_EQ(type_line(server, "status", home).output.find("missing"), std::string::npos);
    const auto asked = type_line(server, "status --nudges", home);
    EXPECT_NE(asked.output.find("missing   INC-7: no escalation recorded yet: incidentctl escalate --to TEAM TEXT, or --none\n"), std::string::npos)
        << asked.output;
    EXPECT_EQ(type_line(server, "status --nudges", home).output.find("missing"), std::string::npos) << "a quarter of an hour has not passed";
    const auto in_json = type_line(server, "status --nudges -o json");
    EXPECT_NE(in_json.output.find("\"finding\": \"T5\""), std::string::npos) << in_json.output;
}

}  // namespace
}  // namespace incident
