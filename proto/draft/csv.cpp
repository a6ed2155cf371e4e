#include "draft/draft.hpp"
#include "draft/story.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::draft {
namespace {

/// A cell as RFC 4180 writes it. Spreadsheets take what begins with one of these for a formula, also within quotes
/// (OWASP's list); a leading apostrophe makes it text, and they show the text without it.
void append_cell(std::string& out, std::string_view text)
{
    // Most cells are plain words: nothing to look at twice.
    const auto harmless = [](char c) { return c > ' ' ? c < 0x7f && c != '"' && c != ',' && c != ';' : c == ' '; };
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    if (text.empty() || (letter(text.front()) && text.back() != ' ' && std::ranges::all_of(text, harmless))) {
        out += text;
        return;
    }
    auto shown = visible(to_valid_utf8(text), true);
    const auto first = text.empty() ? '\0' : text.front();
    const bool formula = std::string_view{"=+-@\t\r\n"}.find(first) != std::string_view::npos && !text.empty();
    // Some trim blanks before they look, and know the wide forms of East Asian keyboards too.
    const auto bare = trimmed(text);
    const bool hidden = !bare.empty() && std::string_view{"=+-@"}.find(bare.front()) != std::string_view::npos;
    bool wide = false;
    for (const auto* mark : {"＝", "＋", "－", "＠"}) wide = wide || bare.starts_with(mark);
    if (formula || hidden || wide) shown.insert(0, 1, '\'');
    const bool plain = shown.find_first_of(",;\"\n") == std::string::npos && (shown.empty() || (shown.front() != ' ' && shown.back() != ' '));
    if (plain) {
        out += shown;
        return;
    }
    out += '"';
    for (const char c : shown) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

std::string tags_in_words(const Event& event)
{
    std::string all;
    for (const auto& tag : event.tags) {
        all.append(all.empty() ? "" : " ").append(tag.name);
        if (!tag.how.empty()) all.append("=").append(tag.how);
        else if (!tag.to.empty()) all.append("=").append(tag.to);
    }
    return all;
}

}  // namespace

std::string render_csv(const timeline::Timeline& timeline)
{
    std::string out = "number,occurred_at,precision,received_at,kind,source,author,tags,text,details,severity,status,count,last_at,star,struck,id\r\n";
    out.reserve(out.size() + timeline.events.size() * 256);
    for (const auto& event : timeline.events) {
        const auto cell = [&](std::string_view text) {
            append_cell(out, text);
            out += ',';
        };
        cell(event.number ? std::to_string(*event.number) : std::string{});
        cell(to_rfc3339(event.occurred_at));
        cell(to_string(event.precision));
        cell(to_rfc3339(event.received_at));
        cell(to_string(event.kind));
        cell(event.source);
        cell(event.author.name);
        cell(tags_in_words(event));
        cell(event.redacted && event.text.empty() ? "(the text was removed)" : event.text);
        cell(event.details);
        cell(event.severity);
        cell(event.status);
        cell(std::to_string(event.count));
        cell(event.last_at ? to_rfc3339(*event.last_at) : std::string{});
        cell(event.star ? "true" : "false");
        cell(event.struck ? "true" : "false");
        append_cell(out, to_string(event.id));
        out += "\r\n";
    }
    return out;
}

}  // namespace incident::draft
