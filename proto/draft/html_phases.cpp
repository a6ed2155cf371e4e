#include "draft/html_phases.hpp"
#include "draft/html_text.hpp"
#include "draft/story.hpp"
#include "draft/strip.hpp"
#include "model/text.hpp"
#include "timeline/prose.hpp"
#include <algorithm>
#include <array>
#include <charconv>

namespace incident::draft {
namespace {

using timeline::DeadEnd;
using timeline::Timeline;

constexpr std::size_t quoted_bytes = 90;

/// What a phase is called on the page, and how it looks where no stylesheet applies.
struct Look {
    std::string_view phase, word, css, fill, ink;
};
constexpr std::array<Look, 5> looks{{{"lead-up", "Lead-up", "lead", "#e3e5ea", "#1d1d22"},
                                     {"undetected", "Undetected", "undetected", "#b42318", "#ffffff"},
                                     {"diagnosing", "Diagnosing", "diagnosing", "#8f5f00", "#ffffff"},
                                     {"recovering", "Recovering", "recovering", "#1a6b46", "#ffffff"},
                                     {"after", "After", "after", "#dcebe2", "#1d1d22"}}};

const Look& look_of(std::string_view phase)
{
    const auto found = std::ranges::find(looks, phase, &Look::phase);
    return found == looks.end() ? looks.front() : *found;
}

/// Two digits, whatever the machine's locale.
std::string number(double value)
{
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, 2);
    return error == std::errc{} ? std::string{text, end} : "0";
}
std::string percent(double value) { return '"' + number(value) + "%\""; }

std::string named_together(std::span<const std::string> parts)
{
    std::string all;
    for (std::size_t i = 0; i < parts.size(); ++i)
        all.append(i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ").append(timeline::one_line(parts[i]));
    return all;
}

std::string lost_words(const DeadEnd& end)
{
    if (!end.minutes) return "time not known";
    if (*end.minutes < 0) return "ruled out before it began";
    return to_words(std::chrono::minutes{*end.minutes});
}

class Section {
public:
    Section(const Timeline& timeline, const Times& times, const Options& options, const Shown& shown)
        : timeline_(timeline), times_(times), options_(options), shown_(shown), dead_ends_(ruled_out_of(timeline)),
          strip_(strip_of(timeline, dead_ends_, times, options))
    {}

    std::string print()
    {
        out_ = "<section aria-labelledby=\"where\">\n<h2 id=\"where\">Where the time went</h2>\n";
        if (strip_) {
            figure();
            phases_table();
        } else {
            out_ += "<p>There is no picture of the phases: it is not known when the incident began and how long it lasted.</p>\n";
        }
        figures_table();
        dead_ends();
        open_ideas();
        return std::move(out_) + "</section>\n";
    }

private:
    const Event* event(const std::optional<Id>& id) const
    {
        const auto found = id ? shown_.events.find(*id) : shown_.events.end();
        return found == shown_.events.end() ? nullptr : found->second;
    }
    std::string clock(Instant at) const
    {
        return strip_ ? moment_words(at, strip_->from, times_) : times_.date(at) + ' ' + times_.clock(at);
    }
    std::string time(Instant at) const { return time_element(at, clock(at)); }
    std::string span(Instant from, Instant to) const
    {
        const auto words = times_.shown_span(from, to).value_or("0 s");
        return words == "0 s" ? "under 1 min" : words;
    }

    std::string quoted(const Event& one) const
    {
        if (one.redacted) return "(removed)";
        const auto text = timeline::one_line(prose_of(one));
        return text.empty() ? "(no text)" : shortened(text, quoted_bytes);
    }

    /// The line of the timeline, or what it would say where it was folded away.
    std::string receipt(const std::optional<Id>& id) const
    {
        const auto* one = event(id);
        if (!one) return {};
        const auto anchor = shown_.anchors.find(*id);
        if (anchor == shown_.anchors.end()) return time(one->occurred_at) + ' ' + escape_html(quoted(*one));
        return "<a href=\"#" + anchor->second + "\">" + time(one->occurred_at) + "</a> " + escape_html(quoted(*one));
    }

    // The picture.

    std::string description() const
    {
        std::string text = "From " + clock(strip_->from) + " to " + clock(strip_->to) + ' ' + times_.zone(strip_->to) + '.';
        for (const auto& band : strip_->bands)
            text.append(" ").append(look_of(band.name).word).append(": ").append(span(band.from, band.to)).append(band.ongoing ? " so far." : ".");
        for (const auto& pin : strip_->pins) text.append(" ").append(pin.word).append(" ").append(clock(pin.when)).append(".");
        for (std::size_t i = 0; i < dead_ends_.size() && i < max_lanes; ++i)
            text += " Dead end " + std::to_string(i + 1) + ": " + lost_words(*dead_ends_[i]) +
                    (dead_ends_[i]->people.empty() ? "" : " of " + named_together(dead_ends_[i]->people)) + '.';
        return text;
    }

    void text(double x, double y, std::string_view anchor, std::string_view css, std::string_view fill, std::string_view words)
    {
        out_.append("<text x=").append(percent(x)).append(" y=\"").append(number(y)).append("\" font-size=\"12\" text-anchor=\"").append(anchor);
        out_.append("\" class=\"").append(css).append("\" fill=\"").append(fill).append("\"");
        if (css.find("narrow") != std::string_view::npos) out_ += " display=\"none\"";
        out_.append(">").append(escape_html(words)).append("</text>\n");
    }
    void rectangle(double left, double right, double y, double height, std::string_view css, std::string_view fill, std::string_view stroke,
                   std::string_view more = {})
    {
        out_.append("<rect x=").append(percent(left)).append(" y=\"").append(number(y)).append("\" width=").append(percent(right - left));
        out_.append(" height=\"").append(number(height)).append("\" class=\"").append(css).append("\" fill=\"").append(fill).append("\" stroke=\"");
        out_.append(stroke).append("\"").append(more).append("/>\n");
    }
    void line(double x, double from, double to)
    {
        out_.append("<line x1=").append(percent(x)).append(" x2=").append(percent(x)).append(" y1=\"").append(number(from)).append("\" y2=\"");
        out_.append(number(to)).append("\" class=\"p-rule\" stroke=\"#56565f\"/>\n");
    }
    void pin(double x, double y, std::string_view css, std::string_view fill, std::string_view letter)
    {
        out_.append("<circle cx=").append(percent(x)).append(" cy=\"").append(number(y)).append("\" r=\"9\" class=\"").append(css).append("\" fill=\"");
        out_.append(fill).append("\"/>\n<text x=").append(percent(x)).append(" y=\"").append(number(y + 4));
        out_.append("\" font-size=\"11\" font-weight=\"700\" text-anchor=\"middle\" class=\"p-pin-text\" fill=\"#ffffff\">").append(letter).append("</text>\n");
    }

    void figure()
    {
        constexpr double pin_height = 21, band_height = 28, lane_height = 26;
        const double top = strip_->pin_rows * pin_height + 5, ticks = top + band_height + 16, lanes = ticks + 14;
        const double height = lanes + static_cast<double>(strip_->lanes.size()) * lane_height - (strip_->lanes.empty() ? 6 : 0);
        out_ += "<figure>\n<svg width=\"100%\" height=\"" + number(height) + "\" role=\"img\" aria-labelledby=\"strip-title strip-text\">\n";
        out_ += "<title id=\"strip-title\">Phases and dead ends</title>\n<desc id=\"strip-text\">" + escape_html(description()) + "</desc>\n";
        rectangle(strip_left, strip_right, top, band_height, "p-track", "#f5f6f8", "#d4d5dc");
        for (const auto& band : strip_->bands) {
            const auto& look = look_of(band.name);
            const bool pale = look.ink == looks.front().ink;
            const std::string css = "p-" + std::string{look.css};
            rectangle(band.left, band.right, top, band_height, css, look.fill, pale ? "#56565f" : "#ffffff", band.to_scale ? "" : " stroke-dasharray=\"4 3\"");
        }
        for (const auto& band : strip_->bands) {
            const auto& look = look_of(band.name);
            constexpr double letter_percent = 1.05;  // on the widest page; a narrow one shows no words here
            const bool pale = look.ink == looks.front().ink;
            if ((band.right - band.left) > letter_percent * static_cast<double>(look.word.size()))
                text((band.left + band.right) / 2, top + 18, "middle", pale ? "wide p-ink" : "wide p-on", look.ink, look.word);
        }
        for (const auto& one : strip_->pins) line(one.at, static_cast<double>(strip_->pin_rows - one.row - 1) * pin_height + 10, top + band_height);
        for (const auto& one : strip_->pins)
            pin(one.at, static_cast<double>(strip_->pin_rows - one.row - 1) * pin_height + 10, "p-pin", "#1d1d22", std::string_view{&one.letter, 1});
        for (const auto& tick : strip_->ticks) text(tick.at, ticks, "middle", "wide p-soft", "#56565f", tick.text);
        const bool dated = times_.date(strip_->from) != times_.date(strip_->to);
        const auto end_words = [&](Instant at) { return dated ? times_.date(at) + ' ' + times_.clock(at) : times_.clock(at); };
        text(strip_left, ticks, "start", "p-soft", "#56565f", end_words(strip_->from));
        text(strip_right, ticks, "end", "p-soft", "#56565f", end_words(strip_->to));
        for (std::size_t i = 0; i < strip_->lanes.size(); ++i) lane(strip_->lanes[i], lanes + static_cast<double>(i) * lane_height);
        out_ += "</svg>\n";
        caption();
        out_ += "</figure>\n";
    }

    void lane(const Strip::Lane& one, double y)
    {
        const auto& end = *dead_ends_[one.number - 1];
        constexpr double pin_room = 4.5, middle = 50;
        if (!one.moment) rectangle(one.left, one.right, y + 3, 14, "p-lost", "#f4e6f7", "#7b2d8b");
        pin(one.left, y + 10, "p-lost-pin", "#7b2d8b", std::to_string(one.number));
        const auto lost = lost_words(end);
        const auto who = end.people.empty() ? lost : lost + " · " + shortened(named_together(end.people), 28);
        // Beside the bar on the side with more room; over a bar that leaves none, inside it.
        if (one.right <= middle + 5) {
            const double x = std::max(one.right + 1, one.left + pin_room);
            text(x, y + 14, "start", "wide p-ink", "#1d1d22", who);
            text(std::max(one.right + 2, one.left + 2 * pin_room / 1.5), y + 14, "start", "narrow p-ink", "#1d1d22", lost);
        } else if (one.left >= middle - 5) {
            text(one.left - 2, y + 14, "end", "wide p-ink", "#1d1d22", who);
            text(one.left - pin_room, y + 14, "end", "narrow p-ink", "#1d1d22", lost);
        } else {
            text(one.left + 2, y + 14, "start", "wide p-ink", "#1d1d22", who);
            text(one.left + pin_room + 1, y + 14, "start", "narrow p-ink", "#1d1d22", lost);
        }
    }

    void caption()
    {
        out_ += "<figcaption>\n<ul class=\"legend\">\n";
        for (const auto& one : strip_->pins)
            out_ += "<li><span class=\"pin\" aria-hidden=\"true\">" + std::string{one.letter} + "</span>" + std::string{one.word} + ' ' + time(one.when) + "</li>\n";
        out_ += "</ul>\n";
        const auto zone = times_.zone(strip_->from);
        std::string remarks = "Times are " + zone + (zone == options_.zone ? "" : " (" + options_.zone + ')') + '.';
        if (!dead_ends_.empty()) remarks += " Numbers are dead ends, listed below.";
        if (dead_ends_.size() > max_lanes) remarks += " The picture shows the first " + std::to_string(max_lanes) + " of " + std::to_string(dead_ends_.size()) + '.';
        if (std::ranges::any_of(strip_->bands, [](const auto& band) { return !band.to_scale; })) remarks += " Dashed parts are not to scale.";
        if (strip_->widened) remarks += " Short phases are drawn wider than they were.";
        out_ += "<p>" + escape_html(remarks) + "</p>\n</figcaption>\n";
    }

    // The tables.

    void phases_table()
    {
        out_ += "<table>\n<caption>Phases</caption>\n<thead><tr><th scope=\"col\">Phase</th><th scope=\"col\">Lasted</th>"
                "<th scope=\"col\">From and to</th></tr></thead>\n<tbody>\n";
        for (const auto& band : strip_->bands) {
            const auto& look = look_of(band.name);
            out_ += "<tr><th scope=\"row\"><span class=\"swatch " + std::string{look.css} + "\" aria-hidden=\"true\"></span>" + std::string{look.word} + "</th><td class=\"num\">" +
                    escape_html(span(band.from, band.to)) + (band.ongoing ? " so far" : "") + "</td><td>" + time(band.from) + " – " + time(band.to) +
                    (band.ongoing ? " (last entry)" : "") + "</td></tr>\n";
        }
        out_ += "</tbody>\n</table>\n";
    }

    void figures_table()
    {
        static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> words{{{"to_detect", "To detect"},
                                                                                             {"to_acknowledge", "To acknowledge"},
                                                                                             {"to_mitigate", "To mitigate"},
                                                                                             {"to_resolve", "To resolve"}}};
        out_ += "<table>\n<caption>Durations, and the two events each comes from</caption>\n<thead><tr><th scope=\"col\">Figure</th>"
                "<th scope=\"col\">Took</th><th scope=\"col\">From and to</th></tr></thead>\n<tbody>\n";
        for (const auto& duration : timeline_.durations) {
            const auto word = std::ranges::find(words, duration.name, &std::pair<std::string_view, std::string_view>::first);
            out_ += "<tr><th scope=\"row\">" + escape_html(word == words.end() ? std::string_view{duration.name} : word->second) + "</th><td class=\"num\">";
            if (!duration.minutes) {
                out_ += "–</td><td>cannot be computed: " + escape_html(duration.why) + "</td></tr>\n";
                continue;
            }
            const auto span = std::chrono::minutes{*duration.minutes};
            out_ += escape_html(span.count() == 0 ? "under 1 min" : span.count() < 0 ? "−" + to_words(-span) : to_words(span)) + "</td><td>";
            const auto from = receipt(duration.from), to = duration.from == duration.to ? std::string{} : receipt(duration.to);
            if (!duration.from && timeline_.facts.started_at) by_hand(*timeline_.facts.started_at);
            if (!from.empty()) out_ += "<div>" + from + "</div>";
            if (!to.empty()) out_ += "<div>" + to + "</div>";
            if (!duration.to && timeline_.facts.resolved_at) by_hand(*timeline_.facts.resolved_at);
            out_ += "</td></tr>\n";
        }
        out_ += "</tbody>\n</table>\n";
    }

    /// An end of a figure that no event tells: only start and end of the incident can be set.
    void by_hand(Instant at) { out_ += "<div>" + time(at) + " <span class=\"soft\">as set on the incident</span></div>"; }

    // The dead ends.

    void idea(std::string_view label, const std::optional<Id>& id)
    {
        if (const auto text = receipt(id); !text.empty()) out_ += "<p>" + std::string{label} + ": " + text + "</p>\n";
    }

    void dead_ends()
    {
        if (dead_ends_.empty()) return;
        out_ += "<h3>Dead ends</h3>\n";
        std::int64_t all = 0;
        std::size_t timed = 0;
        for (const auto* end : dead_ends_)
            if (end->minutes && *end->minutes > 0) all += *end->minutes, ++timed;
        if (timed > 1)
            out_ += "<p class=\"soft\">" + std::to_string(timed) + " dead ends took " + escape_html(to_words(std::chrono::minutes{all})) +
                    " in all; where two ran at once, both count.</p>\n";
        out_ += "<ol class=\"lost\">\n";
        for (std::size_t i = 0; i < dead_ends_.size(); ++i) {
            const auto& end = *dead_ends_[i];
            const auto name = std::to_string(i + 1);
            out_ += "<li id=\"d" + name + "\"><p><span class=\"pin\">" + name + "</span><strong>" + escape_html(lost_words(end)) +
                    (end.minutes && *end.minutes >= 0 ? " lost" : "") + "</strong>";
            if (!end.people.empty()) out_ += " by " + escape_html(named_together(end.people));
            out_ += "</p>\n";
            const bool itself = end.verdict_event == end.hypothesis;
            idea(itself ? "Led nowhere" : "Idea", end.hypothesis);
            for (const auto& id : end.linked) idea("Tried", id);
            if (!itself) idea("Ruled out", end.verdict_event);
            out_ += "</li>\n";
        }
        out_ += "</ol>\n";
    }

    void open_ideas()
    {
        std::string items;
        for (const auto& end : timeline_.dead_ends)
            if (end.verdict == "open") items += "<li>" + receipt(end.hypothesis) + "</li>\n";
        if (!items.empty()) out_ += "<h3>Ideas neither ruled out nor confirmed</h3>\n<ul>\n" + items + "</ul>\n";
    }

    const Timeline& timeline_;
    const Times& times_;
    const Options& options_;
    const Shown& shown_;
    std::vector<const DeadEnd*> dead_ends_;
    std::optional<Strip> strip_;
    std::string out_;
};

}  // namespace

std::vector<const DeadEnd*> ruled_out_of(const Timeline& timeline)
{
    std::vector<const DeadEnd*> all;
    for (const auto& end : timeline.dead_ends)
        if (end.verdict == "ruled_out") all.push_back(&end);
    return all;
}

std::string phases_html(const Timeline& timeline, const Times& times, const Options& options, const Shown& shown)
{
    return Section{timeline, times, options, shown}.print();
}

}  // namespace incident::draft
