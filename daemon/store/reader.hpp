#pragma once
#include "model/entry.hpp"
#include "store/side_books.hpp"
#include "wire/search_words.hpp"

namespace incident::store {

struct EventQuery {
    std::optional<IncidentKey> incident;
    bool inbox = false;
    std::optional<Instant> since, until;  ///< occurred_at; since included, until not
    std::string tag, source, author;      ///< empty: any
    std::optional<Kind> kind;
    std::optional<std::uint64_t> number;  ///< with incident
    std::vector<wire::SearchTerm> words{};  ///< full text, as amended; empty: any
    bool struck = true;                   ///< struck events too
    std::function<bool(IncidentKey)> visible{};  ///< whether what stands in this incident may be found; empty: all
    bool descending = false;              ///< ledger order
    std::size_t limit = 100;
    std::optional<std::uint64_t> after_seq;  ///< from the cursor: continue beyond this one, in the query's order
};

struct EventPage {
    std::vector<Event> events;             ///< as amended
    std::optional<std::uint64_t> next;     ///< after_seq of the next page; empty at the end. A page may be short, or even empty, with `next` set
    std::uint64_t search_behind = 0;       ///< with words: the newest entries that full text has not read yet
};

struct ChainReport {
    std::uint64_t entries = 0;
    std::string head;                  ///< hex
    bool ok = true;
    std::string problem;               ///< what does not fit
    std::optional<std::uint64_t> at;   ///< the first entry that does not
};

inline constexpr std::size_t max_kept_page_bytes = 8 * 1024 * 1024;  ///< compressed, of one Reader::kept_bodies()

/// One read-only connection, one snapshot of the ledger. Used on a worker thread only; a job may hold it for
/// max_read_transaction at most, so that the log can be checkpointed.
class Reader {
 public:
    virtual ~Reader() = default;
    [[nodiscard]] virtual std::uint64_t last_seq() const = 0;
    [[nodiscard]] virtual Result<std::optional<Event>> event(const Id& id) = 0;
    /// @return Errc::unavailable for a query with words while there is no index to ask.
    [[nodiscard]] virtual Result<EventPage> events(const EventQuery& query) = 0;
    /// Everything timeline::build() needs of this incident. Empty when there is none.
    [[nodiscard]] virtual Result<std::vector<Entry>> incident_entries(IncidentKey key) = 0;
    /// How many events ever joined it: what incident_entries() would cost. 0 when there is none.
    [[nodiscard]] virtual Result<std::uint64_t> incident_size(IncidentKey key) = 0;
    /// The event's own entry and everything about it. Empty when there is none.
    [[nodiscard]] virtual Result<std::vector<Entry>> history(const Id& event) = 0;
    /// For the stream: at most `limit` entries after `seq`, in ledger order.
    [[nodiscard]] virtual Result<std::vector<Entry>> entries_after(std::uint64_t seq, std::size_t limit) = 0;
    /// Newest first.
    [[nodiscard]] virtual Result<std::vector<Incident>> incidents() = 0;
    [[nodiscard]] virtual Result<std::optional<Incident>> incident(IncidentKey key) = 0;
    /// The body that the event came with. Empty: it came with none, or it is forgotten.
    [[nodiscard]] virtual Result<std::optional<KeptBody>> kept_body(const Id& event) = 0;
    /// Bodies of a source received at or after `since`, oldest first, from behind the body `after` (its id; 0: the first);
    /// at most `limit` of them and max_kept_page_bytes together, but at least one when there is one. Empty: no more.
    [[nodiscard]] virtual Result<std::vector<KeptBody>> kept_bodies(std::string_view source, Instant since, std::size_t limit, std::uint64_t after = 0) = 0;
    /// Recomputes the chain over [from, to], kept bodies included; to 0: the end.
    [[nodiscard]] virtual Result<ChainReport> verify(std::uint64_t from = 1, std::uint64_t to = 0) = 0;
};

/// Two workers, each with its own Reader and a bounded queue.
class Readers {
 public:
    virtual ~Readers() = default;
    /// Runs `job` on a worker; returns on the caller's executor. The job's result travels in what it captures, so it
    /// must own it by shared_ptr. @return Errc::unavailable when both queues are full.
    [[nodiscard]] virtual asio::awaitable<Result<void>> run(std::function<void(Reader&)> job) = 0;
    /// Waits until full text has read what is committed now, StoreLimits::search_wait at most. Before a query with words.
    [[nodiscard]] virtual asio::awaitable<void> let_search_catch_up() = 0;
};

/// run() with a result: `co_await read<T>(readers, job)`; `job` is `Result<T>(Reader&)`.
template <class T>
[[nodiscard]] asio::awaitable<Result<T>> read(Readers& readers, std::function<Result<T>(Reader&)> job)
{
    auto slot = std::make_shared<std::optional<Result<T>>>();
    std::function<void(Reader&)> work = [slot, job = std::move(job)](Reader& reader) { slot->emplace(job(reader)); };
    auto ran = co_await readers.run(std::move(work));
    if (!ran) co_return ran.error();
    co_return std::move(**slot);
}

}  // namespace incident::store
