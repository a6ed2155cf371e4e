#include "draft/import_stamp.hpp"
#include "model/digits.hpp"
#include "model/letters.hpp"
#include "model/text.hpp"

namespace incident::draft::importing {
namespace {

class OffsetReader {
public:
    explicit OffsetReader(std::string_view text) : text_(text) {}

    std::optional<OffsetAt> read()
    {
        const bool letter = peek() == 't' || peek() == 'T';
        if (letter) ++at_, spaces();
        if (letter && peek() == '0' && !is_word(peek(1)) && peek(1) != ':') {
            ++at_;
            return OffsetAt{std::chrono::seconds{0}, at_};
        }
        int sign = 0;
        if (take("+")) sign = 1;
        else if (letter && (take("-") || take("−") || take("–"))) sign = -1;
        if (sign == 0) return std::nullopt;
        spaces();
        if (!is_digit(peek())) return std::nullopt;
        std::chrono::seconds sum{0};
        bool units = false;
        if (const auto colon = clock_at(rest()); colon && rest().substr(0, colon->length).find(':') != std::string_view::npos && !colon->clock.halved) {
            const auto& clock = colon->clock;
            sum = std::chrono::hours{clock.hour} + std::chrono::minutes{clock.minute} + std::chrono::seconds{clock.second};
            at_ += colon->length;
            units = true;
        } else {
            auto last = std::chrono::seconds{0};
            while (is_digit(peek())) {
                const auto run = digits::run(rest());
                const auto number = run > 6 ? std::nullopt : digits::number(rest().substr(0, run));
                if (!number) return std::nullopt;
                const auto before = at_;
                at_ += run;
                const auto spaced = at_;
                spaces();
                auto unit = std::chrono::seconds{0};
                for (const std::string_view each : {"minutes", "minute", "mins", "min", "m", "hours", "hour", "hrs", "hr", "h", "seconds", "second", "secs", "sec", "s", "days", "day", "d"})
                    if (lowered(rest().substr(0, each.size())) == each && !is_letter(peek(each.size()))) {
                        at_ += each.size();
                        unit = std::chrono::seconds{each[0] == 'm' ? 60 : each[0] == 'h' ? 3600 : each[0] == 'd' ? 86400 : 1};
                        units = true;
                        break;
                    }
                if (unit.count() == 0) {
                    at_ = spaced;
                    if (units && last.count() != 3600) {
                        at_ = before;
                        break;
                    }
                    unit = std::chrono::seconds{60};
                    sum += *number * unit;
                    break;
                }
                sum += *number * unit;
                last = unit;
                if (!is_digit(peek()) && !(peek() == ' ' && is_digit(peek(1)) && unit.count() == 3600)) break;
                spaces();
            }
        }
        if (!letter && !units) return std::nullopt;  // `+3 pods`
        return OffsetAt{sum * sign, at_};
    }

private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    [[nodiscard]] std::string_view rest() const { return text_.substr(std::min(at_, text_.size())); }
    void spaces()
    {
        while (peek() == ' ') ++at_;
    }
    bool take(std::string_view sign) { return rest().starts_with(sign) ? at_ += sign.size(), true : false; }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

std::optional<OffsetAt> offset_at(std::string_view text) { return OffsetReader{text}.read(); }

std::size_t unknown_at(std::string_view text)
{
    std::size_t size = 0, marks = 0, colons = 0;
    constexpr std::size_t longest = 9;
    while (size < text.size() && size < longest) {
        const char c = text[size];
        if (std::string_view{"?xXHhMmSs"}.find(c) != std::string_view::npos) ++marks;
        else if (c == ':') ++colons;
        else if (!is_digit(c)) break;
        ++size;
    }
    if (marks < 2 || colons == 0 || colons > 2) return 0;
    const auto colon = text.find(':');
    const bool fits = colon >= 1 && colon <= 2 && size - colon >= 3;
    return fits && !(size < text.size() && is_word(text[size])) ? size : 0;
}

std::optional<EpochAt> epoch_at(std::string_view text)
{
    const auto run = digits::run(text);
    if (run != 10 && run != 13) return std::nullopt;
    auto micros = digits::number(text.substr(0, run)).value_or(0) * (run == 10 ? 1'000'000 : 1000);
    if (micros < 946684800'000000 || micros > 4102444800'000000) return std::nullopt;  // the years 2000 to 2100
    auto length = run;
    if (run == 10 && length + 1 < text.size() && text[length] == '.' && is_digit(text[length + 1])) {
        const auto fraction = text.substr(length + 1, digits::run(text.substr(length + 1)));
        std::int64_t part = 0;
        for (std::size_t i = 0; i < 6; ++i) part = part * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
        micros += part;
        length += 1 + fraction.size();
    }
    return EpochAt{Instant{std::chrono::microseconds{micros}}, length};
}

}  // namespace incident::draft::importing
