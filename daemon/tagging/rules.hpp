#pragma once
#include "model/event.hpp"
#include <cstdint>
#include <map>
#include <memory>
#include <span>

namespace incident::tagging {

/// One rule: a tag is set when everything given matches. Text is matched case-insensitively by RE2.
struct Rule {
    std::string name;                            ///< [a-z0-9-]{1,64}, unique
    std::string tag;                             ///< empty: the rule only suppresses
    std::string text;                            ///< RE2 over text (then details); empty: any
    std::string unless;                          ///< RE2; where it matches the same text too, the rule does not hold
    std::vector<std::string> source, kind, status, author;  ///< any of; empty: any
    std::map<std::string, std::string> labels;   ///< all of; the value is RE2 over the whole label value
    std::string how;                             ///< goes into the tag
    std::string to_group;                        ///< name of a capture group of `text` that becomes `to`
    std::vector<std::string> suppresses;         ///< tags that this rule takes away from other rules when it holds
    bool details = true;                         ///< look into details where the text does not match
    std::vector<std::string> more_text{};        ///< further patterns: the text must match `text` or one of these
    std::vector<std::string> more_unless{};      ///< likewise beside `unless`
    std::vector<std::string> except{};           ///< RE2: words that `text` matched but that do not count; the next match is tried
    std::vector<std::string> also{};             ///< further tags the rule gives
    std::vector<std::string> unless_tags{};      ///< the rule does not hold where an earlier rule gave one of these
    std::vector<std::string> after{};            ///< holds only where one of the last few lines has one of these tags; that line is `of`
    bool operator==(const Rule&) const = default;
};

/// What a line may be the answer to: an earlier event of its incident, as much of it as rules ask about.
struct Said {
    Id event;
    Instant at;
    std::vector<std::string> tags;
    bool operator==(const Said&) const = default;
};
/// The last few of an incident's events, the newest last. Only these are looked at, and none older than max_said_age.
using Earlier = std::span<const Said>;
inline constexpr std::size_t max_said = 6;
inline constexpr std::chrono::minutes max_said_age{45};  ///< an answer that comes later than this speaks of something else
inline constexpr std::size_t max_answer_bytes = 120;     ///< only a short line needs what stands before it to be understood

inline constexpr std::size_t max_rules = 1000, max_pattern_bytes = 512, max_rule_patterns = 32;
inline constexpr std::size_t max_tries = 16;                     ///< matches of one pattern that are held against `except`
inline constexpr std::size_t max_match_bytes = 256;              ///< matched words kept with a tag
inline constexpr std::int64_t pattern_memory_bytes = 16 << 20;   ///< of the one RE2::Set (RELIABILITY D-3)

/// The rules compiled: one RE2::Set of 16 MiB at most. Immutable; share it between threads.
class RuleSet {
 public:
    /// @return Errc::invalid_input with `/rules/3/text` pointers: bad pattern, over a limit, bad tag or kind word, name twice.
    [[nodiscard]] static Result<std::shared_ptr<const RuleSet>> compile(std::vector<Rule> rules);
    virtual ~RuleSet() = default;
    /// The tags the rules give, each with rule name and matched words; at most one per tag name, the first rule's.
    [[nodiscard]] virtual std::vector<Tag> tags_for(const Event& event, Earlier earlier = {}) const = 0;
    /// Whether what stands before the event could change its tags: a person's short line that a rule with `after` fits.
    [[nodiscard]] virtual bool asks_for_earlier(const Event& event) const = 0;
    [[nodiscard]] virtual std::span<const Rule> rules() const = 0;
    /// How often RE2 ran out of memory on a text; such a text gets no tags from text rules.
    [[nodiscard]] virtual std::uint64_t match_errors() const noexcept = 0;
};

/// Adds rule tags to an event, in place. Where a person gave any tag (`by` starts with "person:"), none are added.
void add_rule_tags(Event& event, const RuleSet& rules, Earlier earlier = {});

/// What later lines need of this one.
[[nodiscard]] Said said(const Event& event);
/// Whether an event is something that a later line may answer: a person's, not struck.
[[nodiscard]] bool may_be_answered(const Event& event) noexcept;

/// The set that is compiled in (daemon/tagging/builtin_rules.yml), as YAML text for the config loader.
[[nodiscard]] std::string_view builtin_rules_yaml();

}  // namespace incident::tagging
