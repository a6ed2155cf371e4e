#include "draft/import_stamp.hpp"
#include "model/digits.hpp"
#include "model/letters.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::draft::importing {
namespace {

/// No time that people write is longer; what stands further on is the text.
constexpr std::size_t longest_head = 200;


class Head {
public:
    Head(std::string_view text, const ImportOptions& options) : text_(text.substr(0, longest_head)), whole_(text.size()), options_(options) {}

    std::optional<Stamp> read()
    {
        marks_before();
        begin_ = at_;
        if (!moment()) return std::nullopt;
        const auto end = at_;
        if (bracket_ != 0 && peek() == bracket_) ++at_;
        if (bracket_ != 0 && at_ == end && end == begin_) return std::nullopt;
        stamp_.raw = std::string{trimmed(text_.substr(approx_begin_, end - approx_begin_))};
        if (!separators()) return std::nullopt;
        stamp_.length = at_;
        stamp_.alone = at_ >= whole_;
        return std::move(stamp_);
    }

private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    [[nodiscard]] std::string_view rest() const { return text_.substr(std::min(at_, text_.size())); }
    void spaces()
    {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n') ++at_;
    }
    bool take(std::string_view sign) { return rest().starts_with(sign) ? at_ += sign.size(), true : false; }
    /// A whole word in any case.
    bool word(std::string_view wanted)
    {
        if (lowered(rest().substr(0, wanted.size())) != wanted) return false;
        const char next = peek(wanted.size());
        if (next != '\0' && is_word(next) && !is_digit(next)) return false;
        at_ += wanted.size();
        return true;
    }

    void marks_before()
    {
        for (;;) {
            spaces();
            const char c = peek();
            if (bracket_ == 0 && (c == '[' || c == '(')) bracket_ = c == '[' ? ']' : ')', ++at_;
            else if (c == '`' || c == '"' || c == '@' || (c == '-' && is_digit(peek(1)) && at_ == 0)) ++at_;
            else break;
        }
        approx_begin_ = at_;
        for (bool more = true; more;) {
            more = false;
            for (const std::string_view each : {"at", "on", "by", "from", "since", "between", "around", "about", "approximately", "approx.", "approx", "circa", "ca.", "roughly", "posted"}) {
                const auto before = at_;
                if (!word(each) || (peek() != ' ' && peek() != '~' && !is_digit(peek()))) {
                    at_ = before;
                    continue;
                }
                spaces();
                if (each[0] == 'a' && each != "at") stamp_.approx = true;
                else if (each[0] == 'c' || each == "roughly") stamp_.approx = true;
                else approx_begin_ = at_;
                more = true;
            }
        }
        if (take("~") || take("≈") || take("c. ")) stamp_.approx = true;
        spaces();
    }

    bool moment()
    {
        if (unknown() || relative() || epoch()) return true;
        const auto day = day_at(rest());
        if (day && day->day.month == 0 && day->day.weekday >= 0) {  // a weekday: only with a clock behind it
            const auto back = at_;
            at_ += day->length;
            between_day_and_clock();
            if (!clock()) return at_ = back, false;
            stamp_.day = day->day;
            return true;
        }
        if (day) {
            at_ += day->length;
            stamp_.day = day->day;
            const auto behind = at_;
            between_day_and_clock();
            if (take("~")) stamp_.approx = true, spaces();
            if (!clock()) at_ = behind;  // only a date: `16 December 2024 – cleaned up` names no time of day
            return true;
        }
        return clock();
    }

    void between_day_and_clock()
    {
        if (peek() == 'T' && is_digit(peek(1))) {
            ++at_;
            iso_ = true;
            return;
        }
        for (;;) {
            spaces();
            if (peek() == ',' || peek() == '|' || peek() == '@' || peek() == ';') ++at_;
            else if ((peek() == '-' || peek() == ':') && peek(1) == ' ') ++at_;
            else if (take("–") || take("—") || take("around ") || take("about ") || take("at ") || take("from ")) continue;
            else break;
        }
    }

    bool unknown()
    {
        const auto size = unknown_at(rest());
        if (size == 0) return false;
        at_ += size;
        stamp_.unknown = true;
        zone_behind();
        return true;
    }
    bool relative()
    {
        const auto found = offset_at(rest());
        if (!found) return false;
        at_ += found->length;
        stamp_.offset = found->offset;
        return true;
    }
    bool epoch()
    {
        const auto found = epoch_at(rest());
        if (!found) return false;
        at_ += found->length;
        stamp_.instant = found->at;
        stamp_.weak = true;
        return true;
    }

    bool clock()
    {
        const auto found = clock_at(rest());
        if (!found) return false;
        const auto begin = at_;
        stamp_.clock = found->clock;
        stamp_.weak = found->weak && !stamp_.day;
        at_ += found->length;
        const bool seconds = found->clock.has_seconds;
        if (peek() == 'Z' && !is_word(peek(1))) ++at_, stamp_.zone = "Z";
        else if (peek() == '+' || (peek() == '-' && stamp_.day && (iso_ || seconds))) {
            if (const auto zone = zone_at(rest(), options_)) stamp_.zone = zone->name, at_ += zone->length;
        }
        if (stamp_.weak && rest().starts_with("%")) return at_ = begin, false;
        spaced_offset();
        ish();
        range();
        zone_behind();
        range();
        second_zone();
        if (!stamp_.day) day_behind();
        if (stamp_.zone.empty()) zone_behind();
        range();
        onward();
        ish();
        return true;
    }

    /// `02:30:00 -03:00`, as our own drafts print zones without letters; `8:00 -9:00` is a range.
    void spaced_offset()
    {
        if (!stamp_.zone.empty() || peek() != ' ' || (peek(1) != '+' && peek(1) != '-') || peek(4) != ':') return;
        const auto offset = rest().substr(1, 6);
        const auto minutes = offset.substr(std::min<std::size_t>(offset.size(), 4));
        if (minutes != "00" && minutes != "30" && minutes != "45") return;
        if (zone_at(offset, options_) && !is_word(peek(7)) && peek(7) != ':') stamp_.zone = std::string{offset}, at_ += 7;
    }

    void ish()
    {
        if (take("-ish") || take("ish")) stamp_.approx = true;
        const auto back = at_;
        spaces();
        for (const std::string_view each : {"(approx)", "(approx.)", "(approximately)", "(about)", "(ca.)", "(estimated)", "approx.", "approx"})
            if (lowered(rest().substr(0, each.size())) == each && !is_word(peek(each.size()))) {
                at_ += each.size();
                stamp_.approx = true;
                return;
            }
        at_ = back;
    }

    void zone_behind()
    {
        if (!stamp_.zone.empty()) return;
        const auto back = at_;
        spaces();
        const bool open = take("(");
        const char c = peek();
        const bool signed_offset = (c == '+' || c == '-') && (digits::run(rest().substr(1)) == 4 || (digits::run(rest().substr(1)) == 2 && peek(3) == ':'));
        if (is_letter(c) || (signed_offset && (open || c == '+' || stamp_.day))) {
            if (const auto zone = zone_at(rest(), options_)) {
                const auto end = at_ + zone->length;
                const char next = end < text_.size() ? text_[end] : '\0';
                if ((!open || next == ')') && !(next != '\0' && is_word(next))) {
                    at_ = end + (open ? 1 : 0);
                    stamp_.zone = zone->name;
                    return;
                }
            }
            if (!open && word("local time")) return;  // says nothing
        }
        at_ = back;
    }

    /// `8:20 - 8:24`: the start counts.
    void range()
    {
        if (stamp_.end || !stamp_.clock) return;
        const auto back = at_;
        spaces();
        if (!(take("--") || take("-") || take("–") || take("—") || take("−") || take("→") || word("to") || word("until") || word("till") || word("through") || word("and")))
            return void(at_ = back);
        spaces();
        if (take("~")) spaces();
        std::optional<Day> day;
        if (const auto found = day_at(rest()); found && found->day.month > 0) {
            day = found->day;
            at_ += found->length;
            between_day_and_clock();
        }
        const auto end = clock_at(rest());
        const auto size = end ? end->length : 0;
        const bool plain = end && !end->weak && (rest().substr(0, size).find(':') != std::string_view::npos || end->clock.halved);
        if (!plain && !(end && stamp_.weak)) return void(at_ = back);
        if (const char next = peek(size); next != '\0' && (is_word(next) && next != 'Z')) return void(at_ = back);
        at_ += size;
        stamp_.end = end->clock;
        stamp_.end_day = day;
        auto& start = *stamp_.clock;
        if (stamp_.end->halved && !start.halved && start.hour < 12) {  // 2:00-4:30 PM
            start.halved = true;
            if (start.hour + 12 <= stamp_.end->hour) start.hour += 12;
        }
        if (peek() == 'Z' && !is_word(peek(1))) ++at_, stamp_.zone = "Z";
    }

    /// `10:00 PST / 18:00 UTC`, `10:00 PST (18:00 UTC)`: the same moment twice.
    void second_zone()
    {
        if (stamp_.zone.empty()) return;
        const auto back = at_;
        spaces();
        const bool open = take("(") || take("[");
        if (!open && !take("/") && !take("=")) return void(at_ = back);
        spaces();
        const auto clock = clock_at(rest());
        if (!clock || clock->weak) return void(at_ = back);
        at_ += clock->length;
        if (peek() == 'Z') ++at_, stamp_.second_zone = "Z";
        else {
            spaces();
            const auto zone = zone_at(rest(), options_);
            if (!zone) return void(at_ = back);
            at_ += zone->length;
            stamp_.second_zone = zone->name;
        }
        if (open && !take(")") && !take("]")) {
            stamp_.second_zone.clear();
            return void(at_ = back);
        }
        stamp_.second_clock = clock->clock;
    }

    /// `9:00 AM GMT on February 5th, 2022`.
    void day_behind()
    {
        const auto back = at_;
        spaces();
        const bool comma = take(",") || take("on ") || take("/") || take("(");
        const bool bracket = comma && text_[at_ - 1] == '(';
        spaces();
        const auto day = day_at(rest());
        if (!day || day->day.month == 0 || (!comma && day->day.year == 0)) return void(at_ = back);
        at_ += day->length;
        if (bracket && !take(")")) return void(at_ = back);
        stamp_.day = day->day;
    }

    void onward()
    {
        const auto back = at_;
        spaces();
        take("&");
        spaces();
        if (word("onwards") || word("onward") || word("ongoing")) return;
        at_ = back;
        spaces();
        if (take("-") || take("–")) {
            spaces();
            if (word("ongoing") || word("present") || word("now")) return;
        }
        at_ = back;
    }

    /// False where a letter or digit follows at once: then it was no time.
    bool separators()
    {
        const auto end = at_;
        if (peek() == '`' || peek() == '"') ++at_;
        if (bracket_ != 0 && peek() == bracket_) ++at_;
        spaces();
        if (peek() == '=' && peek(1) != '>') return false;  // `T0 = 14:00` says what it is, not what happened
        auto last_sign = at_;
        for (int signs = 0; signs < 2; ++signs) {
            bool found = false;
            // `2:00 PM: - text` has two; a second one behind a dash belongs to the text
            if (signs == 1 && !(text_[last_sign] == ':' && (rest().starts_with("- ") || rest().starts_with("– ") || rest().starts_with("— ")))) break;
            last_sign = at_;
            for (const std::string_view sign : {":", "--", "->", "=>", "-", "–", "—", "−", "|", ",", ";", "→", "•", "»", ">"})
                if (take(sign)) {
                    found = true;
                    stamp_.closed = stamp_.closed || (sign != "," && sign != ";");
                    break;
                }
            if (!found && signs == 0 && peek() == '.' && (peek(1) == ' ' || peek(1) == '\0')) ++at_, found = true;
            if (!found) break;
            spaces();
        }
        if (at_ == end && at_ < whole_) return false;
        const bool only_day = !stamp_.clock && !stamp_.offset && !stamp_.unknown && !stamp_.instant;
        return !only_day || stamp_.closed || at_ >= whole_;
    }

    std::string_view text_;
    std::size_t whole_;
    const ImportOptions& options_;
    Stamp stamp_;
    std::size_t at_ = 0, begin_ = 0, approx_begin_ = 0;
    char bracket_ = 0;
    bool iso_ = false;
};

}  // namespace

std::optional<Stamp> stamp_at(std::string_view text, const ImportOptions& options) { return Head{text, options}.read(); }

std::optional<EndStamp> stamp_at_end(std::string_view text, const ImportOptions& options)
{
    constexpr std::size_t most_words = 9;
    auto body = text;
    while (!body.empty() && (body.back() == ' ' || body.back() == '.')) body.remove_suffix(1);
    std::optional<EndStamp> best;
    auto begin = body.size();
    for (std::size_t words = 0; words < most_words && begin > 0; ++words) {
        const auto space = body.find_last_of(' ', begin - 1);
        const auto start = space == std::string_view::npos ? 0 : space + 1;
        auto part = body.substr(start);
        const auto stamp = stamp_at(part, options);
        if (stamp && stamp->alone && !stamp->weak && (stamp->clock || stamp->instant)) best = EndStamp{*stamp, start};
        if (space == std::string_view::npos) break;
        begin = space;
    }
    if (!best) return std::nullopt;
    auto head = trimmed(text.substr(0, best->text_length));
    for (bool more = true; more;) {
        more = false;
        for (const std::string_view sign : {"-", "–", "—", "(", "[", ",", "@", "Posted", "posted", "at", "on"})
            if (head.ends_with(sign) && (!is_letter(sign[0]) || head.size() == sign.size() || head[head.size() - sign.size() - 1] == ' ')) {
                head = trimmed(head.substr(0, head.size() - sign.size()));
                more = true;
                break;
            }
    }
    best->text_length = head.size();
    return best;
}

}  // namespace incident::draft::importing
