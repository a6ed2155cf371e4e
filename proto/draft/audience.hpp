#pragma once
#include "timeline/timeline.hpp"
#include <functional>
#include <map>

/// Who will read the document, and what they are not shown.
namespace incident::draft {

enum class Audience { internal, customer, everybody };  ///< `internal`, `customer`, `public`
[[nodiscard]] std::string_view to_string(Audience audience) noexcept;
[[nodiscard]] Result<Audience> parse_audience(std::string_view word);

struct AudienceRules {
    std::map<std::string, std::string> people;  ///< name -> role: `sam: database on-call`
    /// Text with what the site's redaction rules match masked, and the names of the rules that matched.
    std::function<std::string(std::string_view text, std::vector<std::string>& rules)> mask;
};

/// What was taken away, for the person who exports; never part of the document.
struct Removed {
    std::vector<Id> events;                      ///< dropped whole: internal and struck ones
    std::map<std::string, std::size_t> names;    ///< names that became roles, and how often
    std::map<std::string, std::size_t> masked;   ///< redaction rules, and how often
};

/// The timeline as that audience may see it; `internal` is the timeline itself. Figures (times, counts, minutes) stay.
/// Untagged chat and `system` events are internal until an amendment said otherwise (`visibility`), all else is shown;
/// what was struck goes too. Outsiders are all shown the same.
[[nodiscard]] timeline::Timeline for_audience(const timeline::Timeline& timeline, Audience audience, const AudienceRules& rules,
                                              Removed& removed);

}  // namespace incident::draft
