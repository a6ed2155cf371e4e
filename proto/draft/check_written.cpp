#include "draft/check_written.hpp"
#include "draft/draft.hpp"
#include "draft/judge.hpp"
#include "draft/outline.hpp"
#include "draft/tells.hpp"
#include "draft/written_facts.hpp"
#include "draft/written_timeline.hpp"
#include "model/text.hpp"
#include "model/time_grammar.hpp"
#include "timeline/prose.hpp"
#include <algorithm>
#include <array>

namespace incident::draft {
namespace {

std::string in_quotes(std::string_view text) { return '"' + shortened(timeline::one_line(text), 48) + '"'; }

/// `15:15` as the document wrote the day's time.
std::string clock_text(std::chrono::seconds of_day)
{
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(of_day % std::chrono::hours{24}).count();
    const auto two = [](long long value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    return two(minutes / 60) + ':' + two(minutes % 60);
}

class WrittenChecker {
public:
    WrittenChecker(const Outline& outline, std::optional<Instant> now)
        : outline_(outline), now_(now), timeline_(written_timeline_of(outline)), span_(written_span_of(outline))
    {}

    std::vector<WrittenFinding> run()
    {
        duration();
        impact_line();
        cause_line();
        detection();
        work();
        misleading();
        escalation();
        resolution();
        entries();
        order();
        stated();
        detail();
        measures();
        words();
        return std::move(findings_);
    }

private:
    using Level = timeline::Level;
    static constexpr std::size_t words_that_tell = 3;   ///< fewer do not say how or what
    static constexpr std::size_t sentences_of_detail = 2;
    static constexpr std::size_t max_of_one_kind = 20;  ///< a storm of findings helps nobody
    static constexpr std::size_t max_entry_sentences = 2, max_entry_words = 30, min_words = 400, max_words = 600;

    void found(std::string_view id, Level level, std::string text, std::string fix, std::size_t line)
    {
        const auto same = std::ranges::count(findings_, id, &WrittenFinding::id);
        if (static_cast<std::size_t>(same) >= max_of_one_kind) {
            auto& last = *std::ranges::find(findings_.rbegin(), findings_.rend(), id, &WrittenFinding::id);
            if (!last.text.ends_with("; and more like this")) last.text += "; and more like this";
            return;
        }
        findings_.push_back({std::string{id}, level, std::move(text), std::move(fix), line});
    }
    void error(std::string_view id, std::string text, std::string fix, std::size_t line)
    {
        found(id, Level::error, std::move(text), std::move(fix), line);
    }
    void warning(std::string_view id, std::string text, std::string fix, std::size_t line)
    {
        found(id, Level::warning, std::move(text), std::move(fix), line);
    }

    [[nodiscard]] std::vector<const Said*> about(Topic topic) const
    {
        std::vector<const Said*> all;
        for (const auto& said : outline_.said)
            if (said.topic == topic) all.push_back(&said);
        return all;
    }
    [[nodiscard]] bool anything_about(Topic topic) const { return !about(topic).empty(); }
    [[nodiscard]] std::string text_about(Topic topic) const
    {
        std::string all;
        for (const auto* said : about(topic)) all.append(all.empty() ? "" : "\n").append(said->text);
        return all;
    }
    /// The line of the first of these headings or labels that the document has.
    [[nodiscard]] std::size_t place(std::initializer_list<Topic> topics) const
    {
        for (const auto topic : topics)
            if (outline_.has(topic)) return outline_.line_of(topic);
        return 1;
    }

    void duration()
    {
        const auto line = place({Topic::duration, Topic::start, Topic::summary});
        const std::string whole = "add a line to the Issue Summary, as: Duration: 2024-06-22 15:15 – 17:00 UTC (1 h 45 min)";
        const std::string where = outline_.has(Topic::summary) || outline_.has(Topic::duration) ? "" : " (no section is the Issue Summary)";
        if (!span_.start && !span_.end) error("S1", "no start and no end of the outage in the summary" + where, whole, line);
        else if (!span_.start) error("S1", "no start of the outage in the summary", whole, line);
        else if (!span_.end) error("S1", "no end of the outage in the summary", whole, line);
        if ((span_.start || span_.end) && span_.zone.empty())
            error("S1", "no time zone in the summary", "write the zone behind the times of the duration, as: 15:15 – 17:00 UTC", line);
    }

    void impact_line()
    {
        const auto line = place({Topic::impact, Topic::summary});
        const auto impact = written_impact_of(outline_);
        if (!impact.any)
            return error("S2", "no impact: which service was down, what users saw, how many of them",
                         "add a line to the Issue Summary, as: Impact: the checkout answered 503 to every request; 85% of users affected", line);
        if (!impact.names_service) error("S2", "the impact names no service", "say in the line of the impact which service was down or slow", line);
        if (!impact.tells_experience)
            error("S2", "the impact does not say in three words or more what users saw",
                  "say in the line of the impact what users saw, as: every page answered 503", line);
        if (!impact.tells_share)
            error("S2", "the impact has no share or count of users",
                  "add to the line of the impact how many users were affected, as: 85% of users (or: share of users unknown)", line);
    }
    /// The summary's own line, or a part of its own before the timeline.
    void cause_line()
    {
        const auto timeline_line = outline_.has(Topic::timeline) ? outline_.line_of(Topic::timeline) : static_cast<std::size_t>(-1);
        for (const auto& said : outline_.said) {
            const bool in_summary = said.section == Topic::summary;
            const bool before = said.topic == Topic::cause && said.line < timeline_line;
            if ((said.topic == Topic::cause && in_summary) || before || (in_summary && tells_a_cause(said.text))) return;
        }
        error("S3", "no root cause line in the summary", "add a line to the Issue Summary, as: Root cause: the update of 14:50 reset the replication settings",
              place({Topic::summary}));
    }

    void detection()
    {
        const auto line = place({Topic::detected, Topic::timeline});
        std::vector<std::string> told;
        for (const auto& entry : timeline_.entries)
            if (entry.tells.detection) told.push_back(entry.whole);
        for (const auto* said : about(Topic::detected)) told.push_back(said->text);
        const auto method = text_about(Topic::how_detected);
        if (told.empty() && method.empty())
            return error("T1", "no detection in the timeline: when and how was it noticed",
                         "add a line to the Timeline, as: - 15:15 - Detected by a monitoring alert: error rate over 5%", line);
        if (!how_detected(method).empty()) return;
        constexpr std::size_t first_signs = 2;
        for (std::size_t i = 0; i < std::min(told.size(), first_signs); ++i)
            if (!how_detected(told[i]).empty()) return;
        error("T2", "the detection does not say how: an alert, an engineer or a customer",
              "say in its line who or what noticed, as: Detected by a customer: …", first_line([](const Tells& tells) { return tells.detection; }, line));
    }

    template <class Test>
    [[nodiscard]] std::size_t first_line(const Test& test, std::size_t otherwise) const
    {
        for (const auto& entry : timeline_.entries)
            if (test(entry.tells)) return entry.line;
        return otherwise;
    }
    [[nodiscard]] bool any(bool Tells::* fact) const
    {
        return std::ranges::any_of(timeline_.entries, [&](const WrittenEntry& entry) { return entry.tells.*fact; });
    }

    void work()
    {
        const auto line = place({Topic::actions, Topic::timeline});
        if (!any(&Tells::work) && !anything_about(Topic::actions))
            error("T3", "no action and no investigation in the timeline",
                  "add a line to the Timeline, as: - 15:33 - Scaled the web servers from 4 to 8", line);
        if (!any(&Tells::hypothesis) && !any(&Tells::cause) && !anything_about(Topic::hypothesis) && !anything_about(Topic::cause) &&
            !anything_about(Topic::cause_and_fix))
            error("T3", "no hypothesis and no cause beside the actions taken",
                  "add a line to the Timeline, as: - 15:30 - Hypothesis: a surge of visitors", line);
    }

    void misleading()
    {
        if (any(&Tells::misleading) || timeline_.no_misleading) return;
        for (const auto* said : about(Topic::misleading))
            if (!is_placeholder(said->text)) return;
        warning("T4", "no misleading path, and nobody said that there was none",
                "add a line to the Timeline, as: - 15:45 - Misleading path: traffic was normal (or: Misleading paths: none)",
                place({Topic::misleading, Topic::timeline}));
    }

    void escalation()
    {
        bool told = timeline_.no_escalation;
        const std::string fix = "name the team or person in its line, as: Escalated to the database team";
        for (const auto& entry : timeline_.entries) {
            if (!entry.tells.escalation) continue;
            told = true;
            // Under a label of its own the bare name is enough: `Escalation: Ana`.
            constexpr std::size_t words_of_a_name = 6;
            const bool bare = entry.by_topic && timeline::count_words(entry.text) <= words_of_a_name && !lowered(entry.text).starts_with("escalat");
            if (!bare && escalated_to(entry.whole).empty())
                error("T5", "the escalation " + in_quotes(entry.text) + " names no team or person", fix, entry.line);
        }
        for (const auto* said : about(Topic::escalation)) {
            if (said->section == Topic::timeline) continue;
            told = true;
            if (!says_none(said->text) && escalated_to(said->text).empty() && timeline::count_words(said->text) > words_that_tell)
                error("T5", "the escalation " + in_quotes(said->text) + " names no team or person", fix, said->line);
        }
        if (!told)
            error("T5", "no escalation, and nobody said that there was none",
                  "add a line to the Timeline, as: - 16:15 - Escalated to the database team (or: Escalation: none)",
                  place({Topic::escalation, Topic::timeline}));
    }

    void resolution()
    {
        const auto line = place({Topic::timeline, Topic::fix});
        const WrittenEntry* last = nullptr;
        const WrittenEntry* after = nullptr;
        std::size_t told = 0;
        for (const auto& entry : timeline_.entries) {
            if (!entry.tells.resolution) continue;
            last = &entry;
            told += timeline::count_words(entry.text);
        }
        for (const auto& entry : timeline_.entries)
            if (last && last->at && entry.at && *entry.at > *last->at && entry.labelled && (entry.tells.impact || entry.tells.misleading)) after = &entry;
        const auto section = text_about(Topic::fix);
        const std::string fix = "add a line to the Timeline, as: - 17:00 - Resolved: replication settings corrected, caches cleared";
        if (!last && (outline_.has(Topic::timeline) || section.empty())) return error("T6", "the timeline does not say how it was resolved", fix, line);
        if (after) return error("T6", "not resolved: what line " + std::to_string(last->line) + " resolved is followed by trouble again", fix, after->line);
        if (told + timeline::count_words(section) + timeline::count_words(text_about(Topic::cause_and_fix)) < words_that_tell)
            error("T6", "resolved, but no word on how", "say in its line what ended it", last ? last->line : line);
    }

    void entries()
    {
        for (const auto& entry : timeline_.entries) {
            if (!entry.in_list) continue;
            if (!entry.timed)
                warning("T7", "the line " + in_quotes(entry.text) + " has no time", "begin it with its time, as: - 15:45 - …", entry.line);
            if (timeline::count_words(entry.text) > max_entry_words || timeline::sentences(entry.text).size() > max_entry_sentences)
                warning("T7", "the line " + in_quotes(entry.text) + " is longer than two sentences or 30 words",
                        "shorten it; the detail belongs under Root cause and resolution", entry.line);
        }
    }

    void order()
    {
        const auto line = place({Topic::duration, Topic::start, Topic::summary});
        if (span_.start && span_.end && *span_.end < *span_.start)
            error("T8", "the end, " + clock_text(*span_.end) + ", lies before the start, " + clock_text(*span_.start),
                  "correct the duration; write both dates where it passed midnight", line);
        for (const auto& [at, said_line] : timeline_.dates) future(at, said_line);
        for (const auto& date : span_.dates) future(date, line);
        if (!timeline_.one_zone) return;  // what stands in several zones is compared by nobody in passing
        const auto first = [&](bool Tells::* fact) -> const WrittenEntry* {
            const auto found = std::ranges::find_if(timeline_.entries, [&](const WrittenEntry& e) { return e.at && e.tells.*fact; });
            return found == timeline_.entries.end() ? nullptr : &*found;
        };
        const auto* detected = first(&Tells::detection);
        const auto* resolved = first(&Tells::resolution);
        if (detected && resolved && *resolved->at < *detected->at)
            warning("T8", "resolved at " + clock_text(*resolved->at) + ", before it was detected at " + clock_text(*detected->at),
                    "correct the time of one of the two lines", resolved->line);
        if (!timeline_.newest_first) {
            const WrittenEntry* above = nullptr;
            for (const auto& entry : timeline_.entries) {
                if (!entry.at) continue;
                if (above && above->topic == entry.topic && *entry.at < *above->at)
                    warning("T8", clock_text(*entry.at) + " stands behind " + clock_text(*above->at),
                            "move the line to its place, or correct its time", entry.line);
                above = &entry;
            }
        }
        teams_before_their_call();
    }

    void future(std::chrono::year_month_day date, std::size_t line)
    {
        // A day of any zone may have begun fourteen hours before UTC's.
        if (!now_ || std::chrono::sys_days{date} <= *now_ + std::chrono::hours{14}) return;
        const auto day = std::chrono::sys_days{date};
        error("T8", "a date in the future: " + to_rfc3339(Instant{day}).substr(0, 10), "correct the date", line);
    }

    void teams_before_their_call()
    {
        std::size_t calls = 0;
        for (const auto& call : timeline_.entries) {
            if (!call.tells.escalation || !call.at) continue;
            if (++calls > max_of_one_kind) break;
            auto team = lowered(escalated_to(call.whole));
            if (team.ends_with(" team")) team.resize(team.size() - 5);
            constexpr std::size_t shortest_name = 3;
            if (team.size() < shortest_name || team == "team" || team == "teams" || team == "on-call") continue;
            for (const auto& entry : timeline_.entries) {
                if (!entry.at || *entry.at >= *call.at || entry.tells.escalation) continue;
                const auto text = lowered(entry.text);
                const auto theirs = text.find(team + " team");
                if (theirs == std::string::npos || !entry.tells.work_or_cause()) continue;
                warning("T8", "the " + team + " team acts at " + clock_text(*entry.at) + ", before it is called at " + clock_text(*call.at),
                        "correct the time of one of the two lines", entry.line);
                break;
            }
        }
    }

    void stated()
    {
        std::optional<std::chrono::seconds> computed;
        if (span_.start && span_.end) computed = *span_.end - *span_.start;
        else if (timeline_.one_zone) {
            const WrittenEntry* from = nullptr;
            const WrittenEntry* to = nullptr;
            for (const auto& entry : timeline_.entries) {
                if (!entry.at) continue;
                if (!from && (entry.tells.detection || entry.tells.impact)) from = &entry;
                if (entry.tells.resolution) to = &entry;
            }
            if (from && to) computed = *to->at - *from->at;
        }
        if (!computed || *computed < std::chrono::seconds{0}) return;
        const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(*computed);
        for (const auto& said : outline_.said) {
            if (said.section != Topic::summary && said.topic != Topic::duration && said.topic != Topic::impact) continue;
            if (said.section == Topic::timeline) continue;
            constexpr std::size_t looked_at_bytes = 4096;  // a duration stands near the head of its line
            const auto text = std::string_view{said.text}.substr(0, looked_at_bytes);
            const auto stated = said.topic == Topic::duration ? duration_in(text) : stated_duration(text);
            if (!stated || std::chrono::abs(stated->span - minutes) <= stated->tolerance) continue;
            error("D1", stated->words + " is stated, the times give " + to_words(minutes), "correct the duration or the times", said.line);
        }
    }
    /// Behind the label any duration is the outage's: `15:15 – 17:00 UTC (1 h 45 min)`.
    static std::optional<Stated> duration_in(std::string_view text)
    {
        constexpr std::size_t longest_label_bytes = 300;
        text = text.substr(0, longest_label_bytes);
        for (std::size_t i = 0; i < text.size(); ++i) {
            const bool digit = text[i] >= '0' && text[i] <= '9';
            if (!digit || (i > 0 && text[i - 1] != ' ' && text[i - 1] != '(' && text[i - 1] != '~')) continue;
            if (auto stated = stated_duration("duration " + std::string{text.substr(i)})) return stated;
        }
        return std::nullopt;
    }

    void detail()
    {
        const auto told = written_detail_of(outline_);
        const bool cause_told = told.cause_sentences > 0 || any(&Tells::cause);
        if (cause_told && told.cause_sentences < sentences_of_detail)
            warning("R1", "the cause is told in fewer than two sentences: explain it in detail",
                    "add under Root cause and resolution what led to it and why it spread", place({Topic::cause_and_fix, Topic::cause, Topic::summary}));
        const bool fixed = told.fix_sentences > 0 || any(&Tells::resolution);
        if (fixed && told.fix_sentences < sentences_of_detail)
            warning("R2", "the fix is told in fewer than two sentences: explain it in detail",
                    "add under Root cause and resolution what was changed, where, and how it was seen to work", place({Topic::fix, Topic::cause_and_fix, Topic::timeline}));
    }

    void measures()
    {
        const auto told = written_measures_of(outline_);
        if (!told.improvements)
            error("C1", "no improvement: what can be done better, broadly",
                  "add under Corrective and preventative measures, as: Improvements: - Database settings should be reviewed as code is",
                  place({Topic::improvements, Topic::measures}));
        if (told.tasks.empty())
            error("C2", "no task: a specific thing to do", "add under Corrective and preventative measures, as: Tasks: - Add an alert on replication lag over 30 s",
                  place({Topic::tasks, Topic::measures}));
        for (const auto* task : told.tasks)
            if (const auto why = why_vague(bare_task(task->text)); !why.empty())
                warning("C3", "the task " + in_quotes(task->text) + " is too vague to be done: " + why, "say what to do, and to what, as: Add an alert on replication lag",
                        task->line);
    }
    /// Without our own `(owner: ana, due: …)` and a leading `TODO:`.
    static std::string_view bare_task(std::string_view task)
    {
        if (task.starts_with("TODO:")) task = trimmed(task.substr(5));
        if (const auto owner = task.rfind(" (owner: "); owner != std::string_view::npos) task = task.substr(0, owner);
        if (const auto due = task.rfind(" (due: "); due != std::string_view::npos) task = task.substr(0, due);
        return task;
    }

    void words()
    {
        const auto count = outline_.words;
        if (count > max_words) {
            return warning("W1", "the document has " + std::to_string(count) + " words, more than " + std::to_string(max_words),
                           "shorten the longest section, \"" + section_by_length(outline_, true) + "\"", 1);
        }
        if (count < min_words)
            warning("W1", "the document has " + std::to_string(count) + " words, fewer than " + std::to_string(min_words),
                    "say more under \"" + section_by_length(outline_, false) + "\"", 1);
    }
    const Outline& outline_;
    std::optional<Instant> now_;
    WrittenTimeline timeline_;
    WrittenSpan span_;
    std::vector<WrittenFinding> findings_;
};

constexpr std::array<NotSeen, 2> not_seen{{{"H1", "whether a hypothesis was settled is known to the record alone"},
                                           {"G1", "whether the recorder was recording is known to the record alone"}}};

}  // namespace

std::span<const NotSeen> not_seen_in_a_file() noexcept { return not_seen; }

Result<std::vector<WrittenFinding>> check_written(std::string_view document, std::optional<Instant> now)
{
    if (document.size() > max_checked_bytes)
        return Failure{Errc::limit_exceeded, "the document has more than " + std::to_string(max_checked_bytes >> 20) + " MiB; a postmortem has a few pages"};
    const auto pieces = pieces_of(document);
    const auto outline = outline_of(pieces);
    if (outline.words == 0) return Failure{Errc::invalid_input, "the document has no words: give a postmortem as Markdown, HTML or plain text"};
    return WrittenChecker{outline, now}.run();
}

}  // namespace incident::draft
