#include "support/service_harness.hpp"
#include <fstream>
#include <gtest/gtest.h>

namespace incident {
namespace {

/// testdata/bad/json/bodies.txt: one body a line, `name | METHOD path | status | pointers | body`. In a body `\xNN` and `\n`
/// are bytes, and `%{3*ab}%` stands for `ababab`, so that large and ill-formed bodies stay readable.
struct BadBody {
    std::string name, method, path;
    unsigned status = 0;
    std::string pointers, body;
};

std::string trim(std::string text)
{
    const auto from = text.find_first_not_of(' ');
    if (from == std::string::npos) return {};
    return text.substr(from, text.find_last_not_of(' ') - from + 1);
}

std::string unescaped(std::string_view text)
{
    std::string body;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i).starts_with("\\x")) {
            body += static_cast<char>(std::stoi(std::string{text.substr(i + 2, 2)}, nullptr, 16));
            i += 3;
        } else if (text.substr(i).starts_with("%{")) {
            const auto star = text.find('*', i), end = text.find("}%", i);
            const auto times = std::stoul(std::string{text.substr(i + 2, star - i - 2)});
            const auto unit = unescaped(text.substr(star + 1, end - star - 1));
            for (std::size_t n = 0; n < times; ++n) body += unit;
            i = end + 1;
        } else {
            body += text[i];
        }
    }
    return body;
}

std::vector<BadBody> table()
{
    std::vector<BadBody> all;
    std::ifstream in{INCIDENT_TESTDATA_DIR "/bad/json/bodies.txt"};
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line.front() == '#') continue;
        std::vector<std::string> columns;
        std::string_view rest{line};
        for (int column = 0; column < 4; ++column) {
            const auto bar = rest.find('|');
            columns.push_back(trim(std::string{rest.substr(0, bar)}));
            rest.remove_prefix(bar + 1);
        }
        BadBody bad;
        bad.name = columns[0];
        const auto space = columns[1].find(' ');
        bad.method = columns[1].substr(0, space);
        bad.path = columns[1].substr(space + 1);
        bad.status = static_cast<unsigned>(std::stoul(columns[2]));
        bad.pointers = columns[3];
        rest.remove_prefix(std::min<std::size_t>(1, rest.size()));
        bad.body = unescaped(rest);
        all.push_back(std::move(bad));
    }
    return all;
}

TEST(BadBodies, EachIsRefusedWithItsStatusAndPlace)
{
    test::ServiceHarness daemon;
    ASSERT_EQ(daemon.post("/api/v1/incidents", R"({"title":"open"})").status, 201u);
    const auto posted = daemon.post("/api/v1/events", R"({"text":"a"})").json();
    const auto event = std::string{posted.at("events").at(0).at("id").as_string()};
    const auto before = daemon.get("/api/v1/status").json().at("storage").at("seq");
    const auto cases = table();
    EXPECT_GE(cases.size(), 60u);
    for (const auto& bad : cases) {
        auto path = bad.path;
        if (const auto at = path.find("{event}"); at != std::string::npos) path.replace(at, 7, event);
        test::ServiceHarness::Headers headers;
        if (const auto at = path.find(" ndjson"); at != std::string::npos) {
            path.resize(at);
            headers["content-type"] = "application/x-ndjson";
        }
        const auto answer = daemon.ask(bad.method, path, bad.body, headers);
        EXPECT_EQ(answer.status, bad.status) << bad.name << ": " << answer.body;
        ASSERT_EQ(answer.type, "application/problem+json") << bad.name;
        EXPECT_EQ(answer.pointers(), bad.pointers) << bad.name << ": " << answer.body;
        EXPECT_FALSE(answer.json().at("detail").as_string().empty()) << bad.name;
    }
    EXPECT_EQ(daemon.get("/api/v1/status").json().at("storage").at("seq"), before) << "nothing of them was stored";
}

}  // namespace
}  // namespace incident
