#include "store/view.hpp"
#include "store/codec.hpp"
#include <algorithm>
#include <limits>

namespace incident::store {
namespace {
constexpr auto everything = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
}

Result<std::optional<Event>> Writer::LedgerView::event(const Id& id) { return rows_.event(id, everything); }
Result<std::optional<Entry>> Writer::LedgerView::entry(const Id& id) { return rows_.entry(id); }

Result<std::vector<Entry>> Writer::LedgerView::about(const Event& event) { return rows_.about(event.seq, everything); }

Result<std::optional<Event>> Writer::LedgerView::event_by_key(std::string_view source, std::string_view key)
{
    const auto seq = rows_.event_of_key(source, key);
    if (!seq) return seq.error();
    if (!*seq) return std::optional<Event>{};
    return rows_.event(**seq, everything);
}

Result<std::optional<Event>> Writer::LedgerView::newest_alert(std::string_view source, std::string_view fingerprint)
{
    const auto seq = rows_.newest_alert(source, fingerprint);
    if (!seq) return seq.error();
    if (!*seq) return std::optional<Event>{};
    return rows_.event(**seq, everything);
}

Result<std::optional<IncidentKey>> Writer::LedgerView::alert_home(std::string_view source, std::string_view fingerprint)
{
    const auto event = newest_alert(source, fingerprint);
    if (!event) return event.error();
    return *event ? (*event)->incident : std::nullopt;
}

/// From the newest entry back. Ids never step back and tell no earlier time than the receipt, so an id from before
/// `since` ends the search, but for the few that speak of the future: they are found among the entries of the hour before.
Result<std::vector<Event>> Writer::LedgerView::inbox_since(Instant since, std::size_t limit)
{
    using namespace std::chrono_literals;
    const auto last = rows_.last_seq();
    if (!last) return last.error();
    const auto first = *last > max_inbox_scan ? *last - max_inbox_scan + 1 : 1;

    // What was recorded in the inbox, or moved there since.
    std::vector<std::uint64_t> candidates;
    std::vector<Entry> recorded;
    std::optional<Failure> problem;
    const auto scanned = rows_.scan(first, *last, true, [&](const Row& row) {
        const bool event = is_event(row.facts);
        if (event && !recorded_in_inbox(row.facts)) return true;
        auto entry = decode(row.seq, row.facts, row.content);
        if (!entry) {
            problem = entry.error();
            return false;
        }
        if (time_of(entry->id) < since - 1h) return false;
        if (event) {
            const auto& one = std::get<Event>(entry->what);
            if (one.received_at >= since || one.occurred_at >= since) recorded.push_back(std::move(*entry));
        } else if (const auto* amendment = std::get_if<Amendment>(&entry->what); amendment && amendment->incident && !*amendment->incident)
            candidates.push_back(sequence_of(amendment->event));
        return recorded.size() < limit * 2;
    });
    if (!scanned) return scanned.error();
    if (problem) return *problem;
    std::ranges::sort(candidates);
    candidates.erase(std::ranges::unique(candidates).begin(), candidates.end());
    auto moved = rows_.entries(candidates);
    if (!moved) return moved.error();
    for (auto& entry : *moved) recorded.push_back(std::move(entry));
    std::ranges::sort(recorded, {}, &Entry::seq);
    recorded.erase(std::ranges::unique(recorded, {}, &Entry::seq).begin(), recorded.end());

    auto events = rows_.as_they_stand(std::move(recorded), everything);
    if (!events) return events.error();
    std::erase_if(*events, [&](const Event& event) { return event.incident || (event.received_at < since && event.occurred_at < since); });
    if (events->size() > limit) events->erase(events->begin(), events->end() - static_cast<std::ptrdiff_t>(limit));
    return events;
}

Result<std::vector<Event>> Writer::LedgerView::events_of(IncidentKey key, std::size_t limit)
{
    const auto seqs = rows_.joined(key);
    if (!seqs) return seqs.error();
    auto recorded = rows_.entries(*seqs);
    if (!recorded) return recorded.error();
    auto events = rows_.as_they_stand(std::move(*recorded), everything);
    if (!events) return events.error();
    std::erase_if(*events, [&](const Event& event) { return event.incident != key; });
    if (events->size() > limit)
        return Failure{Errc::limit_exceeded, to_string(key) + " holds " + std::to_string(events->size()) + " events, more than the " +
                                                 std::to_string(limit) + " that one step may touch"};
    return events;
}

Result<std::vector<Event>> Writer::LedgerView::newest_of(IncidentKey key, std::size_t limit)
{
    const auto count = rows_.joined_count(key);
    if (!count) return count.error();
    std::vector<std::uint64_t> seqs;
    for (auto number = *count; number > 0 && *count - number < limit; --number) {
        const auto seq = rows_.joined_as(key, number);
        if (!seq) return seq.error();
        if (*seq) seqs.push_back(**seq);
    }
    std::ranges::sort(seqs);
    seqs.erase(std::ranges::unique(seqs).begin(), seqs.end());
    auto recorded = rows_.entries(seqs);
    if (!recorded) return recorded.error();
    auto events = rows_.as_they_stand(std::move(*recorded), everything);
    if (!events) return events.error();
    std::erase_if(*events, [&](const Event& event) { return event.incident != key; });
    return events;
}

}  // namespace incident::store
