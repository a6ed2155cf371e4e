#include "observe/log_text.hpp"
#include "model/text.hpp"
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace incident::observe {
namespace {

constexpr std::size_t max_value_bytes = 8 * 1024;  // a log line is no archive

std::string_view word(LogLevel level)
{
    switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warn: return "warn";
    case LogLevel::error: return "error";
    }
    return "error";
}

/// Between quotes, for logfmt and JSON alike: both read `\"`, `\\`, `\n` and `\u001b`.
void append_quoted(std::string& out, std::string_view text)
{
    const auto clean = is_utf8(text) ? std::string{text} : to_valid_utf8(text);
    out += '"';
    for (std::size_t i = 0; i < clean.size(); ++i) {
        const char c = clean[i];
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\t') {
            out += "\\t";
        } else if (byte < 0x20 || byte == 0x7f) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x", byte);
            out += escape.data();
        } else if (byte == 0xc2 && i + 1 < clean.size() && static_cast<unsigned char>(clean[i + 1]) < 0xa0) {
            std::array<char, 8> escape{};  // C1 controls: some terminals obey them
            std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned char>(clean[++i]));
            out += escape.data();
        } else if (byte == 0xe2 && i + 2 < clean.size() && clean[i + 1] == '\x80' &&
                   (clean[i + 2] == '\xa8' || clean[i + 2] == '\xa9')) {
            out += clean[i + 2] == '\xa8' ? "\\u2028" : "\\u2029";  // line ends to some readers
            i += 2;
        } else {
            out += c;
        }
    }
    out += '"';
}

bool is_bare(std::string_view text)
{
    if (text.empty()) return false;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                           c == '.' || c == '/' || c == ':' || c == '+' || c == '@';
        if (!plain) return false;
    }
    return true;
}

void append_text(std::string& out, LogFormat format, std::string_view text)
{
    const auto cut = shortened(text, max_value_bytes);
    if (format == LogFormat::logfmt && is_bare(cut))
        out += cut;
    else
        append_quoted(out, cut);
}

void append_value(std::string& out, LogFormat format, const Field& field)
{
    if (const auto* text = std::get_if<std::string>(&field.value)) return append_text(out, format, *text);
    if (const auto* flag = std::get_if<bool>(&field.value)) {
        out += *flag ? "true" : "false";
        return;
    }
    if (const auto* whole = std::get_if<std::int64_t>(&field.value)) {
        out += std::to_string(*whole);
        return;
    }
    const double number = std::get<double>(field.value);
    if (!std::isfinite(number)) return append_text(out, format, std::isnan(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf");
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

/// Names are ours, but a name that came from outside by mistake still forges nothing.
void append_name(std::string& out, LogFormat format, std::string_view name)
{
    if (format == LogFormat::json) return append_quoted(out, name);
    for (const char c : name) out += is_bare({&c, 1}) ? c : '_';
}

}  // namespace

std::string record_head(LogFormat format, std::string_view time, LogLevel level)
{
    std::string out;
    if (format == LogFormat::json) {
        out += "{\"ts\":";
        append_quoted(out, time);
        out.append(",\"level\":\"").append(word(level)).append("\",");
    } else {
        out.append("ts=").append(time).append(" level=").append(word(level)).append(" ");
    }
    return out;
}

std::string record_tail(LogFormat format, std::string_view message, std::span<const Field> fields)
{
    std::string out = format == LogFormat::json ? "\"msg\":" : "msg=";
    append_text(out, format, message);
    for (const auto& field : fields) {
        out += format == LogFormat::json ? ',' : ' ';
        append_name(out, format, field.name);
        out += format == LogFormat::json ? ':' : '=';
        append_value(out, format, field);
    }
    if (format == LogFormat::json) out += '}';
    return out;
}

std::string_view journal_prefix(LogLevel level) noexcept
{
    switch (level) {
    case LogLevel::debug: return "<7>";
    case LogLevel::info: return "<6>";
    case LogLevel::warn: return "<4>";
    case LogLevel::error: return "<3>";
    }
    return "<3>";
}

std::string format_record(LogFormat format, std::string_view time, LogLevel level, std::string_view message,
                          std::initializer_list<Field> fields)
{
    return record_head(format, time, level) + record_tail(format, message, {fields.begin(), fields.size()});
}

}  // namespace incident::observe
