#include "config/config.hpp"
#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

// Precision, recall and F1 of the compiled-in rules over labelled timelines, one line at a time, as notes.
//   tags_bench [--misses TAG] [--odd | --even] [folder]
// Even-numbered files (by name) are kept apart: rules are written while looking at the odd ones only.

namespace json = boost::json;
using namespace incident;

namespace {

struct Score {
    int right = 0, wrong = 0, missed = 0;
    [[nodiscard]] double precision() const { return right + wrong == 0 ? 0 : double(right) / (right + wrong); }
    [[nodiscard]] double recall() const { return right + missed == 0 ? 0 : double(right) / (right + missed); }
    [[nodiscard]] double f1() const { return 2 * right + wrong + missed == 0 ? 0 : 2.0 * right / (2 * right + wrong + missed); }
};

using Scores = std::map<std::string, Score>;

constexpr std::string_view measured[]{tags::detection, tags::impact, tags::escalation, tags::hypothesis, tags::investigation,
                                      tags::misleading_path, tags::action, tags::mitigation, tags::root_cause,
                                      tags::resolution, tags::communication};

double macro_f1(const Scores& scores)
{
    double sum = 0;
    for (const auto tag : measured) sum += scores.contains(std::string{tag}) ? scores.at(std::string{tag}).f1() : 0;
    return sum / std::size(measured);
}

void count_line(const json::object& line, const tagging::RuleSet& rules, Scores& scores, std::string_view show)
{
    Event event;
    event.text = line.at("text").as_string();
    std::set<std::string> expected, given;
    for (const auto& tag : line.at("tags").as_array()) expected.emplace(tag.as_string());
    std::string why;
    for (const auto& tag : rules.tags_for(event)) {
        given.insert(tag.name);
        if (tag.name == show) why = tag.by + " \"" + tag.match + '"';
    }
    for (const auto tag : measured) {
        const std::string name{tag};
        auto& score = scores[name];
        if (given.contains(name) && expected.contains(name)) ++score.right;
        else if (given.contains(name)) ++score.wrong;
        else if (expected.contains(name)) ++score.missed;
        if (name == show && given.contains(name) != expected.contains(name))
            std::printf("%s %s %s\n", given.contains(name) ? "WRONG " : "MISSED", event.text.c_str(), why.c_str());
    }
}

void print(const char* title, const Scores& scores)
{
    std::printf("%s\n%-16s %9s %9s %9s %6s\n", title, "tag", "precision", "recall", "F1", "lines");
    for (const auto tag : measured)
        if (const auto found = scores.find(std::string{tag}); found != scores.end())
            std::printf("%-16s %9.2f %9.2f %9.2f %6d\n", found->first.c_str(), found->second.precision(), found->second.recall(),
                        found->second.f1(), found->second.right + found->second.missed);
    std::printf("macro F1 over %zu tags: %.3f\n\n", std::size(measured), macro_f1(scores));
}

}  // namespace

int main(int count, char** arguments)
{
    std::filesystem::path folder = INCIDENT_SHARED_DIR "/timelines/dev";
    std::string show;
    bool odd = true, even = true;
    for (int i = 1; i < count; ++i) {
        const std::string_view argument = arguments[i];
        if (argument == "--misses" && i + 1 < count) show = arguments[++i];
        else if (argument == "--odd") even = false;
        else if (argument == "--even") odd = false;
        else folder = argument;
    }
    if (!std::filesystem::is_directory(folder)) {
        std::fprintf(stderr, "%s: no such folder; give one with labelled timelines\n", folder.c_str());
        return 2;
    }
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{folder})
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    std::ranges::sort(files);
    const auto rules = config::compile_rules({}).value();
    Scores all, seen, reserve;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const bool looked_at = i % 2 == 0;
        if (looked_at ? !odd : !even) continue;
        std::ifstream stream{files[i]};
        const std::string text{std::istreambuf_iterator<char>{stream}, {}};
        const auto document = json::parse(text);
        for (const auto& line : document.at("timeline").as_array()) {
            count_line(line.as_object(), *rules, all, looked_at ? show : "");  // the reserve's words are never printed
            count_line(line.as_object(), *rules, looked_at ? seen : reserve, "");
        }
    }
    if (odd) print("odd files, looked at while writing the rules", seen);
    if (even) print("even files, only measured", reserve);
    print("together", all);
    return 0;
}
