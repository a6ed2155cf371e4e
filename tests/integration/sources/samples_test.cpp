#include "api/hooks.hpp"
#include "model/text.hpp"
#include "samples.hpp"
#include "support/service_harness.hpp"
#include <algorithm>
#include <gtest/gtest.h>
#include <iostream>
#include <random>
#include <set>

namespace incident::test {
namespace {

constexpr int cuts = 50;  // places at which each sample is cut off

struct Case {
    std::string source;
    std::vector<Sample> samples;
};

std::vector<Case> cases()
{
    std::map<std::string, Case> by_source;
    for (const auto& sample : all_samples()) {
        auto& one = by_source[sample.source];
        one.source = sample.source;
        one.samples.push_back(sample);
    }
    std::vector<Case> all;
    for (auto& [source, one] : by_source) all.push_back(std::move(one));
    return all;
}

std::string text(const boost::json::value& value) { return value.is_string() ? std::string{value.as_string()} : std::string{}; }

void expect_word(const char* what, const std::string& expected, const std::string& found)
{
    if (expected.empty()) return;
    if (expected.ends_with('*')) {
        EXPECT_TRUE(found.starts_with(expected.substr(0, expected.size() - 1))) << what << ": " << found << "\nbegins not with " << expected;
    } else {
        EXPECT_EQ(found, expected == "-" ? std::string{} : expected) << what;
    }
}

class Samples : public testing::TestWithParam<Case> {
 protected:
    /// The row's source as its site would have configured it, and the request signed so.
    static config::Config configured(const Sample& sample, Posted& posted, Instant now)
    {
        config::Config config;
        const auto* const built_in = config::built_in_source(sample.source);
        EXPECT_NE(built_in, nullptr) << "nobody is called " << sample.source;
        if (built_in == nullptr) return config;
        auto source = *built_in;
        if (sample.tune) sample.tune(source);
        if (source.proof == ingest::Proof::secret) sign(source, posted, now);
        config.sources.emplace(sample.source, std::move(source));
        return config;
    }

    static boost::json::array events_in(ServiceHarness& daemon) { return daemon.get("/api/v1/events?limit=1000").json().at("events").as_array(); }

    /// Posts it twice to a service of its own. @return whether the file was there.
    static bool post_twice(const Sample& sample)
    {
        const auto now = parse_rfc3339(sample.now).value();
        auto request = posted(sample, sample.file);
        if (!request) return false;
        const auto config = configured(sample, *request, now);
        ServiceHarness daemon{config};
        daemon.clock.set(now);
        daemon.peer = ServiceHarness::loopback();
        for (const auto& file : sample.before) {
            auto first = posted(sample, file);
            if (!first) return false;
            auto source = config.sources.at(sample.source);
            if (source.proof == ingest::Proof::secret) sign(source, *first, now);
            daemon.post(first->target, first->body, first->headers);
        }
        daemon.peer = ServiceHarness::loopback();
        const auto answer = daemon.post(request->target, request->body, request->headers);
        EXPECT_EQ(answer.status, sample.answer) << answer.body;
        EXPECT_NE(answer.body.find(sample.reply), std::string::npos) << answer.body;
        const auto events = events_in(daemon);
        EXPECT_EQ(events.size(), sample.events) << boost::json::serialize(events);
        print_row(sample, answer, events);
        look_at(sample, events);
        const auto again = daemon.post(request->target, request->body, request->headers);
        EXPECT_EQ(again.status, sample.answer) << "when posted again: " << again.body;
        EXPECT_EQ(events_in(daemon).size(), events.size()) << "posted twice: " << boost::json::serialize(events_in(daemon));
        return true;
    }

    static void look_at(const Sample& sample, const boost::json::array& events)
    {
        if (sample.check) sample.check(events);
        if (events.size() <= sample.index) return;
        const auto& event = events[sample.index].as_object();
        if (!sample.occurred_at.empty()) {
            EXPECT_EQ(text(event.at("occurred_at")), to_rfc3339(parse_rfc3339(sample.occurred_at).value()));
        }
        expect_word("text", sample.text, text(event.at("text")));
        expect_word("status", sample.status, text(event.at("status")));
        expect_word("severity", sample.severity, text(event.at("severity")));
        expect_word("key", sample.key, text(event.at("key")));
        expect_word("kind", sample.kind, text(event.at("kind")));
        expect_word("author", sample.author, text(event.at("author").at("name")));
        expect_among("links", sample.link, event.at("links").as_array(), [](const auto& link) { return text(link.at("url")); });
        expect_among("flags", sample.flag, event.at("flags").as_array(), [](const auto& flag) { return text(flag); });
    }

    template <class Word>
    static void expect_among(const char* what, const std::string& expected, const boost::json::array& found, Word word)
    {
        if (expected.empty()) return;
        const bool any = std::ranges::any_of(found, [&](const auto& one) { return word(one) == expected; });
        EXPECT_TRUE(expected == "-" ? found.empty() : any) << what << ": " << expected << ", found " << boost::json::serialize(found);
    }

    /// With INCIDENT_PRINT_ROWS=1: the row that would pass, to be held against the sender's documentation before it is taken.
    static void print_row(const Sample& sample, const Answer& answer, const boost::json::array& events)
    {
        if (number_from_environment("INCIDENT_PRINT_ROWS", 0) == 0) return;
        std::cout << "    {.source = \"" << sample.source << "\", .file = \"" << sample.file << '"';
        if (answer.status != 200) std::cout << ", .answer = " << answer.status;
        if (events.size() != 1) std::cout << ", .events = " << events.size();
        if (events.size() > sample.index) {
            const auto& event = events[sample.index].as_object();
            if (sample.index != 0) std::cout << ", .index = " << sample.index;
            for (const auto* name : {"occurred_at", "text", "status", "severity", "key", "kind"})
                if (const auto word = text(event.at(name)); !word.empty()) std::cout << ", ." << name << " = " << boost::json::serialize(boost::json::string{word});
            if (const auto& links = event.at("links").as_array(); !links.empty()) std::cout << ", .link = " << boost::json::serialize(links[0].at("url"));
            if (const auto& flags = event.at("flags").as_array(); !flags.empty()) std::cout << ", .flag = " << boost::json::serialize(flags[0]) << " /* of " << flags.size() << " */";
        } else {
            std::cout << " /* " << answer.body.substr(0, 200) << " */";
        }
        std::cout << "},\n";
    }

    /// Whatever is left of it, the reader makes something that can be stored.
    static void cut_and_damage(const Sample& sample)
    {
        auto request = posted(sample, sample.file);
        const auto* const built_in = config::built_in_source(sample.source);
        if (!request || built_in == nullptr) return;
        auto source = *built_in;
        if (sample.tune) sample.tune(source);
        const auto* const dialect = ingest::find_dialect(source.reads.dialect);
        ASSERT_NE(dialect, nullptr) << source.reads.dialect;
        const auto now = parse_rfc3339(sample.now).value();
        const auto problem = [&](std::string_view bytes) {
            return problem_of(dialect->read({bytes, request->headers["content-type"], request->headers, now, {}, {}}, source.reads));
        };
        const auto& whole = request->body;
        std::mt19937 random{static_cast<std::uint32_t>(whole.size())};
        for (int i = 0; i < cuts; ++i) {
            const auto bytes = whole.substr(0, whole.empty() ? 0 : random() % whole.size());
            const auto found = problem(bytes);
            ASSERT_EQ(found, "") << "cut to " << bytes.size() << " bytes:\n" << bytes;
        }
        const auto mutations = number_from_environment("INCIDENT_MUTATIONS", 40);
        for (int i = 0; i < mutations; ++i) {
            const auto bytes = damaged(whole, static_cast<std::uint32_t>(random()));
            const auto found = problem(bytes);
            ASSERT_EQ(found, "") << "damaged (" << i << "):\n" << bytes;
        }
    }
};

TEST_P(Samples, BecomeWhatTheyShouldAndTwiceIsOnce)
{
    std::size_t found = 0;
    for (const auto& sample : GetParam().samples) {
        SCOPED_TRACE(sample.file);
        const bool there = post_twice(sample);
        EXPECT_TRUE(there || !sample.file.starts_with("own:")) << "there is no such file";
        found += there ? 1 : 0;
    }
    if (found == 0) GTEST_SKIP() << "no samples under " INCIDENT_SHARED_DIR "; they are not part of the project";
}

TEST_P(Samples, AreKeptCutAndDamaged)
{
    for (const auto& sample : GetParam().samples) {
        SCOPED_TRACE(sample.file);
        cut_and_damage(sample);
    }
}

INSTANTIATE_TEST_SUITE_P(Every, Samples, testing::ValuesIn(cases()), [](const auto& one) {
    std::string name;
    for (const char c : one.param.source)
        if (c != '-' && c != '_') name += c;
    name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
    return name;
});

/// Who is built in and has no sample of our own, so that a clone alone tests every dialect.
TEST(SamplesOfOurOwn, CoverEverySourceThatIsBuiltIn)
{
    std::set<std::string, std::less<>> own;
    for (const auto& sample : all_samples())
        if (sample.file.starts_with("own:")) own.insert(sample.source);
    for (const auto name : config::built_in_names()) EXPECT_TRUE(own.contains(name)) << name << " has no row with a file own:…";
}

/// Files that no row names, with the reason. Each still goes through every reader.
struct Unnamed {
    std::string_view place;  ///< a file, or a folder with a slash behind it
    std::string_view why;
};
constexpr Unnamed unnamed[]{
#include "unnamed_samples.inc"
};

bool is_under(std::string_view file, std::string_view place) { return place.ends_with('/') ? file.starts_with(place) : file == place; }

TEST(SharedSamples, AreAllNamed)
{
    const std::filesystem::path folder{INCIDENT_SHARED_DIR "/payloads"};
    if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "no samples under " << folder << "; they are not part of the project";
    std::set<std::string> named;
    for (const auto& sample : all_samples()) {
        named.insert(sample.file);
        named.insert(sample.before.begin(), sample.before.end());
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
        if (!entry.is_regular_file() || entry.path().extension() == ".md") continue;
        const auto file = entry.path().lexically_relative(folder).string();
        const bool excused = std::ranges::any_of(unnamed, [&](const auto& one) { return is_under(file, one.place); });
        EXPECT_TRUE(named.contains(file) || excused) << file << " has no row, and no reason stands in unnamed_samples.inc";
    }
}

TEST(SharedSamples, WithoutARowCrashNoReader)
{
    const std::filesystem::path folder{INCIDENT_SHARED_DIR "/payloads"};
    if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "no samples under " << folder << "; they are not part of the project";
    const auto now = parse_rfc3339("2024-06-22T16:00:00Z").value();
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
        const auto file = entry.path().lexically_relative(folder).string();
        if (!entry.is_regular_file() || std::ranges::none_of(unnamed, [&](const auto& one) { return is_under(file, one.place); })) continue;
        const auto bytes = content_of(entry.path());
        for (const auto name : config::built_in_names()) {
            const auto* const source = config::built_in_source(name);
            const auto* const dialect = ingest::find_dialect(source->reads.dialect);
            ASSERT_NE(dialect, nullptr) << name;
            EXPECT_EQ(problem_of(dialect->read({bytes, "application/json", {}, now, {}, {}}, source->reads)), "") << file << " read as " << name;
        }
    }
}

}  // namespace
}  // namespace incident::test
