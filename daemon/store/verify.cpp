#include "store/verify.hpp"
#include "store/codec.hpp"
#include <algorithm>

namespace incident::store {
namespace {

constexpr std::uint64_t chunk_entries = 4096;

struct Found {
    std::uint64_t at;
    std::string problem;
};

/// One pass over the rows, remembering the link before.
class Verifier {
 public:
    Verifier(Rows& rows, RawRows* raw, Digest before, std::uint64_t first) : rows_(rows), raw_(raw), before_(before), expected_(first) {}

    /// @return false when the row does not fit; problem() says how.
    bool check(const Row& row)
    {
        if (row.seq != expected_) return fail(expected_, "the entry is missing; the next one is " + std::to_string(row.seq));
        ++expected_;
        Digest commitment = no_commitment;
        if (row.emptied) {
            if (row.commitment.size() != commitment.size() || !row.content.empty() || !row.salt.empty())
                return fail(row.seq, "its body is neither whole nor emptied");
            std::ranges::copy(row.commitment, commitment.begin());
            emptied_.push_back(row.seq);
        } else if (row.has_body) {
            if (row.salt.size() != std::tuple_size_v<Salt>) return fail(row.seq, "the salt of its text is damaged");
            commitment = commitment_of(row.salt, row.content);
        }
        const auto link = link_of(before_, leaf_of(row.seq, row.facts, commitment));
        if (!std::ranges::equal(row.link, link)) return fail(row.seq, "the entry or its link is not what was recorded");
        before_ = link;
        auto entry = decode(row.seq, row.facts, row.content);
        if (!entry) return fail(row.seq, entry.error().detail);
        entries_.push_back(std::move(*entry));
        return true;
    }

    /// The side tables, once the scan of a chunk is over. An error of the file is a Failure; what does not fit is a problem.
    Result<void> check_sides()
    {
        for (const auto& entry : entries_) {
            auto checked = check_side(entry);
            if (!checked) return checked;
            if (problem_) break;
        }
        if (!problem_)
            for (const auto seq : emptied_)
                if (auto checked = check_emptied(seq); !checked) return checked;
        if (!problem_)
            if (auto checked = check_kept(); !checked) return checked;
        entries_.clear();
        emptied_.clear();
        return {};
    }

    [[nodiscard]] const std::optional<Found>& problem() const noexcept { return problem_; }
    [[nodiscard]] const Digest& head() const noexcept { return before_; }
    [[nodiscard]] std::uint64_t expected() const noexcept { return expected_; }
    bool fail(std::uint64_t at, std::string problem)
    {
        if (!problem_) problem_ = Found{at, std::move(problem)};
        return false;
    }

 private:
    Result<void> check_side(const Entry& entry)
    {
        const auto joined = [&](IncidentKey key, std::optional<std::uint64_t> number, std::uint64_t event) -> Result<void> {
            if (!number) return {};
            const auto found = rows_.joined_as(key, *number);
            if (!found) return found.error();
            if (*found != event) (void)fail(entry.seq, "it is number " + std::to_string(*number) + " of " + to_string(key) + ", but the table `joined` does not say so");
            return {};
        };
        if (const auto* event = std::get_if<Event>(&entry.what)) {
            if (!event->key.empty()) {
                const auto found = rows_.event_of_key(event->source, event->key);
                if (!found) return found.error();
                if (*found != entry.seq) (void)fail(entry.seq, "its key is missing from the table `keys`");
            }
            return event->incident ? joined(*event->incident, event->number, entry.seq) : Result<void>{};
        }
        if (const auto* step = std::get_if<IncidentStep>(&entry.what)) {
            const auto steps = rows_.steps(step->incident);
            if (!steps) return steps.error();
            if (!std::ranges::binary_search(*steps, entry.seq)) (void)fail(entry.seq, "it is missing from the table `steps`");
            return {};
        }
        const auto* amendment = std::get_if<Amendment>(&entry.what);
        const auto event = sequence_of(amendment ? amendment->event : std::get<Tally>(entry.what).event);
        const auto about = rows_.about_any({&event, 1});
        if (!about) return about.error();
        if (!std::ranges::binary_search(*about, entry.seq)) (void)fail(entry.seq, "it is missing from the table `about`");
        return amendment && amendment->incident && *amendment->incident ? joined(**amendment->incident, amendment->number, event) : Result<void>{};
    }

    /// A text may only be gone where an entry of the chain says that somebody redacted it.
    Result<void> check_emptied(std::uint64_t seq)
    {
        const auto entry = rows_.entry(seq);
        if (!entry) return entry.error();
        if (!*entry) return {};
        const auto* amendment = std::get_if<Amendment>(&(*entry)->what);
        const auto event = amendment ? sequence_of(amendment->event) : seq;
        const auto about = rows_.about_any({&event, 1});
        if (!about) return about.error();
        const auto later = rows_.entries(*about);
        if (!later) {  // one of them is missing: no fault of the file, but of the ledger
            (void)fail(seq, later.error().detail);
            return {};
        }
        const bool redacted = std::ranges::any_of(*later, [&](const Entry& one) {
            const auto* by = std::get_if<Amendment>(&one.what);
            return by && by->redact && one.seq > seq;
        });
        if (!redacted) (void)fail(seq, "its text is gone, and no redaction says so");
        return {};
    }

    /// The kept bodies of the chunk, against the entries they were made into.
    Result<void> check_kept()
    {
        if (!raw_ || entries_.empty()) return {};
        auto entry = entries_.begin();
        return raw_->scan(entries_.front().seq, entries_.back().seq, [&](const RawRow& row) {
            while (entry->seq < row.place.first_seq) ++entry;  // the scan stays within the chunk, which has no gaps
            const auto whole = row.salt.size() == std::tuple_size_v<Salt> && to_hex(kept_of(row.salt, row.facts, row.compressed)) == entry->raw;
            if (!whole) return fail(entry->seq, "the body kept with it is not the one that came");
            const auto facts = read_raw_facts(row.facts);
            const auto last = row.place.last_seq;
            if (!facts || facts->source != row.source || row.received_at != entry->received_at || last < entry->seq)
                return fail(entry->seq, "what stands beside the body kept with it is not what was recorded");
            // No entry after the first of one body came with another.
            const auto next = std::find_if(entry + 1, entries_.end(), [](const Entry& one) { return !one.raw.empty(); });
            if (next != entries_.end() && last >= next->seq) return fail(entry->seq, "the body kept with it claims entries of another one");
            return true;
        });
    }

    Rows& rows_;
    RawRows* raw_;
    Digest before_;
    std::uint64_t expected_;
    std::vector<Entry> entries_;
    std::vector<std::uint64_t> emptied_;
    std::optional<Found> problem_;
};

/// Rows that belong to no entry: somebody cut the ledger's end off, or added to a side table.
Result<std::optional<Found>> find_strays(Database& database, std::uint64_t last)
{
    struct {
        const char* table;
        const char* sql;
    } const all[] = {
        {"bodies", "SELECT max(seq) FROM bodies"}, {"about", "SELECT max(seq) FROM about"}, {"joined", "SELECT max(event) FROM joined"},
        {"steps", "SELECT max(seq) FROM steps"},   {"keys", "SELECT max(event) FROM keys"}, {"alerts", "SELECT max(event) FROM alerts"},
        {"repeats", "SELECT max(event) FROM repeats"}, {"raw", "SELECT coalesce((SELECT last_seq FROM raw ORDER BY first_seq DESC LIMIT 1), 0)"},
    };
    for (const auto& [table, sql] : all) {
        const auto newest = database.read_integer(sql);
        if (!newest) return newest.error();
        if (*newest > static_cast<std::int64_t>(last))
            return std::optional{Found{last + 1, "the entry is missing, but the table `" + std::string{table} + "` speaks of entry " + std::to_string(*newest)}};
    }
    return std::optional<Found>{};
}

}  // namespace

Result<ChainReport> verify_chain(Database& database, Rows& rows, RawRows* raw, Range range, bool to_the_end, const std::function<Result<void>()>& pause)
{
    ChainReport report;
    const auto from = std::max<std::uint64_t>(range.from, 1);
    Digest before = first_link;
    if (from > 1) {
        const auto scanned = rows.scan(from - 1, from - 1, false, [&](const Row& row) {
            if (row.link.size() == before.size()) std::ranges::copy(row.link, before.begin());
            return true;
        });
        if (!scanned) return scanned.error();
    }
    Verifier verifier{rows, raw, before, from};
    while (verifier.expected() <= range.to && !verifier.problem()) {
        if (auto paused = pause(); !paused) return paused.error();
        const auto start = verifier.expected();
        const auto end = std::min(range.to, start + chunk_entries - 1);
        const auto scanned = rows.scan(start, end, false, [&](const Row& row) { return verifier.check(row); });
        if (!scanned) return scanned.error();
        if (!verifier.problem() && verifier.expected() <= end) (void)verifier.fail(verifier.expected(), "the entry is missing");
        if (!verifier.problem())
            if (auto checked = verifier.check_sides(); !checked) return checked.error();
    }
    auto problem = verifier.problem();
    if (!problem && from == 1 && to_the_end) {
        const auto last = rows.last_seq();  // a renewed transaction sees what was appended meanwhile
        if (!last) return last.error();
        auto strays = find_strays(database, *last);
        if (!strays) return strays.error();
        problem = std::move(*strays);
    }
    report.entries = verifier.expected() - from;
    report.head = to_hex(verifier.head());
    if (problem) {
        report.ok = false;
        report.at = problem->at;
        report.problem = "entry " + std::to_string(problem->at) + ": " + problem->problem;
    }
    return report;
}

}  // namespace incident::store
