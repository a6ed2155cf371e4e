#include "commands/verbs.hpp"
#include "model/text.hpp"
#include "render/width.hpp"
#include <algorithm>
#include <cmath>

namespace incident::ctl {
namespace {

std::string spaced(std::string_view name)
{
    std::string words{name};
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
}

/// Minutes in words, counts as they are; half a unit where a median lies between two.
std::string amount(const json::value& figure, std::string_view name)
{
    const auto* value = member(figure, name);
    if (value == nullptr || !value->is_number()) return "-";
    const auto number = value->to_number<double>();
    const bool half = number != std::floor(number);
    if (text_at(figure, "unit") != "minutes") return std::to_string(static_cast<std::int64_t>(std::floor(number))) + (half ? ".5" : "");
    if (half && number < 60) return std::to_string(static_cast<std::int64_t>(std::floor(number))) + ".5 min";
    return minutes_in_words(std::llround(number));
}

std::string keys_of(const json::array& incidents)
{
    constexpr std::size_t most_named = 5;
    std::string keys;
    for (std::size_t i = 0; i < std::min(most_named, incidents.size()); ++i)
        if (const auto* key = incidents[i].if_string()) keys += (keys.empty() ? "" : ", ") + visible(std::string_view{*key});
    return incidents.size() > most_named ? keys + " and " + std::to_string(incidents.size() - most_named) + " more" : keys;
}

std::string shares(const json::array& shares)
{
    std::string line;
    for (const auto& share : shares) {
        const auto name = text_at(share, "name");
        line += (line.empty() ? "" : ", ") + number_at(share, "incidents") + " " + (name.empty() ? std::string{"not said"} : visible(name));
    }
    return line.empty() ? "none" : line;
}

/// `name` in a column of its own, the words wrapped beside it.
std::string two_columns(std::string_view name, std::string_view words, std::size_t columns)
{
    constexpr std::size_t name_columns = 18;
    std::string text;
    const auto pieces = wrapped(visible(words), std::max<std::size_t>(columns, 40) - name_columns);
    for (std::size_t i = 0; i < pieces.size(); ++i) text += padded(i == 0 ? name : std::string_view{}, name_columns) + pieces[i] + '\n';
    return text;
}

std::string told(Session& session, const json::value& stats)
{
    const auto look = session.look();
    const auto clock = session.clock();
    const auto since = instant_at(stats, "since"), until = instant_at(stats, "until");
    std::string text = number_at(stats, "incidents") + " incidents that began";
    if (since && until) text += " from " + date_of(*since, clock) + " to " + date_of(*until, clock);
    text += "\n\n";
    Table table;
    table.columns = {{"FIGURE"}, {"MEDIAN", false, true}, {"LEAST", false, true}, {"MOST", false, true}, {"SUM", false, true}, {"N", false, true}, {"NOT IN IT"}};
    std::string definitions, missing;
    for (const auto& figure : array_at(stats, "figures")) {
        const auto name = spaced(text_at(figure, "name"));
        std::size_t left = array_at(figure, "negative").size();
        for (const auto& one : array_at(figure, "missing")) left += array_at(one, "incidents").size();
        table.rows.push_back({{name, Style::bold, ""},
                              {amount(figure, "median"), Style::key, ""},
                              {amount(figure, "least"), Style::plain, ""},
                              {amount(figure, "most"), Style::plain, ""},
                              {amount(figure, "sum"), Style::plain, ""},
                              {number_at(figure, "n"), Style::plain, ""},
                              {std::to_string(left), left > 0 ? Style::warning : Style::faint, ""}});
        definitions += two_columns(name, text_at(figure, "definition"), look.columns);
        for (const auto& one : array_at(figure, "missing"))
            missing += two_columns(name, keys_of(array_at(one, "incidents")) + ": " + std::string{text_at(one, "why")}, look.columns);
        for (const auto& one : array_at(figure, "negative"))
            missing += two_columns(name, std::string{text_at(one, "incident")} + ": negative, " + minutes_in_words(member(one, "value")->to_number<std::int64_t>()) +
                                        "; see: incidentctl check " + std::string{text_at(one, "incident")},
                              look.columns);
    }
    auto shape = look;
    shape.terminal = true;
    text += print_table(table, shape) + '\n';
    text += two_columns("by severity", shares(array_at(stats, "by_severity")), look.columns);
    text += two_columns("by detection", shares(array_at(stats, "by_detected_how")), look.columns);
    text += "\nHow each is computed, per incident; then the median over N incidents:\n" + definitions;
    if (!missing.empty()) text += "\nNot in it:\n" + missing;
    for (const auto& one : array_at(stats, "left_out")) text += two_columns("left out", std::string{text_at(one, "incident")} + ": " + std::string{text_at(one, "why")}, look.columns);
    return text;
}

}  // namespace

Try<Exit> run_stats(Session& session, const Arguments& arguments)
{
    std::string since, until;
    for (const auto& [name, into] : {std::pair{"since", &since}, {"until", &until}}) {
        if (!arguments.has(name)) continue;
        auto at = session.read_time(arguments.value(name));
        if (!at) return at.error();
        *into = to_rfc3339(at->at);
    }
    const auto query = query_of({{"since", since}, {"until", until}});
    auto stats = session.get("/api/v1/stats" + (query.empty() ? "" : '?' + query));
    if (!stats) return stats.error();
    session.print_value(*stats, told(session, *stats), number_at(*stats, "incidents"));
    return Exit::ok;
}

}  // namespace incident::ctl
