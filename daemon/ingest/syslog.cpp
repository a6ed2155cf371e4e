#include "ingest/syslog.hpp"
#include "model/letters.hpp"
#include "ingest/lenient.hpp"
#include "model/text.hpp"
#include "model/time_grammar.hpp"
#include <algorithm>
#include <array>
#include <charconv>

namespace incident::ingest {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 8> severities{"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"};
constexpr std::array<std::string_view, 24> facilities{
    "kern", "user", "mail",     "daemon", "auth",  "syslog", "lpr",    "news",   "uucp",   "cron",   "authpriv", "ftp",
    "ntp",  "audit", "logalert", "clock",  "local0", "local1", "local2", "local3", "local4", "local5", "local6",   "local7"};
constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::size_t max_tag_bytes = 64;  // RFC 3164 says 32; programs have grown longer names
constexpr auto ahead = 24h;                // a sender's clock may be wrong, but not by most of a year

/// Takes the text apart from its beginning.
class Reader {
 public:
    explicit Reader(std::string_view text) : rest_(text) {}
    [[nodiscard]] std::string_view rest() const { return rest_; }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    bool take(char c)
    {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void spaces()
    {
        while (take(' ')) {}
    }
    /// Up to a space or the end; the space stays.
    std::string_view word()
    {
        const auto found = rest_.substr(0, rest_.find(' '));
        rest_.remove_prefix(found.size());
        return found;
    }
    void skip(std::size_t bytes) { rest_.remove_prefix(std::min(bytes, rest_.size())); }
    /// 1 to `most` digits.
    std::optional<int> number(std::size_t most)
    {
        std::size_t length = 0;
        while (length < rest_.size() && length < most && is_digit(rest_[length])) ++length;
        int value = 0;
        if (length == 0) return std::nullopt;
        std::from_chars(rest_.data(), rest_.data() + length, value);
        skip(length);
        return value;
    }

 private:
    std::string_view rest_;
};

struct Clock {
    int hour = 0, minute = 0, second = 0, microsecond = 0;
};

/// `hh:mm:ss`, with a fraction where a device sends one.
std::optional<Clock> read_clock(Reader& reader)
{
    auto copy = reader;
    const auto hour = copy.number(2);
    if (!hour || *hour > 23 || !copy.take(':')) return std::nullopt;
    const auto minute = copy.number(2);
    if (!minute || *minute > 59 || !copy.take(':')) return std::nullopt;
    const auto second = copy.number(2);
    if (!second || *second > 59) return std::nullopt;
    Clock clock{*hour, *minute, *second, 0};
    if (copy.rest().size() > 1 && copy.rest()[0] == '.' && is_digit(copy.rest()[1])) {
        copy.skip(1);
        int place = 100'000;
        while (!copy.at_end() && is_digit(copy.rest()[0])) {
            clock.microsecond += (copy.rest()[0] - '0') * place;
            place /= 10;
            copy.skip(1);
        }
    }
    reader = copy;
    return clock;
}

std::chrono::year_month_day date_of(int year, int month, int day)
{
    return {std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)}, std::chrono::day{static_cast<unsigned>(day)}};
}

std::optional<Instant> on(int year, int month, int day, const Clock& clock, std::string_view zone)
{
    if (!date_of(year, month, day).ok()) return std::nullopt;
    const LocalTime local{year, month, day, clock.hour, clock.minute, clock.second, clock.microsecond, {}, {}};
    const auto at = from_local(local, zone);
    if (!at) return std::nullopt;  // an hour that comes twice or not at all
    return *at;
}

/// The newest year in which it is not ahead of the receipt: December's lines that arrive in January are last year's.
std::optional<Instant> in_some_year(int month, int day, const Clock& clock, const SyslogContext& context)
{
    const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(context.received_at)};
    const int this_year = static_cast<int>(today.year());
    constexpr int leap_cycle = 8;  // a 29 February may lie so far back, around 2100
    for (int year = this_year + 1; year >= this_year - leap_cycle; --year) {
        const auto date = date_of(year, month, day);
        if (!date.ok()) continue;  // a 29 February
        const auto at = on(year, month, day, clock, context.zone);
        if (!at && std::chrono::sys_days{date} <= context.received_at) return at;  // the year is right, the hour says nothing
        if (at && *at <= context.received_at + ahead) return at;
    }
    return std::nullopt;
}

struct Stamp {
    std::optional<Instant> at;
    std::string_view raw;  ///< empty: there is none
};

/// `Mmm dd hh:mm:ss`, `Mmm dd yyyy hh:mm:ss`, `Mmm dd hh:mm:ss ZONE yyyy`, or RFC 3339; some devices put a `*` or `.` before it when
/// their clock is not set. Nothing is taken when it is none of them.
Stamp read_stamp(Reader& reader, const SyslogContext& context)
{
    const auto begun = reader.rest();
    const auto raw = [&](const Reader& after) { return begun.substr(0, begun.size() - after.rest().size()); };
    auto copy = reader;
    if (!copy.at_end() && is_digit(copy.rest()[0])) {
        const auto word = copy.word();
        constexpr std::size_t shortest = 19;  // 2026-10-11T22:14:15
        if (word.size() < shortest || word[4] != '-' || word[10] != 'T') return {};
        reader = copy;
        return {read_time(word), word};
    }
    if (!copy.take('*')) (void)copy.take('.');
    const auto name = lowered(copy.rest().substr(0, 3));
    const auto month = std::ranges::find(months, name);
    if (month == months.end()) return {};
    copy.skip(3);
    if (!copy.take(' ')) return {};
    copy.spaces();
    const auto day = copy.number(2);
    if (!day || *day < 1 || *day > 31 || !copy.take(' ')) return {};
    copy.spaces();
    std::optional<int> year;
    if (auto ahead_of = copy; const auto four = ahead_of.number(4))
        if (*four > 1900 && ahead_of.take(' ')) {
            year = four;
            copy = ahead_of;
        }
    const auto clock = read_clock(copy);
    if (!clock || !(copy.at_end() || copy.rest()[0] == ' ' || copy.rest()[0] == ':')) return {};
    (void)copy.take(':');  // Cisco
    const int number = static_cast<int>(month - months.begin()) + 1;
    // A zone's letters and a year may follow: RFC 3164's own example.
    auto after = copy;
    if (after.take(' ')) {
        const auto zone = after.word();
        const bool letters = zone.size() >= 2 && zone.size() <= 5 && std::ranges::all_of(zone, [](char c) { return c >= 'A' && c <= 'Z'; });
        const bool spaced = after.take(' ');
        const auto zoned_year = after.number(4);
        if (letters && spaced && zoned_year && *zoned_year > 1900 && (after.at_end() || after.rest()[0] == ' ')) {
            reader = after;
            return {on(*zoned_year, number, *day, *clock, zone), raw(after)};
        }
    }
    reader = copy;
    return {year ? on(*year, number, *day, *clock, context.zone) : in_some_year(number, *day, *clock, context), raw(copy)};
}

struct Parts {
    std::string_view host, app, procid, msgid, message;
};

std::string_view value_of(std::string_view word) { return word == "-" ? std::string_view{} : word; }

/// `[id name="value" …]…`, or `-`. False: it is no structured data.
bool read_structured_data(Reader& reader, Event& event)
{
    if (reader.take('-')) return reader.at_end() || reader.rest()[0] == ' ';
    if (!reader.rest().starts_with('[')) return false;
    const auto is_name = [](char c) { return c > ' ' && c < '\x7f' && c != '=' && c != ']' && c != '"'; };
    const auto name = [&] {
        const auto end = std::ranges::find_if_not(reader.rest(), is_name);
        const auto found = reader.rest().substr(0, static_cast<std::size_t>(end - reader.rest().begin()));
        reader.skip(found.size());
        return found;
    };
    while (reader.take('[')) {
        const auto id = name();
        if (id.empty()) return false;
        bool any = false;
        while (reader.take(' ')) {
            if (reader.rest().starts_with(']')) break;  // some leave a space before the end
            const auto parameter = name();
            if (parameter.empty() || !reader.take('=') || !reader.take('"')) return false;
            std::string value;
            while (!reader.at_end() && reader.rest()[0] != '"') {
                if (reader.rest()[0] == '\\' && reader.rest().size() > 1 && std::string_view{"\"\\]"}.find(reader.rest()[1]) != std::string_view::npos)
                    reader.skip(1);
                value += reader.rest()[0];
                reader.skip(1);
            }
            if (!reader.take('"')) return false;
            any = true;
            add_label(event, std::string{id}.append(".").append(parameter), value);
        }
        if (!reader.take(']')) return false;
        if (!any) add_label(event, id, "");
    }
    return reader.at_end() || reader.rest()[0] == ' ';
}

/// RFC 5424 §6 behind `<PRI>1 `. False: it does not have its fields.
bool read_new(Reader reader, Event& event, Parts& parts, Stamp& stamp)
{
    std::array<std::string_view, 5> words{};  // time, host, app, procid, msgid
    for (auto& word : words) {
        word = reader.word();
        if (word.empty()) return false;
        if (!reader.take(' ')) return false;  // structured data must follow
    }
    stamp.raw = value_of(words[0]);
    // The grammar knows no second 60 and no lower-case T or Z; a sender that writes them has a clock we should not trust.
    constexpr std::size_t seconds_at = 17;
    const bool leap = stamp.raw.size() > seconds_at + 1 && stamp.raw.substr(seconds_at, 2) == "60";
    if (!leap && stamp.raw.size() > 10 && stamp.raw[10] == 'T') stamp.at = read_time(stamp.raw);
    parts = {value_of(words[1]), value_of(words[2]), value_of(words[3]), value_of(words[4]), {}};
    if (!read_structured_data(reader, event)) {
        add_flag(event, "bad_structured_data");
        parts.message = reader.rest();
        return true;
    }
    (void)reader.take(' ');
    parts.message = reader.rest();
    if (parts.message.starts_with(byte_order_mark)) parts.message.remove_prefix(byte_order_mark.size());
    return true;
}

bool in_tag(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || std::string_view{"_-./@%+$#"}.find(c) != std::string_view::npos;
}

/// `app:`, `app[pid]:` or `app[pid] `. Takes nothing when what stands here is no tag.
bool read_tag(Reader& reader, Parts& parts)
{
    auto copy = reader;
    const auto text = copy.rest();
    std::size_t length = 0;
    while (length < text.size() && length <= max_tag_bytes && in_tag(text[length])) ++length;
    if (length == 0 || length > max_tag_bytes) return false;
    copy.skip(length);
    std::string_view pid;
    if (copy.take('[')) {
        const auto close = copy.rest().find(']');
        if (close == std::string_view::npos || close > max_tag_bytes) return false;
        pid = copy.rest().substr(0, close);
        copy.skip(close + 1);
        (void)copy.take(':');
    } else if (!copy.take(':')) {
        return false;
    }
    if (!copy.at_end() && copy.rest()[0] != ' ') return false;
    parts.app = text.substr(0, length);
    parts.procid = pid;
    (void)copy.take(' ');
    reader = copy;
    return true;
}

/// RFC 3164 behind the PRI: a description of what was seen in the wild rather than a grammar.
void read_old(Reader reader, Parts& parts, Stamp& stamp, const SyslogContext& context)
{
    stamp = read_stamp(reader, context);
    if (!stamp.raw.empty()) {
        (void)reader.take(' ');
        auto copy = reader;
        if (!read_tag(copy, parts)) {  // else it names no host: what a local logger sends
            const auto host = reader.word();
            const bool like_a_host = !host.empty() && host.size() <= max_name_bytes &&
                                     std::ranges::all_of(host, [](char c) { return in_tag(c) || c == ':' || c == '[' || c == ']'; });
            if (like_a_host && reader.take(' ')) parts.host = host;
            else reader = copy;
        }
    }
    (void)read_tag(reader, parts);
    parts.message = reader.rest();
}

/// Text and details of a message: the first line is what a reader of the timeline sees.
void set_text(Event& event, const Parts& parts, std::string_view whole)
{
    auto message = parts.message;
    while (!message.empty() && (message.back() == '\n' || message.back() == '\r' || message.back() == ' ')) message.remove_suffix(1);
    auto lines = message;
    while (!lines.empty() && (lines.front() == '\n' || lines.front() == '\r')) lines.remove_prefix(1);
    auto line = trimmed(lines.substr(0, lines.find('\n')));
    std::string text{parts.app};
    if (!text.empty()) text += ": ";
    if (line.empty()) text += parts.msgid.empty() ? "(no message)" : std::string{parts.msgid} + " (no message)";
    else text += line;
    event.text = fitting(event, text, max_text_bytes);
    const bool bad = std::ranges::any_of(event.flags, [](const auto& flag) { return flag == "bad_pri" || flag == "bad_header" || flag == "bad_structured_data"; });
    if (bad) event.details = fitting(event, whole, max_details_bytes);
    else if (line.size() != trimmed(message).size() || text.size() > max_text_bytes) event.details = fitting(event, message, max_details_bytes);
}

/// `<0>` to `<191>`. The rest of the message is what stands behind it.
std::optional<int> read_pri(Reader& reader, Event& event)
{
    auto copy = reader;
    if (!copy.take('<')) {
        add_flag(event, "no_pri");
        return std::nullopt;
    }
    const auto number = copy.number(5);
    if (!number || !copy.take('>')) {
        add_flag(event, "no_pri");
        return std::nullopt;
    }
    reader = copy;
    constexpr int last = 191;
    if (*number <= last) return number;
    add_flag(event, "bad_pri");
    return std::nullopt;
}

}  // namespace

Event read_syslog(std::string_view message, const SyslogContext& context)
{
    Body body;
    body.bytes = message;
    body.received_at = context.received_at;
    auto event = event_of(context.source, Kind::alert, body);
    Reader reader{message};
    if (reader.rest().starts_with(byte_order_mark)) reader.skip(byte_order_mark.size());
    const auto pri = read_pri(reader, event);
    if (pri) {
        event.severity = severities[static_cast<std::size_t>(*pri % 8)];
        add_label(event, "facility", facilities[static_cast<std::size_t>(*pri / 8)]);
    }
    Parts parts;
    Stamp stamp;
    if (reader.rest().starts_with("1 ")) {
        auto behind = reader;
        behind.skip(2);
        if (!read_new(behind, event, parts, stamp)) {
            add_flag(event, "bad_header");
            stamp = {};
            parts = {};
            parts.message = reader.rest();
        }
    } else {
        read_old(reader, parts, stamp, context);
    }
    if (stamp.at) {
        event.occurred_at = *stamp.at;
        flag_time(event, context.received_at);
    } else {
        set_arrival_time(event, body);
    }
    event.occurred_raw = fitting(event, stamp.raw, max_name_bytes);
    if (!parts.host.empty()) {
        add_label(event, "host", parts.host);
        event.author.name = event.author.claimed = visible(fitting(event, parts.host, max_name_bytes));
        event.author.verified = false;
    }
    if (!parts.app.empty()) add_label(event, "app", parts.app);
    if (!parts.procid.empty()) add_label(event, "procid", parts.procid);
    if (!parts.msgid.empty()) add_label(event, "msgid", parts.msgid);
    set_text(event, parts, message);
    if (context.cut) add_flag(event, "truncated");
    return event;
}

bool has_own_time(const Event& event) noexcept
{
    return std::ranges::find(event.flags, "time_from_arrival") == event.flags.end();
}

}  // namespace incident::ingest
