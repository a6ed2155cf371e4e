#include "store/writer.hpp"
#include "app/clock.hpp"
#include "model/assert.hpp"
#include "store/codec.hpp"
#include "store/schema.hpp"
#include "store/view.hpp"
#include "timeline/amend.hpp"
#include <algorithm>
#include <charconv>
#include <cstring>

namespace incident::store {
namespace {

Failure not_stored(const Failure& cause) { return {Errc::unavailable, "nothing was stored: " + cause.detail}; }

Failure outcome_unknown(const std::string& reason)
{
    return {Errc::unknown_outcome, "may or may not be stored, send it again with the same key: " + reason};
}

/// `5-104,107`: a batch is mostly one run of places.
std::string to_ranges(const std::vector<Receipt::Item>& items)
{
    std::string text;
    for (std::size_t at = 0; at < items.size();) {
        auto end = at + 1;
        while (end < items.size() && items[end].entry.seq == items[end - 1].entry.seq + 1) ++end;
        text += text.empty() ? "" : ",";
        text += std::to_string(items[at].entry.seq);
        if (end > at + 1) text += '-' + std::to_string(items[end - 1].entry.seq);
        at = end;
    }
    return text;
}

std::optional<std::vector<std::uint64_t>> parse_ranges(std::string_view text)
{
    std::vector<std::uint64_t> seqs;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        std::uint64_t first = 0, last = 0;
        auto read = std::from_chars(at, end, first);
        if (read.ec != std::errc{}) return std::nullopt;
        last = first;
        if (read.ptr != end && *read.ptr == '-') read = std::from_chars(read.ptr + 1, end, last);
        if (read.ec != std::errc{} || last < first) return std::nullopt;
        for (auto seq = first; seq <= last; ++seq) seqs.push_back(seq);
        at = read.ptr;
        if (at != end && *at++ != ',') return std::nullopt;
    }
    return seqs;
}

/// The twelve bits after the milliseconds are the part of the millisecond (RFC 9562, method 3), not random, so that ids
/// sort as the ledger does.
std::uint32_t ordered(Instant at, std::uint32_t random) noexcept
{
    const auto part = at.time_since_epoch() % std::chrono::milliseconds{1};
    return static_cast<std::uint32_t>(part.count() * 4096 / 1000) << 20 | (random & 0xfffff);
}

std::string_view fingerprint_of(const Event& event)
{
    if (event.kind != Kind::alert) return {};
    const auto found = event.labels.find(std::string{fingerprint_label});
    return found == event.labels.end() ? std::string_view{} : std::string_view{found->second};
}

}  // namespace

struct Writer::Planned {
    Outcome outcome = Outcome::stored;
    Entry entry;                           // stored
    std::uint64_t first_seq = 0;           // repeated, replayed: the first one
    std::optional<std::size_t> first_here; // or its index in this very submission
};

Writer::Writer(Disk& disk, const Clock& clock, Entropy& entropy, const StoreLimits& limits)
    : disk_(disk), clock_(clock), entropy_(entropy), limits_(limits), checkpoint_at_pages_(limits.checkpoint_wal_pages)
{}

Writer::~Writer() = default;

Result<std::unique_ptr<Writer>> Writer::open(const std::filesystem::path& file, Disk& disk, const Clock& clock, Entropy& entropy,
                                             const StoreLimits& limits)
{
    std::unique_ptr<Writer> writer{new Writer{disk, clock, entropy, limits}};
    if (auto started = writer->start(file); !started) return started.error();
    return writer;
}

Result<void> Writer::start(const std::filesystem::path& file)
{
    auto opened = Database::open(file, Access::read_write, disk_.vfs_name());
    if (!opened) return opened.error();
    database_ = std::move(*opened);
    if (auto done = database_.execute("PRAGMA wal_autocheckpoint=0"); !done) return done;
    if (auto done = migrate(database_, file, schema_steps()); !done) return done;
    auto settings = apply_writer_settings(database_);
    if (!settings) return settings.error();
    settings_ = std::move(*settings);
    database_.count_wal_pages(wal_pages_);
    // What the page cache only pretends to have is written and synced anew before anything is promised (a process that
    // latched before us left its log behind).
    const auto done = database_.checkpoint(Database::Checkpoint::truncate);
    if (!done) return done.error();
    if (done->busy) return Failure{Errc::unavailable, file.string() + " is in use by another program; close it and start again"};
    log_not_empty_ = false;

    struct {
        Statement& statement;
        const char* sql;
    } const all[] = {
        {begin_, "BEGIN IMMEDIATE"},
        {commit_, "COMMIT"},
        {rollback_, "ROLLBACK"},
        {add_entry_, "INSERT INTO ledger(seq, facts, link) VALUES(?1, ?2, ?3)"},
        {add_body_, "INSERT INTO bodies(seq, content, salt) VALUES(?1, ?2, ?3)"},
        {empty_body_, "UPDATE bodies SET content = NULL, salt = NULL, commitment = ?2 WHERE seq = ?1"},
        {add_about_, "INSERT INTO about(event, seq) VALUES(?1, ?2)"},
        {add_joined_, "INSERT INTO joined(incident, number, event) VALUES(?1, ?2, ?3)"},
        {add_step_, "INSERT INTO steps(incident, seq) VALUES(?1, ?2)"},
        {add_key_, "INSERT INTO keys(source, key, event) VALUES(?1, ?2, ?3)"},
        {add_request_, "INSERT INTO requests(source, key, digest, entries) VALUES(?1, ?2, ?3, ?4)"},
        {find_request_, "SELECT digest, entries FROM requests WHERE source = ?1 AND key = ?2"},
        {add_repeat_, "INSERT INTO repeats(event, count, last_at, sealed) VALUES(?1, 2, ?2, 1) "
                      "ON CONFLICT(event) DO UPDATE SET count = count + 1, last_at = ?2"},
        {seal_repeat_, "UPDATE repeats SET sealed = count WHERE event = ?1"},
        {set_alert_, "INSERT INTO alerts(source, fingerprint, event) VALUES(?1, ?2, ?3) "
                     "ON CONFLICT(source, fingerprint) DO UPDATE SET event = ?3"},
    };
    for (const auto& [statement, sql] : all) {
        auto prepared = database_.prepare(sql);
        if (!prepared) return prepared.error();
        statement = std::move(*prepared);
    }
    auto rows = Rows::prepare(database_);
    if (!rows) return rows.error();
    rows_.emplace(std::move(*rows));
    view_ = std::make_unique<LedgerView>(*rows_, catalog_, now_);
    return restore();
}

Result<void> Writer::restore()
{
    needs_restore_ = true;
    catalog_ = {};
    unsealed_.clear();
    const auto last = rows_->last_seq();
    if (!last) return last.error();
    last_seq_ = *last;
    head_ = first_link;
    bool whole = true;
    const auto newest = rows_->scan(last_seq_, last_seq_, false, [&](const Row& row) {
        whole = row.link.size() == head_.size();
        if (whole) std::ranges::copy(row.link, head_.begin());
        return true;
    });
    if (!newest) return newest.error();
    if (!whole) return Failure{Errc::unavailable, "the newest entry of the ledger has a damaged link; run `incidentctl verify`"};
    if (last_seq_ != 0) {
        const auto entry = rows_->entry(last_seq_);
        if (!entry) return entry.error();
        if (*entry) last_received_ = (*entry)->received_at;
    }

    const auto keys = rows_->incident_keys();
    if (!keys) return keys.error();
    for (const auto key : *keys) {
        const auto steps = rows_->steps(key);
        if (!steps) return steps.error();
        const auto entries = rows_->entries(*steps);
        if (!entries) return entries.error();
        for (const auto& entry : *entries) catalog_.apply(entry);
        const auto joined = rows_->joined_count(key);
        if (!joined) return joined.error();
        if (*joined != 0) catalog_.joined_[key] = *joined;
    }
    const auto unsealed = rows_->unsealed();
    if (!unsealed) return unsealed.error();
    for (const auto& repeats : *unsealed) {
        const auto entry = rows_->entry(repeats.event);
        if (!entry) return entry.error();
        if (*entry) unsealed_[repeats.event] = {(*entry)->id, repeats.count, repeats.last_at};
    }
    needs_restore_ = false;
    return {};
}

Writer::Committed Writer::commit(std::span<Submission> group, bool want_entries)
{
    Committed done;
    want_entries_ = want_entries;
    const auto refuse_all = [&](const Failure& failure) {
        done.results.assign(group.size(), failure);
        return std::move(done);
    };
    if (auto begun = begin(); !begun) return refuse_all(not_stored(begun.error()));
    done.results.reserve(group.size());
    for (auto& submission : group) {
        done.results.push_back(append(submission));
        if (broken_) break;
    }
    if (broken_) {
        const auto failure = not_stored(*broken_);
        done.no_space = database_.last_was_full();
        abandon();
        return refuse_all(failure);
    }
    if (auto ended = end(); !ended) {
        done.no_space = ended.error().code == Errc::unavailable && database_.last_was_full();
        const auto failure = ended.error();
        abandon();
        return refuse_all(failure);
    }
    done.entries = std::move(appended_);
    done.events = events_;
    done.repeats = repeats_;
    return done;
}

Writer::Committed Writer::seal_repeats(bool want_entries)
{
    Committed done;
    want_entries_ = want_entries;
    if (auto begun = begin(); !begun) return done;
    std::vector<std::uint64_t> events;
    for (const auto& [event, repeats] : unsealed_) events.push_back(event);
    std::ranges::sort(events);
    bool good = true;
    for (const auto event : events)
        if (good) good = seal(event).has_value();
    if (!good || !end()) {
        done.no_space = database_.last_was_full();
        abandon();
        return done;
    }
    done.entries = std::move(appended_);
    return done;
}

Result<void> Writer::begin()
{
    if (disk_.latched()) return Failure{Errc::unavailable, "the disk failed and nothing more is accepted: " + disk_.latch_reason()};
    if (needs_restore_)
        if (auto restored = restore(); !restored) return restored;
    broken_.reset();
    wrote_ = false;
    appended_.clear();
    events_ = repeats_ = 0;
    // Ids and receipts never step back, even where the clock does.
    now_ = std::max({clock_.now(), last_received_, Instant{}});
    return begin_.run();
}

/// Commits. Errc::unavailable: certainly not stored; Errc::unknown_outcome: the sync failed, so nobody knows.
Result<void> Writer::end()
{
    const auto syncs = disk_.syncs();
    if (auto committed = commit_.run(); !committed) {
        if (disk_.latched()) return outcome_unknown(disk_.latch_reason());
        return not_stored(committed.error());
    }
    // The promise itself: no commit that wrote something without a sync of its own.
    INCIDENT_ASSERT(!wrote_ || disk_.syncs() > syncs);
    if (wrote_) {
        last_received_ = now_;
        log_not_empty_ = true;
    }
    return {};
}

void Writer::abandon()
{
    if (database_.in_transaction()) (void)rollback_.run();
    appended_.clear();
    // In memory we are ahead of the file. A latched disk is not asked again.
    if (disk_.latched() || !restore()) needs_restore_ = true;
}

Result<Receipt> Writer::append(Submission& submission)
{
    if (submission.key) {
        auto seen = replay(*submission.key);
        if (!seen) return seen.error();
        if (*seen) return std::move(**seen);
    }
    auto wanted = [&]() -> Result<std::vector<NewEntry>> {
        try {
            return submission.decide(*view_);
        } catch (const std::exception& error) {
            // A decision is another folder's code; nothing is written yet, so only its own submission fails.
            return Failure{Errc::unavailable, std::string{"the decision failed: "} + error.what()};
        }
    }();
    if (!wanted) return wanted.error();
    auto planned = plan(std::move(*wanted));
    if (!planned) return planned.error();

    // From here on every failure is the file's, and ends the group.
    Receipt receipt;
    receipt.items.reserve(planned->size());
    const auto write = [&]() -> Result<void> {
        for (auto& one : *planned) {
            if (one.outcome == Outcome::stored) {
                if (auto done = seal_previous_state(one.entry); !done) return done;
                if (auto done = append_entry(one.entry); !done) return done;
                receipt.items.push_back({one.outcome, std::move(one.entry)});
                continue;
            }
            std::optional<Entry> first;
            if (one.first_here) first = receipt.items[*one.first_here].entry;
            else {
                auto found = rows_->entry(one.first_seq);
                if (!found) return found.error();
                first = std::move(*found);
            }
            if (!first) return Failure{Errc::unavailable, "entry " + std::to_string(one.first_seq) + " is missing from the ledger"};
            if (one.outcome == Outcome::repeated)
                if (auto done = count_repeat(first->seq, first->id); !done) return done;
            receipt.items.push_back({one.outcome, std::move(*first)});
        }
        if (submission.key && !receipt.items.empty()) return remember_request(*submission.key, receipt);
        return {};
    };
    if (auto written = write(); !written) {
        broken_ = written.error();
        return written.error();
    }
    return receipt;
}

Result<std::optional<Receipt>> Writer::replay(const RequestKey& key)
{
    const Resetting reset{find_request_};
    const auto row = find_request_.bind(1, std::string_view{key.source}).bind(2, std::string_view{key.key}).step();
    if (!row) return row.error();
    if (!*row) return std::optional<Receipt>{};
    const auto seqs = parse_ranges(find_request_.text(1));
    if (!seqs || seqs->empty()) return Failure{Errc::unavailable, "the record of request key '" + key.key + "' is damaged; run `incidentctl verify`"};
    bool known = false;
    const auto digest = request_digest(key, seqs->front(), known);
    if (!digest) return digest.error();
    if (known && !std::ranges::equal(find_request_.blob(0), *digest))
        return Failure{Errc::key_reused, "the key '" + key.key + "' was used before with another body; a new request needs a new key"};
    Receipt receipt;
    receipt.replayed = true;
    for (const auto seq : *seqs) {  // in the order of the request, which a repeat may have made another than the ledger's
        auto entry = rows_->entry(seq);
        if (!entry) return entry.error();
        if (!*entry) return Failure{Errc::unavailable, "entry " + std::to_string(seq) + " is missing from the ledger"};
        receipt.items.push_back({Outcome::replayed, std::move(**entry)});
    }
    return std::optional{std::move(receipt)};
}

/// Salted with the first entry's salt, so that the digest of a forgotten text cannot be used to guess it. `known` is
/// false when that salt is gone, and with it what the request said: then any body counts as the same.
Result<Digest> Writer::request_digest(const RequestKey& key, std::uint64_t first_seq, bool& known)
{
    Digest digest{};
    known = false;
    const auto scanned = rows_->scan(first_seq, first_seq, false, [&](const Row& row) {
        known = !row.emptied;
        digest = commitment_of(row.salt, key.digest);
        return true;
    });
    if (!scanned) return scanned.error();
    return digest;
}

Result<void> Writer::remember_request(const RequestKey& key, const Receipt& receipt)
{
    bool known = false;
    const auto digest = request_digest(key, receipt.items.front().entry.seq, known);
    if (!digest) return digest.error();
    const auto ranges = to_ranges(receipt.items);
    wrote_ = true;
    return add_request_.bind(1, std::string_view{key.source}).bind(2, std::string_view{key.key}).bind(3, Bytes{*digest}).bind(4, std::string_view{ranges}).run();
}

Result<std::vector<Writer::Planned>> Writer::plan(std::vector<NewEntry> wanted)
{
    std::vector<Planned> planned;
    planned.reserve(wanted.size());
    std::vector<IncidentKey> opened;
    std::map<std::pair<std::string, std::string>, std::size_t> keys_here;
    for (std::size_t at = 0; at < wanted.size(); ++at) {
        auto& one = wanted[at];
        Planned plan;
        auto* event = std::get_if<Event>(&one.entry.what);
        if (event) {
            // One source and one author: the entry's, which came by the transport.
            if (one.entry.source.empty()) one.entry.source = event->source;
            if (one.entry.author.name.empty()) one.entry.author = event->author;
            event->source = one.entry.source;
            event->author = one.entry.author;
        }
        const auto duplicate = one.on_duplicate == OnDuplicate::count_repeat ? Outcome::repeated : Outcome::replayed;
        bool same = true;
        if (event && !event->key.empty()) {
            const auto [here, is_new] = keys_here.try_emplace({event->source, event->key}, at);
            if (!is_new) {
                plan.outcome = duplicate;
                plan.first_here = here->second;
                const auto& first = planned[here->second];
                if (first.outcome == Outcome::stored) {
                    const auto& text = std::get<Event>(first.entry.what).text;
                    same = duplicate == Outcome::repeated || text == event->text;
                }
            } else {
                const auto seen = rows_->event_of_key(event->source, event->key);
                if (!seen) return seen.error();
                if (*seen) {
                    plan.outcome = duplicate;
                    plan.first_seq = **seen;
                    if (duplicate == Outcome::replayed) {
                        const auto equal = same_content(plan.first_seq, *event);
                        if (!equal) return equal.error();
                        same = *equal;
                    }
                }
            }
        }
        if (!same)
            return Failure{Errc::key_reused, "the key '" + event->key + "' was used before for another event; a new event needs a new key",
                           {{wanted.size() > 1 ? "/" + std::to_string(at) + "/key" : "/key", "was used before for another event"}}};
        if (plan.outcome == Outcome::stored) {
            if (auto good = check_references(one.entry, opened); !good) return good.error();
            plan.entry = std::move(one.entry);
        }
        planned.push_back(std::move(plan));
    }
    return planned;
}

/// What an entry points at exists. Decisions see to it; the ledger cannot take back what it stores, so it looks again.
Result<void> Writer::check_references(const Entry& entry, std::vector<IncidentKey>& opened)
{
    const auto incident_exists = [&](IncidentKey key) -> Result<void> {
        if (catalog_.find(key) || std::ranges::find(opened, key) != opened.end()) return {};
        return Failure{Errc::not_found, "there is no incident " + to_string(key)};
    };
    const auto event_exists = [&](const Id& id) -> Result<void> {
        const auto found = rows_->entry(id);
        if (!found) return found.error();
        if (*found && std::holds_alternative<Event>((*found)->what)) return {};
        return Failure{Errc::not_found, "there is no event " + to_string(id)};
    };
    if (const auto* event = std::get_if<Event>(&entry.what)) return event->incident ? incident_exists(*event->incident) : Result<void>{};
    if (const auto* amendment = std::get_if<Amendment>(&entry.what)) {
        if (auto good = event_exists(amendment->event); !good) return good;
        return amendment->incident && *amendment->incident ? incident_exists(**amendment->incident) : Result<void>{};
    }
    if (const auto* tally = std::get_if<Tally>(&entry.what)) return event_exists(tally->event);
    const auto& step = std::get<IncidentStep>(entry.what);
    if (step.change != IncidentStep::Change::opened) return incident_exists(step.incident);
    if (step.incident.number == 0 || incident_exists(step.incident))
        return Failure{Errc::conflict, "incident " + to_string(step.incident) + " exists already"};
    opened.push_back(step.incident);
    return {};
}

/// Times are left out: a sender that gives none gets the receipt's, which differs on a resend. Tags too: rules change.
Result<bool> Writer::same_content(std::uint64_t seq, const Event& event)
{
    bool emptied = false;
    std::optional<Result<Entry>> first;
    const auto scanned = rows_->scan(seq, seq, false, [&](const Row& row) {
        emptied = row.emptied;
        first.emplace(decode(row.seq, row.facts, row.content));
        return true;
    });
    if (!scanned) return scanned.error();
    if (!first) return Failure{Errc::unavailable, "entry " + std::to_string(seq) + " is missing from the ledger"};
    if (!*first) return first->error();
    const auto* recorded = std::get_if<Event>(&(**first).what);
    // What was redacted cannot be compared; its key still belongs to it.
    return emptied || (recorded && recorded->kind == event.kind && recorded->text == event.text && recorded->details == event.details &&
                       recorded->labels == event.labels && recorded->status == event.status);
}

Result<void> Writer::append_entry(Entry& entry)
{
    std::array<std::uint8_t, 20> bits;  // salt, then the id's
    if (auto filled = random(bits); !filled) return filled;
    std::uint32_t of_id = 0;
    std::memcpy(&of_id, bits.data() + 16, sizeof of_id);
    entry.seq = last_seq_ + 1;
    entry.received_at = now_;
    entry.id = make_id(now_, entry.seq, ordered(now_, of_id));
    if (auto* event = std::get_if<Event>(&entry.what)) {
        event->seq = entry.seq;
        event->id = entry.id;
        event->received_at = now_;
        event->number = event->incident ? std::optional{catalog_.next_number(*event->incident)} : std::nullopt;
    } else if (auto* amendment = std::get_if<Amendment>(&entry.what)) {
        const bool joins = amendment->incident && *amendment->incident;
        amendment->number = joins ? std::optional{catalog_.next_number(**amendment->incident)} : std::nullopt;
    }

    facts_.clear();
    content_.clear();
    encode(entry, facts_, content_);
    const Bytes salt{bits.data(), std::tuple_size_v<Salt>};
    const auto commitment = content_.empty() ? no_commitment : commitment_of(salt, content_);
    const auto link = link_of(head_, leaf_of(entry.seq, facts_, commitment));
    wrote_ = true;
    if (auto done = add_entry_.bind(1, entry.seq).bind(2, std::string_view{facts_}).bind(3, Bytes{link}).run(); !done) return done;
    if (!content_.empty())
        if (auto done = add_body_.bind(1, entry.seq).bind(2, std::string_view{content_}).bind(3, salt).run(); !done) return done;
    if (auto done = append_sides(entry); !done) return done;
    last_seq_ = entry.seq;
    head_ = link;
    catalog_.apply(entry);
    if (want_entries_) appended_.push_back(entry);
    return {};
}

Result<void> Writer::append_sides(const Entry& entry)
{
    if (const auto* event = std::get_if<Event>(&entry.what)) return append_event_sides(*event);
    if (const auto* step = std::get_if<IncidentStep>(&entry.what))
        return add_step_.bind(1, step->incident.number).bind(2, entry.seq).run();
    const auto* amendment = std::get_if<Amendment>(&entry.what);
    const auto event = sequence_of(amendment ? amendment->event : std::get<Tally>(entry.what).event);
    if (auto done = add_about_.bind(1, event).bind(2, entry.seq).run(); !done) return done;
    if (!amendment) return {};
    if (amendment->number)
        if (auto done = add_joined_.bind(1, (*amendment->incident)->number).bind(2, *amendment->number).bind(3, event).run(); !done) return done;
    return amendment->redact ? redact(*amendment, entry.seq) : Result<void>{};
}

Result<void> Writer::append_event_sides(const Event& event)
{
    ++events_;
    if (event.number)
        if (auto done = add_joined_.bind(1, event.incident->number).bind(2, *event.number).bind(3, event.seq).run(); !done) return done;
    if (!event.key.empty())
        if (auto done = add_key_.bind(1, std::string_view{event.source}).bind(2, std::string_view{event.key}).bind(3, event.seq).run(); !done)
            return done;
    const auto fingerprint = fingerprint_of(event);
    if (fingerprint.empty()) return {};
    return set_alert_.bind(1, std::string_view{event.source}).bind(2, fingerprint).bind(3, event.seq).run();
}

/// Empties the bodies of the event and of every earlier correction of it; the commitment stays, so the chain still
/// verifies. The log still holds the old pages until the next checkpoint has truncated it.
Result<void> Writer::redact(const Amendment& amendment, std::uint64_t redacted_by)
{
    const auto event = sequence_of(amendment.event);
    auto seqs = rows_->about_any({&event, 1});
    if (!seqs) return seqs.error();
    std::erase(*seqs, redacted_by);
    seqs->push_back(event);
    for (const auto seq : *seqs) {
        std::optional<Digest> commitment;
        const auto scanned = rows_->scan(seq, seq, false, [&](const Row& row) {
            if (row.has_body && !row.emptied) commitment = commitment_of(row.salt, row.content);
            return true;
        });
        if (!scanned) return scanned;
        if (!commitment) continue;
        if (auto done = empty_body_.bind(1, seq).bind(2, Bytes{*commitment}).run(); !done) return done;
    }
    scrub_ = true;
    return {};
}

Result<void> Writer::count_repeat(std::uint64_t event_seq, const Id& event)
{
    wrote_ = true;
    ++repeats_;
    if (auto done = add_repeat_.bind(1, event_seq).bind(2, static_cast<std::int64_t>(now_.time_since_epoch().count())).run(); !done) return done;
    const auto repeats = rows_->repeats(event_seq);
    if (!repeats) return repeats.error();
    if (*repeats) unsealed_[event_seq] = {event, (*repeats)->count, now_};
    return {};
}

Result<void> Writer::seal(std::uint64_t event_seq)
{
    const auto found = unsealed_.find(event_seq);
    if (found == unsealed_.end()) return {};
    Entry entry;
    entry.author.name = "incidentd";
    entry.author.verified = true;
    entry.source = "daemon";
    entry.principal = "daemon";
    entry.what = Tally{found->second.event, found->second.count, found->second.last_at};
    if (auto done = append_entry(entry); !done) return done;
    unsealed_.erase(found);
    return seal_repeat_.bind(1, event_seq).run();
}

/// An alert that changes its state closes the count of the state before.
Result<void> Writer::seal_previous_state(const Entry& entry)
{
    const auto* event = std::get_if<Event>(&entry.what);
    if (!event || unsealed_.empty()) return {};
    const auto fingerprint = fingerprint_of(*event);
    if (fingerprint.empty()) return {};
    const auto previous = rows_->newest_alert(event->source, fingerprint);
    if (!previous) return previous.error();
    return *previous ? seal(**previous) : Result<void>{};
}

Result<void> Writer::random(std::span<std::uint8_t> bytes)
{
    if (pool_left_ < bytes.size()) {
        if (auto filled = entropy_.fill(pool_); !filled) return filled;
        pool_left_ = pool_.size();
    }
    std::memcpy(bytes.data(), pool_.data() + pool_.size() - pool_left_, bytes.size());
    pool_left_ -= bytes.size();
    return {};
}

bool Writer::checkpoint(Pace pace)
{
    if (disk_.latched()) return true;
    const bool closing = pace == Pace::closing, quiet = pace != Pace::busy;
    const bool due = closing || (quiet || scrub_ ? log_not_empty_ : wal_pages_ >= checkpoint_at_pages_);
    if (!due) return true;
    // The log keeps its length, since to overwrite is cheaper than to append; only a redaction takes the old bytes away.
    const auto done = database_.checkpoint(scrub_ || closing ? Database::Checkpoint::truncate : Database::Checkpoint::passive);
    ++checkpoints_;
    // A failed sync has latched the disk by now. Want of space has not: the log keeps everything, and the next try may
    // find room.
    if (!done || done->busy) {
        // A reader holds an old snapshot, for two seconds at most; the log grows a little meanwhile.
        checkpoint_at_pages_ = wal_pages_ + std::max<std::size_t>(1, limits_.checkpoint_wal_pages / 4);
        return false;
    }
    checkpoint_at_pages_ = limits_.checkpoint_wal_pages;
    if (quiet || scrub_) {
        log_not_empty_ = false;
        wal_pages_ = 0;
        scrub_ = false;
    }
    return true;
}

}  // namespace incident::store
