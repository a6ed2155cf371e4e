#include "draft/check.hpp"
#include "draft/brief.hpp"
#include "draft/judge.hpp"
#include "model/text.hpp"
#include "timeline/parts.hpp"
#include "timeline/prose.hpp"
#include <algorithm>
#include <array>
#include <unordered_map>

namespace incident::draft {
namespace {

using timeline::counts;
using timeline::DeadEnd;
using timeline::Finding;
using timeline::Level;
using timeline::Timeline;

constexpr std::size_t words_that_tell = 3;   ///< fewer do not say how or what
constexpr std::size_t sentences_of_detail = 2;
constexpr std::size_t max_of_one_kind = 20;  ///< a storm of findings helps nobody
/// Clocks of honest senders differ by this much; DESIGN flags skew apart.
constexpr std::chrono::minutes clock_tolerance{1};

class Checker {
public:
    Checker(const Timeline& timeline, Instant now)
        : timeline_(timeline), facts_(timeline.facts), now_(now), times_(Times::in(options_).value()),
          document_(compose(timeline, times_))
    {
        for (const auto& event : timeline.events) events_.emplace(event.id, &event);
        fold_to_budget(document_, times_, options_);
    }

    std::vector<Finding> run()
    {
        summary();
        detection();
        work();
        dead_ends_and_escalation();
        resolution();
        bullets();
        order();
        stated_durations();
        detail();
        measures();
        words();
        open_hypotheses();
        gaps();
        return std::move(findings_);
    }

private:
    void found(std::string_view id, Level level, std::string text, std::string_view fix, std::vector<Id> events = {})
    {
        const auto same = std::ranges::count(findings_, id, &Finding::id);
        if (static_cast<std::size_t>(same) >= max_of_one_kind) {
            auto& last = *std::ranges::find(findings_.rbegin(), findings_.rend(), id, &Finding::id);
            last.events.insert(last.events.end(), events.begin(), events.end());
            if (!last.text.ends_with("; and more like this")) last.text += "; and more like this";
            return;
        }
        findings_.push_back({std::string{id}, level, std::move(text), command(timeline_, fix), std::move(events)});
    }
    void error(std::string_view id, std::string text, std::string_view fix, std::vector<Id> events = {})
    {
        found(id, Level::error, std::move(text), fix, std::move(events));
    }
    void warning(std::string_view id, std::string text, std::string_view fix, std::vector<Id> events = {})
    {
        found(id, Level::warning, std::move(text), fix, std::move(events));
    }

    [[nodiscard]] const Event* first(std::string_view tag) const
    {
        const auto at = std::ranges::find_if(timeline_.events, [&](const Event& e) { return counts(e) && e.has_tag(tag); });
        return at == timeline_.events.end() ? nullptr : &*at;
    }
    [[nodiscard]] static std::string ref(const Event& event)
    {
        return event.number ? ':' + std::to_string(*event.number) : to_string(event.id);
    }
    [[nodiscard]] static std::string quoted(const Event& event) { return '"' + shortened(timeline::one_line(event.text), 48) + '"'; }
    [[nodiscard]] std::string clock(Instant at) const { return times_.clock(at); }
    [[nodiscard]] std::string moment(Instant at) const { return times_.date(at) + ' ' + times_.clock(at) + ' ' + times_.zone(at); }

    void summary()
    {
        if (!facts_.started_at) error("S1", "no start of the outage: no event is impact or detection", "set started=TIME");
        if (!facts_.resolved_at) error("S1", "no end of the outage", "resolve TEXT");
        const auto impact = impact_of(timeline_);
        if (impact.events.empty()) {
            error("S2", "no impact: which service was down, what users saw, how many of them", "impact TEXT");
        } else {
            if (!impact.names_service) error("S2", "the impact names no service", "set service=NAME", impact.events);
            if (!impact.tells_experience)
                error("S2", "the impact does not say in three words or more what users saw", "impact TEXT", impact.events);
            if (!impact.tells_share) error("S2", "the impact has no share or count of users", "impact 85%", impact.events);
        }
        if (facts_.root_cause.empty()) error("S3", "no root cause", "cause TEXT");
    }

    void detection()
    {
        if (!facts_.detected_at) {
            const auto alert = std::ranges::find_if(timeline_.events, [](const Event& event) {
                return counts(event) && event.kind == Kind::alert && !timeline::is_resolve(event);
            });
            if (alert == timeline_.events.end()) error("T1", "no detection", "detect --how customer TEXT");
            else error("T1", "no detection", "tag " + ref(*alert) + " detection", {alert->id});
        } else if (facts_.detected_how.empty()) {
            const auto& event = *events_.at(*facts_.detected_by);
            error("T2", "the detection " + quoted(event) + " does not say how: alert, engineer or customer",
                  "tag " + ref(event) + " detection --how customer", {event.id});
        }
    }

    void work()
    {
        if (!first(tags::action) && !first(tags::investigation) && !first(tags::mitigation))
            error("T3", "no action and no investigation", "act TEXT");
        if (!first(tags::hypothesis) && !first(tags::root_cause))
            error("T3", "no hypothesis and no cause beside the actions taken", "hypo TEXT");
    }

    void dead_ends_and_escalation()
    {
        if (!first(tags::misleading_path) && !timeline_.incident.none.misleading_path)
            warning("T4", "no misleading path (mislead TEXT), and nobody said that there was none", "mislead --none");
        if (!first(tags::escalation) && !timeline_.incident.none.escalation)
            error("T5", "no escalation (escalate --to TEAM TEXT), and nobody said that there was none", "escalate --none");
        for (const auto& event : timeline_.events)
            if (const auto* tag = counts(event) ? event.tag(tags::escalation) : nullptr; tag && tag->to.empty())
                error("T5", "the escalation " + quoted(event) + " names no team or person", "tag " + ref(event) + " escalation --to TEAM",
                      {event.id});
    }

    void resolution()
    {
        if (!facts_.resolved_at) {
            const auto* said = first(tags::resolution);
            if (!said) return error("T6", "not resolved", "resolve TEXT");
            const Event* later = nullptr;
            for (const auto& event : timeline_.events)
                if (counts(event) && (event.has_tag(tags::impact) || event.has_tag(tags::misleading_path))) later = &event;
            std::string text = "not resolved: the resolution at " + clock(said->occurred_at);
            std::vector<Id> events{said->id};
            if (later && timeline::reading_order(*said, *later) <= 0) {
                text += " is followed by " + std::string{later->has_tag(tags::impact) ? "impact" : "a misleading path"} + " at " +
                        clock(later->occurred_at);
                if (later->id != said->id) events.push_back(later->id);
            } else {
                text += " turned out to fix nothing";
            }
            return error("T6", std::move(text), "resolve TEXT", std::move(events));
        }
        std::size_t told = 0;
        for (const auto& fix : document_.fixes) told += timeline::count_words(fix.text) + timeline::count_words(fix.details);
        if (told < words_that_tell) error("T6", "resolved, but no word on how", "resolve TEXT");
    }

    void bullets()
    {
        for (const auto& bullet : document_.bullets) {
            if (bullet.folded || !bullet.cut) continue;
            const auto& event = *events_.at(bullet.events.front());
            warning("T7", "the line of " + clock(bullet.at) + " is longer than two sentences or 30 words, the draft cuts it",
                    "edit " + ref(event) + " TEXT", {event.id});
        }
    }

    void order()
    {
        const auto future = [&](Instant at) { return at > now_ + clock_tolerance; };
        if (facts_.started_at && facts_.resolved_at && *facts_.resolved_at < *facts_.started_at)
            error("T8", "the end, " + moment(*facts_.resolved_at) + ", lies before the start, " + moment(*facts_.started_at),
                  "set ended=TIME");
        if (facts_.started_at && facts_.detected_at && *facts_.detected_at < *facts_.started_at)
            error("T8", "detected at " + moment(*facts_.detected_at) + ", before the start at " + moment(*facts_.started_at),
                  "set started=TIME", {*facts_.detected_by});
        for (const auto& [name, at] : {std::pair{"started", timeline_.incident.started_at}, {"ended", timeline_.incident.ended_at}})
            if (at && future(*at)) error("T8", "the incident's " + std::string{name} + " is in the future: " + moment(*at),
                                         "set " + std::string{name} + "=TIME");
        for (const auto& event : timeline_.events) {
            if (event.struck) continue;
            const bool flagged = std::ranges::find(event.flags, "future") != event.flags.end() && event.occurred_at > event.received_at;
            if (flagged || future(event.occurred_at))
                error("T8", quoted(event) + " has a time in the future: " + moment(event.occurred_at), "at " + ref(event) + " TIME",
                      {event.id});
        }
        if (facts_.resolved_at && facts_.detected_at && *facts_.resolved_at < *facts_.detected_at) {
            std::vector<Id> events{*facts_.detected_by};
            if (facts_.resolved_by) events.push_back(*facts_.resolved_by);
            warning("T8", "resolved at " + clock(*facts_.resolved_at) + ", before it was detected at " + clock(*facts_.detected_at),
                    "at " + ref(*events_.at(*facts_.detected_by)) + " TIME", std::move(events));
        }
        teams_before_their_call();
        for (const auto& end : timeline_.dead_ends)
            if (end.minutes && *end.minutes < 0 && end.verdict_event) {
                const auto& verdict = *events_.at(*end.verdict_event);
                warning("T8", quoted(verdict) + " rules out at " + clock(verdict.occurred_at) + " what was first thought at " +
                                  clock(events_.at(end.hypothesis)->occurred_at),
                        "at " + ref(verdict) + " TIME", {verdict.id, end.hypothesis});
            }
        for (const auto& duration : timeline_.durations)
            if (duration.name == "to_mitigate" && duration.minutes && *duration.minutes < 0)
                warning("T8", "the first mitigation lies before the start", "set started=TIME", {*duration.to});
    }

    void teams_before_their_call()
    {
        for (const auto& call : timeline_.events) {
            const auto* tag = counts(call) ? call.tag(tags::escalation) : nullptr;
            if (!tag || tag->to.empty()) continue;
            const auto team = lowered(tag->to);
            for (const auto& event : timeline_.events) {
                if (event.occurred_at >= call.occurred_at) break;
                if (!counts(event) || (facts_.started_at && event.occurred_at < *facts_.started_at)) continue;
                const auto label = event.labels.find("team");
                const bool theirs = lowered(event.author.name) == team || (label != event.labels.end() && lowered(label->second) == team) ||
                                    speaks_of(event, team);
                if (!theirs || !(event.has_tag(tags::action) || event.has_tag(tags::investigation) || event.has_tag(tags::mitigation)))
                    continue;
                warning("T8", tag->to + " acted at " + clock(event.occurred_at) + ", before it was called at " + clock(call.occurred_at),
                        "at " + ref(call) + " TIME", {event.id, call.id});
                break;
            }
        }
    }

    /// "Database team identifies …": a note that begins with the team's name.
    [[nodiscard]] static bool speaks_of(const Event& event, std::string_view team)
    {
        if (event.kind == Kind::alert) return false;  // an alert's title names services, not who looks at them
        auto text = lowered(event.text);
        if (text.starts_with("the ")) text.erase(0, 4);
        const auto name = team.ends_with(" team") ? std::string{team} : std::string{team} + " team";
        return text.starts_with(name + ' ');
    }

    void stated_durations()
    {
        if (!facts_.duration_minutes) return;
        for (const auto& event : timeline_.events) {
            if (!counts(event) || !(event.has_tag(tags::impact) || event.has_tag(tags::resolution) || event.has_tag(tags::root_cause)))
                continue;
            const auto stated = stated_duration(event.text);
            const std::chrono::minutes computed{*facts_.duration_minutes};
            if (!stated || std::chrono::abs(stated->span - computed) <= stated->tolerance) continue;
            error("D1", quoted(event) + " states " + stated->words + ", the times give " + to_words(computed), "edit " + ref(event) + " TEXT",
                  {event.id});
        }
    }

    [[nodiscard]] static std::size_t sentences_in(std::span<const Passage> passages)
    {
        std::size_t all = 0;
        for (const auto& passage : passages)
            all += timeline::sentences(passage.text).size() + timeline::sentences(passage.details).size();
        return all;
    }

    void detail()
    {
        const auto ids = [](std::span<const Passage> passages) {
            std::vector<Id> all;
            for (const auto& passage : passages) all.push_back(passage.event);
            return all;
        };
        if (!document_.causes.empty() && sentences_in(document_.causes) < sentences_of_detail)
            warning("R1", "the cause is told in one sentence: explain it in detail", "cause TEXT", ids(document_.causes));
        if (!document_.fixes.empty() && sentences_in(document_.fixes) < sentences_of_detail)
            warning("R2", "the fix is told in one sentence: explain it in detail", "resolve TEXT", ids(document_.fixes));
    }

    void measures()
    {
        if (document_.improvements.empty()) error("C1", "no improvement: what can be done better, broadly", "todo --broad TEXT");
        if (document_.tasks.empty()) error("C2", "no task: a specific thing to do", "todo --owner NAME TEXT");
        for (const auto& task : document_.tasks) {
            const auto& event = *events_.at(task.what.event);
            if (const auto why = why_vague(event.text); !why.empty())
                warning("C3", "the task " + quoted(event) + " is too vague to be done: " + why, "edit " + ref(event) + " TEXT", {event.id});
        }
    }

    void words()
    {
        const auto page = brief(document_, times_, options_);
        const auto count = count_words(page);
        if (count > options_.max_words) {
            const auto* longest = longest_passage();
            warning("W1", "the draft has " + std::to_string(count) + " words, more than " + std::to_string(options_.max_words) +
                              ", and nothing more can be folded",
                    longest ? "edit " + ref(*longest) + " TEXT" : "draft", longest ? std::vector{longest->id} : std::vector<Id>{});
        } else if (count < options_.min_words) {
            const auto [section, fix] = thinnest_section(page);
            warning("W1", "the draft has " + std::to_string(count) + " words, fewer than " + std::to_string(options_.min_words) +
                              ": \"" + section + "\" is thin",
                    fix);
        }
    }

    [[nodiscard]] const Event* longest_passage() const
    {
        const Event* longest = nullptr;
        std::size_t most = 0;
        const auto look = [&](const Passage& passage) {
            const auto count = timeline::count_words(passage.text) + timeline::count_words(passage.details);
            if (count > most) most = count, longest = events_.at(passage.event);
        };
        for (const auto& each : document_.causes) look(each);
        for (const auto& each : document_.fixes) look(each);
        for (const auto& each : document_.improvements) look(each.what);
        for (const auto& each : document_.tasks) look(each.what);
        return longest;
    }

    /// The section that has the least of what a page of 450 words gives it.
    [[nodiscard]] static std::pair<std::string, std::string_view> thinnest_section(const std::string& page)
    {
        struct Section {
            std::string_view heading;
            double usual_words;
            std::string_view fix;
        };
        static constexpr std::array<Section, 4> sections{{{"Issue Summary", 40, "impact TEXT"},
                                                          {"Timeline", 180, "note TEXT"},
                                                          {"Root Cause and Resolution", 130, "cause TEXT"},
                                                          {"Corrective and Preventative Measures", 100, "todo TEXT"}}};
        const Section* thinnest = &sections.front();
        double least = 1e9;
        for (const auto& section : sections) {
            const auto head = "\n## " + std::string{section.heading} + '\n';
            const auto begin = page.find(head);
            if (begin == std::string::npos) continue;
            const auto end = page.find("\n## ", begin + head.size());
            const auto share = static_cast<double>(count_words(std::string_view{page}.substr(begin, end - begin))) / section.usual_words;
            if (share < least) least = share, thinnest = &section;
        }
        return {std::string{thinnest->heading}, thinnest->fix};
    }

    void open_hypotheses()
    {
        for (const auto& end : timeline_.dead_ends) {
            if (end.verdict != "open") continue;
            const auto& event = *events_.at(end.hypothesis);
            warning("H1", "the hypothesis " + quoted(event) + " was never ruled out or confirmed", "mislead " + ref(event) + " TEXT",
                    {event.id});
        }
    }

    /// The recorder's own events say when it was not recording.
    void gaps()
    {
        for (const auto& event : timeline_.events) {
            if (event.struck || event.kind != Kind::system ||
                std::ranges::find(event.flags, timeline::gap_flag) == event.flags.end())
                continue;
            // What happened in the gap is told at its time: the command has the first moment of it.
            const auto from = event.labels.find("gap_from");
            const auto when = from != event.labels.end() && parse_rfc3339(from->second) ? from->second : std::string{"TIME"};
            warning("G1", "the recorder was not recording for part of the incident: " + shortened(timeline::one_line(event.text), 120),
                    "note @" + when + " TEXT", {event.id});
        }
    }

    const Timeline& timeline_;
    const timeline::Facts& facts_;
    Instant now_;
    Options options_;
    Times times_;
    Document document_;
    std::unordered_map<Id, const Event*> events_;
    std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> check(const Timeline& timeline, Instant now) { return Checker{timeline, now}.run(); }

}  // namespace incident::draft
