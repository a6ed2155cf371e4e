#include "ingest/slack_text.hpp"

namespace incident::ingest {

namespace {

/// Exactly three entities are escaped, and each once: `&amp;lt;` is the text `&lt;`.
std::string decoded(std::string_view text)
{
    static constexpr std::pair<std::string_view, char> entities[]{{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}};
    std::string plain;
    plain.reserve(text.size());
    while (!text.empty()) {
        bool found = false;
        if (text.front() == '&')
            for (const auto& [entity, character] : entities)
                if (text.starts_with(entity)) {
                    plain += character;
                    text.remove_prefix(entity.size());
                    found = true;
                    break;
                }
        if (found) continue;
        plain += text.front();
        text.remove_prefix(1);
    }
    return plain;
}

std::string name_of(const std::map<std::string, std::string>& names, std::string_view id)
{
    const auto found = names.find(std::string{id});
    return found == names.end() ? std::string{id} : found->second;
}

/// `!here`, `!subteam^S1|@oncall`, `!date^1767225600^{date}|fallback`.
std::string special(std::string_view command, std::string_view label)
{
    if (command.starts_with("date^")) return label.empty() ? std::string{command} : decoded(label);
    if (!label.empty()) return label.front() == '@' ? decoded(label) : '@' + decoded(label);
    if (const auto caret = command.find('^'); caret != command.npos) return '@' + std::string{command.substr(caret + 1)};
    return '@' + std::string{command};
}

/// What stands between `<` and `>`.
void append_piece(SlackText& into, std::string_view piece, const ChatSettings& source)
{
    const auto bar = piece.find('|');
    const auto target = piece.substr(0, bar);
    const auto label = bar == piece.npos ? std::string_view{} : piece.substr(bar + 1);
    if (target.empty()) {
        into.text += decoded(label);
        return;
    }
    switch (target.front()) {
        case '@': into.text += '@' + (label.empty() ? name_of(source.users, target.substr(1)) : decoded(label)); return;
        case '#': into.text += '#' + (label.empty() ? name_of(source.channels, target.substr(1)) : decoded(label)); return;
        case '!': into.text += special(target.substr(1), label); return;
        default: break;
    }
    const auto address = decoded(target), shown = decoded(label);
    const bool web = address.starts_with("http://") || address.starts_with("https://");
    if (web) into.links.push_back({address, shown});
    if (shown.empty()) into.text += address;
    else if (!web || shown == address) into.text += shown;
    else into.text += shown + " (" + address + ')';
}

}  // namespace

SlackText plain_slack_text(std::string_view markup, const ChatSettings& source)
{
    SlackText plain;
    while (!markup.empty()) {
        const auto open = markup.find('<');
        plain.text += decoded(markup.substr(0, open));
        if (open == markup.npos) break;
        const auto close = markup.find('>', open);
        if (close == markup.npos) {  // never sent: a bare < arrives as &lt;
            plain.text += decoded(markup.substr(open));
            break;
        }
        append_piece(plain, markup.substr(open + 1, close - open - 1), source);
        markup.remove_prefix(close + 1);
    }
    return plain;
}

}  // namespace incident::ingest
