#include "ingest/typed_line.hpp"
#include "ingest/lenient.hpp"
#include "model/text.hpp"
#include <array>

namespace incident::ingest {
namespace {

struct Verb {
    std::string_view letter, name, tag;
};

constexpr std::array verbs{Verb{"n", "note", ""},
                           Verb{"d", "detect", tags::detection},
                           Verb{"a", "act", tags::action},
                           Verb{"h", "hypo", tags::hypothesis},
                           Verb{"x", "mislead", tags::misleading_path},
                           Verb{"e", "escalate", tags::escalation},
                           Verb{"i", "impact", tags::impact},
                           Verb{"c", "cause", tags::root_cause},
                           Verb{"r", "resolve", tags::resolution},
                           Verb{"t", "todo", tags::follow_up}};

/// Letters are small, as on the command line; words may begin with a capital, as telephones write them.
const Verb* find_verb(std::string_view word)
{
    const auto plain = lowered(word);
    for (const auto& verb : verbs)
        if (word == verb.letter || plain == verb.name) return &verb;
    return nullptr;
}

class Words {
 public:
    explicit Words(std::string_view line) : rest_(trimmed(line)) {}
    [[nodiscard]] std::string_view rest() const { return rest_; }
    [[nodiscard]] std::string_view peek() const { return rest_.substr(0, rest_.find_first_of(" \t\r\n")); }
    std::string_view take()
    {
        const auto word = peek();
        rest_ = trimmed(rest_.substr(word.size()));
        return word;
    }

 private:
    std::string_view rest_;
};

/// `@02:31`, `@3:15 pm`, `@02:31 UTC`: what follows belongs to it as on the command line. A mention is no time.
void read_when(Words& words, TypedLine& line, const TimeContext& context)
{
    const auto before = words;
    std::string typed{words.take().substr(1)};
    const auto follows = lowered(words.peek());
    auto with_zone = words;
    std::string longer = typed;
    if (follows == "am" || follows == "pm") longer.append(" ").append(with_zone.take());
    if (const auto zone = lowered(with_zone.peek()); zone == "utc" || zone == "gmt") longer.append(" ").append(with_zone.take());
    if (longer != typed) {
        typed = longer;
        words = with_zone;
    }
    auto reading = parse_time(typed, context);
    if (reading) {
        line.when = std::move(*reading);
        return;
    }
    words = before;
    const bool like_a_time = typed.front() == '-' || (typed.front() >= '0' && typed.front() <= '9');
    if (like_a_time) line.bad_time = reading.error().detail;
}

}  // namespace

TypedLine read_typed_line(std::string_view text, const TimeContext& context)
{
    TypedLine line;
    Words words{text};
    bool verb_seen = false;
    while (true) {
        const auto word = words.peek();
        if (word.empty()) break;
        if (!line.incident) {
            if (const auto key = parse_incident_key(word)) {
                line.incident = *key;
                words.take();
                continue;
            }
        }
        if (!verb_seen && !line.when) {
            if (const auto* const verb = find_verb(word)) {
                verb_seen = true;
                line.tag = verb->tag;
                words.take();
                continue;
            }
        }
        if (word.size() > 1 && word.front() == '@' && !line.when && line.bad_time.empty()) {
            const auto before = words.rest().size();
            read_when(words, line, context);
            if (words.rest().size() != before) continue;
            break;
        }
        const bool takes_to = line.tag == tags::escalation || line.tag == tags::follow_up;
        if (takes_to && line.to.empty() && (word == "--to" || word == "--owner")) {
            words.take();
            line.to = shortened(words.take(), max_name_bytes);
            continue;
        }
        break;
    }
    line.text = words.rest();
    if (line.text.empty() && !line.to.empty()) line.text = (line.tag == tags::escalation ? "escalated to " : "for ") + line.to;
    if (line.text.empty()) {  // `r` alone says nothing; nor is it lost
        line = {};
        line.text = trimmed(text);
    }
    return line;
}

void set_typed(Event& event, const TypedLine& line)
{
    event.text = fitting(event, line.text, max_text_bytes);
    if (event.text.size() < line.text.size()) event.details = fitting(event, line.text, max_details_bytes);
    if (line.when) {
        event.occurred_at = line.when->at;
        event.occurred_raw = fitting(event, line.when->raw, max_name_bytes);
        event.precision = line.when->precision;
        std::erase(event.flags, "time_from_arrival");
    }
    if (!line.tag.empty()) {
        Tag tag;
        tag.name = line.tag;
        tag.by = "person:" + event.author.name;
        tag.to = to_valid_utf8(line.to);
        event.tags.push_back(std::move(tag));
    }
    event.incident = line.incident;
}

std::string typed_help(std::string_view command)
{
    std::string help{command};
    help += " [INC-7] [n|d|a|h|x|e|i|c|r|t] [@TIME] TEXT records a line: note, detect, act, hypothesis, mislead, escalate, impact, cause, "
            "resolve, todo. Times: @02:31, @5m, @2024-06-05T14:00Z (UTC). #tags in the text count. Example: ";
    help.append(command).append(" x @02:31 it was not the deploy");
    return help;
}

}  // namespace incident::ingest
