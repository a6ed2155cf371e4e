#include "draft/written_timeline.hpp"
#include "model/text.hpp"
#include "timeline/prose.hpp"
#include <algorithm>
#include <set>

namespace incident::draft {
namespace {

constexpr std::chrono::seconds half_a_day{12 * 3600};

std::chrono::seconds since_epoch(std::chrono::year_month_day date) { return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::sys_days{date}.time_since_epoch()); }

Tells told_by_topic(Topic topic)
{
    Tells tells;
    tells.detection = topic == Topic::detected || topic == Topic::how_detected;
    tells.work = topic == Topic::actions;
    tells.hypothesis = topic == Topic::hypothesis;
    tells.misleading = topic == Topic::misleading;
    tells.escalation = topic == Topic::escalation;
    tells.resolution = topic == Topic::fix;
    tells.cause = topic == Topic::cause;
    tells.impact = topic == Topic::impact;
    return tells;
}

/// "All times are UTC on 2024-06-22.", "3 entries are left out here …": about the list, no line of it.
bool speaks_of_the_list(std::string_view text)
{
    const auto lower = lowered(text);
    return lower.starts_with("all times") || lower.starts_with("times are") || lower.starts_with("times in") ||
           lower.find("left out here and kept in the record") != std::string::npos || lower.starts_with("note:");
}

class TimelineReading {
public:
    explicit TimelineReading(const Outline& outline) : outline_(outline) {}

    WrittenTimeline run()
    {
        std::set<std::string> zones;
        for (const auto& said : outline_.said) {
            // Of a document without a timeline's heading, labels as `Detection:` are the timeline.
            const bool fact = told_by_topic(said.topic).any() && said.topic != Topic::cause && said.topic != Topic::impact && said.topic != Topic::fix;
            if (said.section != Topic::timeline && !(fact && said.section == said.topic)) continue;
            if (denies(said)) continue;
            read(said, zones);
        }
        out_.one_zone = zones.size() <= 1;
        place_in_time();
        return std::move(out_);
    }

private:
    /// `Misleading paths: none was taken. Escalation: none was needed.`
    bool denies(const Said& said)
    {
        bool any = false;
        auto topic = said.topic;
        for (const auto sentence : timeline::sentences(said.text)) {
            auto words = sentence;
            if (const auto colon = sentence.find(':'); colon != std::string_view::npos)
                if (const auto named = topic_named(sentence.substr(0, colon))) topic = *named, words = sentence.substr(colon + 1);
            if (!says_none(words)) continue;
            if (topic == Topic::misleading) out_.no_misleading = any = true;
            if (topic == Topic::escalation) out_.no_escalation = any = true;
        }
        return any;
    }

    void read(const Said& said, std::set<std::string>& zones)
    {
        const auto head = head_of(said.text);
        const auto text = trimmed(std::string_view{said.text}.substr(head.text_begin));
        for (const auto& date : dates_in(said.text))
            if (date.date && date.begin < head.text_begin + 1) out_.dates.emplace_back(*date.date, said.line);
        if (speaks_of_the_list(said.text)) {
            if (const auto dates = dates_in(said.text); !dates.empty() && dates.front().date) day_ = since_epoch(*dates.front().date);
            return;
        }
        const bool date_alone = head.timed && !head.clock && timeline::count_words(text) == 0;
        if (date_alone) {
            if (head.date) day_ = since_epoch(*head.date);
            return;
        }
        const bool under_label = said.topic != said.section && told_by_topic(said.topic).any();
        if (said.topic == Topic::how_detected) return;  // says how, is no line
        if (!head.timed && !out_.entries.empty() && !under_label && (said.nested || !said.item)) {
            auto& above = out_.entries.back();  // what is nested or wrapped belongs to the line above
            if (!above.labelled) merge(above.tells, told_by_words(text));
            above.whole += ' ' + std::string{text};
            return;
        }
        if (!head.timed && !said.item && !under_label && said.topic == Topic::timeline) return;  // an introduction
        // Under labels each list begins anew in time.
        if (said.topic != topic_ && (under_label || out_.by_labels)) last_.reset(), day_ = first_day_.value_or(day_);
        topic_ = said.topic;
        WrittenEntry entry;
        entry.topic = said.topic;
        entry.line = said.line;
        entry.whole = entry.text = text;
        entry.in_list = said.section == Topic::timeline;
        entry.timed = head.timed;
        entry.by_topic = under_label || said.section != Topic::timeline;
        std::string_view words = text;
        if (under_label && said.section == Topic::timeline) out_.by_labels = true;
        if (const auto label = told_by_label(words)) entry.tells = *label, entry.labelled = true;
        else if (entry.by_topic) entry.tells = told_by_topic(said.topic);
        else entry.tells = told_by_words(text);
        if (head.clock) {
            if (!head.clock->zone.empty()) zones.insert(lowered(head.clock->zone));
            if (head.clock->date) day_ = since_epoch(*head.clock->date);
            else if (last_ && day_ + head.clock->since_midnight + half_a_day < *last_) day_ += std::chrono::days{1};
            entry.at = day_ + head.clock->since_midnight;
            if (!first_day_) first_day_ = day_;
            last_ = entry.at;
        }
        out_.entries.push_back(std::move(entry));
    }

    static void merge(Tells& into, const Tells& other)
    {
        into.detection |= other.detection, into.impact |= other.impact, into.work |= other.work, into.hypothesis |= other.hypothesis;
        into.misleading |= other.misleading, into.escalation |= other.escalation, into.cause |= other.cause;
        into.resolution = (into.resolution || other.resolution) && !other.misleading;
    }

    void place_in_time()
    {
        std::size_t rises = 0, falls = 0;
        const WrittenEntry* above = nullptr;
        for (const auto& entry : out_.entries) {
            if (!entry.at) continue;
            if (above && above->topic != entry.topic) above = nullptr;
            if (above && *entry.at > *above->at) ++rises;
            if (above && *entry.at < *above->at) ++falls;
            above = &entry;
        }
        out_.newest_first = falls > rises && falls > 1;
    }

    const Outline& outline_;
    WrittenTimeline out_;
    std::chrono::seconds day_{0};
    std::optional<std::chrono::seconds> first_day_;
    Topic topic_ = Topic::timeline;
    std::optional<std::chrono::seconds> last_;
};

}  // namespace

WrittenTimeline written_timeline_of(const Outline& outline) { return TimelineReading{outline}.run(); }

WrittenSpan written_span_of(const Outline& outline)
{
    WrittenSpan span;
    // The label's words go before the summary's prose; of the prose the first sentence with a time counts.
    std::string labelled, prose;
    std::optional<SpokenClock> start, end;
    for (const auto& said : outline.said) {
        if (said.section == Topic::timeline) continue;
        const auto clocks = clocks_in(said.text);
        const bool own = said.topic == Topic::duration || said.topic == Topic::start || said.topic == Topic::end || said.topic == Topic::zone;
        if (!own && said.topic != Topic::summary && said.section != Topic::summary) continue;
        if (span.zone.empty()) span.zone = zone_in(said.text);
        if (own || said.topic == Topic::summary)
            for (const auto& date : dates_in(said.text))
                if (date.date) span.dates.push_back(*date.date);
        if (clocks.empty()) continue;
        const bool open = says_ongoing(said.text);
        if (said.topic == Topic::start && !start) start = clocks.front();
        else if (said.topic == Topic::end && !end && !open) end = clocks.back();
        else if (said.topic == Topic::duration || said.topic == Topic::summary) {
            const bool both = clocks.size() >= 2 && !open;
            if (both && (!start || !end) && (said.topic == Topic::duration || !start)) start = clocks.front(), end = clocks[1];
            else if (!start) start = clocks.front();
        }
    }
    if (start) span.start = start->since_midnight + (start->date ? since_epoch(*start->date) : std::chrono::seconds{0});
    if (end) {
        std::chrono::seconds day{0};
        if (end->date && start && start->date) day = since_epoch(*end->date);
        else if (start && start->date) day = since_epoch(*start->date);
        else if (end->date && start) span.start = since_epoch(*end->date) + start->since_midnight, day = since_epoch(*end->date);
        span.end = day + end->since_midnight;
        // "from 11 PM to 1 AM" passes midnight; "from 5 PM to 3 PM" is a slip of the pen.
        const bool same_day = !(end->date && start && start->date && *end->date != *start->date);
        if (span.start && same_day && *span.end + half_a_day < *span.start) *span.end += std::chrono::days{1};
    }
    return span;
}

}  // namespace incident::draft
