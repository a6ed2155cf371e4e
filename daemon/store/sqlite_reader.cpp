#include "store/sqlite_reader.hpp"
#include "store/codec.hpp"
#include "store/schema.hpp"
#include "store/search_index.hpp"
#include "store/verify.hpp"
#include "timeline/amend.hpp"
#include <algorithm>

namespace incident::store {
namespace {

using namespace std::chrono_literals;

/// A transaction is renewed after this long, so that even a slow step keeps it under the two seconds that the log waits.
constexpr auto renew_after = 500ms;
/// Rows looked at, and decoded at once, for one page of a query that no table answers directly.
constexpr std::uint64_t max_scan_per_page = 20'000, scan_chunk = 1'000;
/// Finds looked at for one page: one that stands in another incident than asked for is cheap to pass over.
constexpr std::uint64_t max_finds_per_page = 200'000;

bool fits(const EventQuery& query, const Event& event, bool redacted_too)
{
    return (redacted_too || !event.redacted) && (!query.incident || event.incident == query.incident) && (!query.inbox || !event.incident) &&
           (!query.since || event.occurred_at >= *query.since) && (!query.until || event.occurred_at < *query.until) &&
           (query.tag.empty() || event.has_tag(query.tag)) && (query.source.empty() || event.source == query.source) &&
           (query.author.empty() || event.author.name == query.author || event.author.claimed == query.author) && (!query.kind || event.kind == *query.kind) &&
           (!query.number || event.number == query.number) && (query.struck || !event.struck) &&
           (!query.visible || !event.incident || query.visible(*event.incident));
}

}  // namespace

Result<std::unique_ptr<SqliteReader>> SqliteReader::open(const std::filesystem::path& file, const char* vfs, SearchIndex* search)
{
    std::unique_ptr<SqliteReader> reader{new SqliteReader};
    reader->search_ = search;
    auto opened = Database::open(file, Access::read_only, vfs);
    if (!opened) return opened.error();
    reader->database_ = std::move(*opened);
    if (auto set = apply_reader_settings(reader->database_); !set) return set.error();
    auto begin = reader->database_.prepare("BEGIN");
    if (!begin) return begin.error();
    reader->begin_ = std::move(*begin);
    auto commit = reader->database_.prepare("COMMIT");
    if (!commit) return commit.error();
    reader->commit_ = std::move(*commit);
    auto rows = Rows::prepare(reader->database_);
    if (!rows) return rows.error();
    reader->rows_.emplace(std::move(*rows));
    auto raw_rows = RawRows::prepare(reader->database_);
    if (!raw_rows) return raw_rows.error();
    reader->raw_rows_.emplace(std::move(*raw_rows));
    return reader;
}

Result<void> SqliteReader::begin()
{
    if (auto begun = begin_.run(); !begun) return begun;
    began_ = std::chrono::steady_clock::now();
    const auto last = rows_->last_seq();
    if (!last) {
        end();
        return last.error();
    }
    last_ = *last;
    return {};
}

void SqliteReader::end()
{
    if (database_.in_transaction()) (void)commit_.run();
    database_.release_memory();  // an idle reader keeps nothing of a large export
    if (looker_) looker_->release_memory();
}

Result<void> SqliteReader::renew()
{
    if (std::chrono::steady_clock::now() - began_ < renew_after) return {};
    if (auto ended = commit_.run(); !ended) return ended;
    began_ = std::chrono::steady_clock::now();
    return begin_.run();
}

Result<std::optional<Event>> SqliteReader::event(const Id& id)
{
    if (auto renewed = renew(); !renewed) return renewed.error();
    return rows_->event(id, last_);
}

Result<EventPage> SqliteReader::events(const EventQuery& query)
{
    if (!query.words.empty()) return events_with_words(query);
    if (query.incident) return events_of_incident(query);
    EventPage page;
    const auto past_end = query.after_seq && (query.descending ? *query.after_seq <= 1 : *query.after_seq >= last_);
    if (last_ == 0 || query.limit == 0 || past_end) return page;
    auto at = query.after_seq ? (query.descending ? *query.after_seq - 1 : *query.after_seq + 1) : (query.descending ? last_ : 1);
    std::uint64_t looked_at = 0;
    while (at >= 1 && at <= last_ && page.events.size() < query.limit) {
        if (looked_at >= max_scan_per_page) {
            page.next = query.descending ? at + 1 : at - 1;
            return page;
        }
        if (auto renewed = renew(); !renewed) return renewed.error();
        const auto size = std::min<std::uint64_t>(scan_chunk, query.limit * 2 + 16);
        const auto from = query.descending ? (at > size ? at - size + 1 : 1) : at;
        const auto to = query.descending ? at : std::min(last_, at + size - 1);
        std::vector<Entry> recorded;
        std::optional<Failure> problem;
        const auto scanned = rows_->scan(from, to, false, [&](const Row& row) {
            if (!is_event(row.facts)) return true;
            auto entry = decode(row.seq, row.facts, row.content);
            if (!entry) problem = entry.error();
            else recorded.push_back(std::move(*entry));
            return !problem;
        });
        if (!scanned) return scanned.error();
        if (problem) return *problem;
        if (auto collected = collect(query, std::move(recorded), page); !collected) return collected.error();
        if (page.next) return page;
        looked_at += to - from + 1;
        at = query.descending ? from - 1 : to + 1;
    }
    if (page.events.size() >= query.limit && at >= 1 && at <= last_) page.next = page.events.back().seq;
    return page;
}

/// Adds what fits, in the query's order; sets `next` when the page is full before all were looked at.
Result<void> SqliteReader::collect(const EventQuery& query, std::vector<Entry> recorded, EventPage& page)
{
    auto events = rows_->as_they_stand(std::move(recorded), last_);
    if (!events) return events.error();
    if (query.descending) std::ranges::reverse(*events);
    for (auto& event : *events) {
        // Words that were removed a moment ago may still be found, and that must not tell that they were there.
        if (!fits(query, event, page.search_behind == 0)) continue;
        if (page.events.size() == query.limit) {
            page.next = page.events.back().seq;
            return {};
        }
        page.events.push_back(std::move(event));
    }
    return {};
}

Result<EventPage> SqliteReader::events_of_incident(const EventQuery& query)
{
    EventPage page;
    std::vector<std::uint64_t> seqs;
    if (query.number) {
        const auto seq = rows_->joined_as(*query.incident, *query.number);
        if (!seq) return seq.error();
        if (*seq) seqs.push_back(**seq);
    } else {
        auto all = rows_->joined(*query.incident);
        if (!all) return all.error();
        seqs = std::move(*all);
    }
    std::erase_if(seqs, [&](std::uint64_t seq) {
        return seq > last_ || (query.after_seq && (query.descending ? seq >= *query.after_seq : seq <= *query.after_seq));
    });
    if (query.descending) std::ranges::reverse(seqs);
    for (std::size_t at = 0; at < seqs.size() && !page.next && query.limit > 0;) {
        if (auto renewed = renew(); !renewed) return renewed.error();
        const auto size = std::min<std::size_t>({scan_chunk, seqs.size() - at, query.limit + 16});
        std::vector<std::uint64_t> chunk{seqs.begin() + static_cast<std::ptrdiff_t>(at), seqs.begin() + static_cast<std::ptrdiff_t>(at + size)};
        std::ranges::sort(chunk);
        auto recorded = rows_->entries(chunk);
        if (!recorded) return recorded.error();
        if (auto collected = collect(query, std::move(*recorded), page); !collected) return collected.error();
        at += size;
    }
    return page;
}

/// The finds come in ledger order, are read from the ledger as they stand, and pass the same filters as every list. What
/// the page stops at tells, at most, that more than max_scan_per_page events hold the words.
Result<EventPage> SqliteReader::events_with_words(const EventQuery& query)
{
    EventPage page;
    if (search_ == nullptr) return Failure{Errc::unavailable, "no full text is kept here"};
    const auto reached = search_->reached();
    page.search_behind = last_ > reached ? last_ - reached : 0;
    std::vector<std::uint64_t> of_incident;
    if (query.incident) {
        auto joined = rows_->joined(*query.incident);
        if (!joined) return joined.error();
        of_incident = std::move(*joined);
        if (of_incident.empty()) return page;
    }
    auto from = query.incident ? of_incident.front() : std::uint64_t{1}, to = query.incident ? std::min(last_, of_incident.back()) : last_;
    if (query.after_seq && query.descending) to = std::min(to, *query.after_seq - std::min<std::uint64_t>(*query.after_seq, 1));
    if (query.after_seq && !query.descending) from = std::max(from, *query.after_seq + 1);
    const auto match = match_of(query.words);
    std::uint64_t found = 0, read = 0;
    while (from <= to && to > 0 && query.limit > 0 && !page.next) {
        if (auto renewed = renew(); !renewed) return renewed.error();
        auto finds = find_words(match, from, to, query.descending);
        if (!finds) return finds.error();
        const bool all = finds->size() < scan_chunk;
        const auto stopped_at = finds->empty() ? 0 : finds->back();
        found += finds->size();
        if (query.incident) std::erase_if(*finds, [&](std::uint64_t seq) { return !std::ranges::binary_search(of_incident, seq); });
        std::ranges::sort(*finds);
        read += finds->size();
        auto recorded = rows_->entries(*finds);
        if (!recorded) return recorded.error();
        if (auto collected = collect(query, std::move(*recorded), page); !collected) return collected.error();
        if (all || page.next) return page;
        (query.descending ? to : from) = query.descending ? stopped_at - 1 : stopped_at + 1;
        if (read >= max_scan_per_page || found >= max_finds_per_page) page.next = stopped_at;
    }
    return page;
}

Result<std::vector<std::uint64_t>> SqliteReader::find_words(const std::string& match, std::uint64_t from, std::uint64_t to, bool descending)
{
    const Failure again{Errc::unavailable, "full text is just being made anew, try again in a moment"};
    const auto generation = search_->generation();
    if (generation == 0) return again;
    if (generation != looker_generation_) {
        looker_.reset();
        auto opened = SearchLooker::open(search_->file());
        if (!opened) {
            search_->damaged(generation);
            return again;
        }
        looker_.emplace(std::move(*opened));
        looker_generation_ = generation;
    }
    auto finds = looker_->find(match, from, to, descending, scan_chunk);
    if (finds) return finds;
    const bool damaged = looker_->damaged();
    looker_.reset();
    looker_generation_ = 0;
    if (damaged) search_->damaged(generation);
    return damaged || generation != search_->generation() ? again : finds.error();
}

Result<std::vector<Entry>> SqliteReader::incident_entries(IncidentKey key)
{
    if (auto renewed = renew(); !renewed) return renewed.error();
    auto seqs = rows_->steps(key);
    if (!seqs) return seqs.error();
    if (seqs->empty()) return std::vector<Entry>{};
    const auto events = rows_->joined(key);
    if (!events) return events.error();
    const auto about = rows_->about_any(*events);
    if (!about) return about.error();
    seqs->insert(seqs->end(), events->begin(), events->end());
    seqs->insert(seqs->end(), about->begin(), about->end());
    std::ranges::sort(*seqs);
    std::erase_if(*seqs, [&](std::uint64_t seq) { return seq > last_; });

    std::vector<Entry> entries;
    entries.reserve(seqs->size());
    for (std::size_t at = 0; at < seqs->size();) {
        if (auto renewed = renew(); !renewed) return renewed.error();
        const auto size = std::min<std::size_t>(scan_chunk, seqs->size() - at);
        auto chunk = rows_->entries(std::span{*seqs}.subspan(at, size));
        if (!chunk) return chunk.error();
        std::ranges::move(*chunk, std::back_inserter(entries));
        at += size;
    }
    // What was told again since the last tally, as the tally that would be written now.
    const auto unsealed = rows_->unsealed();
    if (!unsealed) return unsealed.error();
    auto after = last_;
    for (const auto& repeats : *unsealed) {
        if (repeats.event > last_ || !std::ranges::binary_search(*events, repeats.event)) continue;
        const auto event = std::ranges::lower_bound(entries, repeats.event, {}, &Entry::seq);
        if (event == entries.end() || event->seq != repeats.event) continue;
        Entry tally;
        tally.seq = ++after;
        tally.received_at = repeats.last_at;
        tally.author.name = "incidentd";
        tally.source = tally.principal = "daemon";
        tally.what = Tally{event->id, repeats.count, repeats.last_at};
        entries.push_back(std::move(tally));
    }
    return entries;
}

Result<std::uint64_t> SqliteReader::incident_size(IncidentKey key)
{
    if (auto renewed = renew(); !renewed) return renewed.error();
    return rows_->joined_count(key);
}

Result<std::vector<Entry>> SqliteReader::history(const Id& event)
{
    if (auto renewed = renew(); !renewed) return renewed.error();
    std::vector<Entry> entries;
    auto recorded = rows_->entry(event);
    if (!recorded) return recorded.error();
    if (!*recorded || (*recorded)->seq > last_ || !std::holds_alternative<Event>((*recorded)->what)) return entries;
    const auto seq = (*recorded)->seq;
    entries.push_back(std::move(**recorded));
    auto about = rows_->about(seq, last_);
    if (!about) return about.error();
    std::ranges::move(*about, std::back_inserter(entries));
    return entries;
}

Result<std::vector<Entry>> SqliteReader::entries_after(std::uint64_t seq, std::size_t limit)
{
    std::vector<Entry> entries;
    if (limit == 0 || seq >= last_) return entries;
    if (auto renewed = renew(); !renewed) return renewed.error();
    std::optional<Failure> problem;
    const auto scanned = rows_->scan(seq + 1, std::min<std::uint64_t>(last_, seq + std::min<std::uint64_t>(limit, last_)), false, [&](const Row& row) {
        auto entry = decode(row.seq, row.facts, row.content);
        if (!entry) problem = entry.error();
        else entries.push_back(std::move(*entry));
        return !problem;
    });
    if (!scanned) return scanned.error();
    if (problem) return *problem;
    return entries;
}

Result<std::vector<Incident>> SqliteReader::incidents()
{
    if (auto renewed = renew(); !renewed) return renewed.error();
    const auto keys = rows_->incident_keys();
    if (!keys) return keys.error();
    std::vector<Incident> incidents;
    for (auto key = keys->rbegin(); key != keys->rend(); ++key) {
        auto incident = incident_from(*key);
        if (!incident) return incident.error();
        if (*incident) incidents.push_back(std::move(**incident));
    }
    return incidents;
}

Result<std::optional<Incident>> SqliteReader::incident(IncidentKey key)
{
    if (auto renewed = renew(); !renewed) return renewed.error();
    return incident_from(key);
}

Result<std::optional<Incident>> SqliteReader::incident_from(IncidentKey key)
{
    auto seqs = rows_->steps(key);
    if (!seqs) return seqs.error();
    std::erase_if(*seqs, [&](std::uint64_t seq) { return seq > last_; });
    const auto steps = rows_->entries(*seqs);
    if (!steps) return steps.error();
    auto incidents = timeline::incidents_of(*steps);
    if (incidents.empty()) return std::optional<Incident>{};
    return std::optional{std::move(incidents.front())};
}

Result<ChainReport> SqliteReader::verify(std::uint64_t from, std::uint64_t to)
{
    return verify_chain(database_, *rows_, &*raw_rows_, {from, to == 0 ? last_ : std::min(to, last_)}, to == 0, [this] { return renew(); });
}

Result<ChainReport> SqliteReader::verify_entries(std::uint64_t from)
{
    return verify_chain(database_, *rows_, nullptr, {from, last_}, true, [this] { return renew(); });
}

Result<std::optional<KeptBody>> SqliteReader::kept_body(const Id& event)
{
    if (auto renewed = renew(); !renewed) return renewed.error();
    const auto entry = rows_->entry(event);
    if (!entry) return entry.error();
    if (!*entry || (*entry)->seq > last_) return std::optional<KeptBody>{};
    const auto place = raw_rows_->place_of((*entry)->seq);
    if (!place) return place.error();
    if (!*place) return std::optional<KeptBody>{};
    return raw_rows_->body((*place)->first_seq);
}

Result<std::vector<KeptBody>> SqliteReader::kept_bodies(std::string_view source, Instant since, std::size_t limit, std::uint64_t after)
{
    if (auto renewed = renew(); !renewed) return renewed.error();
    return raw_rows_->of_source(source, since, limit, after, last_);
}

}  // namespace incident::store
