#pragma once
#include "model/entry.hpp"
#include "store/chain.hpp"
#include "store/sqlite.hpp"
#include <functional>

namespace incident::store {

/// A column of microseconds since 1970-01-01 UTC.
[[nodiscard]] inline Instant instant_of(std::int64_t microseconds) { return Instant{std::chrono::microseconds{microseconds}}; }

/// One entry as its rows hold it; the views live until the next row.
struct Row {
    std::uint64_t seq = 0;
    std::string_view facts;
    Bytes link;
    bool has_body = false;   ///< else the entry has no content and its commitment is no_commitment
    bool emptied = false;    ///< by a redaction: only the commitment is left
    std::string_view content;
    Bytes salt, commitment;
};

/// What both the writer's view and the readers ask of the tables. One connection, one thread.
class Rows {
 public:
    /// @param database outlives this.
    [[nodiscard]] static Result<Rows> prepare(Database& database);

    [[nodiscard]] Result<std::uint64_t> last_seq();
    /// Empty when there is none.
    [[nodiscard]] Result<std::optional<Entry>> entry(std::uint64_t seq);
    /// The entry of this id, whatever it is. Empty: none.
    [[nodiscard]] Result<std::optional<Entry>> entry(const Id& id);
    /// The event as it stands up to `last`, uncounted repeats included. Empty: no such event.
    [[nodiscard]] Result<std::optional<Event>> event(const Id& id, std::uint64_t last);
    [[nodiscard]] Result<std::optional<Event>> event(std::uint64_t seq, std::uint64_t last);
    /// Entries about the event, in ledger order.
    [[nodiscard]] Result<std::vector<Entry>> about(std::uint64_t event_seq, std::uint64_t last);
    /// As the events of `recorded` stand; only event entries of it give one. @pre in ledger order.
    [[nodiscard]] Result<std::vector<Event>> as_they_stand(std::vector<Entry> recorded, std::uint64_t last);

    /// Calls `each` for the rows of [from, to] in ledger order, or from `to` down to `from`; false from it ends the scan.
    /// Errors of `each` travel through its captures.
    [[nodiscard]] Result<void> scan(std::uint64_t from, std::uint64_t to, bool descending, const std::function<bool(const Row&)>& each);
    /// The entries of these places. @pre ascending. Neighbours are read in one go.
    [[nodiscard]] Result<std::vector<Entry>> entries(std::span<const std::uint64_t> seqs);

    /// Events that stand or stood in the incident, ascending.
    [[nodiscard]] Result<std::vector<std::uint64_t>> joined(IncidentKey key);
    [[nodiscard]] Result<std::optional<std::uint64_t>> joined_as(IncidentKey key, std::uint64_t number);
    [[nodiscard]] Result<std::uint64_t> joined_count(IncidentKey key);
    [[nodiscard]] Result<std::vector<std::uint64_t>> steps(IncidentKey key);
    [[nodiscard]] Result<std::vector<IncidentKey>> incident_keys();
    /// Entries about any of these events. @pre ascending.
    [[nodiscard]] Result<std::vector<std::uint64_t>> about_any(std::span<const std::uint64_t> events);
    [[nodiscard]] Result<std::optional<std::uint64_t>> event_of_key(std::string_view source, std::string_view key);
    [[nodiscard]] Result<std::optional<std::uint64_t>> newest_alert(std::string_view source, std::string_view fingerprint);

    struct Repeats {
        std::uint64_t event = 0, count = 1;
        Instant last_at{};
        std::uint64_t sealed = 1;
    };
    [[nodiscard]] Result<std::optional<Repeats>> repeats(std::uint64_t event);
    [[nodiscard]] Result<std::vector<Repeats>> unsealed();

 private:
    explicit Rows(Database& database) : database_(&database) {}
    [[nodiscard]] static Row row_of(const Statement& statement);
    [[nodiscard]] Result<std::vector<std::uint64_t>> numbers(Statement& statement, int column = 0);
    [[nodiscard]] Result<void> add_repeats(Event& event);

    Database* database_;
    Statement last_, scan_up_, scan_down_, about_, about_range_, joined_, joined_as_, joined_count_, steps_, keys_of_incidents_,
        key_, alert_, repeats_, unsealed_;
};

}  // namespace incident::store
