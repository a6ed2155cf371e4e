#include "commands/verbs.hpp"
#include "model/text.hpp"
#include "render/width.hpp"
#include "wire/routes.hpp"
#include "wire/search_words.hpp"
#include <algorithm>
#include <charconv>

namespace incident::ctl {
namespace {

constexpr std::size_t shown_unasked = 100, most_shown = 10'000;

/// What the shell took the quotes from is a phrase again; all else is as typed.
std::string typed_words(const Arguments& arguments)
{
    std::string typed;
    const auto add = [&](const std::string& word) {
        const bool phrase = word.find_first_of(" \t") != word.npos && word.find('"') == word.npos;
        typed += (typed.empty() ? "" : " ") + (phrase ? '"' + word + '"' : word);
    };
    if (!arguments.when.empty()) add('@' + arguments.when);  // no time: nothing happens at one here
    for (const auto& word : arguments.words) add(word);
    return typed;
}

/// Pieces of the terms to be marked in a text: the index parts words at every sign, so we do.
std::vector<std::string> marks_of(const std::vector<wire::SearchTerm>& terms)
{
    std::vector<std::string> marks;
    for (const auto& term : terms) {
        if (term.without) continue;
        std::string word;
        for (const char c : term.text + ' ') {
            const auto byte = static_cast<unsigned char>(c);
            if (byte >= 0x80 || std::isalnum(byte) != 0) {
                word += c;
                continue;
            }
            if (!word.empty()) marks.push_back(lowered(word));
            word.clear();
        }
    }
    return marks;
}

/// Where only the long text holds the words, the line that does stands behind the text.
std::string found_text(const json::value& event, const std::vector<std::string>& marks)
{
    std::string text{text_at(event, "text")};
    const auto holds_one = [&](std::string_view words) {
        const auto low = lowered(words);
        return std::ranges::any_of(marks, [&](const std::string& mark) { return low.find(mark) != low.npos; });
    };
    if (flag_at(event, "struck")) text += " [struck]";
    if (holds_one(text)) return text;
    constexpr std::size_t line_bytes = 100;
    for (std::string_view rest = text_at(event, "details"); !rest.empty();) {
        const auto end = rest.find('\n');
        if (const auto line = trimmed(rest.substr(0, end)); holds_one(line)) return text + " | " + shortened(line, line_bytes);
        rest = end == rest.npos ? std::string_view{} : rest.substr(end + 1);
    }
    return text;
}

Table found_table(const json::array& events, const std::vector<std::string>& marks, const ClockLook& look)
{
    Table table;
    table.columns = {{"INCIDENT"}, {"REF"}, {"TIME"}, {"TAGS"}, {"BY", true}, {"SOURCE", true}, {"ID", true}, {"TEXT"}};
    for (const auto& event : events) {
        const auto at = instant_at(event, "occurred_at");
        const auto words = tag_words(event), number = number_at(event, "number");
        const auto* author = member(event, "author");
        Cell text{found_text(event, marks), flag_at(event, "struck") ? Style::faint : Style::plain, ""};
        text.marks = marks;
        table.rows.push_back({{std::string{text_at(event, "incident").empty() ? "inbox" : text_at(event, "incident")}, Style::key, ""},
                              {number.empty() ? "-" : ":" + number, Style::key, number.empty() ? std::string{text_at(event, "id")} : ":" + number},
                              {at ? short_time(*at, look) : "", Style::plain, std::string{text_at(event, "occurred_at")}},
                              {words, style_of_tag(words.substr(0, words.find_first_of(" :"))), ""},
                              {author ? std::string{text_at(*author, "name")} : "", Style::faint, ""},
                              {std::string{text_at(event, "source")}, Style::faint, ""},
                              {std::string{text_at(event, "id")}, Style::faint, ""},
                              std::move(text)});
    }
    return table;
}

Try<std::string> query_for(Session& session, const Arguments& arguments, const std::string& typed)
{
    std::string incident, tag, since, until;
    if (const auto* named = session.settings().find("incident")) {
        const auto key = parse_incident_key(named->value);
        if (!key && lowered(named->value) != "inbox") return usage(key.error(), "write the incident (from " + named->origin + ") as INC-7, or inbox");
        incident = key ? to_string(*key) : "inbox";
    }
    if (arguments.has("tag")) {
        auto name = canonical_tag(arguments.value("tag"));
        if (!name) return usage(name.error(), "write it as: --tag action");
        tag = std::move(*name);
    }
    for (const auto& [name, into] : {std::pair{"since", &since}, {"until", &until}}) {
        if (!arguments.has(name)) continue;
        auto at = session.read_time(arguments.value(name));
        if (!at) return at.error();
        *into = to_rfc3339(at->at);
    }
    if (!since.empty() && !until.empty() && until < since)
        return Trouble{Exit::usage, "--until " + arguments.value("until") + " lies before --since " + arguments.value("since"), "exchange them"};
    return query_of({{"q", typed},
                     {"incident", incident},
                     {"since", since},
                     {"until", until},
                     {"tag", tag},
                     {"author", arguments.value("by")},
                     {"kind", arguments.value("kind")},
                     {"struck", arguments.has("struck") ? "true" : ""},
                     {"order", "desc"}});
}

}  // namespace

Try<Exit> run_search(Session& session, const Arguments& arguments)
{
    const auto typed = typed_words(arguments);
    const auto terms = wire::read_search(typed);
    if (!terms) return usage(terms.error(), usage_line(*arguments.verb));
    auto query = query_for(session, arguments, typed);
    if (!query) return query.error();
    auto wanted = shown_unasked;
    if (arguments.has("number")) {
        const auto digits = arguments.value("number");
        std::from_chars(digits.data(), digits.data() + digits.size(), wanted);
        wanted = std::clamp<std::size_t>(wanted, 1, most_shown);
    }
    constexpr std::size_t page_events = 1000;
    json::array found;
    std::string cursor;
    std::uint64_t behind = 0;
    do {
        auto path = "/api/v1/events?" + *query + "&limit=" + std::to_string(std::min(page_events, wanted - found.size()));
        if (!cursor.empty()) path += "&cursor=" + wire::path_segment(cursor);
        auto page = session.get(path);
        if (!page) return page.error();
        for (const auto& event : array_at(*page, "events")) found.push_back(event);
        if (const auto* lacks = member(*page, "search_behind"); lacks && lacks->is_number()) behind = std::max(behind, lacks->to_number<std::uint64_t>());
        cursor = text_at(*page, "next");
    } while (!cursor.empty() && found.size() < wanted);
    std::reverse(found.begin(), found.end());  // the newest stands last, as in the log
    if (!cursor.empty()) session.say("the newest " + std::to_string(found.size()) + " are shown, there may be more: -n N, --until TIME");
    if (behind > 0) session.warn("warning: the newest " + std::to_string(behind) + " entries are not searched yet; try again in a moment");
    if (found.empty() && session.format() <= Format::wide) session.say("nothing found");
    else session.print_list(found, found_table(found, marks_of(*terms), session.clock()), "id");
    return found.empty() ? Exit::failure : Exit::ok;
}

}  // namespace incident::ctl
