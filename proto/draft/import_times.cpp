#include "draft/import_zone.hpp"
#include "model/text.hpp"
#include "model/zone.hpp"
#include <algorithm>
#include <cstdio>
#include <tuple>

namespace incident::draft::importing {
namespace {

using std::chrono::abs;
using std::chrono::days;
using std::chrono::duration_cast;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using Date = std::chrono::local_days;
using Wall = zones::Wall;

/// A step back of this much is the next day; a smaller one is a line out of order, or AM for PM.
constexpr auto least_rollover = hours{10};
/// Lines out of order by less are common and need no word.
constexpr auto quiet_step_back = hours{2};
constexpr auto half_day = hours{12};

year_month_day ymd(const Day& day) { return {std::chrono::year{day.year}, std::chrono::month{day.month}, std::chrono::day{day.day}}; }

class Worker {
public:
    Worker(Collected& all, const ImportOptions& options, Imported& out) : all_(all), options_(options), out_(out)
    {
        for (const auto& line : all_.lines)
            for (const auto& day : {line.stamp ? line.stamp->day : std::nullopt, line.day})
                if (day && day->month_first) month_first_ = true;
    }

    void work()
    {
        for (std::size_t section = 0; section < all_.sections.size(); ++section) {
            std::vector<RawLine*> lines;
            for (auto& line : all_.lines)
                if (line.section == section) lines.push_back(&line);
            if (lines.empty()) continue;
            begin(section, lines);
            for (auto* line : lines) {
                set(*line);
                if (line->line.at) previous_ = line->line.at;
            }
            warn_of_years(lines);
        }
        if (missing_date_ > 0)
            out_.warnings.push_back(std::to_string(missing_date_) + (missing_date_ == 1 ? " line has" : " lines have") +
                                    " a time of day, and the document no date: say it with --date 2024-06-22");
        if (no_zone_) out_.warnings.emplace_back("no time zone in the document: its times are read as UTC; say it with --tz");
    }

private:
    void begin(std::size_t number, std::span<RawLine* const> lines)
    {
        section_ = &all_.sections[number];
        previous_ = std::nullopt;
        date_ = std::nullopt;
        heading_ = std::nullopt;
        zone_.clear();
        std::string from;
        const auto take = [&](const std::string& zone, std::string place) {
            if (zone_.empty() && !zone.empty()) zone_ = zone, from = std::move(place);
        };
        take(options_.zone, "--tz");
        take(section_->zone, section_->zone_from);
        for (const auto* line : lines) {
            if (!line->stamp || !line->stamp->clock) continue;
            if (!line->zone.empty()) take(line->zone, "the table's head");
            if (!line->stamp->zone.empty()) take(line->stamp->zone, "line " + std::to_string(line->line.line));
        }
        take(section_->summary_zone, section_->summary_zone_from);
        if (!section_->summary_zone.empty() && zone_ != section_->summary_zone && from != "--tz" && lowered(zone_meaning(zone_)) != lowered(section_->summary_zone) &&
            !(zone_ == "Z" && section_->summary_zone == "UTC"))
            out_.warnings.push_back("the text before the timeline says " + visible(section_->summary_zone) + " (" + section_->summary_zone_from + "), the timeline " +
                                    visible(zone_) + "; the timeline's own is used");
        if (zone_.empty()) {
            zone_ = "UTC";
            for (const auto* line : lines) no_zone_ = no_zone_ || (line->stamp && line->stamp->clock && line->stamp->zone.empty());
        }
        if (out_.zone.empty()) out_.zone = zone_ == "Z" ? "UTC" : zone_, out_.zone_from = from;
        if (section_->day) date_ = date_of(*section_->day, std::nullopt);
        if (!date_ && options_.date && options_.date->ok()) date_ = Date{*options_.date};
        base_ = date_;
        usual_year_ = 0;
        std::map<int, int> years;
        for (const auto* line : lines)
            if (line->stamp && line->stamp->day && line->stamp->day->year > 0) ++years[line->stamp->day->year];
        int most = 0;
        for (const auto& [year, count] : years)
            if (count > most) most = count, usual_year_ = year;
    }

    /// With a year of its own, else the one that brings it nearest to what is known.
    std::optional<Date> date_of(const Day& written, std::optional<Date> near)
    {
        Day day = written;
        if (day.month == 0) return std::nullopt;
        if (!near) near = date_ ? date_ : base_;
        if (day.year == 0) {
            if (!near && options_.date && options_.date->ok()) near = Date{*options_.date};
            if (!near) return std::nullopt;
            const int around = static_cast<int>(year_month_day{*near}.year());
            std::optional<Date> best;
            for (const int year : {around - 1, around, around + 1}) {
                day.year = year;
                if (!ymd(day).ok()) continue;
                const Date date{ymd(day)};
                if (!best || abs(date - *near) < abs(*best - *near)) best = date;
            }
            return best;
        }
        return ymd(day).ok() ? std::optional{Date{ymd(day)}} : std::nullopt;
    }

    void set(RawLine& raw)
    {
        if (!raw.stamp) return;
        auto& line = raw.line;
        const auto& stamp = *raw.stamp;
        line.precision = stamp.approx ? Precision::about : stamp.clock && stamp.clock->has_seconds ? Precision::exact : Precision::minute;
        if (stamp.instant) {
            line.at = stamp.instant;
            line.precision = Precision::exact;
            return;
        }
        if (stamp.unknown) {
            line.warnings.emplace_back("the time was never filled in");
            return;
        }
        if (stamp.offset) {
            const auto zero = section_->zero ? section_->zero : options_.zero;
            if (zero) line.at = *zero + *stamp.offset;
            return;
        }
        if (!stamp.clock) {  // only a date; it may hold for the lines below
            if (stamp.day && !section_->day_is_default)
                if (const auto date = date_of(*stamp.day, std::nullopt)) date_ = date;
            return;
        }
        zone_of_line_ = !stamp.zone.empty() ? stamp.zone : !raw.zone.empty() ? raw.zone : zone_;
        bool own = false;
        const auto date = choose_date(raw, own);
        if (!date) {
            ++missing_date_;
            return;
        }
        place(raw, *date, own);
    }

    [[nodiscard]] std::optional<Wall> previous_wall() const
    {
        if (!previous_) return std::nullopt;
        const auto offset = offset_at(*previous_);
        return Wall{(*previous_).time_since_epoch() + offset};
    }

    /// What the line's zone shows then; only for comparing clocks, so letters of doubt are good enough.
    [[nodiscard]] seconds offset_at(Instant at) const
    {
        const Wall utc{at.time_since_epoch()};
        const auto read = in_zone(utc, zone_of_line_, options_, std::nullopt);
        return read ? duration_cast<seconds>(utc.time_since_epoch() - read->at.time_since_epoch()) : seconds{0};
    }

    std::optional<Date> choose_date(RawLine& raw, bool& own)
    {
        const auto& stamp = *raw.stamp;
        const Day* of_line = stamp.day ? &*stamp.day : nullptr;
        const Day* of_heading = raw.day && raw.day != heading_ ? &*raw.day : nullptr;
        for (const Day* day : {of_line, of_heading}) {
            if (day == nullptr) continue;
            if (day == of_heading) heading_ = raw.day;
            own = true;
            if (day->month == 0) return next_weekday(day->weekday);
            auto written = *day;
            if (written.swappable) {
                auto swapped = written;
                std::swap(swapped.day, swapped.month);
                const auto a = date_of(written, std::nullopt);
                const auto b = date_of(swapped, std::nullopt);
                bool use_b = month_first_;
                if (!month_first_ && a && b && base_ && *a != *base_ && abs(*b - *base_) < abs(*a - *base_)) use_b = true;
                const bool sure = month_first_ || (base_ && (use_b ? b : a) && abs(*(use_b ? b : a) - *base_) <= days{7});
                if (use_b) std::swap(written, swapped);
                if (!sure) swapped_ = swapped;
            }
            return date_of(written, std::nullopt);
        }
        if (raw.day) heading_ = raw.day;
        return date_;
    }

    std::optional<Date> next_weekday(int wanted)
    {
        auto from = date_ ? date_ : base_;
        if (const auto wall = previous_wall()) from = floor<days>(*wall);
        if (!from) return std::nullopt;
        const auto today = std::chrono::weekday{sys_days{from->time_since_epoch()}};
        return *from + (std::chrono::weekday{static_cast<unsigned>(wanted)} - today);
    }

    void place(RawLine& raw, Date date, bool own)
    {
        auto& line = raw.line;
        const auto& stamp = *raw.stamp;
        const auto& clock = *stamp.clock;
        const auto wall_on = [&](Date day) { return Wall{day} + clock.within_day(); };
        Wall wall = wall_on(date);
        std::optional<Wall> other;
        std::string why;
        const auto before = previous_wall();
        const bool undated = !own && !(section_->day_is_default && last_was_own_);
        if (undated && before) {
            if (!section_->day_is_default) wall = wall_on(std::max(floor<days>(*before), date));
            const auto fall = *before - wall;
            if (fall > half_day) {
                wall += days{1};
            } else if (fall > quiet_step_back && clock.halved && !clock.contradicts && clock.hour < 12) {
                other = wall;
                wall += half_day;
                why = "goes back " + to_words(fall) + " in the middle of the list; AM for PM?";
            } else if (fall >= least_rollover) {
                other = wall;
                wall += days{1};
                why = "goes back " + to_words(fall) + ": the next day?";
            } else if (fall > quiet_step_back) {
                other = wall + days{1};
                why = "goes back " + to_words(fall) + ": out of order, or the next day?";
            }
        }
        if (clock.contradicts) {
            other = clock.hour == 0 ? wall + half_day : wall - half_day;
            why = "AM or PM beside an hour of 24: the hour counts";
        }
        if (swapped_) {
            if (const auto swapped = date_of(*swapped_, std::nullopt)) {
                other = wall_on(*swapped);
                why = "day and month may have changed places";
            }
            swapped_ = std::nullopt;
        }
        const auto read = in_zone(wall, zone_of_line_, options_, previous_);
        if (!read) {
            line.warnings.push_back("the zone cannot be used: " + read.error().detail);
            return;
        }
        if (!zones::is_printable(read->at)) {
            line.warnings.emplace_back("the year is beyond what can be stored");
            return;
        }
        line.at = read->at;
        if (other)
            if (const auto second = in_zone(*other, zone_of_line_, options_, previous_); second && zones::is_printable(second->at)) {
                line.other = second->at;
                line.warnings.push_back(why + " " + both_readings(*line.at, *line.other));
            }
        if (!read->warning.empty()) {
            if (!line.other) line.other = read->other;
            line.warnings.push_back(read->warning);
        }
        compare_second_zone(line, stamp, wall);
        last_was_own_ = own;
        if (!own || !section_->day_is_default) date_ = floor<days>(wall);
        if (stamp.end) {
            Wall end = Wall{stamp.end_day ? date_of(*stamp.end_day, floor<days>(wall)).value_or(floor<days>(wall)) : floor<days>(wall)} + stamp.end->within_day();
            if (end < wall && !stamp.end_day) end += days{1};
            if (const auto until = in_zone(end, zone_of_line_, options_, line.at); until && zones::is_printable(until->at)) line.until = until->at;
        }
    }

    void compare_second_zone(ImportedLine& line, const Stamp& stamp, Wall wall)
    {
        if (!stamp.second_clock) return;
        std::optional<Instant> nearest;
        for (const int step : {-1, 0, 1}) {
            const auto read = in_zone(Wall{floor<days>(wall)} + days{step} + stamp.second_clock->within_day(), stamp.second_zone, options_, std::nullopt);
            if (read && (!nearest || abs(read->at - *line.at) < abs(*nearest - *line.at))) nearest = read->at;
        }
        if (!nearest || *nearest == *line.at) {
            if (nearest) line.other = std::nullopt, line.warnings.clear();  // the second zone settles a doubt about the first
            return;
        }
        line.other = nearest;
        line.warnings.push_back("its two zones do not agree: " + both_readings(*line.at, *nearest));
    }

    /// 2017 among 2019.
    void warn_of_years(std::span<RawLine* const> lines)
    {
        std::optional<Instant> before;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            auto& line = lines[i]->line;
            const auto& stamp = lines[i]->stamp;
            if (!line.at) continue;
            const bool odd = stamp && stamp->day && stamp->day->year > 0 && stamp->day->year != usual_year_ && usual_year_ > 0 && !line.other;
            if (odd && lines.size() > 2) {
                const auto moved = *line.at + duration_cast<microseconds>(sys_days{std::chrono::year{usual_year_} / stamp->day->month / stamp->day->day} -
                                                                          sys_days{std::chrono::year{stamp->day->year} / stamp->day->month / stamp->day->day});
                std::optional<Instant> after;
                for (auto j = i + 1; j < lines.size() && !after; ++j) after = lines[j]->line.at;
                const auto near = [&](Instant at) { return (!before || abs(at - *before) < days{60}) && (!after || abs(at - *after) < days{60}); };
                if (near(moved) && !near(*line.at)) {
                    line.other = moved;  // what was written stands: an old cause may well be a year away
                    line.warnings.push_back("a jump of a year among its neighbours: " + both_readings(*line.at, *line.other));
                }
            }
            before = line.at;
        }
    }

    Collected& all_;
    const ImportOptions& options_;
    Imported& out_;
    const Section* section_ = nullptr;
    std::optional<Instant> previous_;
    std::optional<Date> date_, base_;
    std::optional<Day> heading_, swapped_;
    std::string zone_, zone_of_line_;
    int usual_year_ = 0;
    std::size_t missing_date_ = 0;
    bool month_first_ = false, no_zone_ = false, last_was_own_ = false;
};

/// Status pages put the newest on top: the times fall nearly everywhere.
bool falls(std::span<RawLine* const> lines)
{
    int down = 0, up = 0;
    const Stamp* before = nullptr;
    std::optional<Day> day_before;
    for (const auto* line : lines) {
        if (!line->stamp || (!line->stamp->clock && !line->stamp->instant)) continue;
        const auto& stamp = *line->stamp;
        auto day = stamp.day ? stamp.day : line->day;
        if (before != nullptr) {
            int step = 0;
            if (stamp.instant && before->instant) {
                step = *stamp.instant < *before->instant ? -1 : *stamp.instant > *before->instant ? 1 : 0;
            } else if (stamp.clock && before->clock) {
                if (day && day_before && day->month > 0 && day_before->month > 0)
                    step = std::tuple{day->year * (day_before->year > 0), day->month, day->day} < std::tuple{day_before->year * (day->year > 0), day_before->month, day_before->day}   ? -1
                           : std::tuple{day->year * (day_before->year > 0), day->month, day->day} > std::tuple{day_before->year * (day->year > 0), day_before->month, day_before->day} ? 1
                                                                                                                                                                                        : 0;
                const auto gap = stamp.clock->within_day() - before->clock->within_day();
                if (step == 0 && gap != gap.zero()) step = (gap < gap.zero()) == (abs(gap) <= half_day) ? -1 : 1;
            }
            down += step < 0;
            up += step > 0;
        }
        before = &stamp;
        day_before = day;
    }
    return down >= 2 && down > 2 * up;
}

}  // namespace

void work_out_times(Collected& collected, const ImportOptions& options, Imported& out)
{
    for (std::size_t section = 0; section < collected.sections.size(); ++section) {
        const auto begin = std::ranges::find(collected.lines, section, &RawLine::section);
        const auto end = std::find_if(begin, collected.lines.end(), [&](const RawLine& line) { return line.section != section; });
        std::vector<RawLine*> lines;
        for (auto at = begin; at != end; ++at) lines.push_back(&*at);
        if (!falls(lines)) continue;
        std::reverse(begin, end);
        out.warnings.emplace_back("the newest line stands first: the list was turned round");
    }
    Worker{collected, options, out}.work();
}

std::string date_text(const Day& day)
{
    char text[48];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", day.year, day.month, day.day);
    return text;
}

}  // namespace incident::draft::importing
