#pragma once
#include "store/catalog.hpp"
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>

/// The ledger: append-only, durable before it answers. LocalLedger keeps it in one SQLite file; a replicated one would
/// run the same decisions on its leader and apply the same entries everywhere.
namespace incident::store {
namespace asio = boost::asio;

/// People's lane: note, chat, command in requests of at most people_lane_events events; all else is machines.
enum class Lane { people, machines };
inline constexpr std::size_t people_lane_events = 10;

struct NewEntry {
    Entry entry;  ///< seq, id, received_at and an event's number are given at commit
    OnDuplicate on_duplicate = OnDuplicate::answer_first;
};

/// The ledger as of the entry before the one being decided, on the store thread. Look-ups read the writer's own
/// connection, so they see what earlier submissions of the same group appended.
class View {
 public:
    virtual ~View() = default;
    [[nodiscard]] virtual const Catalog& catalog() const = 0;
    [[nodiscard]] virtual Instant now() const = 0;  ///< the receipt that the entries will get
    /// After its amendments. Empty: no such event.
    [[nodiscard]] virtual Result<std::optional<Event>> event(const Id& id) = 0;
    [[nodiscard]] virtual Result<std::optional<Event>> event_by_key(std::string_view source, std::string_view key) = 0;
    /// The entry as recorded (amendments too). Empty: none.
    [[nodiscard]] virtual Result<std::optional<Entry>> entry(const Id& id) = 0;
    /// Amendments and tallies of the event as recorded, in ledger order.
    [[nodiscard]] virtual Result<std::vector<Entry>> about(const Event& event) = 0;
    /// The newest alert event of this fingerprint, after its amendments, with its repeats. Empty: none.
    [[nodiscard]] virtual Result<std::optional<Event>> newest_alert(std::string_view source, std::string_view fingerprint) = 0;
    /// The incident that holds the newest alert event of this fingerprint, open or not.
    [[nodiscard]] virtual Result<std::optional<IncidentKey>> alert_home(std::string_view source, std::string_view fingerprint) = 0;
    /// Inbox events received or occurred at or after `since`, in ledger order, at most `limit`, newest kept.
    [[nodiscard]] virtual Result<std::vector<Event>> inbox_since(Instant since, std::size_t limit) = 0;
    /// Every event that stands in the incident now, in ledger order. @return Errc::limit_exceeded over `limit`.
    [[nodiscard]] virtual Result<std::vector<Event>> events_of(IncidentKey key, std::size_t limit) = 0;
    /// Of the last `limit` events to join the incident those that still stand in it, in ledger order. Reads few rows, however
    /// long the incident is.
    [[nodiscard]] virtual Result<std::vector<Event>> newest_of(IncidentKey key, std::size_t limit) = 0;
};

using incident::fingerprint_label;  ///< View::alert_home() looks for it

/// Decides what to append, knowing everything before it. Pure but for the view; runs on the store thread, so it must be
/// quick. A Failure appends nothing and is the submission's answer; others of the group are not touched. Called at most
/// once, so it may give away what it holds; a people's submission once more when the disk was full.
using Decide = std::function<Result<std::vector<NewEntry>>(View&)>;

/// A request's idempotency key, scoped by source, with a digest of the body.
struct RequestKey {
    std::string source, key;
    std::string digest;  ///< SHA-256 of the body
};

struct RawBody;

struct Submission {
    Lane lane = Lane::machines;
    std::optional<RequestKey> key;
    Decide decide;
    std::size_t events = 1, bytes = 0;  ///< what it will weigh, for the limits of a group
    /// Kept with the entries when the decision appended any; null: nothing to keep (store/side_books.hpp).
    std::shared_ptr<const RawBody> raw{};
};

enum class Outcome { stored, replayed, repeated };

struct Receipt {
    struct Item {
        Outcome outcome;
        Entry entry;  ///< as stored; for `replayed` and `repeated` the first one
    };
    std::vector<Item> items;  ///< one per NewEntry, in order
    bool replayed = false;    ///< the whole request was seen before; `items` are the first result
};

class Ledger {
 public:
    virtual ~Ledger() = default;
    /// Appends all or nothing and returns after the bytes are synced.
    /// @return Errc::unavailable when the lane is full or the ledger latched; Errc::unknown_outcome when the commit failed;
    /// Errc::key_reused; or the decision's own failure. Cancelling does not take it back.
    [[nodiscard]] virtual asio::awaitable<Result<Receipt>> append(Submission submission) = 0;
    /// Ask before parsing a body. Any thread.
    [[nodiscard]] virtual bool has_room(Lane lane) const noexcept = 0;
    /// Called after each committed group, in ledger order, on the store thread; must only hand over.
    using OnCommit = std::function<void(std::shared_ptr<const std::vector<Entry>>)>;
    virtual void on_commit(OnCommit callback) = 0;
    /// Called once, at the first failed sync (RELIABILITY F6), on the store thread.
    virtual void on_latch(std::function<void(std::string reason)> callback) = 0;
    [[nodiscard]] virtual bool latched() const noexcept = 0;
    [[nodiscard]] virtual std::uint64_t last_seq() const noexcept = 0;

    struct Stats {
        std::size_t people_waiting, machines_waiting;
        std::uint64_t events_stored, repeats_counted, groups, syncs, sync_failures, checkpoints, file_bytes, wal_bytes;
        double last_sync_seconds;
        std::uint64_t raw_bodies, raw_bytes, raw_kept, raw_forgotten;  ///< bodies kept now; and since the start, kept and forgotten for age or size
        std::uint64_t search_behind, search_rebuilds, search_bytes;    ///< entries that full text has not read yet; times its file was begun anew; its size
        double search_lag_seconds;                                     ///< how long it has been behind
    };
    [[nodiscard]] virtual Stats stats() const noexcept = 0;
};

}  // namespace incident::store
