#include "store/writer.hpp"
#include "app/clock.hpp"
#include "model/assert.hpp"
#include "store/raw_rows.hpp"
#include "store/schema.hpp"
#include "store/view.hpp"
#include <algorithm>

namespace incident::store {
namespace {

Failure not_stored(const Failure& cause) { return {Errc::unavailable, "nothing was stored: " + cause.detail}; }

Failure outcome_unknown(const std::string& reason)
{
    return {Errc::unknown_outcome, "may or may not be stored, send it again with the same key: " + reason};
}

}  // namespace

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
    if (auto prepared = prepare_raw(); !prepared) return prepared;
    if (auto prepared = prepare_tokens(); !prepared) return prepared;
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
        if (*entry) {
            last_received_ = (*entry)->received_at;
            last_id_time_ = time_of((*entry)->id) + std::chrono::milliseconds{1};  // ids keep whole milliseconds
        }
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
    if (auto read = read_raw_use(); !read) return read;
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
    if (auto told = tell_clock_step(); !told) broken_ = told.error();
    for (auto& submission : group) {
        if (broken_) break;
        done.results.push_back(append(submission));
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

Result<void> Writer::begin()
{
    if (disk_.latched()) return Failure{Errc::unavailable, "the disk failed and nothing more is accepted: " + disk_.latch_reason()};
    if (needs_restore_)
        if (auto restored = restore(); !restored) return restored;
    broken_.reset();
    wrote_ = false;
    appended_.clear();
    events_ = repeats_ = raw_kept_here_ = 0;
    // A receipt is what the clock says, right or wrong; ids never step back, even where the clock does.
    now_ = std::max(clock_.now(), Instant{});
    id_time_ = std::max(now_, last_id_time_);
    return begin_.run();
}

/// From here on the receipts are earlier than those before; whoever reads the record must know that it was the clock.
Result<void> Writer::tell_clock_step()
{
    constexpr std::chrono::seconds tolerance{2};  // small corrections are every clock's daily life
    if (last_seq_ == 0 || now_ + tolerance >= last_received_) return {};
    Event event;
    event.kind = Kind::system;
    event.source = "daemon";
    event.author = Author{"incidentd", true, {}};
    event.occurred_at = now_;
    event.flags = {"clock_step"};
    event.text = "the recorder's clock stepped back: the entry before was received at " + to_rfc3339(last_received_) + ", this one at " +
                 to_rfc3339(now_);
    Entry entry;
    entry.author = event.author;
    entry.source = event.source;
    entry.principal = "daemon";
    entry.what = std::move(event);
    last_received_ = now_;  // once for a step
    return append_entry(entry);
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
        last_id_time_ = id_time_;
        log_not_empty_ = true;
        raw_kept_ += raw_kept_here_;
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
        auto kept = prepare_to_keep(submission, *planned);
        if (!kept) return kept.error();
        for (auto& one : *planned) {
            if (one.outcome == Outcome::stored) {
                if (auto done = seal_previous_state(one.entry); !done) return done;
                if (*kept && (*kept)->first_seq == 0) one.entry.raw = (*kept)->commitment;
                if (auto done = append_entry(one.entry); !done) return done;
                if (*kept && (*kept)->first_seq == 0) (*kept)->first_seq = one.entry.seq;
                if (*kept) (*kept)->last_seq = one.entry.seq;
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
        if (*kept)
            if (auto done = keep_raw(*submission.raw, **kept); !done) return done;
        if (submission.key && !receipt.items.empty()) return remember_request(*submission.key, receipt);
        return {};
    };
    if (auto written = write(); !written) {
        broken_ = written.error();
        return written.error();
    }
    return receipt;
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
