#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a sentence of a written document tells of the facts that the brief demands. Word lists, English. Where the author
/// put a label before the line, the label speaks and the words are not asked.
namespace incident::draft {

struct Tells {
    bool detection = false, impact = false, work = false, hypothesis = false, misleading = false, escalation = false,
         cause = false, resolution = false;
    [[nodiscard]] bool work_or_cause() const noexcept { return work || cause; }
    [[nodiscard]] bool any() const noexcept
    {
        return detection || impact || work || hypothesis || misleading || escalation || cause || resolution;
    }
};

/// By its words alone.
[[nodiscard]] Tells told_by_words(std::string_view line);
/// By the labels before its first colon, as our own bullets carry them (`Hypothesis: …`, `Escalated to the database
/// team: …`, `Resolved, root cause: …`). @return nullopt where no label of ours stands there. `text` moves behind it.
[[nodiscard]] std::optional<Tells> told_by_label(std::string_view& text);

/// `alert`, `engineer` or `customer`, as the words say who or what noticed; empty: they do not say.
[[nodiscard]] std::string how_detected(std::string_view line);
/// The team or person that an escalation names, in its words; empty: none.
[[nodiscard]] std::string escalated_to(std::string_view line);
/// "none", "none was needed", "there were no dead ends": a word that there was none.
[[nodiscard]] bool says_none(std::string_view value);
/// Nothing yet: empty, `TODO: …`, `TBD`, `n/a`, `…`.
[[nodiscard]] bool is_placeholder(std::string_view value);
/// A sentence that tells what was done to end it, rather than what caused it.
[[nodiscard]] bool tells_a_fix(std::string_view sentence);
/// Whether a sentence speaks of the cause ("root cause", "caused by", "due to").
[[nodiscard]] bool tells_a_cause(std::string_view sentence);
/// A thing that can be down: `website`, `checkout service`, `API`.
[[nodiscard]] bool names_a_service(std::string_view text);
/// "ongoing", "end not recorded": a time beside it is not the end.
[[nodiscard]] bool says_ongoing(std::string_view text);
/// An imperative that can be done, as a task is written (`Add …`, `Set up …`), not a wish (`Improve …`, `Regular …`).
[[nodiscard]] bool reads_as_task(std::string_view item);

}  // namespace incident::draft
