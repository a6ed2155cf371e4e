#pragma once
#include "model/event.hpp"
#include "tagging/rules.hpp"
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

/// Incidents whose lines carry the tags they deserve, and how far the rules agree.
namespace incident::test {

struct LabelledLine {
    std::string text;
    std::set<std::string> tags;  ///< `other` is none
    std::optional<Instant> at{};
};

struct LabelledIncident {
    std::string name;
    bool reserve = false;  ///< never looked at, only measured
    std::vector<LabelledLine> lines;
    boost::json::object facts{};
};

inline constexpr std::array measured_tags{tags::detection,       tags::impact, tags::escalation, tags::hypothesis, tags::investigation,
                                          tags::misleading_path, tags::action, tags::mitigation, tags::root_cause, tags::resolution,
                                          tags::communication};

/// Blocks headed by `## name`, a line each `tag,tag | text`; `-` stands for no tag, `#` begins a comment.
inline std::vector<LabelledIncident> read_labelled_lines(const std::filesystem::path& file)
{
    std::vector<LabelledIncident> all;
    std::ifstream stream{file};
    for (std::string line; std::getline(stream, line);) {
        if (line.starts_with("## ")) all.push_back({line.substr(3), false, {}, {}});
        const auto bar = line.find(" | ");
        if (line.empty() || line.front() == '#' || bar == std::string::npos || all.empty()) continue;
        LabelledLine made;
        made.text = line.substr(bar + 3);
        for (std::size_t from = 0; from < bar;) {
            const auto end = std::min(line.find(',', from), bar);
            if (const auto tag = line.substr(from, end - from); tag != "-") made.tags.insert(tag);
            from = end + 1;
        }
        all.back().lines.push_back(std::move(made));
    }
    return all;
}

/// The labelled timelines of a folder, by name; every second one is the reserve.
inline std::vector<LabelledIncident> read_labelled_timelines(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{folder})
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    std::ranges::sort(files);
    std::vector<LabelledIncident> all;
    for (std::size_t i = 0; i < files.size(); ++i) {
        std::ifstream stream{files[i]};
        const std::string text{std::istreambuf_iterator<char>{stream}, {}};
        const auto document = boost::json::parse(text);
        LabelledIncident made{files[i].stem().string(), i % 2 == 1, {}, document.at("facts").as_object()};
        for (const auto& line : document.at("timeline").as_array()) {
            LabelledLine one;
            one.text = line.at("text").as_string();
            for (const auto& tag : line.at("tags").as_array())
                if (tag.as_string() != "other") one.tags.emplace(tag.as_string());
            if (const auto* at = line.at("utc").if_string()) one.at = parse_rfc3339({at->data(), at->size()}).value();
            made.lines.push_back(std::move(one));
        }
        all.push_back(std::move(made));
    }
    return all;
}

/// The incident's lines as notes of a person, each tagged as it comes in, knowing those before it. A line without a time of its
/// own gets that of the line before it (the one after it, where none is before), as its place is all that is known.
inline std::vector<Event> tagged_notes(const LabelledIncident& incident, const tagging::RuleSet& rules)
{
    std::vector<Event> events;
    std::deque<tagging::Said> earlier;
    Instant last{};
    for (const auto& line : incident.lines)
        if (line.at) {
            last = *line.at;
            break;
        }
    for (const auto& line : incident.lines) {
        Event event;
        event.text = line.text;
        event.author = {"sam", true, {}};
        event.source = "api";
        if (line.at) last = *line.at;
        event.occurred_at = last;
        event.precision = line.at ? Precision::minute : Precision::about;
        event.id = make_id(last, events.size() + 1, 7);
        const std::vector<tagging::Said> before{earlier.begin(), earlier.end()};
        tagging::add_rule_tags(event, rules, before);
        if (tagging::may_be_answered(event)) earlier.push_back(tagging::said(event));
        if (earlier.size() > tagging::max_said) earlier.pop_front();
        events.push_back(std::move(event));
    }
    return events;
}

struct Score {
    int right = 0, wrong = 0, missed = 0;
    [[nodiscard]] int support() const { return right + missed; }
    [[nodiscard]] double precision() const { return right + wrong == 0 ? 0 : double(right) / (right + wrong); }
    [[nodiscard]] double recall() const { return right + missed == 0 ? 0 : double(right) / (right + missed); }
    [[nodiscard]] double f1() const { return 2 * right + wrong + missed == 0 ? 0 : 2.0 * right / (2 * right + wrong + missed); }
};

/// Of one tag, incident by incident.
struct Found {
    int have = 0, found = 0;    ///< incidents that have such a line; in so many at least one was found
    int others = 0, false_alarms = 0;
    int exact = 0;              ///< the first such line (the last, for a resolution) is the one given first (last)
};

struct Figures {
    std::map<std::string, Score, std::less<>> tags;
    std::map<std::string, Found, std::less<>> incidents;
    int lines = 0;
    [[nodiscard]] double macro_f1() const
    {
        double sum = 0;
        for (const auto tag : measured_tags)
            if (const auto score = tags.find(tag); score != tags.end()) sum += score->second.f1();
        return sum / double(measured_tags.size());
    }
};

inline void count(Figures& figures, const LabelledIncident& incident, const std::vector<Event>& events)
{
    for (const auto tag : measured_tags) {
        auto& score = figures.tags[std::string{tag}];
        auto& found = figures.incidents[std::string{tag}];
        std::vector<std::size_t> expected, given;
        bool hit = false;
        for (std::size_t i = 0; i < events.size(); ++i) {
            const bool should = incident.lines[i].tags.contains(std::string{tag}), does = events[i].has_tag(tag);
            score.right += should && does;
            score.wrong += !should && does;
            score.missed += should && !does;
            hit |= should && does;
            if (should) expected.push_back(i);
            if (does) given.push_back(i);
        }
        if (expected.empty()) {
            ++found.others;
            found.false_alarms += !given.empty();
            continue;
        }
        ++found.have;
        found.found += hit;
        const bool last = tag == tags::resolution;
        found.exact += !given.empty() && (last ? expected.back() == given.back() : expected.front() == given.front());
    }
    figures.lines += int(events.size());
}

}  // namespace incident::test
