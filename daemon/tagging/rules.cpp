#include "tagging/rules.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <atomic>
#include <re2/re2.h>
#include <re2/set.h>
#include <set>

namespace incident::tagging {

namespace {

constexpr std::size_t max_name_length = 64;

RE2::Options text_options()
{
    RE2::Options options;
    options.set_case_sensitive(false);
    options.set_log_errors(false);  // RE2 would write to stderr, past our log
    options.set_max_mem(pattern_memory_bytes);
    return options;
}

RE2::Options label_options()
{
    RE2::Options options;
    options.set_log_errors(false);
    return options;
}

bool one_of(const std::vector<std::string>& words, std::string_view word)
{
    return words.empty() || std::ranges::find(words, word) != words.end();
}

bool is_rule_name(std::string_view name)
{
    return !name.empty() && name.size() <= max_name_length && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

/// A rule beside its patterns: positions in the set (-1: none) and the single expressions that find the words.
struct Compiled {
    int text_place = -1, unless_place = -1;
    std::unique_ptr<RE2> text;
    int to_group = -1;
    std::vector<std::pair<std::string, std::unique_ptr<RE2>>> labels;
    std::uint32_t kinds = 0;  // one bit for each Kind that the rule asks for; none: any
};

constexpr std::uint32_t bit_of(Kind kind) noexcept { return std::uint32_t{1} << static_cast<unsigned>(kind); }

class CompiledRules final : public RuleSet {
 public:
    explicit CompiledRules(std::vector<Rule> rules) : rules_(std::move(rules)), set_(text_options(), RE2::UNANCHORED) {}

    std::vector<FieldError> prepare()
    {
        std::vector<FieldError> errors;
        if (rules_.size() > max_rules) {
            errors.push_back({"/rules", "has " + std::to_string(rules_.size()) + " rules; at most " + std::to_string(max_rules) + " are allowed"});
            return errors;
        }
        std::set<std::string, std::less<>> names;
        compiled_.resize(rules_.size());
        for (std::size_t i = 0; i < rules_.size(); ++i) {
            const auto at = "/rules/" + std::to_string(i);
            check_words(rules_[i], at, errors);
            for (const auto& word : rules_[i].kind)
                if (const auto kind = parse_kind(word)) compiled_[i].kinds |= bit_of(*kind);
            if (!names.insert(rules_[i].name).second)
                errors.push_back({at + "/name", "the name \"" + visible(rules_[i].name) + "\" stands twice; give each rule its own"});
            compile_patterns(rules_[i], compiled_[i], at, errors);
        }
        if (errors.empty() && patterns_ > 0 && !set_.Compile())
            errors.push_back({"/rules", "the patterns together need more than 16 MiB; use fewer or simpler ones"});
        return errors;
    }

    std::vector<Tag> tags_for(const Event& event) const override
    {
        // To search the text costs more than all else here, and most alerts fit no rule that asks for a text.
        std::vector<std::size_t> fitting;
        bool search = false;
        for (std::size_t i = 0; i < rules_.size(); ++i) {
            if (!fits(rules_[i], compiled_[i], event)) continue;
            fitting.push_back(i);
            search |= compiled_[i].text_place >= 0 || compiled_[i].unless_place >= 0;
        }
        if (fitting.empty()) return {};
        const auto in_text = search ? matches(event.text) : std::vector<bool>{};
        const auto in_details = search && !event.details.empty() ? matches(event.details) : std::vector<bool>{};
        std::vector<Tag> found;
        std::set<std::string_view> suppressed;
        for (const auto i : fitting) {
            const auto& rule = rules_[i];
            Tag tag{rule.tag, "rule:" + rule.name, {}, rule.how, {}, {}};
            if (!holds(compiled_[i], event.text, in_text, tag) &&
                !(rule.details && !event.details.empty() && holds(compiled_[i], event.details, in_details, tag)))
                continue;
            suppressed.insert(rule.suppresses.begin(), rule.suppresses.end());
            if (tag.name.empty() || std::ranges::any_of(found, [&](const Tag& other) { return other.name == tag.name; })) continue;
            found.push_back(std::move(tag));
        }
        std::erase_if(found, [&](const Tag& tag) { return suppressed.contains(tag.name); });
        return found;
    }

    std::span<const Rule> rules() const override { return rules_; }
    std::uint64_t match_errors() const noexcept override { return match_errors_.load(std::memory_order_relaxed); }

 private:
    void check_words(Rule& rule, const std::string& at, std::vector<FieldError>& errors)
    {
        if (!is_rule_name(rule.name))
            errors.push_back({at + "/name", "a rule's name is 1 to 64 letters a-z, digits and hyphens, for example \"paged-by-phone\""});
        const auto canonical = [&](std::string& word, const std::string& pointer) {
            if (auto name = canonical_tag(word)) word = std::move(*name);
            else errors.push_back({pointer, name.error().detail});
        };
        if (!rule.tag.empty()) canonical(rule.tag, at + "/tag");
        else if (rule.suppresses.empty()) errors.push_back({at + "/tag", "a rule needs a tag, or tags that it suppresses"});
        for (std::size_t i = 0; i < rule.suppresses.size(); ++i)
            canonical(rule.suppresses[i], at + "/suppresses/" + std::to_string(i));
        for (std::size_t i = 0; i < rule.kind.size(); ++i)
            if (auto kind = parse_kind(rule.kind[i]); !kind) errors.push_back({at + "/kind/" + std::to_string(i), kind.error().detail});
        if (rule.text.empty() && rule.unless.empty() && rule.source.empty() && rule.kind.empty() && rule.status.empty() &&
            rule.author.empty() && rule.labels.empty())
            errors.push_back({at, "the rule would tag every event; give it text, source, kind, status, author or labels"});
    }

    void compile_patterns(const Rule& rule, Compiled& compiled, const std::string& at, std::vector<FieldError>& errors)
    {
        compiled.text_place = add(rule.text, at + "/text", errors);
        compiled.unless_place = add(rule.unless, at + "/unless", errors);
        if (compiled.text_place >= 0) compiled.text = std::make_unique<RE2>(rule.text, text_options());
        if (!rule.to_group.empty()) {
            const auto group = compiled.text ? compiled.text->NamedCapturingGroups().find(rule.to_group) : std::map<std::string, int>::const_iterator{};
            if (!compiled.text || group == compiled.text->NamedCapturingGroups().end())
                errors.push_back({at + "/to_group", "text has no group of this name; write (?P<" + visible(rule.to_group) + ">…) into it"});
            else compiled.to_group = group->second;
        }
        for (const auto& [label, pattern] : rule.labels) {
            auto expression = std::make_unique<RE2>(pattern, label_options());
            if (pattern.size() > max_pattern_bytes) errors.push_back({at + "/labels/" + label, too_long(pattern)});
            else if (!expression->ok()) errors.push_back({at + "/labels/" + label, bad_pattern(*expression)});
            else compiled.labels.emplace_back(label, std::move(expression));
        }
    }

    static std::string too_long(std::string_view pattern)
    {
        return "the pattern has " + std::to_string(pattern.size()) + " bytes; at most " + std::to_string(max_pattern_bytes) + " are allowed";
    }

    static std::string bad_pattern(const RE2& expression)
    {
        return "bad pattern: " + visible(expression.error()) + "; patterns are RE2's (no look-around, no back-references)";
    }

    /// @return the pattern's place in the set, or -1 when empty or bad.
    int add(const std::string& pattern, const std::string& at, std::vector<FieldError>& errors)
    {
        if (pattern.empty()) return -1;
        if (pattern.size() > max_pattern_bytes) {
            errors.push_back({at, too_long(pattern)});
            return -1;
        }
        // The set alone would accept what the single expression refuses as too large.
        if (const RE2 single{pattern, text_options()}; !single.ok()) {
            errors.push_back({at, bad_pattern(single)});
            return -1;
        }
        std::string error;
        const auto place = set_.Add(pattern, &error);
        if (place < 0) errors.push_back({at, "bad pattern: " + visible(error)});
        else ++patterns_;
        return place;
    }

    /// Which patterns occur in the text, by their place in the set. All false when RE2 ran out of memory.
    std::vector<bool> matches(std::string_view text) const
    {
        std::vector<bool> hit(patterns_, false);
        if (patterns_ == 0) return hit;
        std::vector<int> places;
        RE2::Set::ErrorInfo error{};
        if (!set_.Match(re2::StringPiece{text.data(), text.size()}, &places, &error)) {
            if (error.kind != RE2::Set::kNoError) match_errors_.fetch_add(1, std::memory_order_relaxed);
            return hit;
        }
        for (const auto place : places) hit[static_cast<std::size_t>(place)] = true;
        return hit;
    }

    static bool fits(const Rule& rule, const Compiled& compiled, const Event& event)
    {
        if (compiled.kinds != 0 && (compiled.kinds & bit_of(event.kind)) == 0) return false;
        if (!one_of(rule.source, event.source) || !one_of(rule.status, event.status) || !one_of(rule.author, event.author.name)) return false;
        return std::ranges::all_of(compiled.labels, [&](const auto& label) {
            const auto value = event.labels.find(label.first);
            return value != event.labels.end() && RE2::FullMatch(value->second, *label.second);
        });
    }

    /// Whether the rule's patterns hold for this text; fills in the words and the target.
    static bool holds(const Compiled& compiled, std::string_view text, const std::vector<bool>& hit, Tag& tag)
    {
        const auto is_hit = [&](int place) { return hit[static_cast<std::size_t>(place)]; };
        if (compiled.unless_place >= 0 && is_hit(compiled.unless_place)) return false;
        if (compiled.text_place < 0) return true;
        if (!is_hit(compiled.text_place)) return false;
        const auto groups = static_cast<std::size_t>(std::max(compiled.to_group, 0)) + 1;
        std::vector<re2::StringPiece> found(groups);
        const re2::StringPiece haystack{text.data(), text.size()};
        if (!compiled.text->Match(haystack, 0, text.size(), RE2::UNANCHORED, found.data(), static_cast<int>(groups))) return false;
        tag.match = shortened({found[0].data(), found[0].size()}, max_match_bytes);
        if (compiled.to_group > 0) {
            const auto& group = found[static_cast<std::size_t>(compiled.to_group)];
            tag.to = shortened(trimmed({group.data(), group.size()}), max_match_bytes);
        }
        return true;
    }

    std::vector<Rule> rules_;
    std::vector<Compiled> compiled_;
    RE2::Set set_;
    std::size_t patterns_ = 0;
    mutable std::atomic<std::uint64_t> match_errors_ = 0;
};

}  // namespace

Result<std::shared_ptr<const RuleSet>> RuleSet::compile(std::vector<Rule> rules)
{
    auto compiled = std::make_shared<CompiledRules>(std::move(rules));
    if (auto errors = compiled->prepare(); !errors.empty()) {
        auto detail = "rules: " + errors.front().pointer + ": " + errors.front().detail;
        return Failure{Errc::invalid_input, std::move(detail), std::move(errors)};
    }
    return std::shared_ptr<const RuleSet>{std::move(compiled)};
}

void add_rule_tags(Event& event, const RuleSet& rules)
{
    if (std::ranges::any_of(event.tags, &Tag::by_person)) return;
    for (auto& tag : rules.tags_for(event)) {
        if (event.tags.size() >= max_tags) return;
        if (!event.has_tag(tag.name)) event.tags.push_back(std::move(tag));
    }
}

}  // namespace incident::tagging
