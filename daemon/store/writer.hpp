#pragma once
#include "store/disk.hpp"
#include "store/local_ledger.hpp"
#include "store/rows.hpp"
#include <deque>
#include <unordered_map>

namespace incident::store {

class RawRows;

/// The one connection that writes: decides, appends, commits a group in one transaction, checkpoints. Store thread only.
/// Groups and checkpoints are in writer.cpp; keys, entries, tallies, kept bodies and tokens in files named after them.
class Writer {
 public:
    /// Migrates, reads the settings back, checkpoints, restores the catalogue. The pointers outlive this.
    [[nodiscard]] static Result<std::unique_ptr<Writer>> open(const std::filesystem::path& file, Disk& disk, const Clock& clock,
                                                              Entropy& entropy, const StoreLimits& limits);
    ~Writer();

    struct Committed {
        std::vector<Result<Receipt>> results;  ///< one per submission; to be given out only now
        std::vector<Entry> entries;            ///< what was appended, tallies included; empty unless asked for
        std::uint64_t events = 0, repeats = 0;
        bool no_space = false;                 ///< nothing was stored for want of space
    };
    /// One transaction and one sync for all of them.
    [[nodiscard]] Committed commit(std::span<Submission> group, bool want_entries);
    /// Writes a tally for every repeat that has none yet. The result as commit()'s, without results.
    [[nodiscard]] Committed seal_repeats(bool want_entries);
    [[nodiscard]] bool has_unsealed() const noexcept { return !unsealed_.empty(); }

    /// Forgets kept bodies whose time is over or for which there is no room, a few at a time. @return true: there are more.
    bool forget_old_raw();
    struct RawUse {
        std::uint64_t bodies = 0, bytes = 0;         ///< now
        std::uint64_t kept = 0, forgotten = 0;       ///< since open(), by forget_old_raw()
    };
    [[nodiscard]] RawUse raw_use() const noexcept { return {raw_now_.bodies, raw_now_.bytes, raw_kept_, raw_forgotten_}; }

    /// @see TokenBook
    [[nodiscard]] Result<std::vector<auth::Token>> tokens();
    [[nodiscard]] Result<void> add_token(const auth::Token& token);
    [[nodiscard]] Result<auth::Token> revoke_token(std::string_view id, Instant at);

    enum class Pace { busy, idle, closing };
    /// Checkpoints when it is time to: while `busy` when the log is long, while `idle` when there is anything in it, for
    /// `closing` always, and then the log is emptied too. @return false when something is left that a later call should do.
    bool checkpoint(Pace pace);

    [[nodiscard]] std::uint64_t last_seq() const noexcept { return last_seq_; }
    [[nodiscard]] std::uint64_t checkpoints() const noexcept { return checkpoints_; }
    [[nodiscard]] std::uint64_t redactions() const noexcept { return redactions_; }  ///< since open(); of abandoned groups too
    [[nodiscard]] const std::string& settings() const noexcept { return settings_; }

 private:
    class LedgerView;
    struct Planned {
        Outcome outcome = Outcome::stored;
        Entry entry;                           // stored
        std::uint64_t first_seq = 0;           // repeated, replayed: the first one
        std::optional<std::size_t> first_here; // or its index in this very submission
    };
    struct KeptRaw {
        std::string facts, commitment;
        Salt salt{};
        std::vector<std::uint64_t> tells;      // events from before that the body tells of again
        std::uint64_t first_seq = 0, last_seq = 0;
    };
    struct Unsealed {
        Id event;
        std::uint64_t count = 1;
        Instant last_at{};
    };

    Writer(Disk& disk, const Clock& clock, Entropy& entropy, const StoreLimits& limits);
    [[nodiscard]] Result<void> start(const std::filesystem::path& file);
    [[nodiscard]] Result<void> restore();
    [[nodiscard]] Result<void> begin();
    [[nodiscard]] Result<void> end();
    void abandon();
    [[nodiscard]] Result<Receipt> append(Submission& submission);
    [[nodiscard]] Result<std::optional<Receipt>> replay(const RequestKey& key);
    [[nodiscard]] Result<std::vector<Planned>> plan(std::vector<NewEntry> wanted);
    [[nodiscard]] Result<void> check_references(const Entry& entry, std::vector<IncidentKey>& opened);
    [[nodiscard]] Result<bool> same_content(std::uint64_t seq, const Event& event);
    [[nodiscard]] Result<void> append_entry(Entry& entry);
    [[nodiscard]] Result<void> append_sides(const Entry& entry);
    [[nodiscard]] Result<void> append_event_sides(const Event& event);
    [[nodiscard]] Result<void> redact(const Amendment& amendment, std::uint64_t redacted_by);
    [[nodiscard]] Result<void> count_repeat(std::uint64_t event_seq, const Id& event);
    [[nodiscard]] static std::string_view fingerprint_of(const Event& event);
    [[nodiscard]] Result<void> seal(std::uint64_t event_seq);
    [[nodiscard]] Result<void> tell_clock_step();
    [[nodiscard]] Result<void> seal_previous_state(const Entry& entry);
    [[nodiscard]] Result<void> remember_request(const RequestKey& key, const Receipt& receipt);
    [[nodiscard]] Result<Digest> request_digest(const RequestKey& key, std::uint64_t first_seq, bool& known);
    [[nodiscard]] Result<void> prepare_raw();
    [[nodiscard]] Result<void> read_raw_use();
    [[nodiscard]] Result<std::optional<KeptRaw>> prepare_to_keep(const Submission& submission, std::span<const Planned> planned);
    [[nodiscard]] Result<void> keep_raw(const RawBody& raw, const KeptRaw& kept);
    [[nodiscard]] Result<void> forget_raw_of(std::uint64_t seq);
    [[nodiscard]] Result<void> prepare_tokens();
    [[nodiscard]] Result<void> in_transaction(const std::function<Result<void>()>& change);
    [[nodiscard]] Result<void> random(std::span<std::uint8_t> bytes);

    Disk& disk_;
    const Clock& clock_;
    Entropy& entropy_;
    const StoreLimits limits_;

    Database database_;
    std::optional<Rows> rows_;
    Statement begin_, commit_, rollback_, add_entry_, add_body_, empty_body_, add_about_, add_joined_, add_step_, add_key_,
        add_request_, find_request_, add_repeat_, seal_repeat_, set_alert_, add_raw_, add_raw_tells_, raw_that_tells_, forget_raw_,
        oldest_raw_, raw_use_, all_tokens_, add_token_, revoke_token_;
    std::unique_ptr<RawRows> raw_rows_;
    std::unique_ptr<LedgerView> view_;

    // What the file says, in memory; restore() reads it again after a failed group.
    Catalog catalog_;
    std::uint64_t last_seq_ = 0;
    Digest head_ = first_link;
    Instant last_received_{};            // of the newest entry
    Instant last_id_time_{};             // the highest time that an id tells
    std::unordered_map<std::uint64_t, Unsealed> unsealed_;
    bool needs_restore_ = false;

    Instant now_{};                      // the receipt of the group being appended
    Instant id_time_{};                  // what its ids tell: the same, but where the clock stepped back
    bool wrote_ = false;                 // this group
    std::optional<Failure> broken_;      // what ended this group
    bool want_entries_ = false;
    std::vector<Entry> appended_;
    std::uint64_t events_ = 0, repeats_ = 0, raw_kept_here_ = 0;
    struct {
        std::uint64_t bodies = 0, bytes = 0;
    } raw_now_;                          // as table `raw_use` says
    std::uint64_t raw_kept_ = 0, raw_forgotten_ = 0;
    std::string facts_, content_;        // reused
    std::array<std::uint8_t, 4096> pool_{};
    std::size_t pool_left_ = 0;

    std::size_t wal_pages_ = 0, checkpoint_at_pages_ = 0;
    bool log_not_empty_ = true, scrub_ = false;
    std::uint64_t checkpoints_ = 0, redactions_ = 0;
    std::string settings_;
};

}  // namespace incident::store
