#include "draft/outline.hpp"
#include "model/text.hpp"
#include "timeline/prose.hpp"
#include <algorithm>
#include <array>

namespace incident::draft {
namespace {

/// Words that say nothing about which section it is. `Root cause of the outage` is `root cause`.
constexpr std::array<std::string_view, 34> empty_name_words{
    "the",    "of",    "our",     "an",      "a",        "and",      "incident", "outage",     "issue",   "problem", "postmortem", "report",
    "details", "detail", "list",  "analysis", "section", "to",       "for",      "address",    "in",      "this",    "was",        "were",
    "is",     "it",    "did",     "event",   "events",   "that",     "can",      "be",         "brief",   "made"};

struct SectionName {
    Topic topic;
    std::string_view words;  ///< without fillers
};
constexpr auto section_names = std::to_array<SectionName>({
    {Topic::none, "conclusion"}, {Topic::none, "conclusions"}, {Topic::none, "acknowledgments"}, {Topic::none, "acknowledgements"},
    {Topic::none, "lessons learned"}, {Topic::none, "lessons"}, {Topic::none, "references"}, {Topic::none, "appendix"},
    {Topic::none, "supporting information"}, {Topic::none, "glossary"}, {Topic::none, "participants"}, {Topic::none, "authors"},
    {Topic::none, "introduction"}, {Topic::none, "background"}, {Topic::none, "trigger"}, {Topic::none, "what went well"},
    {Topic::summary, "summary"}, {Topic::summary, "executive summary"}, {Topic::summary, "overview"}, {Topic::summary, "tldr"},
    {Topic::summary, "tl dr"}, {Topic::summary, "abstract"}, {Topic::summary, "synopsis"}, {Topic::summary, "what happened"},
    {Topic::summary, "at glance"},
    {Topic::duration, "duration"}, {Topic::duration, "total duration"}, {Topic::duration, "downtime"},
    {Topic::duration, "total downtime"}, {Topic::duration, "when"}, {Topic::duration, "date time"}, {Topic::duration, "time"},
    {Topic::duration, "duration impact"}, {Topic::duration, "start end time"}, {Topic::duration, "start end"},
    {Topic::duration, "period"}, {Topic::duration, "date"}, {Topic::duration, "date duration"},
    {Topic::start, "start"}, {Topic::start, "start time"}, {Topic::start, "started"}, {Topic::start, "began"},
    {Topic::start, "beginning"}, {Topic::start, "start date"}, {Topic::start, "from"}, {Topic::start, "started at"},
    {Topic::end, "end"}, {Topic::end, "end time"}, {Topic::end, "ended"}, {Topic::end, "end date"}, {Topic::end, "until"},
    {Topic::end, "ended at"}, {Topic::end, "stop"}, {Topic::end, "resolved at"},
    {Topic::zone, "time zone"}, {Topic::zone, "timezone"}, {Topic::zone, "zone"},
    {Topic::impact, "impact"}, {Topic::impact, "user impact"}, {Topic::impact, "customer impact"}, {Topic::impact, "business impact"},
    {Topic::impact, "impact users"}, {Topic::impact, "impact customers"}, {Topic::impact, "impact on users"},
    {Topic::impact, "users affected"}, {Topic::impact, "customers affected"}, {Topic::impact, "affected users"},
    {Topic::impact, "affected customers"}, {Topic::impact, "users impacted"}, {Topic::impact, "customers impacted"},
    {Topic::impact, "affected services"}, {Topic::impact, "services affected"}, {Topic::impact, "affected service"},
    {Topic::impact, "service affected"}, {Topic::impact, "affected systems"}, {Topic::impact, "systems affected"},
    {Topic::impact, "service"}, {Topic::impact, "services"}, {Topic::impact, "symptoms"}, {Topic::impact, "scope"},
    {Topic::impact, "effect"}, {Topic::impact, "effects"}, {Topic::impact, "user experience"}, {Topic::impact, "share users"},
    {Topic::impact, "financial impact"}, {Topic::impact, "reputational impact"}, {Topic::impact, "severity impact"},
    {Topic::impact, "affected"}, {Topic::impact, "what users saw"}, {Topic::impact, "what users experienced"},
    {Topic::cause, "root cause"}, {Topic::cause, "root causes"}, {Topic::cause, "cause"}, {Topic::cause, "causes"},
    {Topic::cause, "underlying cause"}, {Topic::cause, "technical root cause"}, {Topic::cause, "what caused"},
    {Topic::cause, "why happened"}, {Topic::cause, "why happen"}, {Topic::cause, "root cause explanation"},
    {Topic::cause, "root cause summary"}, {Topic::cause, "root cause s"}, {Topic::cause, "rca"},
    {Topic::cause_and_fix, "root cause resolution"}, {Topic::cause_and_fix, "root causes resolution"},
    {Topic::cause_and_fix, "cause resolution"}, {Topic::cause_and_fix, "root cause fix"}, {Topic::cause_and_fix, "cause fix"},
    {Topic::cause_and_fix, "root cause recovery"}, {Topic::cause_and_fix, "root cause solution"},
    {Topic::fix, "resolution"}, {Topic::fix, "resolution recovery"}, {Topic::fix, "recovery"}, {Topic::fix, "fix"},
    {Topic::fix, "solution"}, {Topic::fix, "resolution steps"}, {Topic::fix, "how fixed"}, {Topic::fix, "how we fixed"},
    {Topic::fix, "how resolved"}, {Topic::fix, "how we resolved"}, {Topic::fix, "mitigation"}, {Topic::fix, "mitigation resolution"},
    {Topic::fix, "resolved"}, {Topic::fix, "fix applied"}, {Topic::fix, "resolution time"}, {Topic::fix, "resolution mitigation"},
    {Topic::timeline, "timeline"}, {Topic::timeline, "chronology"}, {Topic::timeline, "sequence"}, {Topic::timeline, "log"},
    {Topic::timeline, "time line"}, {Topic::timeline, "what happened when"},
    {Topic::detected, "detection"}, {Topic::detected, "detected"}, {Topic::detected, "discovery"}, {Topic::detected, "when detected"},
    {Topic::detected, "detection time"}, {Topic::detected, "time detection"}, {Topic::detected, "detected at"},
    {Topic::detected, "first detected"}, {Topic::detected, "time detected"},
    {Topic::how_detected, "detection method"}, {Topic::how_detected, "method detection"}, {Topic::how_detected, "how detected"},
    {Topic::how_detected, "detected by"}, {Topic::how_detected, "detection source"}, {Topic::how_detected, "how discovered"},
    {Topic::actions, "actions taken"}, {Topic::actions, "action taken"}, {Topic::actions, "actions"}, {Topic::actions, "steps taken"},
    {Topic::actions, "investigation"}, {Topic::actions, "investigations"}, {Topic::actions, "actions investigation"},
    {Topic::actions, "investigation actions"}, {Topic::actions, "debugging"}, {Topic::actions, "diagnosis"},
    {Topic::actions, "troubleshooting"}, {Topic::actions, "troubleshooting steps"}, {Topic::actions, "investigation steps"},
    {Topic::actions, "response"}, {Topic::actions, "what we did"}, {Topic::actions, "immediate actions"},
    {Topic::hypothesis, "hypothesis"}, {Topic::hypothesis, "hypotheses"}, {Topic::hypothesis, "assumption"},
    {Topic::hypothesis, "assumptions"}, {Topic::hypothesis, "initial assumption"}, {Topic::hypothesis, "initial assumptions"},
    {Topic::hypothesis, "initial hypothesis"}, {Topic::hypothesis, "suspected cause"}, {Topic::hypothesis, "assumptions root cause"},
    {Topic::misleading, "misleading path"}, {Topic::misleading, "misleading paths"}, {Topic::misleading, "misleading"},
    {Topic::misleading, "misleading investigation"}, {Topic::misleading, "misleading investigations"},
    {Topic::misleading, "misleading investigation debugging paths"}, {Topic::misleading, "misleading investigation paths"},
    {Topic::misleading, "misleading debugging paths"}, {Topic::misleading, "misleading paths taken"},
    {Topic::misleading, "misleading investigation debugging paths taken"}, {Topic::misleading, "misleading steps"},
    {Topic::misleading, "dead end"}, {Topic::misleading, "dead ends"}, {Topic::misleading, "false leads"},
    {Topic::misleading, "false lead"}, {Topic::misleading, "red herring"}, {Topic::misleading, "red herrings"},
    {Topic::misleading, "wrong turns"}, {Topic::misleading, "wrong paths"}, {Topic::misleading, "misleading leads"},
    {Topic::escalation, "escalation"}, {Topic::escalation, "escalations"}, {Topic::escalation, "escalated"},
    {Topic::escalation, "escalation path"}, {Topic::escalation, "escalated teams"}, {Topic::escalation, "escalated team"},
    {Topic::measures, "corrective preventative measures"}, {Topic::measures, "corrective preventive measures"},
    {Topic::measures, "corrective preventative actions"}, {Topic::measures, "corrective preventive actions"},
    {Topic::measures, "corrective measures"}, {Topic::measures, "preventative measures"}, {Topic::measures, "preventive measures"},
    {Topic::measures, "preventive actions"}, {Topic::measures, "preventative actions"}, {Topic::measures, "corrective actions"},
    {Topic::measures, "prevention"}, {Topic::measures, "follow up"}, {Topic::measures, "follow ups"},
    {Topic::measures, "follow up actions"}, {Topic::measures, "next steps"}, {Topic::measures, "measures"},
    {Topic::measures, "remediation"}, {Topic::measures, "remediation prevention"}, {Topic::measures, "future prevention"},
    {Topic::measures, "recommendations"}, {Topic::measures, "how prevent"}, {Topic::measures, "how we will prevent"},
    {Topic::measures, "corrective preventative"}, {Topic::measures, "preventative corrective measures"},
    {Topic::improvements, "improvements"}, {Topic::improvements, "improvements fixes"}, {Topic::improvements, "fixes improvements"},
    {Topic::improvements, "improvement"}, {Topic::improvements, "things improve"}, {Topic::improvements, "areas improvement"},
    {Topic::improvements, "areas improve"}, {Topic::improvements, "what improved"}, {Topic::improvements, "things improved fixed"},
    {Topic::improvements, "things improved"}, {Topic::improvements, "broad improvements"}, {Topic::improvements, "what improve"},
    {Topic::improvements, "improvements needed"}, {Topic::improvements, "fixes"}, {Topic::improvements, "what could improved"},
    {Topic::tasks, "tasks"}, {Topic::tasks, "task"}, {Topic::tasks, "todo"}, {Topic::tasks, "todos"}, {Topic::tasks, "do"},
    {Topic::tasks, "dos"}, {Topic::tasks, "action items"}, {Topic::tasks, "action item"}, {Topic::tasks, "specific tasks"},
    {Topic::tasks, "tasks todo"}, {Topic::tasks, "todo tasks"}, {Topic::tasks, "action plan"}, {Topic::tasks, "work items"}});

}  // namespace

std::optional<Topic> topic_named(std::string_view name)
{
    constexpr std::size_t longest_name = 100;
    if (name.size() > longest_name) return std::nullopt;
    auto plain = lowered(name);
    if (const auto open = plain.find('('); open != std::string::npos) plain.resize(open);  // "Timeline (all times UTC)"
    std::string words;
    std::size_t count = 0;
    for (std::size_t i = 0; i < plain.size();) {
        const auto letter = [&](std::size_t at) { return at < plain.size() && plain[at] >= 'a' && plain[at] <= 'z'; };
        if (!letter(i)) {
            ++i;  // numbers, bullets, marks and pictures before a name are decoration
            continue;
        }
        const auto begin = i;
        while (letter(i)) ++i;
        const auto word = plain.substr(begin, i - begin);
        if (std::ranges::find(empty_name_words, word) != empty_name_words.end()) continue;
        words += (words.empty() ? "" : " ") + word;
        ++count;
    }
    if (words.empty()) return std::nullopt;
    const auto found = std::ranges::find(section_names, std::string_view{words}, &SectionName::words);
    if (found != section_names.end()) return found->topic;
    // "Timeline UTC", "Detailed incident timeline": the word is clear enough by itself.
    constexpr std::size_t few = 4;
    if (count <= few && (words.ends_with("timeline") || words.starts_with("timeline"))) return Topic::timeline;
    return std::nullopt;
}

}  // namespace incident::draft
