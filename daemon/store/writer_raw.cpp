#include "store/raw_rows.hpp"
#include "store/writer.hpp"
#include <algorithm>

// Bodies as they arrived: kept with what was made from them, and forgotten for their age, their size or a redaction.
namespace incident::store {
namespace {

/// One step of forgetting: what a note may have to wait for. secure_delete overwrites every byte.
constexpr std::uint64_t forget_bodies_at_once = 64, forget_bytes_at_once = 1024 * 1024;

}  // namespace

Result<void> Writer::prepare_raw()
{
    struct {
        Statement& statement;
        const char* sql;
    } const all[] = {
        {add_raw_, "INSERT INTO raw(first_seq, last_seq, received_at, source, facts, compressed, salt) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
        {add_raw_tells_, "INSERT OR IGNORE INTO raw_tells(raw, event) VALUES(?1, ?2)"},
        {raw_that_tells_, "SELECT raw FROM raw_tells WHERE event = ?1"},
        {forget_raw_, "DELETE FROM raw WHERE first_seq = ?1"},
        {oldest_raw_, "SELECT first_seq, received_at, length(compressed) FROM raw ORDER BY first_seq LIMIT ?1"},
        {raw_use_, "SELECT bodies, bytes FROM raw_use"},
    };
    for (const auto& [statement, sql] : all) {
        auto prepared = database_.prepare(sql);
        if (!prepared) return prepared.error();
        statement = std::move(*prepared);
    }
    auto rows = RawRows::prepare(database_);
    if (!rows) return rows.error();
    raw_rows_ = std::make_unique<RawRows>(std::move(*rows));
    return {};
}

Result<void> Writer::read_raw_use()
{
    const Resetting reset{raw_use_};
    const auto row = raw_use_.step();
    if (!row) return row.error();
    if (!*row) return Failure{Errc::unavailable, "the ledger's table `raw_use` is empty; it was tampered with"};
    raw_now_.bodies = raw_use_.number(0);
    raw_now_.bytes = raw_use_.number(1);
    return {};
}

/// Empty: the body of this submission is not kept.
Result<std::optional<Writer::KeptRaw>> Writer::prepare_to_keep(const Submission& submission, std::span<const Planned> planned)
{
    const auto* raw = submission.raw.get();
    if (!raw || limits_.raw_bytes == 0 || raw->size > limits_.raw_body_bytes || raw->compressed.size() > limits_.raw_bytes) return std::optional<KeptRaw>{};
    if (std::ranges::none_of(planned, [](const Planned& one) { return one.outcome == Outcome::stored; })) return std::optional<KeptRaw>{};
    KeptRaw kept;
    for (const auto& one : planned) {
        if (one.outcome == Outcome::stored || one.first_here) continue;
        // What was redacted would come back with the body that tells of it again.
        bool forgotten = false;
        const auto scanned = rows_->scan(one.first_seq, one.first_seq, false, [&](const Row& row) {
            forgotten = row.emptied;
            return true;
        });
        if (!scanned) return scanned.error();
        if (forgotten) return std::optional<KeptRaw>{};
        kept.tells.push_back(one.first_seq);
    }
    if (auto filled = random(kept.salt); !filled) return filled.error();
    kept.facts = raw_facts(*raw);
    kept.commitment = to_hex(kept_of(kept.salt, kept.facts, raw->compressed));
    return std::optional{std::move(kept)};
}

Result<void> Writer::keep_raw(const RawBody& raw, const KeptRaw& kept)
{
    const Bytes compressed{reinterpret_cast<const std::uint8_t*>(raw.compressed.data()), raw.compressed.size()};
    add_raw_.bind(1, kept.first_seq).bind(2, kept.last_seq).bind(3, static_cast<std::int64_t>(now_.time_since_epoch().count()));
    if (auto done = add_raw_.bind(4, std::string_view{raw.source}).bind(5, std::string_view{kept.facts}).bind(6, compressed).bind(7, Bytes{kept.salt}).run(); !done)
        return done;
    for (const auto event : kept.tells)
        if (auto done = add_raw_tells_.bind(1, kept.first_seq).bind(2, event).run(); !done) return done;
    ++raw_now_.bodies;
    raw_now_.bytes += raw.compressed.size();
    ++raw_kept_here_;
    return {};
}

/// Whatever tells of the entry: the body it came with, and those that told of it again.
Result<void> Writer::forget_raw_of(std::uint64_t seq)
{
    const auto own = raw_rows_->place_of(seq);
    if (!own) return own.error();
    std::vector<std::uint64_t> bodies;
    if (*own) bodies.push_back((*own)->first_seq);
    {
        const Resetting reset{raw_that_tells_};
        raw_that_tells_.bind(1, seq);
        for (;;) {
            const auto row = raw_that_tells_.step();
            if (!row) return row.error();
            if (!*row) break;
            bodies.push_back(raw_that_tells_.number(0));
        }
    }
    for (const auto body : bodies)
        if (auto done = forget_raw_.bind(1, body).run(); !done) return done;
    return bodies.empty() ? Result<void>{} : read_raw_use();
}

bool Writer::forget_old_raw()
{
    if (disk_.latched() || raw_now_.bodies == 0) return false;
    if (auto begun = begin(); !begun) return false;
    const auto before = now_ - limits_.raw_keep;
    std::vector<std::uint64_t> old;
    std::uint64_t bytes = 0;
    bool more = false, good = true;
    {
        const Resetting reset{oldest_raw_};
        oldest_raw_.bind(1, forget_bodies_at_once + 1);
        for (;;) {
            const auto row = oldest_raw_.step();
            good = row.has_value();
            if (!good || !*row) break;
            const auto size = oldest_raw_.number(2);
            const bool too_old = Instant{std::chrono::microseconds{oldest_raw_.integer(1)}} < before;
            if (!too_old && raw_now_.bytes - bytes <= limits_.raw_bytes) break;
            more = old.size() == forget_bodies_at_once || (!old.empty() && bytes + size > forget_bytes_at_once);
            if (more) break;
            old.push_back(oldest_raw_.number(0));
            bytes += size;
        }
    }
    for (const auto body : old) good = good && forget_raw_.bind(1, body).run().has_value();
    wrote_ = good && !old.empty();
    if (!good || !end()) {
        abandon();
        return false;
    }
    raw_now_.bodies -= old.size();
    raw_now_.bytes -= bytes;
    raw_forgotten_ += old.size();
    return more;
}

}  // namespace incident::store
