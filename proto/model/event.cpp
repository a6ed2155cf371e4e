#include "model/event.hpp"
#include "model/digits.hpp"
#include "model/words.hpp"
#include <algorithm>

namespace incident {
namespace {

constexpr words::List<6> kinds{"alert", "chat", "note", "command", "change", "system"};
constexpr words::List<4> precisions{"exact", "minute", "about", "between"};

struct Alias {
    std::string_view verb, tag;
};
/// The long verbs of the command line. Its letters are none: `#a` in a text is more likely a name than an action.
constexpr std::array<Alias, 9> aliases{{{"detect", tags::detection},
                                        {"act", tags::action},
                                        {"hypo", tags::hypothesis},
                                        {"mislead", tags::misleading_path},
                                        {"escalate", tags::escalation},
                                        {"impact", tags::impact},
                                        {"cause", tags::root_cause},
                                        {"resolve", tags::resolution},
                                        {"todo", tags::follow_up}}};

constexpr std::size_t max_tag_bytes = 32;

}  // namespace

std::string_view to_string(Kind kind) noexcept { return words::name(kinds, kind); }
Result<Kind> parse_kind(std::string_view word) { return words::parse<Kind>("kind of event", kinds, word); }

std::string_view to_string(Precision precision) noexcept { return words::name(precisions, precision); }
Result<Precision> parse_precision(std::string_view word)
{
    return words::parse<Precision>("precision", precisions, word);
}

Result<std::string> canonical_tag(std::string_view word)
{
    std::string name = lowered(word);
    std::ranges::replace(name, '-', '_');  // people type #root-cause
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto fits = [&](char c) { return is_letter(c) || is_digit(c) || c == '_'; };
    if (name.empty() || name.size() > max_tag_bytes || !is_letter(name.front()) || !std::ranges::all_of(name, fits))
        return Failure{Errc::invalid_input,
                       "\"" + visible(shortened(word, 64)) +
                           "\" is not a tag: write a letter, then letters, digits or _, 32 at most, like root_cause"};
    const auto alias = std::ranges::find(aliases, name, &Alias::verb);
    return alias == aliases.end() ? name : std::string{alias->tag};
}

const Tag* Event::tag(std::string_view name) const noexcept
{
    const auto found = std::ranges::find(tags, name, &Tag::name);
    return found == tags.end() ? nullptr : &*found;
}

}  // namespace incident
