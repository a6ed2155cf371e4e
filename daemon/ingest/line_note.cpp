#include "ingest/line_note.hpp"
#include "ingest/lenient.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::ingest {
namespace {

constexpr std::string_view key_prefix = "key=";
constexpr std::size_t max_time_words = 4;  // `2 hours ago UTC`

Failure wrong(std::string why) { return {Errc::invalid_input, std::move(why)}; }

std::string_view next_word(std::string_view text) { return text.substr(0, text.find_first_of(" \t")); }

std::string_view behind(std::string_view text, std::string_view word)
{
    return trimmed(text.substr(std::min(text.size(), static_cast<std::size_t>(word.data() - text.data()) + word.size())));
}

/// Whether a word behind `@TIME` may belong to it. Text does not begin with these, so most lines are read once only.
bool continues_time(std::string_view word)
{
    static constexpr std::array<std::string_view, 19> words{"am",     "pm",      "utc", "gmt",    "z",       "eat",  "wat",   "cat", "sast", "ago",
                                                            "second", "seconds", "min", "minute", "minutes", "hour", "hours", "day", "days"};
    const auto low = lowered(shortened(word, 64));
    if (std::ranges::find(words, low) != words.end()) return true;
    if (word.empty()) return false;
    const bool digit_first = word[0] >= '0' && word[0] <= '9';
    if (digit_first) return word.find(':') != word.npos;                               // the clock behind a date
    if (word[0] == '+' || word[0] == '-') return word.size() > 1 && word[1] >= '0' && word[1] <= '9';
    const auto slash = word.find('/');
    return slash != word.npos && slash > 0 && slash + 1 < word.size() && word[0] >= 'A' && word[0] <= 'Z';  // Africa/Nairobi
}

/// The longest run of words behind the @ that is a time. @return what is wrong with the first word alone when none is.
Result<TimeReading> read_at(std::string_view& text, const TimeContext& context)
{
    const auto typed = text.substr(1);
    std::array<std::size_t, max_time_words> ends{};
    std::size_t count = 0, at = 0;
    while (count < max_time_words) {
        const auto word = next_word(typed.substr(at));
        if (count > 0 && !continues_time(word)) break;
        at += word.size();
        ends[count++] = at;
        const auto gap = typed.find_first_not_of(" \t", at);
        if (gap == typed.npos) break;
        at = gap;
    }
    Result<TimeReading> first = wrong("there is no time behind the @");
    while (count > 0) {
        const auto candidate = typed.substr(0, ends[--count]);
        auto reading = parse_time(candidate, context);
        if (reading) {
            text = trimmed(typed.substr(candidate.size()));
            return reading;
        }
        first = std::move(reading);
    }
    return first;
}

bool only_tags(std::string_view text)
{
    while (!text.empty()) {
        const auto word = next_word(text);
        if (!word.starts_with('#') || !canonical_tag(word.substr(1))) return false;
        text = behind(text, word);
    }
    return true;
}

}  // namespace

Result<Event> read_line_note(std::string_view line, const TimeContext& context)
{
    Event event;
    event.kind = Kind::note;
    event.received_at = event.occurred_at = context.now;
    auto text = trimmed(line);
    if (text.starts_with(key_prefix)) {
        const auto word = next_word(text);
        const auto key = word.substr(key_prefix.size());
        const bool printable = std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7f'; });
        if (key.empty() || key.size() > max_key_bytes || !printable)
            return wrong("a key is 1 to " + std::to_string(max_key_bytes) + " printable ASCII characters without a space, like key=deploy-4711");
        event.key = key;
        text = behind(text, word);
    }
    if (text.starts_with('@')) {
        const auto reading = read_at(text, context);
        if (!reading) return wrong(reading.error().detail + "; a text that begins with @ stands behind \"-- \"");
        event.occurred_at = reading->at;
        event.occurred_raw = fitting(event, reading->raw, max_name_bytes);
        event.precision = reading->precision;
        flag_time(event, context.now);
    }
    if (next_word(text) == "--") text = behind(text, next_word(text));
    else if (only_tags(text))
        return wrong("there is no text; write it like: key=deploy-4711 @02:31 #mitigation rolled back to 2.41");
    if (text.empty()) return wrong("there is no text; write it behind the key, the time and the tags");
    event.text = fitting(event, text, max_text_bytes);
    if (text.size() > max_text_bytes) event.details = fitting(event, text, max_details_bytes);
    return event;
}

}  // namespace incident::ingest
