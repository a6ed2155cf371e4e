#include "tagging/rules.hpp"
#include "model/text.hpp"
#include "tagging/word_finder.hpp"
#include <algorithm>
#include <atomic>
#include <re2/re2.h>
#include <re2/set.h>
#include <set>

namespace incident::tagging {

namespace {

constexpr std::size_t max_name_length = 64;

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

/// A pattern of `text`: its place in the set and the single expression that finds the words.
struct Pattern {
    int place = -1;
    std::unique_ptr<WordFinder> words;
    int to_group = -1;
};

/// A rule beside its patterns.
struct Compiled {
    std::vector<Pattern> text;
    std::vector<int> unless_places;  // in the set
    std::vector<std::unique_ptr<WordFinder>> except;
    std::vector<std::pair<std::string, std::unique_ptr<RE2>>> labels;
    std::uint32_t kinds = 0;  // one bit for each Kind that the rule asks for; none: any
};

bool typed_by_people(Kind kind)
{
    switch (kind) {
    case Kind::note:
    case Kind::chat:
    case Kind::command: return true;
    case Kind::alert:
    case Kind::change:
    case Kind::system: return false;
    }
    return false;
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

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

    std::vector<Tag> tags_for(const Event& event, Earlier earlier) const override
    {
        // To search the text costs more than all else here, and most alerts fit no rule that asks for a text.
        std::vector<std::size_t> fitting;
        bool search = false;
        for (std::size_t i = 0; i < rules_.size(); ++i) {
            if (!fits(rules_[i], compiled_[i], event)) continue;
            if (!rules_[i].after.empty() && answered(rules_[i], event, earlier) == nullptr) continue;
            fitting.push_back(i);
            search |= !compiled_[i].text.empty() || !compiled_[i].unless_places.empty();
        }
        if (fitting.empty()) return {};
        const auto in_text = search ? matches(event.text) : std::vector<bool>{};
        const auto in_details = search && !event.details.empty() ? matches(event.details) : std::vector<bool>{};
        std::vector<Tag> found;
        std::set<std::string_view> suppressed;
        const auto give = [&](Tag tag) {
            if (!std::ranges::any_of(found, [&](const Tag& other) { return other.name == tag.name; })) found.push_back(std::move(tag));
        };
        for (const auto i : fitting) {
            const auto& rule = rules_[i];
            const bool preceded = std::ranges::any_of(found, [&](const Tag& tag) {
                return std::ranges::find(rule.unless_tags, tag.name) != rule.unless_tags.end() && !suppressed.contains(tag.name);
            });
            if (preceded || adds_nothing(rule, found, suppressed)) continue;
            Tag tag{rule.tag, "rule:" + rule.name, {}, rule.how, {}, {}};
            if (!holds(compiled_[i], event.text, in_text, tag) &&
                !(rule.details && !event.details.empty() && holds(compiled_[i], event.details, in_details, tag)))
                continue;
            if (const auto* before = rule.after.empty() ? nullptr : answered(rule, event, earlier)) tag.of = before->event;
            suppressed.insert(rule.suppresses.begin(), rule.suppresses.end());
            for (const auto& name : rule.also) give({name, tag.by, tag.match, {}, {}, {}});
            if (!tag.name.empty()) give(std::move(tag));
        }
        std::erase_if(found, [&](const Tag& tag) { return suppressed.contains(tag.name); });
        return found;
    }

    /// To find the words costs more than to know that there are some.
    static bool adds_nothing(const Rule& rule, const std::vector<Tag>& found, const std::set<std::string_view>& suppressed)
    {
        const auto given = [&](const std::string& name) { return std::ranges::any_of(found, [&](const Tag& tag) { return tag.name == name; }); };
        return (rule.tag.empty() || given(rule.tag)) && std::ranges::all_of(rule.also, given) &&
               std::ranges::all_of(rule.suppresses, [&](const std::string& name) { return suppressed.contains(name); });
    }

    bool asks_for_earlier(const Event& event) const override
    {
        if (!answers_ || !typed_by_people(event.kind) || event.text.size() > max_answer_bytes) return false;
        for (std::size_t i = 0; i < rules_.size(); ++i)
            if (!rules_[i].after.empty() && fits(rules_[i], compiled_[i], event) &&
                std::ranges::any_of(compiled_[i].text, [&](const Pattern& pattern) { return RE2::PartialMatch(piece(event.text), pattern.words->get()); }))
                return true;
        return false;
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
        const auto canonical_all = [&](std::vector<std::string>& words, const std::string& pointer) {
            for (std::size_t i = 0; i < words.size(); ++i) canonical(words[i], at + pointer + std::to_string(i));
        };
        if (!rule.tag.empty()) canonical(rule.tag, at + "/tag");
        else if (rule.suppresses.empty()) errors.push_back({at + "/tag", "a rule needs a tag, or tags that it suppresses"});
        canonical_all(rule.suppresses, "/suppresses/");
        canonical_all(rule.also, "/also/");
        canonical_all(rule.unless_tags, "/unless_tags/");
        canonical_all(rule.after, "/after/");
        if (!rule.after.empty() && rule.text.empty() && rule.more_text.empty())
            errors.push_back({at + "/after", "the rule would take every later line for an answer; give it text"});
        for (std::size_t i = 0; i < rule.kind.size(); ++i)
            if (auto kind = parse_kind(rule.kind[i]); !kind) errors.push_back({at + "/kind/" + std::to_string(i), kind.error().detail});
        if (rule.text.empty() && rule.more_text.empty() && rule.unless.empty() && rule.source.empty() && rule.kind.empty() && rule.status.empty() &&
            rule.author.empty() && rule.labels.empty())
            errors.push_back({at, "the rule would tag every event; give it text, source, kind, status, author or labels"});
    }

    void compile_patterns(const Rule& rule, Compiled& compiled, const std::string& at, std::vector<FieldError>& errors)
    {
        if (1 + rule.more_text.size() + rule.more_unless.size() + rule.except.size() > max_rule_patterns) {
            errors.push_back({at + "/text", "the rule has too many patterns; at most " + std::to_string(max_rule_patterns) + " are allowed, make several rules of it"});
            return;
        }
        bool has_group = false;
        const auto add_text = [&](const std::string& pattern, const std::string& pointer) {
            Pattern made;
            made.place = add(pattern, pointer, errors);
            if (made.place < 0) return;
            made.words = std::make_unique<WordFinder>(pattern);
            if (!rule.to_group.empty()) {
                const RE2 single{pattern, text_options()};
                const auto& groups = single.NamedCapturingGroups();
                if (const auto group = groups.find(rule.to_group); group != groups.end()) {
                    made.to_group = group->second;
                    has_group = true;
                }
            }
            compiled.text.push_back(std::move(made));
        };
        const auto add_unless = [&](const std::string& pattern, const std::string& pointer) {
            if (const auto place = add(pattern, pointer, errors); place >= 0) compiled.unless_places.push_back(place);
        };
        add_text(rule.text, at + "/text");
        for (std::size_t i = 0; i < rule.more_text.size(); ++i) add_text(rule.more_text[i], at + "/text/" + std::to_string(i + 1));
        add_unless(rule.unless, at + "/unless");
        for (std::size_t i = 0; i < rule.more_unless.size(); ++i) add_unless(rule.more_unless[i], at + "/unless/" + std::to_string(i + 1));
        for (std::size_t i = 0; i < rule.except.size(); ++i) {
            const auto pointer = at + "/except/" + std::to_string(i);
            if (rule.except[i].size() > max_pattern_bytes) errors.push_back({pointer, too_long(rule.except[i])});
            else if (const RE2 single{rule.except[i], text_options()}; !single.ok()) errors.push_back({pointer, bad_pattern(single)});
            else compiled.except.push_back(std::make_unique<WordFinder>(rule.except[i]));
        }
        if (!rule.to_group.empty() && !has_group)
            errors.push_back({at + "/to_group", "text has no group of this name; write (?P<" + visible(rule.to_group) + ">…) into it"});
        answers_ |= !rule.after.empty();
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

    /// The newest earlier line that the rule takes this one for an answer to, or nullptr.
    static const Said* answered(const Rule& rule, const Event& event, Earlier earlier)
    {
        if (event.text.size() > max_answer_bytes) return nullptr;
        if (earlier.size() > max_said) earlier = earlier.last(max_said);
        for (std::size_t i = earlier.size(); i > 0; --i) {
            const auto& before = earlier[i - 1];
            if (before.at > event.occurred_at || event.occurred_at - before.at > max_said_age) continue;
            if (std::ranges::any_of(before.tags, [&](const std::string& tag) { return std::ranges::find(rule.after, tag) != rule.after.end(); }))
                return &before;
        }
        return nullptr;
    }

    /// Whether the rule's patterns hold for this text; fills in the words and the target.
    static bool holds(const Compiled& compiled, std::string_view text, const std::vector<bool>& hit, Tag& tag)
    {
        const auto is_hit = [&](int place) { return hit[static_cast<std::size_t>(place)]; };
        if (std::ranges::any_of(compiled.unless_places, is_hit)) return false;
        if (compiled.text.empty()) return true;
        return std::ranges::any_of(compiled.text, [&](const Pattern& pattern) {
            if (!is_hit(pattern.place)) return false;
            return (tag.name.empty() && compiled.except.empty()) || finds_words(compiled, pattern, text, tag);
        });
    }

    /// The first words of the text that the pattern matches and no exception covers.
    static bool finds_words(const Compiled& compiled, const Pattern& pattern, std::string_view text, Tag& tag)
    {
        const auto groups = static_cast<std::size_t>(std::max(pattern.to_group, 0)) + 1;
        std::vector<re2::StringPiece> found(groups);
        std::size_t from = 0;
        for (std::size_t tries = 0; tries < max_tries && from <= text.size(); ++tries) {
            if (!pattern.words->get().Match(piece(text), from, text.size(), RE2::UNANCHORED, found.data(), static_cast<int>(groups))) return false;
            const bool excepted = std::ranges::any_of(compiled.except, [&](const auto& except) { return RE2::PartialMatch(found[0], except->get()); });
            if (!excepted) {
                tag.match = shortened({found[0].data(), found[0].size()}, max_match_bytes);
                if (pattern.to_group > 0) {
                    const auto& group = found[static_cast<std::size_t>(pattern.to_group)];
                    tag.to = shortened(trimmed({group.data(), group.size()}), max_match_bytes);
                }
                return true;
            }
            const auto end = static_cast<std::size_t>(found[0].data() - text.data()) + found[0].size();
            from = std::max(end, from + 1);
        }
        return false;
    }

    std::vector<Rule> rules_;
    std::vector<Compiled> compiled_;
    RE2::Set set_;
    std::size_t patterns_ = 0;
    bool answers_ = false;  // some rule asks for what stands before
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

void add_rule_tags(Event& event, const RuleSet& rules, Earlier earlier)
{
    if (std::ranges::any_of(event.tags, &Tag::by_person)) return;
    for (auto& tag : rules.tags_for(event, earlier)) {
        if (event.tags.size() >= max_tags) return;
        if (!event.has_tag(tag.name)) event.tags.push_back(std::move(tag));
    }
}

Said said(const Event& event)
{
    Said said{event.id, event.occurred_at, {}};
    for (const auto& tag : event.tags) said.tags.push_back(tag.name);
    return said;
}

bool may_be_answered(const Event& event) noexcept { return typed_by_people(event.kind) && !event.struck && !event.tags.empty(); }

}  // namespace incident::tagging
