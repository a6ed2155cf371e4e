#include "draft/nudge.hpp"
#include <algorithm>
#include <array>

namespace incident::draft {
namespace {

/// What is asked and the command behind it; empty words: the finding's own. In the order in which the facts are wanted.
struct Question {
    std::string_view finding, words, command;
};
constexpr std::array while_it_lasts{
    Question{"T1", "no detection recorded yet", "incidentctl detect --how alert|engineer|customer TEXT"},
    Question{"T2", "", ""},
    Question{"S2", "", ""},
    Question{"T5", "no escalation recorded yet", "incidentctl escalate --to TEAM TEXT, or --none"},
    Question{"T3", "", ""}};
constexpr std::array once_resolved{
    Question{"S3", "no root cause recorded yet", "incidentctl cause TEXT"},
    Question{"H1", "", ""},
    Question{"T6", "", ""},
    Question{"T5", "no escalation recorded yet", "incidentctl escalate --to TEAM TEXT, or --none"},
    Question{"T4", "no dead end recorded yet", "incidentctl mislead TEXT, or --none"},
    Question{"S2", "", ""},
    Question{"T1", "no detection recorded yet", "incidentctl detect --how alert|engineer|customer TEXT"},
    Question{"T2", "", ""},
    Question{"C1", "no improvement recorded yet", "incidentctl todo --broad TEXT"},
    Question{"C2", "no task recorded yet", "incidentctl todo --owner NAME TEXT"}};

std::optional<Nudge> first_of(std::span<const Question> questions, std::span<const timeline::Finding> findings)
{
    for (const auto& question : questions) {
        const auto found = std::ranges::find(findings, question.finding, &timeline::Finding::id);
        if (found == findings.end()) continue;
        // An event that lacks a word is named by its finding; a fact that nobody told has the shorter question.
        const bool own = question.words.empty() || !found->events.empty();
        Nudge nudge;
        nudge.finding = question.finding;
        nudge.text = own ? found->text + ": " + found->fix : std::string{question.words} + ": " + std::string{question.command};
        return nudge;
    }
    return std::nullopt;
}

}  // namespace

bool may_nudge(Instant now, std::optional<Instant> last, std::chrono::minutes pause) noexcept { return !last || now - *last >= pause; }

std::optional<Nudge> nudge_of(const timeline::Timeline& timeline, std::span<const timeline::Finding> findings, Instant now,
                              std::optional<Instant> last, std::chrono::minutes pause)
{
    const auto& incident = timeline.incident;
    if (incident.status != IncidentStatus::open || !may_nudge(now, last, pause) || now - incident.opened_at < nudge_grace) return std::nullopt;
    return timeline.facts.resolved_at ? first_of(once_resolved, findings) : first_of(while_it_lasts, findings);
}

}  // namespace incident::draft
