#include "draft/import_stamp.hpp"
#include "model/digits.hpp"
#include "model/letters.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::draft::importing {
namespace {


std::string_view word_at(std::string_view text)
{
    std::size_t size = 0;
    while (size < text.size() && is_letter(text[size])) ++size;
    return text.substr(0, size);
}

/// Whole names and their beginnings of three letters and more: `Sept`, `Tues`, `Thurs`. -1: none.
template <std::size_t Count>
int named(std::string_view word, const std::array<std::string_view, Count>& names)
{
    if (word.size() < 3) return -1;
    const auto lower = lowered(word);
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i].starts_with(lower)) return static_cast<int>(i);
    return -1;
}
int month_of(std::string_view word)
{
    static constexpr std::array<std::string_view, 12> names{"january", "february", "march",     "april",   "may",      "june",
                                                            "july",    "august",   "september", "october", "november", "december"};
    return named(word, names) + 1;
}
int weekday_of(std::string_view word)
{
    static constexpr std::array<std::string_view, 7> names{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
    return named(word, names);
}

class DayReader {
public:
    explicit DayReader(std::string_view text) : text_(text) {}

    std::optional<DayAt> read()
    {
        weekday();
        Day day;
        if (!numbers(day) && !day_month(day) && !month_day(day)) {
            if (weekday_ < 0 || weekday_end_ == 0) return std::nullopt;
            day.weekday = weekday_;
            return DayAt{day, weekday_end_};
        }
        day.weekday = weekday_;
        if (day.month < 1 || day.month > 12 || day.day < 1 || day.day > 31) return std::nullopt;
        const std::chrono::year_month_day date{std::chrono::year{day.year == 0 ? 2024 : day.year}, std::chrono::month{day.month},
                                               std::chrono::day{day.day}};
        if (!date.ok()) return std::nullopt;
        if (at_ < text_.size() && is_word(text_[at_]) && !(text_[at_] == 'T' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])))
            return std::nullopt;
        return DayAt{day, at_};
    }

private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    void spaces()
    {
        while (peek() == ' ' || peek() == '\t') ++at_;
    }
    bool take(char c) { return peek() == c ? ++at_, true : false; }

    void weekday()
    {
        const auto word = word_at(text_);
        weekday_ = weekday_of(word);
        if (weekday_ < 0) return;
        at_ = word.size();
        take('.');
        weekday_end_ = at_;
        const bool comma = take(',');
        spaces();
        if (!comma && at_ == weekday_end_ && at_ < text_.size() && is_word(text_[at_])) weekday_ = -1, at_ = 0;
    }

    std::optional<std::int64_t> number(std::size_t least, std::size_t most)
    {
        const auto run = digits::run(text_.substr(std::min(at_, text_.size())));
        if (run < least || run > most) return std::nullopt;
        const auto value = digits::number(text_.substr(at_, run));
        at_ += run;
        return value;
    }

    /// A clock may follow here: then numbers without a year can be a date.
    [[nodiscard]] bool clock_follows() const
    {
        auto rest = text_.substr(std::min(at_, text_.size()));
        while (!rest.empty() && (rest[0] == ' ' || rest[0] == ',' || rest[0] == '-' || rest[0] == 'T')) rest.remove_prefix(1);
        if (rest.starts_with("at ")) rest.remove_prefix(3);
        const auto clock = clock_at(rest);
        return clock && !clock->weak;
    }

    bool numbers(Day& day)
    {
        const auto begin = at_;
        const auto failed = [&] { return at_ = begin, false; };
        const auto run = digits::run(text_.substr(at_));
        if (run == 8) {  // 20240605T1400
            const auto all = number(8, 8).value_or(0);
            day = {static_cast<int>(all / 10000), static_cast<unsigned>(all / 100 % 100), static_cast<unsigned>(all % 100)};
            return (day.year >= 1990 && day.year < 2100 && (peek() == 'T' || clock_follows())) || failed();
        }
        const auto first = number(1, 4);
        if (!first || run == 3) return failed();
        const char sign = peek();
        if (sign != '-' && sign != '/' && sign != '.') return failed();
        ++at_;
        if (sign != '/' && is_letter(peek())) {  // 16-Aug-2024
            const auto word = word_at(text_.substr(at_));
            const auto month = month_of(word);
            if (month == 0) return failed();
            at_ += word.size();
            if (!take(sign)) return failed();
            const auto year = number(4, 4);
            if (!year) return failed();
            day = {static_cast<int>(*year), static_cast<unsigned>(month), static_cast<unsigned>(*first)};
            return true;
        }
        const auto second = number(1, 2);
        if (!second) return failed();
        if (run == 4) {
            if (!take(sign)) return failed();
            const auto third = number(1, 2);
            if (!third || *first < 1970 || *first > 2199) return failed();
            day = {static_cast<int>(*first), static_cast<unsigned>(*second), static_cast<unsigned>(*third)};
            return true;
        }
        int year = 0;
        const auto short_end = at_;
        if (take(sign)) {
            const auto width = digits::run(text_.substr(std::min(at_, text_.size())));
            const auto third = number(2, 4);
            if (!third || width == 3) return failed();
            if (width == 2 && (sign == '.' || sign == '-') && !clock_follows()) return failed();
            year = static_cast<int>(width == 2 ? 2000 + *third : *third);
            if (year < 1970 || year > 2199) return failed();
        } else {
            at_ = short_end;
            if (sign != '/' || !clock_follows()) return failed();  // 5/6 alone is a share
        }
        auto a = static_cast<unsigned>(*first), b = static_cast<unsigned>(*second);
        if (b > 12) std::swap(a, b), day.month_first = true;  // 06/16/2024
        day.year = year;
        day.day = a;
        day.month = b;
        day.swappable = a <= 12 && b <= 12 && a != b && *second <= 12;
        day.slashes = sign == '/';
        return true;
    }

    void ordinal()
    {
        for (const std::string_view end : {"st", "nd", "rd", "th"})
            if (lowered(text_.substr(at_, 2)) == end && !is_letter(peek(2))) {
                at_ += 2;
                return;
            }
    }

    void year(Day& day)
    {
        const auto before = at_;
        take(',');
        spaces();
        const auto value = number(4, 4);
        if (value && *value >= 1970 && *value < 2200 && peek() != ':') day.year = static_cast<int>(*value);
        else at_ = before;
    }

    bool day_month(Day& day)  // 15th of December, 2024 · 19. April
    {
        const auto begin = at_;
        const auto number_read = number(1, 2);
        if (!number_read) return at_ = begin, false;
        ordinal();
        take('.');
        spaces();
        if (lowered(text_.substr(std::min(at_, text_.size()), 3)) == "of ") at_ += 3;
        const auto word = word_at(text_.substr(std::min(at_, text_.size())));
        const auto month = month_of(word);
        if (month == 0) return at_ = begin, false;
        at_ += word.size();
        take('.');
        day.month = static_cast<unsigned>(month);
        day.day = static_cast<unsigned>(*number_read);
        year(day);
        return true;
    }

    bool month_day(Day& day)  // Dec 15, 2024
    {
        const auto begin = at_;
        const auto word = word_at(text_.substr(std::min(at_, text_.size())));
        const auto month = month_of(word);
        if (month == 0) return false;
        at_ += word.size();
        take('.');
        spaces();
        const auto number_read = number(1, 2);
        if (!number_read || (peek() == ':' && is_digit(peek(1)))) return at_ = begin, false;
        ordinal();
        day.month = static_cast<unsigned>(month);
        day.day = static_cast<unsigned>(*number_read);
        year(day);
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0, weekday_end_ = 0;
    int weekday_ = -1;
};

}  // namespace

std::optional<DayAt> day_at(std::string_view text) { return DayReader{text}.read(); }

std::optional<Day> day_alone(std::string_view text)
{
    const auto marks = [](char c) { return c == ' ' || c == '(' || c == ')' || c == '[' || c == ']' || c == ':' || c == '-' || c == '.' || c == ','; };
    while (!text.empty() && marks(text.front())) text.remove_prefix(1);
    while (!text.empty() && marks(text.back())) text.remove_suffix(1);
    for (const std::string_view word : {"on ", "date: ", "date "})
        if (lowered(text.substr(0, word.size())) == word) text = trimmed(text.substr(word.size()));
    auto found = day_at(text);
    if (!found) return std::nullopt;
    auto rest = text.substr(found->length);
    while (!rest.empty() && marks(rest.front())) rest.remove_prefix(1);
    if (const auto word = word_at(rest); weekday_of(word) >= 0 && word.size() == rest.size()) rest = {};  // 2024-06-22 (Saturday)
    if (!rest.empty() || (found->day.month == 0 && text.size() < 6)) return std::nullopt;
    return found->day;
}

std::optional<Day> day_within(std::string_view text, bool any)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!is_letter(text[i]) && !is_digit(text[i])) continue;
        if (i > 0 && (is_word(text[i - 1]) || text[i - 1] == '-' || text[i - 1] == '/' || text[i - 1] == '.')) continue;
        if (const auto found = day_at(text.substr(i, 64)); found && found->day.month > 0 && (any || found->day.year > 0)) return found->day;
    }
    return std::nullopt;
}

}  // namespace incident::draft::importing
