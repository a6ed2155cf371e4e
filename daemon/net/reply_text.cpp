#include "net/reply_text.hpp"
#include <array>
#include <boost/beast/http/status.hpp>
#include <cstdio>

namespace incident::net {
namespace {

void append_value(std::string& out, std::string_view value)
{
    for (const char c : value) out += (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) ? ' ' : c;
}

void append_field(std::string& out, std::string_view name, std::string_view value)
{
    append_value(out, name);
    out += ": ";
    append_value(out, value);
    out += "\r\n";
}

}  // namespace

std::string http_date(Instant at)
{
    using namespace std::chrono;
    constexpr std::array weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = floor<days>(at);
    const year_month_day date{day};
    const hh_mm_ss time{floor<seconds>(at - day)};
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT", weekdays[weekday{day}.c_encoding()],
                  static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                  static_cast<int>(date.year()), static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
    return text.data();
}

bool may_have_body(unsigned status) noexcept { return status >= 200 && status != 204 && status != 304; }

void append_reply_head(std::string& out, const Reply& reply, std::string_view date, const ReplyFraming& framing)
{
    const auto reason = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(reply.status));
    out += "HTTP/1.1 ";
    out += std::to_string(reply.status);
    out += ' ';
    out.append(reason.data(), reason.size());
    out += "\r\n";
    append_field(out, "Date", date);
    if (may_have_body(reply.status)) {
        if (!reply.content_type.empty()) append_field(out, "Content-Type", reply.content_type);
        if (framing.content_length) append_field(out, "Content-Length", std::to_string(*framing.content_length));
        if (framing.chunked) append_field(out, "Transfer-Encoding", "chunked");
    }
    for (const auto& [name, value] : reply.headers) append_field(out, name, value);
    if (framing.close)
        append_field(out, "Connection", "close");
    else if (framing.version_minor == 0)
        append_field(out, "Connection", "keep-alive");
    out += "\r\n";
}

}  // namespace incident::net
