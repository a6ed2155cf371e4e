#include "config/config.hpp"
#include "support/labelled_facts.hpp"
#include <chrono>
#include <cstdio>

// How far automatic tags can be trusted: precision, recall and F1 over labelled timelines, figures per incident, the facts of
// drafts made of them, and what tagging costs.
//   tags_bench [--rules FILE] [--against FILE] [--errors] [--misses TAG] [--lines FILE] [folder]
// Every second file (by name) is the reserve: rules are written without looking at it, so its words are never printed.

using namespace incident;

namespace {

using test::Figures;
using test::LabelledIncident;

struct Asked {
    std::filesystem::path folder = INCIDENT_SHARED_DIR "/timelines/dev", lines = INCIDENT_TESTDATA_DIR "/tagging/lines.txt";
    std::string rules, against, misses;
    bool errors = false;
};

/// The rules of a file, alone; without one the compiled-in ones.
std::shared_ptr<const tagging::RuleSet> rules_of(const std::string& file)
{
    config::Config config;
    if (!file.empty()) {
        auto loaded = config::load(file);
        if (!loaded) {
            std::fprintf(stderr, "%s\n", loaded.error().detail.c_str());
            std::exit(2);
        }
        config = std::move(*loaded);
        config.builtin_rules = false;
    }
    return config::compile_rules(config).value();
}

void print_tags(const char* title, const Figures& figures)
{
    std::printf("%s: %d lines\n%-16s %9s %9s %9s %8s\n", title, figures.lines, "tag", "precision", "recall", "F1", "support");
    for (const auto tag : test::measured_tags)
        if (const auto score = figures.tags.find(tag); score != figures.tags.end())
            std::printf("%-16s %9.2f %9.2f %9.2f %8d\n", score->first.c_str(), score->second.precision(), score->second.recall(),
                        score->second.f1(), score->second.support());
    std::printf("macro F1 over %zu tags: %.3f\n\n", test::measured_tags.size(), figures.macro_f1());
}

void print_incidents(const char* title, const Figures& figures)
{
    std::printf("%s, by incident\n%-16s %10s %22s %14s\n", title, "tag", "found in", "false alarm in others", "exact");
    for (const auto tag : {tags::detection, tags::escalation, tags::misleading_path, tags::resolution}) {
        const auto& found = figures.incidents.at(std::string{tag});
        std::printf("%-16s %4d of %2d %13d of %2d", std::string{tag}.c_str(), found.found, found.have, found.false_alarms, found.others);
        if (tag == tags::detection) std::printf("   first %2d of %2d", found.exact, found.have);
        if (tag == tags::resolution) std::printf("    last %2d of %2d", found.exact, found.have);
        std::printf("\n");
    }
    std::printf("\n");
}

std::string joined(const std::set<std::string>& words)
{
    std::string all;
    for (const auto& word : words) all += (all.empty() ? "" : "+") + word;
    return all.empty() ? "nothing" : all;
}

std::set<std::string> given_to(const Event& event)
{
    std::set<std::string> given;
    for (const auto tag : test::measured_tags)
        if (event.has_tag(tag)) given.emplace(tag);
    return given;
}

/// What is wrong, line by line, with the rule and the words that matched.
void print_errors(const LabelledIncident& incident, const std::vector<Event>& events, std::string_view only)
{
    for (std::size_t i = 0; i < events.size(); ++i)
        for (const auto tag : test::measured_tags) {
            if (!only.empty() && tag != only) continue;
            const bool should = incident.lines[i].tags.contains(std::string{tag});
            const auto* does = events[i].tag(tag);
            if (should == (does != nullptr)) continue;
            const auto why = does != nullptr ? "  (" + does->by + ": " + does->match + ")" : std::string{};
            std::printf("%-6s %-15s %s%s\n", does != nullptr ? "wrong" : "missed", std::string{tag}.c_str(), events[i].text.c_str(), why.c_str());
        }
}

/// Counts only: which tags stand where another was missed, and which the line deserves where one was wrong.
void count_confusion(const LabelledIncident& incident, const std::vector<Event>& events, std::map<std::string, int>& counts)
{
    for (std::size_t i = 0; i < events.size(); ++i) {
        const auto given = given_to(events[i]);
        for (const auto tag : test::measured_tags) {
            const std::string name{tag};
            const bool should = incident.lines[i].tags.contains(name);
            if (should && !given.contains(name)) ++counts[name + " missed, given " + joined(given)];
            if (!should && given.contains(name)) ++counts[name + " wrong, the line is " + joined(incident.lines[i].tags)];
        }
    }
}

struct FactCounts {
    int all = 0, start = 0, detection = 0, how = 0, escalation = 0, all_escalations = 0, resolution = 0, duration = 0;
    void add(const test::FactsCompared& one)
    {
        ++all;
        start += one.start;
        detection += one.detection;
        how += one.how;
        escalation += one.escalation;
        all_escalations += one.all_escalations;
        resolution += one.resolution;
        duration += one.duration;
    }
};

void print_facts(const char* title, const FactCounts& counts)
{
    std::printf("facts of the draft, %s: of %d right: start %d, detection %d, how %d, escalated to %d (complete %d), resolution %d, duration %d\n",
                title, counts.all, counts.start, counts.detection, counts.how, counts.escalation, counts.all_escalations,
                counts.resolution, counts.duration);
}

void print_wrong_facts(const LabelledIncident& incident, const test::FactsCompared& one)
{
    const auto show = [&](bool right, const char* what, const char* expected, const char* got) {
        if (right) return;
        const auto* value = incident.facts.if_contains(expected);
        std::printf("  %s: %s %s, should be %s\n", incident.name.c_str(), what, boost::json::serialize(one.got.at(got)).c_str(),
                    value == nullptr ? "null" : boost::json::serialize(*value).c_str());
    };
    show(one.start, "start", "started_utc", "started_at");
    show(one.detection, "detection", "detected_utc", "detected_at");
    show(one.how, "how", "detected_how", "detected_how");
    show(one.escalation && one.all_escalations, "escalated to", "escalated_to", "escalated_to");
    show(one.resolution, "resolution", "resolved_utc", "resolved_at");
    show(one.duration, "duration", "duration_minutes", "duration_minutes");
}

/// The same notes with the tags they deserve: what facts could be at best.
std::vector<Event> labelled_notes(const LabelledIncident& incident, std::vector<Event> notes)
{
    for (std::size_t i = 0; i < notes.size(); ++i) {
        std::vector<Tag> deserved;
        for (const auto& name : incident.lines[i].tags) {
            const auto* given = notes[i].tag(name);
            deserved.push_back(given != nullptr ? *given : Tag{name, "rule:label", {}, {}, {}, {}});
        }
        notes[i].tags = std::move(deserved);
    }
    return notes;
}

/// Microseconds for one event, the best of several rounds.
template <class Tag>
double cost(std::size_t events, Tag tag_all)
{
    constexpr int rounds = 7;
    double best = 0;
    for (int round = 0; round < rounds; ++round) {
        const auto start = std::chrono::steady_clock::now();
        tag_all();
        const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
        if (best == 0 || took.count() < best) best = took.count();
    }
    return best / double(events);
}

double cost_of_lines(const std::vector<LabelledIncident>& incidents, const tagging::RuleSet& rules)
{
    std::size_t lines = 0;
    for (const auto& incident : incidents) lines += incident.lines.size();
    return cost(lines, [&] {
        for (const auto& incident : incidents) (void)test::tagged_notes(incident, rules);
    });
}

/// What machines send: most events by far, and no rule reads their words.
double cost_of_alerts(const std::vector<LabelledIncident>& incidents, const tagging::RuleSet& rules)
{
    std::vector<Event> alerts;
    for (const auto& incident : incidents)
        for (const auto& line : incident.lines) {
            Event alert;
            alert.kind = Kind::alert;
            alert.status = "firing";
            alert.text = line.text;
            alerts.push_back(std::move(alert));
        }
    return cost(alerts.size(), [&] {
        for (const auto& alert : alerts) (void)rules.tags_for(alert);
    });
}

Asked read_arguments(int count, char** arguments)
{
    Asked asked;
    for (int i = 1; i < count; ++i) {
        const std::string_view argument = arguments[i];
        const bool more = i + 1 < count;
        if (argument == "--rules" && more) asked.rules = arguments[++i];
        else if (argument == "--against" && more) asked.against = arguments[++i];
        else if (argument == "--misses" && more) asked.misses = arguments[++i], asked.errors = true;
        else if (argument == "--lines" && more) asked.lines = arguments[++i];
        else if (argument == "--errors") asked.errors = true;
        else asked.folder = argument;
    }
    return asked;
}

}  // namespace

int main(int count, char** arguments)
{
    const auto asked = read_arguments(count, arguments);
    const auto rules = rules_of(asked.rules);
    Figures own, worked, reserve, together;
    FactCounts worked_facts, reserve_facts, all_facts, at_best;
    const auto lines = test::read_labelled_lines(asked.lines);
    for (const auto& incident : lines) {
        const auto events = test::tagged_notes(incident, *rules);
        test::count(own, incident, events);
        if (asked.errors) print_errors(incident, events, asked.misses);
    }
    print_tags("our own lines", own);
    print_incidents("our own lines", own);
    if (!std::filesystem::is_directory(asked.folder)) {
        std::fprintf(stderr, "%s: no such folder; give one with labelled timelines\n", asked.folder.c_str());
        return 2;
    }
    const auto incidents = test::read_labelled_timelines(asked.folder);
    std::map<std::string, int> worked_confusion, reserve_confusion;
    for (const auto& incident : incidents) {
        const auto events = test::tagged_notes(incident, *rules);
        test::count(incident.reserve ? reserve : worked, incident, events);
        test::count(together, incident, events);
        const auto facts = test::compare_facts(incident, events);
        (incident.reserve ? reserve_facts : worked_facts).add(facts);
        all_facts.add(facts);
        at_best.add(test::compare_facts(incident, labelled_notes(incident, events)));
        if (incident.reserve) count_confusion(incident, events, reserve_confusion);
        if (incident.reserve || !asked.errors) continue;
        print_errors(incident, events, asked.misses);
        print_wrong_facts(incident, facts);
    }
    print_tags("worked on", worked);
    print_tags("reserve, only measured", reserve);
    print_tags("together", together);
    print_incidents("worked on", worked);
    print_incidents("reserve", reserve);
    print_incidents("together", together);
    if (asked.errors) {
        std::printf("reserve, what was mistaken for what\n");
        for (const auto& [what, times] : reserve_confusion) std::printf("%3d  %s\n", times, what.c_str());
        std::printf("\n");
    }
    print_facts("worked on", worked_facts);
    print_facts("reserve", reserve_facts);
    print_facts("together", all_facts);
    print_facts("from the labels' own tags", at_best);
    const auto line = cost_of_lines(lines, *rules), alert = cost_of_alerts(lines, *rules);
    std::printf("\ntagging: %.1f us for a typed line, %.2f us for an alert\n", line, alert);
    if (!asked.against.empty()) {
        const auto before = rules_of(asked.against);
        std::printf("against %s: ratio %.2f for a typed line, %.2f for an alert\n", asked.against.c_str(),
                    line / cost_of_lines(lines, *before), alert / cost_of_alerts(lines, *before));
    }
    return 0;
}
