#include "store/rows.hpp"
#include "store/codec.hpp"
#include "timeline/amend.hpp"
#include <algorithm>

namespace incident::store {
namespace {

/// Places this near each other are read in one scan; a row passed over costs less than a search for the next one.
constexpr std::uint64_t scan_over_gap = 16;

}  // namespace

Result<Rows> Rows::prepare(Database& database)
{
    Rows rows{database};
    struct {
        Statement& statement;
        const char* sql;
    } const all[] = {
        {rows.last_, "SELECT max(seq) FROM ledger"},
        {rows.scan_up_, "SELECT l.seq, l.facts, l.link, b.seq, b.content, b.salt, b.commitment FROM ledger l LEFT JOIN bodies b ON b.seq = l.seq "
                        "WHERE l.seq BETWEEN ?1 AND ?2 ORDER BY l.seq"},
        {rows.scan_down_, "SELECT l.seq, l.facts, l.link, b.seq, b.content, b.salt, b.commitment FROM ledger l LEFT JOIN bodies b ON b.seq = l.seq "
                          "WHERE l.seq BETWEEN ?1 AND ?2 ORDER BY l.seq DESC"},
        {rows.about_, "SELECT seq FROM about WHERE event = ?1 AND seq <= ?2 ORDER BY seq"},
        {rows.about_range_, "SELECT event, seq FROM about WHERE event BETWEEN ?1 AND ?2"},
        {rows.joined_, "SELECT DISTINCT event FROM joined WHERE incident = ?1 ORDER BY event"},
        {rows.joined_as_, "SELECT event FROM joined WHERE incident = ?1 AND number = ?2"},
        {rows.joined_count_, "SELECT max(number) FROM joined WHERE incident = ?1"},
        {rows.steps_, "SELECT seq FROM steps WHERE incident = ?1 ORDER BY seq"},
        {rows.keys_of_incidents_, "SELECT DISTINCT incident FROM steps ORDER BY incident"},
        {rows.key_, "SELECT event FROM keys WHERE source = ?1 AND key = ?2"},
        {rows.alert_, "SELECT event FROM alerts WHERE source = ?1 AND fingerprint = ?2"},
        {rows.repeats_, "SELECT event, count, last_at, sealed FROM repeats WHERE event = ?1"},
        {rows.unsealed_, "SELECT event, count, last_at, sealed FROM repeats WHERE count > sealed"},
    };
    for (const auto& [statement, sql] : all) {
        auto prepared = database.prepare(sql);
        if (!prepared) return prepared.error();
        statement = std::move(*prepared);
    }
    return rows;
}

Result<std::uint64_t> Rows::last_seq()
{
    const Resetting reset{last_};
    const auto row = last_.step();
    if (!row) return row.error();
    return *row ? last_.number(0) : 0;
}

Row Rows::row_of(const Statement& statement)
{
    Row row;
    row.seq = statement.number(0);
    row.facts = statement.text(1);
    row.link = statement.blob(2);
    row.has_body = !statement.null(3);
    if (!row.has_body) return row;
    row.emptied = !statement.null(6);
    row.content = statement.text(4);
    row.salt = statement.blob(5);
    row.commitment = statement.blob(6);
    return row;
}

Result<void> Rows::scan(std::uint64_t from, std::uint64_t to, bool descending, const std::function<bool(const Row&)>& each)
{
    auto& statement = descending ? scan_down_ : scan_up_;
    const Resetting reset{statement};
    statement.bind(1, from).bind(2, to);
    for (;;) {
        const auto row = statement.step();
        if (!row) return row.error();
        if (!*row || !each(row_of(statement))) return {};
    }
}

Result<std::optional<Entry>> Rows::entry(std::uint64_t seq)
{
    const Resetting reset{scan_up_};
    const auto found = scan_up_.bind(1, seq).bind(2, seq).step();
    if (!found) return found.error();
    if (!*found) return std::optional<Entry>{};
    const auto row = row_of(scan_up_);
    auto entry = decode(row.seq, row.facts, row.content);
    if (!entry) return entry.error();
    return std::optional{std::move(*entry)};
}

Result<std::optional<Entry>> Rows::entry(const Id& id)
{
    auto found = entry(sequence_of(id));
    if (found && *found && (*found)->id != id) found->reset();
    return found;
}

Result<std::optional<Event>> Rows::event(const Id& id, std::uint64_t last)
{
    auto found = event(sequence_of(id), last);
    if (found && *found && (*found)->id != id) found->reset();
    return found;
}

Result<std::optional<Event>> Rows::event(std::uint64_t seq, std::uint64_t last)
{
    if (seq > last) return std::optional<Event>{};
    auto recorded = entry(seq);
    if (!recorded) return recorded.error();
    if (!*recorded || !std::holds_alternative<Event>((*recorded)->what)) return std::optional<Event>{};
    const auto later = about(seq, last);
    if (!later) return later.error();
    auto event = later->empty() ? std::move(std::get<Event>((*recorded)->what)) : timeline::amended(std::get<Event>((*recorded)->what), *later);
    if (auto added = add_repeats(event); !added) return added.error();
    return std::optional{std::move(event)};
}

Result<std::vector<Entry>> Rows::about(std::uint64_t event_seq, std::uint64_t last)
{
    about_.bind(1, event_seq).bind(2, last);
    const auto seqs = numbers(about_);
    if (!seqs) return seqs.error();
    return entries(*seqs);
}

Result<std::vector<Event>> Rows::as_they_stand(std::vector<Entry> recorded, std::uint64_t last)
{
    std::vector<std::uint64_t> seqs;
    seqs.reserve(recorded.size());
    for (const auto& entry : recorded) seqs.push_back(entry.seq);
    auto about = about_any(seqs);
    if (!about) return about.error();
    std::erase_if(*about, [&](std::uint64_t seq) { return seq > last; });
    auto later = entries(*about);
    if (!later) return later.error();
    std::ranges::move(*later, std::back_inserter(recorded));
    auto events = timeline::amended_events(recorded);
    for (auto& event : events)
        if (!event.key.empty())  // only what has a key can be told again
            if (auto added = add_repeats(event); !added) return added.error();
    return events;
}

Result<std::vector<Entry>> Rows::entries(std::span<const std::uint64_t> seqs)
{
    std::vector<Entry> entries;
    entries.reserve(seqs.size());
    std::optional<Failure> problem;
    for (std::size_t at = 0; at < seqs.size() && !problem;) {
        auto end = at + 1;
        while (end < seqs.size() && seqs[end] - seqs[end - 1] <= scan_over_gap) ++end;
        const auto scanned = scan(seqs[at], seqs[end - 1], false, [&](const Row& row) {
            if (row.seq != seqs[at]) return true;
            ++at;
            auto entry = decode(row.seq, row.facts, row.content);
            if (!entry) problem = entry.error();
            else entries.push_back(std::move(*entry));
            return !problem;
        });
        if (!scanned) return scanned.error();
        if (!problem && at < end)
            problem = Failure{Errc::unavailable, "entry " + std::to_string(seqs[at]) + " is missing from the ledger; run `incidentctl verify`"};
    }
    if (problem) return *problem;
    return entries;
}

Result<std::vector<std::uint64_t>> Rows::joined(IncidentKey key)
{
    joined_.bind(1, key.number);
    return numbers(joined_);
}

Result<std::optional<std::uint64_t>> Rows::joined_as(IncidentKey key, std::uint64_t number)
{
    joined_as_.bind(1, key.number).bind(2, number);
    const auto found = numbers(joined_as_);
    if (!found) return found.error();
    return found->empty() ? std::nullopt : std::optional{found->front()};
}

Result<std::uint64_t> Rows::joined_count(IncidentKey key)
{
    joined_count_.bind(1, key.number);
    const auto found = numbers(joined_count_);
    if (!found) return found.error();
    return found->empty() ? 0 : found->front();
}

Result<std::vector<std::uint64_t>> Rows::steps(IncidentKey key)
{
    steps_.bind(1, key.number);
    return numbers(steps_);
}

Result<std::vector<IncidentKey>> Rows::incident_keys()
{
    const auto found = numbers(keys_of_incidents_);
    if (!found) return found.error();
    std::vector<IncidentKey> keys;
    for (const auto number : *found) keys.push_back(IncidentKey{number});
    return keys;
}

Result<std::vector<std::uint64_t>> Rows::about_any(std::span<const std::uint64_t> events)
{
    std::vector<std::uint64_t> seqs;
    if (events.empty()) return seqs;
    const Resetting reset{about_range_};
    about_range_.bind(1, events.front()).bind(2, events.back());
    for (;;) {
        const auto row = about_range_.step();
        if (!row) return row.error();
        if (!*row) break;
        if (std::ranges::binary_search(events, about_range_.number(0))) seqs.push_back(about_range_.number(1));
    }
    std::ranges::sort(seqs);
    return seqs;
}

Result<std::optional<std::uint64_t>> Rows::event_of_key(std::string_view source, std::string_view key)
{
    key_.bind(1, source).bind(2, key);
    const auto found = numbers(key_);
    if (!found) return found.error();
    return found->empty() ? std::nullopt : std::optional{found->front()};
}

Result<std::optional<std::uint64_t>> Rows::newest_alert(std::string_view source, std::string_view fingerprint)
{
    alert_.bind(1, source).bind(2, fingerprint);
    const auto found = numbers(alert_);
    if (!found) return found.error();
    return found->empty() ? std::nullopt : std::optional{found->front()};
}

Result<std::optional<Rows::Repeats>> Rows::repeats(std::uint64_t event)
{
    const Resetting reset{repeats_};
    const auto row = repeats_.bind(1, event).step();
    if (!row) return row.error();
    if (!*row) return std::optional<Repeats>{};
    return std::optional{Repeats{repeats_.number(0), repeats_.number(1), instant_of(repeats_.integer(2)), repeats_.number(3)}};
}

Result<std::vector<Rows::Repeats>> Rows::unsealed()
{
    std::vector<Repeats> all;
    const Resetting reset{unsealed_};
    for (;;) {
        const auto row = unsealed_.step();
        if (!row) return row.error();
        if (!*row) return all;
        all.push_back({unsealed_.number(0), unsealed_.number(1), instant_of(unsealed_.integer(2)), unsealed_.number(3)});
    }
}

Result<std::vector<std::uint64_t>> Rows::numbers(Statement& statement, int column)
{
    std::vector<std::uint64_t> all;
    const Resetting reset{statement};
    for (;;) {
        const auto row = statement.step();
        if (!row) return row.error();
        if (!*row) return all;
        all.push_back(statement.number(column));
    }
}

Result<void> Rows::add_repeats(Event& event)
{
    const auto told = repeats(event.seq);
    if (!told) return told.error();
    if (!*told || (*told)->count <= event.count) return {};
    event.count = (*told)->count;
    event.last_at = (*told)->last_at;
    return {};
}

}  // namespace incident::store
