#include "draft/import_sections.hpp"
#include "model/text.hpp"
#include "timeline/prose.hpp"
#include <algorithm>
#include <array>

namespace incident::draft::importing {
namespace {

std::string bare(std::string_view text)
{
    auto words = lowered(timeline::one_line(text));
    while (!words.empty() && (words.back() == ':' || words.back() == '.' || words.back() == ' ')) words.pop_back();
    // `2. Timeline`, `II. Timeline`
    if (const auto dot = words.find(". "); dot != words.npos && dot <= 3) words.erase(0, dot + 2);
    if (const auto open = words.find(" ("); open != words.npos && words.ends_with(')')) words.resize(open);
    return words;
}

/// Names of the sections that follow a timeline; they end one wherever they stand.
bool is_other_section(std::string_view text)
{
    static constexpr std::array<std::string_view, 46> known{
        "root cause and resolution", "root cause & resolution", "root causes and resolution", "root cause analysis", "root-cause analysis", "root causes",
        "resolution and recovery", "resolution and root cause", "corrective and preventative measures", "corrective and preventive measures", "corrective measures", "corrective actions",
        "preventive actions", "preventative actions", "preventive measures", "preventative measures", "corrective and preventive actions", "corrective and preventative actions",
        "impact analysis", "lessons learned", "lessons learnt", "lessons", "action items", "conclusion",
        "conclusions", "follow-up actions", "follow-ups", "next steps", "acknowledgments", "acknowledgements",
        "summary", "issue summary", "executive summary", "incident summary", "improvements", "tasks",
        "what went well", "what went wrong", "where we got lucky", "prevention", "recommendations", "references",
        "resources", "appendix", "background", "todo list"};
    return std::ranges::find(known, text) != known.end();
}

bool names_timeline(std::string_view words)
{
    for (const std::string_view each : {"timeline", "time line", "chronology", "sequence of events", "log of events", "incident log", "what happened when", "event log"})
        if (words.find(each) != words.npos) return true;
    return false;
}

constexpr int of_paragraph = 7;  // below every heading

/// A heading, or a line that people use as one.
int level_of(const Piece& piece)
{
    if (piece.kind == Piece::Kind::heading) return piece.level;
    if (piece.kind == Piece::Kind::paragraph && (piece.strong || timeline::count_words(piece.text) <= 7)) return of_paragraph;
    return 0;
}

}  // namespace

bool ends_timeline(std::string_view line) { return is_other_section(bare(line)); }

std::vector<Line> lines_of(std::span<const Piece> pieces)
{
    std::vector<Line> lines;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const auto& piece = pieces[i];
        if (piece.kind == Piece::Kind::row || piece.kind == Piece::Kind::code || piece.kind == Piece::Kind::quote) {
            lines.push_back({i, true, piece.text, piece.typed, piece.line, false});
            continue;
        }
        const auto count = 1 + std::ranges::count(piece.text, '\n');
        const bool same = count == 1 + std::ranges::count(piece.typed, '\n');
        std::string_view text = piece.text, typed = piece.typed;
        bool first = true, after_gap = false;
        for (std::size_t number = piece.line; first || !text.empty(); ++number) {
            const auto end = std::min(text.find('\n'), text.size());
            const auto typed_end = std::min(typed.find('\n'), typed.size());
            auto own = same ? typed.substr(0, typed_end) : first ? typed : std::string_view{};
            if (own.ends_with('\r')) own.remove_suffix(1);
            if (end > 0 || first) lines.push_back({i, first, std::string{text.substr(0, end)}, std::string{own}, number, after_gap});
            after_gap = end == 0;
            if (end == text.size()) break;
            text.remove_prefix(end + 1);
            typed.remove_prefix(std::min(typed_end + 1, typed.size()));
            first = false;
        }
    }
    return lines;
}

std::vector<Range> timelines_in(std::span<const Piece> pieces, std::span<Line> lines, const ImportOptions& options)
{
    std::vector<Range> found;
    int open_level = 0;
    const auto close = [&](std::size_t at) {
        if (open_level > 0) found.back().end = at;
        open_level = 0;
    };
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        auto& line = lines[i];
        const auto& piece = pieces[line.piece];
        if (piece.kind == Piece::Kind::row || piece.kind == Piece::Kind::code || piece.kind == Piece::Kind::quote) continue;
        const bool whole = line.first && piece.text == line.text;
        int level = whole ? level_of(piece) : piece.kind == Piece::Kind::paragraph && timeline::count_words(line.text) <= 7 ? of_paragraph : 0;
        const auto words = bare(line.text);
        constexpr std::size_t longest_name = 60;
        const auto stamp = stamp_at(line.text, options);
        const bool timed = (stamp && (stamp->clock || stamp->offset || stamp->unknown) && !stamp->weak) || day_alone(line.text);
        if (level > 0 && !timed && words.size() <= longest_name && names_timeline(words) && (piece.kind == Piece::Kind::heading || timeline::count_words(words) <= 6)) {
            close(i);
            found.push_back({i, i + 1, lines.size(), {}});
            open_level = level;
            labels.clear();
            continue;
        }
        // `Timeline: 9:00 AM GMT on … - text` opens it in mid-line
        if (const auto colon = line.text.find(':'); level == 0 && piece.kind != Piece::Kind::item && colon != std::string::npos && colon < 40 &&
            names_timeline(lowered(line.text.substr(0, colon))) && timeline::count_words(line.text.substr(0, colon)) <= 3) {
            close(i);
            line.text = std::string{trimmed(std::string_view{line.text}.substr(colon + 1))};
            found.push_back({i, i, lines.size(), {}});
            open_level = of_paragraph;
            labels.clear();
            continue;
        }
        if (open_level == 0) continue;
        if (const auto colon = line.text.find(':'); colon != std::string::npos && colon < 60 && is_other_section(bare(line.text.substr(0, colon)))) {
            close(i);
            continue;
        }
        if (is_other_section(words) && (piece.kind != Piece::Kind::item || line.text.ends_with(':'))) {
            close(i);
            continue;
        }
        if (level > 0 && level <= open_level && level < of_paragraph && !timed) {
            if (!(open_level == of_paragraph && label_alone(line.text))) close(i);
            continue;
        }
        // The labels of a timeline come once each; `Resolution:` for the second time is the next section. So are names of
        // sections alone on a line below a timeline that has no heading of its own rank.
        if (level == of_paragraph && open_level == of_paragraph && !timed) {
            if (words == "impact" || words == "root cause" || words == "root cause analysis") close(i);
            else if (label_alone(line.text)) {
                if (std::ranges::find(labels, words) != labels.end()) close(i);
                else labels.push_back(words);
            }
        }
    }
    return found;
}

Section context_of(std::span<const Line> lines, const Range& range, std::size_t from, const ImportOptions& options)
{
    Section section;
    const auto place = [](const Line& line) { return "line " + std::to_string(line.number); };
    // The heading and what stands between it and the first line speak for the timeline.
    for (auto i = range.heading; i < range.first_line; ++i) {
        const auto& line = lines[i];
        if (auto zone = zone_within(line.text, false, options); section.zone.empty() && !zone.empty()) {
            section.zone = std::move(zone);
            section.zone_from = i == range.heading && range.heading != range.begin ? "the heading in " + place(line) : place(line);
        }
        if (const auto day = day_within(line.text, true); day && !section.day) {
            section.day = day;
            const auto words = lowered(line.text);
            section.day_is_default = words.find("unless") != words.npos || words.find("otherwise") != words.npos;
        }
        if (!section.zero) section.zero = zero_within(line.text, options);
    }
    int best = 0;
    std::optional<Day> summary_day;
    const auto look = [&](std::size_t begin, std::size_t end) {
        for (auto i = begin; i < end; ++i) {
            const auto& text = lines[i].text;
            if (section.summary_zone.empty())
                if (auto zone = zone_within(text, true, options); !zone.empty()) section.summary_zone = std::move(zone), section.summary_zone_from = place(lines[i]);
            if (!section.zero) section.zero = zero_within(text, options);
            const auto day = day_within(text, true);
            if (!day) continue;
            const auto words = lowered(text);
            int score = day->year > 0 ? 4 : 1;
            for (const std::string_view each : {"duration", "start", "incident", "outage", "date", "occurred", "began", "from "})
                if (words.find(each) != words.npos) {
                    score += 2;
                    break;
                }
            for (const std::string_view each : {"publish", "updated", "created", "author", "due", "posted on", "written", "review"})
                if (words.find(each) != words.npos) {
                    score -= 3;
                    break;
                }
            if (zone_within(text, true, options).size() > 0) score += 1;
            if (score > best) best = score, summary_day = day;
        }
    };
    look(from, range.heading);
    if (!summary_day || section.summary_zone.empty()) look(range.end, lines.size());
    if (!section.day && !(options.date && options.date->ok())) section.day = summary_day;
    // A year that stands only above: `Jan 14, 10:18 AM` below `Incident of 2026`
    if (section.day && section.day->year == 0 && summary_day && summary_day->year > 0 && !(options.date && options.date->ok())) section.day->year = summary_day->year;
    return section;
}

std::optional<Instant> zero_within(std::string_view text, const ImportOptions& options)
{
    for (const std::string_view mark : {"T0", "T-0", "T+0", "T=0", "T 0"}) {
        const auto at = text.find(mark);
        if (at == std::string_view::npos || (at > 0 && text[at - 1] != ' ' && text[at - 1] != '(')) continue;
        auto rest = text.substr(at + mark.size());
        if (!rest.empty() && (rest[0] >= '0' && rest[0] <= '9')) continue;
        for (bool more = true; more;) {
            more = false;
            for (const std::string_view sign : {" ", "=", ":", "(", "is ", "was ", "at ", "–", "-"})
                if (rest.starts_with(sign)) rest.remove_prefix(sign.size()), more = true;
        }
        auto stamp = stamp_at(std::string{rest} + " -", options);
        if (!stamp || !stamp->clock || !stamp->day || stamp->day->year == 0) continue;
        Collected one;
        one.sections.emplace_back();
        one.lines.emplace_back();
        one.lines[0].stamp = std::move(stamp);
        Imported scratch;
        work_out_times(one, options, scratch);
        return one.lines[0].line.at;
    }
    return std::nullopt;
}

}  // namespace incident::draft::importing
