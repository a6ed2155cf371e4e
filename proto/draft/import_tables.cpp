#include "draft/import_parts.hpp"
#include "model/text.hpp"
#include "timeline/prose.hpp"
#include <algorithm>
#include <array>

namespace incident::draft::importing {
namespace {

enum class Role { other, time, end, day, text, remark, actor, tags };

Role role_of(std::string_view head, const ImportOptions& options)
{
    auto words = lowered(timeline::one_line(head));
    std::replace(words.begin(), words.end(), '_', ' ');
    const auto has = [&](std::initializer_list<std::string_view> all) {
        return std::ranges::any_of(all, [&](std::string_view each) {
            const auto at = words.find(each);
            const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
            return at != words.npos && (at == 0 || !letter(words[at - 1])) && (at + each.size() == words.size() || !letter(words[at + each.size()]));
        });
    };
    if (has({"end", "until", "end time", "ended"})) return Role::end;
    if (has({"time", "when", "timestamp", "clock", "hour", "start", "datetime", "@timestamp", "occurred at", "ts", "times"})) return Role::time;
    if (const auto zone = zone_at(trimmed(head), options); zone && zone->length == trimmed(head).size()) return Role::time;
    if (has({"date", "day"})) return Role::day;
    if (has({"tag", "tags", "label", "labels"})) return Role::tags;
    if (has({"event", "events", "description", "what", "activity", "message", "text", "entry", "happened"})) return Role::text;
    if (has({"action", "actions", "summary", "details", "detail", "update", "note", "notes", "comment", "comments", "title"})) return Role::remark;
    if (has({"who", "actor", "by", "owner", "person", "author", "name", "user", "nick", "responsible", "role", "sender", "from"})) return Role::actor;
    return Role::other;
}

/// A formula that a writer of CSV made harmless.
std::string_view without_guard(std::string_view cell)
{
    return cell.size() > 1 && cell[0] == '\'' && std::string_view{"=+-@\t\r"}.find(cell[1]) != std::string_view::npos ? cell.substr(1) : cell;
}

struct Columns {
    std::vector<Role> roles;
    std::vector<std::string> heads;
    std::string zone;
    [[nodiscard]] Role at(std::size_t i) const { return i < roles.size() ? roles[i] : Role::other; }
    [[nodiscard]] std::size_t first(Role role) const
    {
        return static_cast<std::size_t>(std::ranges::find(roles, role) - roles.begin());
    }
    [[nodiscard]] bool has(Role role) const { return first(role) < roles.size(); }
};

bool is_time(std::string_view cell, const ImportOptions& options)
{
    const auto stamp = stamp_at(cell, options);
    return stamp && stamp->alone && (stamp->clock || stamp->offset || stamp->unknown || stamp->instant);
}

/// By the head's words, else by what stands in the cells.
Columns columns_of(std::span<const Piece> rows, const Piece* head, const ImportOptions& options)
{
    Columns columns;
    std::size_t width = 0;
    for (const auto& row : rows) width = std::max(width, row.cells.size());
    constexpr std::size_t most_columns = 64;
    width = std::min(width, most_columns);
    columns.roles.assign(width, Role::other);
    std::vector<std::size_t> times(width), days(width), bytes(width);
    constexpr std::size_t looked_at = 200;
    for (const auto& row : rows.first(std::min(rows.size(), looked_at)))
        for (std::size_t i = 0; i < std::min(width, row.cells.size()); ++i) {
            const auto cell = trimmed(row.cells[i]);
            if (is_time(cell, options)) ++times[i];
            else if (day_alone(cell)) ++days[i];
            bytes[i] += cell.size();
        }
    if (head != nullptr) {
        columns.heads = head->cells;
        for (std::size_t i = 0; i < std::min(width, head->cells.size()); ++i) {
            columns.roles[i] = role_of(head->cells[i], options);
            if (columns.roles[i] == Role::time && times[i] == 0 && days[i] > 0) columns.roles[i] = Role::day;
            if ((columns.roles[i] == Role::day || columns.roles[i] == Role::end) && times[i] > 0 && columns.first(Role::time) == width) columns.roles[i] = Role::time;
        }
    }
    auto& roles = columns.roles;
    const auto most = [&](const std::vector<std::size_t>& counts) { return static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin()); };
    if (width == 0) return columns;
    if (!columns.has(Role::time) && times[most(times)] > 0) roles[most(times)] = Role::time;
    if (!columns.has(Role::day) && days[most(days)] > 0 && roles[most(days)] == Role::other) roles[most(days)] = Role::day;
    // Of several columns with times that of UTC counts; what is left goes into the details.
    std::size_t chosen = columns.first(Role::time);
    for (std::size_t i = 0; i < width; ++i)
        if (roles[i] == Role::time && i < columns.heads.size() && (zone_within(columns.heads[i], false, options) == "UTC")) {
            chosen = i;
            break;
        }
    for (std::size_t i = 0; i < width; ++i)
        if (roles[i] == Role::time && i != chosen) roles[i] = Role::other;
    if (chosen < columns.heads.size()) columns.zone = zone_within(columns.heads[chosen], false, options);
    if (!columns.has(Role::text) && columns.has(Role::remark)) roles[columns.first(Role::remark)] = Role::text;
    if (!columns.has(Role::text)) {
        std::size_t best = width;
        for (std::size_t i = 0; i < width; ++i)
            if ((roles[i] == Role::other || roles[i] == Role::actor) && (best == width || bytes[i] > bytes[best])) best = i;
        if (best < width) roles[best] = Role::text;
    }
    return columns;
}

void add_tags(ImportedLine& line, std::string_view cell)
{
    while (!cell.empty()) {
        const auto end = std::min(cell.find_first_of(",; "), cell.size());
        auto word = cell.substr(0, end);
        cell.remove_prefix(std::min(end + 1, cell.size()));
        const auto colon = word.find(':');
        auto name = canonical_tag(lowered(trimmed(word.substr(0, colon))));
        if (!name || line.tags.size() >= max_tags) continue;
        if (std::ranges::find(line.tags, *name, &Tag::name) != line.tags.end()) continue;
        Tag tag;
        tag.name = *name;
        const auto how = colon == word.npos ? std::string_view{} : word.substr(colon + 1);
        if (tag.name == tags::detection && (how == "alert" || how == "engineer" || how == "customer")) tag.how = how;
        line.tags.push_back(std::move(tag));
    }
}

}  // namespace

void collect_rows(std::span<const Piece> rows, const ImportOptions& options, std::size_t section, std::optional<Day> day, Collected& out, Imported& imported)
{
    if (rows.empty()) return;
    const auto is_head = [&](const Piece& row) {
        if (row.level == 0) return true;
        if (std::ranges::any_of(row.cells, [&](const std::string& cell) { return is_time(trimmed(cell), options) || day_alone(cell); })) return false;
        return std::ranges::any_of(row.cells, [&](const std::string& cell) { return role_of(cell, options) == Role::time || role_of(cell, options) == Role::day; });
    };
    const Piece* head = is_head(rows.front()) ? &rows.front() : nullptr;
    if (head != nullptr) {
        // A head that is itself a line (a table without one, to whose first row Markdown gave that place)
        if (std::ranges::any_of(head->cells, [&](const std::string& cell) { return is_time(trimmed(cell), options); })) head = nullptr;
        else rows = rows.subspan(1);
    }
    const auto columns = columns_of(rows, head, options);
    const auto time = columns.first(Role::time), text = columns.first(Role::text);
    const bool timed = time < columns.roles.size() && std::ranges::any_of(rows, [&](const Piece& row) { return time < row.cells.size() && is_time(trimmed(row.cells[time]), options); });
    if (!timed) {
        if (!rows.empty()) imported.skipped.push_back({rows.front().line, "a table without a column of times"});
        return;
    }
    for (const auto& row : rows) {
        const auto cell = [&](std::size_t i) { return i < row.cells.size() ? trimmed(without_guard(trimmed(row.cells[i]))) : std::string_view{}; };
        std::string raw_time;
        std::optional<Day> own_day;
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            const auto role = columns.at(i);
            if ((role != Role::time && role != Role::day && role != Role::end) || cell(i).empty()) continue;
            raw_time.append(raw_time.empty() ? "" : " | ").append(cell(i));
            if (role != Role::day) continue;
            if (const auto found = day_alone(cell(i)); found && (found->month > 0 || !own_day)) own_day = found;
        }
        auto stamp = stamp_at(cell(time), options);
        const bool only_day = stamp && stamp->day && !stamp->clock;
        if ((only_day || (!stamp && day_alone(cell(time)))) && cell(text).empty()) {  // a row that only says the date
            day = only_day ? stamp->day : day_alone(cell(time));
            continue;
        }
        auto& raw = out.lines.emplace_back();
        raw.section = section;
        raw.line.line = row.line;
        raw.line.typed = row.typed;
        raw.zone = columns.zone;
        if (own_day) day = own_day;
        raw.day = day;
        std::string_view words = cell(text);
        if (stamp) {
            raw.line.raw = raw_time;
            if (!stamp->alone) add_details(raw.line, cell(time));
            if (const auto end = columns.first(Role::end); stamp->clock && !stamp->end && end < columns.roles.size())
                if (const auto until = stamp_at(cell(end), options); until && until->clock) stamp->end = until->clock, stamp->end_day = until->day;
            raw.stamp = std::move(stamp);
        } else if (!cell(time).empty()) {
            raw.line.raw = raw_time;
        } else if (own_day) {
            raw.line.raw = raw_time;
        }
        if (const auto label = label_at(words)) {
            raw.line.tags = label->tags;
            raw.line.author = label->author;
            words.remove_prefix(label->length);
        }
        set_text(raw.line, words);
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            const auto role = columns.at(i);
            if (cell(i).empty() || i == text) continue;
            if (role == Role::actor) raw.line.author = timeline::one_line(visible(cell(i)));
            else if (role == Role::tags) add_tags(raw.line, cell(i));
            else if (role == Role::other || role == Role::text || role == Role::remark)
                add_details(raw.line, (i < columns.heads.size() && !columns.heads[i].empty() ? timeline::one_line(columns.heads[i]) + ": " : "") + std::string{cell(i)});
        }
        if (raw.line.text.empty()) {
            if (raw.line.raw.empty() && raw.line.details.empty()) {
                out.lines.pop_back();
                continue;
            }
            raw.line.text = "(no text)";
        }
    }
}

namespace {

/// RFC 4180: quotes may hold delimiters, line feeds and doubled quotes. Total: a quote that never ends runs to the end.
std::vector<Piece> rows_of_csv(std::string_view document, char delimiter)
{
    std::vector<Piece> rows;
    if (document.starts_with("\xef\xbb\xbf")) document.remove_prefix(3);
    std::size_t at = 0, number = 1;
    while (at < document.size() && rows.size() < max_pieces) {
        Piece row;
        row.kind = Piece::Kind::row;
        row.level = 1;
        row.line = number;
        const auto begin = at;
        std::string cell;
        bool quoted = false;
        for (; at < document.size(); ++at) {
            const char c = document[at];
            if (c == '\n') ++number;
            if (quoted) {
                if (c != '"') cell += c;
                else if (at + 1 < document.size() && document[at + 1] == '"') cell += '"', ++at;
                else quoted = false;
            } else if (c == '"' && trimmed(cell).empty()) {
                quoted = true;
                cell.clear();
            } else if (c == delimiter) {
                row.cells.push_back(std::move(cell));
                cell.clear();
            } else if (c == '\n') {
                break;
            } else if (c != '\r') {
                cell += c;
            }
        }
        row.typed = std::string{trimmed(document.substr(begin, at - begin))};
        ++at;
        row.cells.push_back(std::move(cell));
        if (!row.typed.empty()) rows.push_back(std::move(row));
    }
    return rows;
}

constexpr std::array<char, 4> delimiters{',', '\t', ';', '|'};

/// The delimiter that cuts the first lines into equally many cells, of which one holds times. 0: none.
char delimiter_of(std::string_view document, const ImportOptions& options)
{
    constexpr std::size_t looked_at = 16 * 1024;
    auto head = document.substr(0, looked_at);
    if (head.size() < document.size()) head = head.substr(0, std::min(head.rfind('\n'), head.size()));
    for (const char delimiter : delimiters) {
        auto rows = rows_of_csv(head, delimiter);
        if (rows.size() > 20) rows.resize(20);
        if (rows.size() < 2 || rows[0].cells.size() < 2 || (delimiter == '|' && trimmed(head).starts_with('|'))) continue;
        const auto width = rows[0].cells.size();
        const auto equal = static_cast<std::size_t>(std::ranges::count_if(rows, [&](const Piece& row) { return row.cells.size() == width; }));
        const bool named = std::ranges::any_of(rows[0].cells, [&](const std::string& cell) {
            return cell.size() < 40 && (role_of(cell, options) == Role::time || role_of(cell, options) == Role::day) && !is_time(trimmed(cell), options);
        });
        const auto timed = std::ranges::count_if(rows, [&](const Piece& row) {
            return std::ranges::any_of(row.cells, [&](const std::string& cell) { return is_time(trimmed(without_guard(trimmed(cell))), options); });
        });
        if (timed == 0 || equal * 5 < rows.size() * 4) continue;
        if (named || (equal == rows.size() && static_cast<std::size_t>(timed) + 1 >= rows.size() && (delimiter != ',' || rows.size() >= 3))) return delimiter;
    }
    return 0;
}

}  // namespace

bool looks_like_csv(std::string_view document, const ImportOptions& options) { return delimiter_of(document, options) != 0; }

Collected collect_csv(std::string_view document, const ImportOptions& options, Imported& out)
{
    Collected collected;
    collected.sections.emplace_back();
    auto delimiter = delimiter_of(document, options);
    if (delimiter == 0) delimiter = ',';
    const auto rows = rows_of_csv(document, delimiter);
    collect_rows(rows, options, 0, std::nullopt, collected, out);
    return collected;
}

}  // namespace incident::draft::importing
