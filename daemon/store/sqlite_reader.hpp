#pragma once
#include "store/reader.hpp"
#include "store/raw_rows.hpp"
#include "store/rows.hpp"
#include "store/search_file.hpp"

namespace incident::store {

class SearchIndex;

/// One read-only connection. begin() fixes the newest entry that is seen; the transaction behind it is renewed now and
/// then, which changes nothing for an append-only ledger, so that the log can be checkpointed.
class SqliteReader final : public Reader {
 public:
    /// @param search answers queries with words, and outlives this; null: there are none.
    [[nodiscard]] static Result<std::unique_ptr<SqliteReader>> open(const std::filesystem::path& file, const char* vfs, SearchIndex* search);

    [[nodiscard]] Result<void> begin();
    void end();

    [[nodiscard]] std::uint64_t last_seq() const override { return last_; }
    [[nodiscard]] Result<std::optional<Event>> event(const Id& id) override;
    [[nodiscard]] Result<EventPage> events(const EventQuery& query) override;
    [[nodiscard]] Result<std::vector<Entry>> incident_entries(IncidentKey key) override;
    [[nodiscard]] Result<std::uint64_t> incident_size(IncidentKey key) override;
    [[nodiscard]] Result<std::vector<Entry>> history(const Id& event) override;
    [[nodiscard]] Result<std::vector<Entry>> entries_after(std::uint64_t seq, std::size_t limit) override;
    [[nodiscard]] Result<std::vector<Incident>> incidents() override;
    [[nodiscard]] Result<std::optional<Incident>> incident(IncidentKey key) override;
    [[nodiscard]] Result<std::optional<KeptBody>> kept_body(const Id& event) override;
    [[nodiscard]] Result<std::vector<KeptBody>> kept_bodies(std::string_view source, Instant since, std::size_t limit, std::uint64_t after) override;
    [[nodiscard]] Result<ChainReport> verify(std::uint64_t from, std::uint64_t to) override;
    /// To the end and without the kept bodies, which may be many times as large: what a start can wait for.
    [[nodiscard]] Result<ChainReport> verify_entries(std::uint64_t from);

 private:
    SqliteReader() = default;
    [[nodiscard]] Result<void> renew();
    [[nodiscard]] Result<EventPage> events_of_incident(const EventQuery& query);
    [[nodiscard]] Result<EventPage> events_with_words(const EventQuery& query);
    [[nodiscard]] Result<std::vector<std::uint64_t>> find_words(const std::string& match, std::uint64_t from, std::uint64_t to, bool descending);
    [[nodiscard]] Result<void> collect(const EventQuery& query, std::vector<Entry> recorded, EventPage& page);
    [[nodiscard]] Result<std::optional<Incident>> incident_from(IncidentKey key);

    Database database_;
    std::optional<Rows> rows_;
    std::optional<RawRows> raw_rows_;
    Statement begin_, commit_;
    SearchIndex* search_ = nullptr;
    std::optional<SearchLooker> looker_;
    std::uint64_t looker_generation_ = 0;  // of the file that looker_ has open
    std::uint64_t last_ = 0;
    std::chrono::steady_clock::time_point began_{};
};

}  // namespace incident::store
