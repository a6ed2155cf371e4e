#include "draft/import_parts.hpp"
#include "draft/written_parts.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::draft::importing {
namespace {

/// A line of a log taken apart. No author: the client speaks (joins, modes, day changes).
struct Said {
    Stamp stamp;
    std::string author, text;
    bool of_client = false;
};

std::string_view nick_of(std::string_view nick)
{
    while (!nick.empty() && std::string_view{"@+%&~ "}.find(nick.front()) != std::string_view::npos) nick.remove_prefix(1);
    return trimmed(nick);
}

/// irssi `14:03 <@ana> text`, znc `[14:03:05] <ana> text`, weechat `2024-06-05 14:03:05<tab>ana<tab>text`, `* ana waves`.
std::optional<Said> said_in(std::string_view line, const ImportOptions& options)
{
    auto stamp = stamp_at(line, options);
    if (!stamp || !stamp->clock || stamp->weak) return std::nullopt;
    auto at = line.find(stamp->raw);
    if (at == line.npos) return std::nullopt;
    auto rest = line.substr(at + stamp->raw.size());
    if (rest.starts_with(']') || rest.starts_with(')')) rest.remove_prefix(1);
    const bool tab = rest.starts_with('\t');
    if (tab) rest.remove_prefix(1);
    while (!tab && rest.starts_with(' ')) rest.remove_prefix(1);
    Said said;
    said.stamp = *std::move(stamp);
    constexpr std::size_t longest_nick = 64;
    if (rest.starts_with('<') && !rest.starts_with("<--")) {
        const auto end = rest.find('>');
        if (end == rest.npos || end > longest_nick || end < 2) return std::nullopt;
        said.author = nick_of(rest.substr(1, end - 1));
        said.text = trimmed(rest.substr(end + 1));
        return said.author.empty() || said.author.find(' ') != said.author.npos ? std::nullopt : std::optional{said};
    }
    if (tab) {
        const auto end = rest.find('\t');
        if (end == rest.npos || end > longest_nick) return std::nullopt;
        const auto nick = trimmed(rest.substr(0, end));
        const auto text = trimmed(rest.substr(end + 1));
        if (nick == "-->" || nick == "<--" || nick == "--" || nick == "=!=" || nick.empty()) {
            said.of_client = true;
            said.text = text;
        } else if (nick == "*") {
            const auto space = std::min(text.find(' '), text.size());
            said.author = nick_of(text.substr(0, space));
            said.text = text;
        } else {
            said.author = nick_of(nick);
            said.text = text;
            if (said.author.find(' ') != said.author.npos) return std::nullopt;
        }
        return said;
    }
    if (rest.starts_with("-!-") || rest.starts_with("*** ") || rest.starts_with("-->") || rest.starts_with("<--") || rest.starts_with("=!=")) {
        said.of_client = true;
        said.text = rest;
        return said;
    }
    if (rest.starts_with("* ")) {
        const auto text = trimmed(rest.substr(2));
        said.author = nick_of(text.substr(0, std::min(text.find(' '), text.size())));
        said.text = text;
        return said;
    }
    return std::nullopt;
}

/// `--- Day changed Tue Mar 05 2024`, `--- Log opened Tue Mar 05 13:00:00 2024`.
std::optional<Day> day_line(std::string_view line)
{
    if (!line.starts_with("---") && !line.starts_with("**** ") && line.find("Day changed") == line.npos) return std::nullopt;
    auto day = day_within(line, true);
    if (day && day->year == 0 && line.size() >= 4) {
        int year = 0;
        for (const char c : line.substr(line.size() - 4)) year = c >= '0' && c <= '9' && year >= 0 ? year * 10 + (c - '0') : -1;
        if (year >= 1990 && year < 2200) day->year = year;
    }
    return day;
}

std::string_view next_line(std::string_view& document)
{
    const auto end = std::min(document.find('\n'), document.size());
    auto line = document.substr(0, end);
    document.remove_prefix(std::min(end + 1, document.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

}  // namespace

bool looks_like_irc(std::string_view document)
{
    const ImportOptions options;
    std::size_t lines = 0, chat = 0;
    constexpr std::size_t looked_at = 60;
    while (!document.empty() && lines < looked_at) {
        const auto line = written::evened(next_line(document));
        if (trimmed(line).empty()) continue;
        ++lines;
        if (const auto said = said_in(line, options); (said && (!said->author.empty() || said->of_client)) || day_line(line)) ++chat;
    }
    return chat >= 2 && chat * 10 >= lines * 7;
}

Collected collect_irc(std::string_view document, const ImportOptions& options, Imported& out)
{
    Collected collected;
    collected.sections.emplace_back();
    std::optional<Day> day;
    for (std::size_t number = 1; !document.empty() && collected.lines.size() < max_pieces; ++number) {
        const auto typed = next_line(document);
        const auto line = written::evened(typed);
        if (trimmed(line).empty()) continue;
        if (const auto changed = day_line(line)) {
            day = changed;
            continue;
        }
        auto said = said_in(line, options);
        if (!said || said->of_client || said->text.empty()) {
            if (!said && !collected.lines.empty() && line.starts_with(' ')) add_details(collected.lines.back().line, line);
            else out.skipped.push_back({number, visible(shortened(line, 200))});
            continue;
        }
        auto& raw = collected.lines.emplace_back();
        raw.day = day;
        raw.line.line = number;
        raw.line.typed = std::string{typed};
        raw.line.raw = said->stamp.raw;
        raw.line.author = visible(said->author);
        raw.stamp = std::move(said->stamp);
        set_text(raw.line, said->text);
    }
    return collected;
}

}  // namespace incident::draft::importing
