#include "render/events.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::ctl {
namespace {

std::string text_cell(const json::value& event)
{
    std::string text{text_at(event, "text")};
    if (flag_at(event, "redacted")) text = "(redacted)";
    const auto target = tag_target(event);
    if (!target.empty()) text = target.substr(1) + "  " + text;
    if (const auto* count = member(event, "count"); count && count->is_number() && count->to_number<double>() > 1)
        text += " (" + number_at(event, "count") + " times)";
    if (!text_at(event, "details").empty()) text += " [+ details]";
    if (flag_at(event, "struck")) text += " [struck]";
    if (const auto idea = text_at(event, "dead_end"); !idea.empty()) text += " [" + std::string{idea} + ']';
    if (flag_at(event, "star")) text = "* " + text;
    const auto occurred = instant_at(event, "occurred_at"), received = instant_at(event, "received_at");
    const auto kind = text_at(event, "kind");
    // Five minutes: nobody needs to be told that typing took a moment.
    if (occurred && received && kind == "note" && *received - *occurred > std::chrono::minutes{5})
        text += " [added later]";
    return text;
}

std::string author_name(const json::value& event)
{
    const auto* author = member(event, "author");
    if (!author) return {};
    const auto claimed = text_at(*author, "claimed");
    if (claimed.empty()) return std::string{text_at(*author, "name")};
    // Who proved it stands first; whom they speak for is only what they said.
    return flag_at(*author, "verified") ? std::string{text_at(*author, "name")} + " (for " + std::string{claimed} + ')' : std::string{claimed};
}

std::string time_cell(const json::value& event, std::string_view name, const ClockLook& look)
{
    const auto at = instant_at(event, name);
    return at ? short_time(*at, look) : std::string{};
}

}  // namespace

std::optional<Instant> instant_at(const json::value& object, std::string_view name)
{
    const auto text = text_at(object, name);
    if (text.empty()) return std::nullopt;
    const auto at = parse_rfc3339(text);
    return at ? std::optional{*at} : std::nullopt;
}

std::string tag_words(const json::value& event)
{
    std::string words;
    for (const auto& tag : array_at(event, "tags")) {
        const auto name = text_at(tag, "name");
        if (name.empty()) continue;
        if (!words.empty()) words += " + ";
        words += name;
        if (const auto how = text_at(tag, "how"); !how.empty()) words += ":" + std::string{how};
    }
    if (words.empty()) words = text_at(event, "kind");
    return words.empty() ? "note" : words;
}

std::string tag_target(const json::value& event)
{
    for (const auto& tag : array_at(event, "tags"))
        if (const auto to = text_at(tag, "to"); !to.empty()) return " → " + std::string{to};
    return {};
}

std::string number_word(const json::value& event)
{
    const auto number = number_at(event, "number");
    return number.empty() ? "inbox" : "#" + number;
}

std::string quoted(std::string_view text, std::size_t bytes) { return '"' + visible(shortened(text, bytes)) + '"'; }

std::string confirmation(const json::value& event, const ClockLook& look, bool colour)
{
    const auto tags = tag_words(event);
    const auto* list = member(event, "tags");
    const bool tagged = list && list->is_array() && !list->get_array().empty();
    auto line = painted(number_word(event), Style::key, colour) + "  " + time_cell(event, "occurred_at", look) + "  " +
                painted(visible(tags), tagged ? style_of_tag(text_at(list->get_array().front(), "name")) : Style::faint,
                        colour) +
                visible(tag_target(event)) + "  " + visible(text_at(event, "text"));
    if (const auto key = text_at(event, "incident"); !key.empty())
        line += "  " + painted("[" + std::string{key} + "]", Style::faint, colour);
    return line;
}

std::vector<std::string> tag_hints(const json::value& event, const std::string& ref)
{
    std::vector<std::string> hints;
    for (const auto& tag : array_at(event, "tags")) {
        const auto by = text_at(tag, "by");
        const auto name = visible(text_at(tag, "name"));
        auto hint = "  " + name;
        if (by.starts_with("rule:")) {
            hint += " by rule " + visible(by.substr(5));
            if (const auto match = text_at(tag, "match"); !match.empty()) hint += " on " + quoted(match, 40);
            hint += "; not so: incidentctl tag " + ref + " --remove " + name;
        } else {
            constexpr std::string_view person = "person:";
            hint += " by " + (by.starts_with(person) ? visible(by.substr(person.size())) : std::string{"you"});
            hint += "; to take it away: incidentctl tag " + ref + " --remove " + name;
        }
        hints.push_back(std::move(hint));
    }
    if (hints.empty()) hints.push_back("  no tag; to give one: incidentctl tag " + ref + " action");
    return hints;
}

Table event_table(const json::array& events, const ClockLook& look)
{
    Table table;
    table.columns = {{"NO", false, true},
                     {"TIME"},
                     {"AGE", false, false, false},
                     {"TAGS"},
                     {"BY"},
                     {"SOURCE", true},
                     {"INCIDENT", true},
                     {"ID", true},
                     {"TEXT"}};
    std::string date;
    for (const auto& event : events) {
        const auto at = instant_at(event, "occurred_at");
        if (at) {
            auto day = date_of(*at, look);
            if (day != date) table.headings.emplace_back(table.rows.size(), day);
            date = std::move(day);
        }
        const auto words = tag_words(event);
        const auto first = words.substr(0, words.find_first_of(" :"));
        const auto number = number_at(event, "number");
        table.rows.push_back(
            {{number.empty() ? "-" : "#" + number, Style::key, number.empty() ? "-" : number},
             {at ? time_of_day(*at, look) : "", Style::plain, std::string{text_at(event, "occurred_at")}},
             {at ? age(*at, look.now) : "", Style::faint, ""},
             {words, style_of_tag(first), ""},
             {author_name(event), Style::faint, ""},
             {std::string{text_at(event, "source")}, Style::faint, ""},
             {std::string{text_at(event, "incident").empty() ? "inbox" : text_at(event, "incident")}, Style::plain, ""},
             {std::string{text_at(event, "id")}, Style::faint, ""},
             {text_cell(event), flag_at(event, "struck") ? Style::faint : Style::plain, ""}});
    }
    return table;
}

Table incident_table(const json::array& incidents, const ClockLook& look)
{
    Table table;
    table.columns = {{"KEY"},        {"STATUS"},        {"SEVERITY"},     {"OPENED"}, {"AGE", false, false, false},
                     {"LEAD", true}, {"SERVICE", true}, {"CLOSED", true}, {"TITLE"}};
    for (const auto& incident : incidents) {
        const auto opened = instant_at(incident, "opened_at");
        const auto status = text_at(incident, "status");
        const auto severity = text_at(incident, "severity");
        table.rows.push_back(
            {{std::string{text_at(incident, "key")}, Style::key, ""},
             {std::string{status}, status == "open" ? Style::bad : Style::good, ""},
             {std::string{severity.empty() ? "-" : severity}, Style::plain, ""},
             {time_cell(incident, "opened_at", look), Style::plain, std::string{text_at(incident, "opened_at")}},
             {opened ? age(*opened, look.now) : "", Style::faint, ""},
             {std::string{text_at(incident, "lead").empty() ? "-" : text_at(incident, "lead")}, Style::plain, ""},
             {std::string{text_at(incident, "service").empty() ? "-" : text_at(incident, "service")}, Style::plain, ""},
             {member(incident, "closed_at") ? time_cell(incident, "closed_at", look) : "-", Style::plain,
              std::string{text_at(incident, "closed_at")}},
             {std::string{text_at(incident, "title")}, Style::bold, ""}});
    }
    return table;
}

Table figures_table(const json::array& incidents, const ClockLook& look)
{
    auto table = incident_table(incidents, look);
    const auto before_title = table.columns.size() - 1;
    const Column added[] = {{"STARTED", true}, {"DURATION", false, true}, {"TO DETECT", true, true}, {"TO RESOLVE", true, true}, {"DEAD ENDS", true, true}};
    table.columns.insert(table.columns.begin() + static_cast<std::ptrdiff_t>(before_title), std::begin(added), std::end(added));
    const json::value none = nullptr;
    for (std::size_t i = 0; i < incidents.size(); ++i) {
        const auto* figures = member(incidents[i], "figures");
        if (figures == nullptr) figures = &none;
        const auto minutes = [](const json::value& object, std::string_view name) -> Cell {
            const auto* value = member(object, name);
            if (value == nullptr || !value->is_number()) return {"-", Style::faint, ""};
            return {minutes_in_words(value->to_number<std::int64_t>()), Style::plain, number_at(object, name)};
        };
        const auto lasting = [&](std::string_view name) -> Cell {
            for (const auto& duration : array_at(*figures, "durations"))
                if (text_at(duration, "name") == name) return minutes(duration, "minutes");
            return {"-", Style::faint, ""};
        };
        const auto started = instant_at(*figures, "started_at");
        auto duration = minutes(*figures, "duration_minutes");
        // What goes on has lasted so far; a pipe gets no figure that changes while it is read.
        if (duration.text == "-" && started && text_at(incidents[i], "status") == "open")
            duration = {minutes_in_words(std::chrono::round<std::chrono::minutes>(look.now - *started).count()) + "...", Style::bad, "-"};
        const Cell cells[] = {{started ? short_time(*started, look) : "-", Style::plain, std::string{text_at(*figures, "started_at")}},
                              std::move(duration), lasting("to_detect"), lasting("to_resolve"), minutes(*figures, "dead_end_minutes")};
        auto& row = table.rows[i];
        row.insert(row.begin() + static_cast<std::ptrdiff_t>(before_title), std::begin(cells), std::end(cells));
    }
    return table;
}

void sort_for_reading(json::array& events)
{
    const auto sequence = [](const json::value& event) {
        const auto* seq = member(event, "seq");
        return seq && seq->is_number() ? seq->to_number<std::uint64_t>() : std::uint64_t{0};
    };
    // Times on the wire sort as text.
    std::stable_sort(events.begin(), events.end(), [&](const json::value& a, const json::value& b) {
        const auto left = text_at(a, "occurred_at"), right = text_at(b, "occurred_at");
        return left != right ? left < right : sequence(a) < sequence(b);
    });
}

}  // namespace incident::ctl
