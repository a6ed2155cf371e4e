#include "draft/import.hpp"
#include "wire/json.hpp"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <set>

// Real timelines (read from beside the project, where they are there) in the layouts that people use, and the documents
// that the draft's format comes from. Of the timelines only the times are printed.
namespace incident::draft::import_layouts {
namespace {

namespace json = boost::json;

const std::filesystem::path shared{INCIDENT_SHARED_DIR};

std::string content_of(const std::filesystem::path& path)
{
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

struct Row {
    std::string raw, text;
    std::optional<Instant> at;
};
struct Story {
    std::string id, layout;
    std::optional<std::string> date;
    bool date_assumed = false, sorted = true, crowded = false;
    std::chrono::minutes shift{0};
    std::vector<Row> rows;
};

std::vector<Story> stories()
{
    std::vector<Story> all;
    const auto folder = shared / "timelines" / "dev";
    if (!std::filesystem::is_directory(folder)) return all;
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) files.insert(entry.path());
    for (const auto& file : files) {
        const auto value = json::parse(content_of(file));
        Story story;
        story.id = json::value_to<std::string>(value.at("id"));
        story.layout = json::value_to<std::string>(value.at("layout"));
        if (const auto* date = value.as_object().if_contains("date"); date->is_string()) story.date = json::value_to<std::string>(*date);
        story.date_assumed = value.as_object().contains("date_assumed");
        if (const auto* shift = value.as_object().if_contains("alt_shift_minutes")) story.shift = std::chrono::minutes{shift->as_int64()};
        for (const auto& line : value.at("timeline").as_array()) {
            Row row{json::value_to<std::string>(line.at("raw")), json::value_to<std::string>(line.at("text")), {}};
            if (line.at("utc").is_string()) row.at = parse_rfc3339(json::value_to<std::string>(line.at("utc"))).value();
            story.rows.push_back(std::move(row));
        }
        all.push_back(std::move(story));
    }
    return all;
}

std::string date_in(Instant at, std::string_view zone)
{
    const auto local = to_local(at, zone).value();
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02d-%02d", local.year, local.month, local.day);
    return text;
}
std::string clock_in(Instant at, std::string_view zone)
{
    const auto local = to_local(at, zone).value();
    char text[32];
    std::snprintf(text, sizeof text, local.second == 0 ? "%02d:%02d" : "%02d:%02d:%02d", local.hour, local.minute, local.second);
    return text;
}
std::string clock12_in(Instant at, std::string_view zone)
{
    const auto local = to_local(at, zone).value();
    char text[32];
    const int hour = local.hour % 12 == 0 ? 12 : local.hour % 12;
    if (local.second == 0) std::snprintf(text, sizeof text, "%d:%02d %s", hour, local.minute, local.hour < 12 ? "AM" : "PM");
    else std::snprintf(text, sizeof text, "%d:%02d:%02d %s", hour, local.minute, local.second, local.hour < 12 ? "AM" : "PM");
    return text;
}
std::string words_of_date(Instant at, std::string_view zone)
{
    static constexpr const char* months[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};
    const auto local = to_local(at, zone).value();
    return std::string{months[local.month - 1]} + ' ' + std::to_string(local.day) + ", " + std::to_string(local.year);
}

std::string cell(std::string text)
{
    for (auto at = text.find('|'); at != text.npos; at = text.find('|', at + 2)) text.insert(at, "\\");
    return text;
}
std::string html(std::string_view text)
{
    std::string out;
    for (const char c : text) out += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string{c};
    return out;
}
std::string in_quotes(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? "\"\"" : std::string{c};
    return out + '"';
}

constexpr std::size_t layouts = 12;
constexpr const char* layout_names[layouts] = {"list", "bold12", "table", "plain", "dates12", "htmltable", "csv", "jsonl", "slack", "irc", "iso", "paragraph"};

/// The story's lines in one layout; `kept` gets the rows that the layout can show.
std::string rendered(const Story& story, std::size_t layout, std::vector<const Row*>& kept)
{
    std::string out, date;
    const auto without_time = [&](const Row& row) { return !row.at; };
    json::array slack;
    if (layout == 0) out = "# Incident\n\n## Timeline (UTC)\n\n";
    if (layout == 1) out = "# Incident\n\n## Timeline\n\n";
    if (layout == 2) out = "# Incident\n\n## Timeline\n\n| Date | Time (EAT) | Event |\n|:-----|:---:|------|\n";
    if (layout == 4) out = "# Incident\n\n## Timeline\n\nAll times are America/New_York.\n";
    if (layout == 5) out = "<html><body><h1>Incident</h1><table><tr><th>When</th><th>What (see below)</th></tr>\n";
    if (layout == 6) out = "timestamp,zone note,description\n";
    if (layout == 9) out = "--- Log opened Mon Jan 01 00:00:00 2001\n";
    if (layout == 10) out = "# Incident\n\n";
    if (layout == 11) out = "Timeline: ";
    for (const auto& row : story.rows) {
        if (without_time(row)) {
            if (layout != 0 && layout != 2) continue;
            kept.push_back(&row);
            if (layout == 0) out += "- ??:??: " + row.text + '\n';
            else out += "| | | " + cell(row.text) + " |\n";
            continue;
        }
        kept.push_back(&row);
        const auto at = *row.at;
        switch (layout) {
        case 0:
            if (date != date_in(at, "UTC")) out += "### " + (date = date_in(at, "UTC")) + "\n";
            out += "- " + clock_in(at, "UTC") + " - " + row.text + '\n';
            break;
        case 1: out += "* **" + words_of_date(at, "Africa/Lagos") + ", " + clock12_in(at, "Africa/Lagos") + " WAT:** " + row.text + '\n'; break;
        case 2:
            out += "| " + (date == date_in(at, "Africa/Nairobi") ? "" : date_in(at, "Africa/Nairobi")) + " | " + clock_in(at, "Africa/Nairobi") + " | " + cell(row.text) + "|\n";
            date = date_in(at, "Africa/Nairobi");
            break;
        case 3: out += date_in(at, "UTC") + ' ' + clock_in(at, "UTC") + " UTC " + row.text + "\n"; break;
        case 4:
            if (date != words_of_date(at, "America/New_York")) out += "\n**" + (date = words_of_date(at, "America/New_York")) + "**\n\n";
            out += "1. " + clock12_in(at, "America/New_York") + " \xe2\x80\x93 " + row.text + '\n';
            break;
        case 5: out += "<tr><td><b>" + date_in(at, "+05:30") + ' ' + clock_in(at, "+05:30") + " +05:30</b><td>" + html(row.text) + "\n"; break;
        case 6: out += to_rfc3339(at) + ",\"a, b\"," + in_quotes(row.text) + '\n'; break;
        case 7: out += json::serialize(json::object{{"time", to_rfc3339(at)}, {"message", row.text}}) + '\n'; break;
        case 8: slack.push_back(json::object{{"type", "message"}, {"user", "U1"}, {"ts", std::to_string(std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count()) + ".000000"}, {"text", html(row.text)}}); break;
        case 9:
            if (date != date_in(at, "UTC")) out += "--- Day changed " + (date = date_in(at, "UTC")) + '\n';
            out += clock_in(at, "UTC") + " <@ana> " + row.text + '\n';
            break;
        case 10: out += "2. " + to_rfc3339(at).substr(0, 19) + "Z: " + row.text + '\n'; break;
        default: {
            auto text = row.text;
            if (!text.ends_with('.')) text += '.';
            out += clock12_in(at, "UTC") + " UTC on " + words_of_date(at, "UTC") + " - " + text + ' ';
        }
        }
    }
    if (layout == 5) out += "</table></body></html>";
    if (layout == 8) out = json::serialize(slack);
    return out;
}

TEST(ImportOfRealTimelines, GivesEveryLineItsInstantInEveryLayout)
{
    const auto all = stories();
    if (all.empty()) GTEST_SKIP() << "no timelines in " << shared;
    std::size_t lines = 0;
    for (const auto& story : all)
        for (std::size_t layout = 0; layout < layouts; ++layout) {
            std::vector<const Row*> kept;
            const auto document = rendered(story, layout, kept);
            const bool any = std::ranges::any_of(kept, [](const Row* row) { return row->at.has_value(); });
            if (!any) continue;
            const auto read = read_written_timeline(document, {});
            ASSERT_TRUE(read.has_value()) << story.id << ' ' << layout_names[layout];
            EXPECT_EQ(read->lines.size(), kept.size()) << story.id << ' ' << layout_names[layout];
            for (std::size_t i = 0; i < std::min(read->lines.size(), kept.size()); ++i) {
                ++lines;
                EXPECT_EQ(read->lines[i].at, kept[i]->at) << story.id << ' ' << layout_names[layout] << ' ' << kept[i]->raw << ": " << read->lines[i].raw << " is "
                                                          << (read->lines[i].at ? to_rfc3339(*read->lines[i].at) : "none") << ", not " << (kept[i]->at ? to_rfc3339(*kept[i]->at) : "none");
                EXPECT_TRUE(read->lines[i].text.find(kept[i]->text.substr(kept[i]->text.size() / 2, 10)) != std::string::npos) << story.id << ' ' << layout_names[layout] << ": the text of line " << i << " is another";
            }
        }
    EXPECT_GT(lines, 2000u);
}

/// What the document around the lines says of the zone; the lines are written as their source has them.
std::string zone_of(const std::string& id)
{
    const auto starts = [&](std::string_view part) { return id.find(part) != std::string::npos; };
    if (starts("leap")) return "BST";
    if (starts("icon-deprecation")) return "CET";
    if (starts("mybinder") && starts("nginx")) return "US Pacific time";
    if (starts("mybinder") && starts("pvc")) return "CET";
    if (starts("utc-5")) return "UTC-5";
    if (starts("phishing")) return "EAT";
    if (starts("routes")) return "";
    return "UTC";
}

/// As `raw` stands in the source, in the source's own layout.
std::string as_written(const Story& story)
{
    const auto& layout = story.layout;
    const auto has = [&](std::string_view part) { return layout.find(part) != layout.npos; };
    const auto zone = zone_of(story.id);
    std::string out = "# Incident" + (story.date && !story.date_assumed ? " of " + *story.date : "") + "\n\n";
    if (zone == "UTC-5") out += "Duration: two hours on " + *story.date + " from 10:30 AM to 12:45 PM UTC-5\n\n";
    out += "## Timeline\n\n";
    if (has("table")) {
        out += "| Time" + (zone.empty() || has("T+") ? "" : " (" + zone + ")") + " | Event |\n|---|---|\n";
        for (const auto& row : story.rows) out += "| " + row.raw + " | " + cell(row.text) + " |\n";
        return out;
    }
    if (!zone.empty() && zone != "UTC-5") {
        out += "All times are " + zone;
        if (story.id.find("docsrs") != story.id.npos) out += "; unless noted, all on " + *story.date;
        out += ".\n\n";
    }
    std::string date;
    for (const auto& row : story.rows) {
        if (has("date on its own line") && row.at && date != date_in(*row.at, "Europe/Berlin")) out += "\n" + (date = date_in(*row.at, "Europe/Berlin")) + "\n\n";
        if (has("sub-headings")) out += "### " + row.raw + "\n\n" + row.text + "\n\n";
        else if (has("bold time and title")) out += "1. **" + row.raw + " \xe2\x80\x93 Title**\n   - " + row.text + '\n';
        else if (has("bold time")) out += "- **" + row.raw + "** - " + row.text + '\n';
        else if (has("time alone")) out += "- " + row.raw + "\n\n  " + row.text + '\n';
        else if (has("prose")) out += "At " + row.raw + ", " + row.text + "\n\n";
        else if (has("bullets")) out += "- " + row.raw + (has("wrap") ? ": " : " ") + row.text + '\n';
        else if (has("paragraph lines")) out += row.raw + ": " + row.text + "\n\n";
        else out += row.raw + ": " + row.text + '\n';
    }
    return out;
}

TEST(ImportOfRealTimelines, ReadsTheTimesAsTheirSourcesWriteThem)
{
    const auto all = stories();
    if (all.empty()) GTEST_SKIP() << "no timelines in " << shared;
    for (const auto& story : all) {
        ImportOptions options;
        if (story.date && story.date_assumed) {
            const auto day = parse_rfc3339(*story.date + "T00:00:00Z").value();
            options.date = std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(day)};
        }
        const auto read = read_written_timeline(as_written(story), options);
        ASSERT_TRUE(read.has_value()) << story.id;
        std::size_t next = 0;
        for (const auto& row : story.rows) {
            const auto told = [&] { return story.id + ' ' + row.raw + " is not " + (row.at ? to_rfc3339(*row.at) : "none"); };
            if (!row.at) {  // kept, without an instant
                ASSERT_LT(next, read->lines.size()) << told();
                EXPECT_FALSE(read->lines[next].at) << told();
                ++next;
                continue;
            }
            ASSERT_LT(next, read->lines.size()) << told();
            const auto& line = read->lines[next++];
            ASSERT_TRUE(line.at) << told() << ", but none";
            if (story.shift.count() == 0) {
                EXPECT_EQ(*line.at, *row.at) << told() << ", but " << to_rfc3339(*line.at) << " from " << line.raw;
            } else {
                EXPECT_TRUE(*line.at == *row.at || *line.at == *row.at + story.shift) << told() << ", but " << to_rfc3339(*line.at);
                EXPECT_TRUE(!line.warnings.empty() || !read->warnings.empty()) << told() << " without a warning";
            }
        }
        EXPECT_EQ(next, read->lines.size()) << story.id;
    }
}

/// The instants that a person reads in these documents.
struct Expected {
    const char* file;
    std::vector<const char*> at;
};

TEST(ImportOfTheSeeds, GivesTheInstantsThatAPersonReads)
{
    if (!std::filesystem::is_directory(shared / "seeds")) GTEST_SKIP() << "no seeds in " << shared;
    const std::vector<const char*> bookstore{"2024-06-22T15:15", "2024-06-22T15:17", "2024-06-22T15:20", "2024-06-22T15:30", "2024-06-22T15:45", "2024-06-22T16:00",
                                             "2024-06-22T16:15", "2024-06-22T16:25", "2024-06-22T16:35", "2024-06-22T16:45", "2024-06-22T17:00"};
    std::vector<const char*> first{"2024-06-20T13:45", "2024-06-20T14:00", "2024-06-20T14:10", "2024-06-20T14:30", "2024-06-20T15:00",
                                   "2024-06-20T15:30", "2024-06-20T16:00", "2024-06-20T16:30", "2024-06-20T17:00", "2024-06-20T17:30"};
    first.insert(first.end(), bookstore.begin(), bookstore.end());
    first.insert(first.end(), bookstore.begin(), bookstore.end());
    const std::vector<Expected> all{
        {"000_", first},
        {"001_", {"2022-02-05T09:00", "2022-02-05T09:15", "2022-02-05T09:30", "2022-02-05T10:00", "2022-02-05T11:00"}},
        {"002_", {"2023-10-20T17:00"}},
        {"003_", {"2024-06-05T14:00", "2024-06-05T14:05", "2024-06-05T14:10", "2024-06-05T14:15", "2024-06-05T14:25", "2024-06-05T14:30", "2024-06-05T14:35", "2024-06-05T14:50",
                  "2024-06-05T15:00", "2024-06-05T15:30", "2024-06-05T16:00", "2024-06-05T16:30"}},
        {"004_", {}}};
    for (const auto& expected : all)
        for (const auto& entry : std::filesystem::directory_iterator{shared / "seeds"}) {
            const auto name = entry.path().filename().string();
            if (!name.starts_with(expected.file)) continue;
            const auto read = read_written_timeline(content_of(entry.path()), {});
            if (expected.at.empty()) {
                EXPECT_FALSE(read.has_value()) << name;
                continue;
            }
            ASSERT_TRUE(read.has_value()) << name << ": " << read.error().detail;
            std::vector<std::string> found, wanted;
            for (const auto& line : read->lines)
                if (line.at) found.push_back(to_rfc3339(*line.at).substr(0, 16));
            for (const auto* at : expected.at) wanted.emplace_back(at);
            EXPECT_EQ(found, wanted) << name;
        }
}

}  // namespace
}  // namespace incident::draft::import_layouts
