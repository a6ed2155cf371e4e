#include "commands/grammar.hpp"
#include <gtest/gtest.h>

namespace incident::ctl {
namespace {

/// A line as the shell hands it over, taken apart here at single spaces; `_` stands for a space inside a word.
std::vector<std::string> words_of(std::string_view line)
{
    std::vector<std::string> words;
    std::string word;
    bool any = false;
    for (const char c : line) {
        if (c == ' ') {
            if (any) words.push_back(word);
            word.clear();
            any = false;
            continue;
        }
        word += c == '_' ? ' ' : c;
        any = true;
    }
    if (any) words.push_back(word);
    return words;
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

struct Line {
    const char* typed;
    const char* verb;
    const char* flags;
    const char* ref;
    const char* when;
    const char* words;
};

class Splits : public testing::TestWithParam<Line> {};

TEST_P(Splits, AsCliMdSays)
{
    const auto& line = GetParam();
    const auto words = words_of(line.typed);
    const auto parts = split(words);
    ASSERT_TRUE(parts.has_value()) << line.typed << ": " << parts.error().cause;
    ASSERT_NE(parts->verb, nullptr) << line.typed;
    EXPECT_EQ(parts->verb->name, line.verb) << line.typed;
    EXPECT_EQ(joined(parts->flags), line.flags) << line.typed;
    EXPECT_EQ(parts->ref, line.ref) << line.typed;
    EXPECT_EQ(parts->when, line.when) << line.typed;
    EXPECT_EQ(joined(parts->words), line.words) << line.typed;
}

INSTANTIATE_TEST_SUITE_P(
    Lines, Splits,
    testing::Values(
        // the letters and their long names
        Line{"n db cpu 98%", "note", "", "", "", "db cpu 98%"}, Line{"note db cpu 98%", "note", "", "", "", "db cpu 98%"},
        Line{"d checkout dead", "detect", "", "", "", "checkout dead"}, Line{"a restarted web-3", "act", "", "", "", "restarted web-3"},
        Line{"h bad_deploy?", "hypo", "", "", "", "bad deploy?"}, Line{"x was not traffic", "mislead", "", "", "", "was not traffic"},
        Line{"e --to db paged Ana", "escalate", "--to=db", "", "", "paged Ana"}, Line{"i 85% checkout 503", "impact", "", "", "", "85% checkout 503"},
        Line{"c replication lag", "cause", "", "", "", "replication lag"}, Line{"r rolled back, errors 0", "resolve", "", "", "", "rolled back, errors 0"},
        Line{"t patch nginx --owner sam", "todo", "--owner=sam", "", "", "patch nginx"}, Line{"o checkout 503 --adopt 30m", "open", "--adopt=30m", "", "", "checkout 503"},
        Line{"l", "log", "", "", "", ""}, Line{"s", "status", "", "", "", ""}, Line{"u", "undo", "", "", "", ""},
        // after the first text word short dashes and unknown long words are text
        Line{"n ran kubectl delete -f x.yaml", "note", "", "", "", "ran kubectl delete -f x.yaml"},
        Line{"n set max-conn -1", "note", "", "", "", "set max-conn -1"}, Line{"n curl -sS --fail http://x", "note", "", "", "", "curl -sS --fail http://x"},
        Line{"n tried --force", "note", "", "", "", "tried --force"}, Line{"n psql -c select", "note", "", "", "", "psql -c select"},
        Line{"n wrote -o json", "note", "", "", "", "wrote -o json"}, Line{"n is --json broken", "note", "", "", "", "is --json broken"},
        Line{"n kubectl exec pod -- sh", "note", "", "", "", "kubectl exec pod -- sh"}, Line{"n a -- b --at 5m", "note", "", "", "", "a -- b --at 5m"},
        Line{"n see --help for more", "note", "", "", "", "see --help for more"}, Line{"n a - b", "note", "", "", "", "a - b"},
        // this verb's long flags still count
        Line{"e ana on it --to db", "escalate", "--to=db", "", "", "ana on it"}, Line{"e ana --to=db on it", "escalate", "--to=db", "", "", "ana on it"},
        Line{"n saw it --at 5m ago", "note", "--at=5m", "", "", "saw it ago"}, Line{"r fixed --close", "resolve", "--close", "", "", "fixed"},
        Line{"n fixed --close", "note", "", "", "", "fixed --close"}, Line{"n mail --to db", "note", "", "", "", "mail --to db"},
        Line{"d dead --how customer", "detect", "--how=customer", "", "", "dead"}, Line{"t --broad alert on lag", "todo", "--broad", "", "", "alert on lag"},
        Line{"o slow --sev 1 --since 02:20", "open", "--sev=1 --since=02:20", "", "", "slow"},
        // flags before the text
        Line{"n -i INC-7 hello", "note", "--incident=INC-7", "", "", "hello"}, Line{"n -iINC-7 hello", "note", "--incident=INC-7", "", "", "hello"},
        Line{"-i INC-7 n hello", "note", "--incident=INC-7", "", "", "hello"}, Line{"--incident=INC-7 n hello", "note", "--incident=INC-7", "", "", "hello"},
        Line{"n -q hello", "note", "--quiet", "", "", "hello"}, Line{"n -qv hello", "note", "--quiet --verbose", "", "", "hello"},
        Line{"n -qi INC-7 hello", "note", "--quiet --incident=INC-7", "", "", "hello"}, Line{"n --at -5m hello", "note", "--at=-5m", "", "", "hello"},
        // WHEN
        Line{"n @02:29 timeouts", "note", "", "", "02:29", "timeouts"}, Line{"n @14:02 UTC deploy", "note", "", "", "14:02 UTC", "deploy"},
        Line{"n @3:15 PM UTC deploy", "note", "", "", "3:15 PM UTC", "deploy"}, Line{"n @3:15 pm deploy", "note", "", "", "3:15 pm", "deploy"},
        Line{"n @14:02 gmt deploy", "note", "", "", "14:02 gmt", "deploy"}, Line{"n @1717596000 deploy", "note", "", "", "1717596000", "deploy"},
        Line{"n @-5m deploy", "note", "", "", "-5m", "deploy"}, Line{"n @yesterday_23:10 deploy", "note", "", "", "yesterday 23:10", "deploy"},
        Line{"e @2m --to db ana on it", "escalate", "--to=db", "", "2m", "ana on it"}, Line{"e --to db @2m ana", "escalate", "--to=db", "", "2m", "ana"},
        Line{"n mail @ana now", "note", "", "", "", "mail @ana now"}, Line{"n @5m @ana said", "note", "", "", "5m", "@ana said"},
        Line{"n -- @ana said", "note", "", "", "", "@ana said"}, Line{"n -- -v is broken", "note", "", "", "", "-v is broken"},
        Line{"n @", "note", "", "", "", "@"},
        // REF, for the verbs that take one
        Line{"x .", "mislead", "", ".", "", ""}, Line{"x .2", "mislead", "", ".2", "", ""}, Line{"x :4 was not traffic", "mislead", "", ":4", "", "was not traffic"},
        Line{"x 4 more pods", "mislead", "", "", "", "4 more pods"}, Line{"x :4 @02:45 no", "mislead", "", ":4", "02:45", "no"},
        Line{"x @02:45 :4 no", "mislead", "", ":4", "02:45", "no"}, Line{"x . .", "mislead", "", ".", "", "."}, Line{"x --none", "mislead", "--none", "", "", ""},
        Line{"n . is a dot", "note", "", "", "", ". is a dot"}, Line{"n :4 is text", "note", "", "", "", ":4 is text"},
        Line{"x 018f2e0a-0000-7000-8000-000000000001 no", "mislead", "", "018f2e0a-0000-7000-8000-000000000001", "", "no"},
        Line{"edit . new text -f", "edit", "", ".", "", "new text -f"}, Line{"confirm :4", "confirm", "", ":4", "", ""}, Line{"x :0 zero", "mislead", "", "", "", ":0 zero"},
        // stdin, other verbs
        Line{"n -", "note", "", "", "", "-"}, Line{"n --lines -", "note", "--lines", "", "", "-"}, Line{"at . -5m", "at", "", "", "", ". -5m"},
        Line{"at :17 14:02 UTC", "at", "", "", "", ":17 14:02 UTC"}, Line{"-o json log", "log", "--output=json", "", "", ""},
        Line{"log -o json", "log", "--output=json", "", "", ""}, Line{"l -fn 5", "log", "--follow --number=5", "", "", ""}, Line{"l -n5", "log", "--number=5", "", "", ""},
        Line{"export INC-7", "draft", "", "", "", "INC-7"}, Line{"lint --strict", "check", "--strict", "", "", ""}, Line{"tag . --remove hypo", "tag", "--remove=hypo", "", "", "."},
        Line{"api GET /api/v1/status", "api", "", "", "", "GET /api/v1/status"}, Line{"--version", "version", "", "", "", ""}, Line{"n why --version", "note", "", "", "", "why --version"},
        Line{"set severity=1 lead=ana", "set", "", "", "", "severity=1 lead=ana"}));

struct Wrong {
    const char* typed;
    const char* cause;
    const char* fix;
};
class Refuses : public testing::TestWithParam<Wrong> {};
TEST_P(Refuses, WithCauseAndFix)
{
    const auto words = words_of(GetParam().typed);
    const auto parts = split(words);
    ASSERT_FALSE(parts.has_value()) << GetParam().typed;
    EXPECT_EQ(parts.error().exit, Exit::usage);
    EXPECT_NE(parts.error().cause.find(GetParam().cause), std::string::npos) << parts.error().cause;
    EXPECT_NE(parts.error().fix.find(GetParam().fix), std::string::npos) << parts.error().fix;
}
INSTANTIATE_TEST_SUITE_P(
    Lines, Refuses,
    testing::Values(Wrong{"nte x", "unknown verb \"nte\"", "did you mean \"note\"?"}, Wrong{"resol x", "unknown verb \"resol\"", "resolve"},
                    Wrong{"escal x", "unknown verb", "incidentctl help"}, Wrong{"q x", "unknown verb \"q\"", "incidentctl help"},
                    Wrong{"restore", "not in this version", "incidentctl help"}, Wrong{"e --too db x", "unknown flag \"--too\"", "--to"},
                    Wrong{"n -f x", "unknown flag \"-f\"", "put -- before it"}, Wrong{"n --close x", "unknown flag \"--close\"", "put -- before it"},
                    Wrong{"--frob n x", "unknown flag \"--frob\"", ""}, Wrong{"e x --to", "--to wants a value", "--to WHOM"},
                    Wrong{"n --at", "--at wants a value", "--at TIME"}, Wrong{"n --at= x", "empty value", "--at TIME"},
                    Wrong{"r x --close=yes", "takes no value", "alone"}, Wrong{"-- n x", "before any verb", "note --"},
                    Wrong{"log --folow", "unknown flag \"--folow\"", "--follow"}, Wrong{"log -z", "unknown flag \"-z\"", "help log"}));

TEST(Help, IsAskedForInFourSpellingsAndAtTheEndOfAWrongLine)
{
    for (const char* line : {"log --help", "log -h", "--help log", "log help", "log --frob --help", "log --frob -h", "n help", "nte --help", "-h"}) {
        const auto words = words_of(line);
        const auto parts = split(words);
        ASSERT_TRUE(parts.has_value()) << line;
        EXPECT_TRUE(parts->help) << line;
    }
}

TEST(Help, IsShortWithoutArgumentsAndNeverWiderThanATerminal)
{
    const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
    EXPECT_LE(lines(short_help()), 25);
    EXPECT_LT(short_help().find("incidentctl open"), short_help().find("n note"));
    EXPECT_LT(full_help().find("note"), full_help().find("completion"));
    std::vector<std::string> texts{short_help(), full_help()};
    for (const auto& verb : verbs()) texts.push_back(verb_help(verb));
    for (const auto& text : texts) {
        std::size_t start = 0;
        for (auto end = text.find('\n'); end != text.npos; start = end + 1, end = text.find('\n', start))
            EXPECT_LE(end - start, 80u) << text.substr(start, end - start);
    }
}

TEST(Verbs, HaveDistinctNamesAndAreFoundByNoPrefix)
{
    std::vector<std::string_view> seen;
    for (const auto& verb : verbs())
        for (const auto word : {verb.name, verb.letter, verb.alias}) {
            if (word.empty()) continue;
            EXPECT_EQ(std::find(seen.begin(), seen.end(), word), seen.end()) << word;
            seen.push_back(word);
            EXPECT_EQ(find_verb(word), &verb);
        }
    EXPECT_EQ(find_verb("resol"), nullptr);
    EXPECT_EQ(find_verb(""), nullptr);
}

TEST(Ref, IsADotANumberAfterDotOrColonOrAnId)
{
    for (const char* word : {".", ".2", ".10", ":1", ":17", "018f2e0a-0000-7000-8000-000000000001", "018F2E0A-0000-7000-8000-000000000001"})
        EXPECT_TRUE(is_ref(word)) << word;
    for (const char* word : {"", "..", ".0", ":", ":0", ":x", ".2a", "4", "#4", ":-1", "...", "018f2e0a-0000-7000-8000-00000000000", ":123456789012345678901"})
        EXPECT_FALSE(is_ref(word)) << word;
}

TEST(Flags, AreCheckedWithTheChoicesNamed)
{
    const auto parsed = [](const char* line) {
        const auto words = words_of(line);
        return parse(std::move(split(words).value()));
    };
    EXPECT_EQ(parsed("log -o yaml").value().value("output"), "yaml");
    EXPECT_EQ(parsed("log -o yaml -o json").value().value("output"), "json");
    EXPECT_TRUE(parsed("log --json").value().has("json"));
    for (const char* line : {"log -o jsn", "log -n 0", "log -n many", "d --how mail x", "--color sometimes log", "log surplus", "at .", "link", "edit text"}) {
        const auto bad = parsed(line);
        ASSERT_FALSE(bad.has_value()) << line;
        EXPECT_EQ(bad.error().exit, Exit::usage) << line;
        EXPECT_FALSE(bad.error().fix.empty()) << line;
    }
}

}  // namespace
}  // namespace incident::ctl
