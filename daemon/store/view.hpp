#pragma once
#include "store/rows.hpp"
#include "store/writer.hpp"

namespace incident::store {

/// How far back View::inbox_since() looks, in entries: it runs between two commits.
inline constexpr std::uint64_t max_inbox_scan = 100'000;

/// The ledger as a decision sees it: the writer's own connection, in the middle of its transaction.
class Writer::LedgerView final : public View {
 public:
    LedgerView(Rows& rows, const Catalog& catalog, const Instant& now) : rows_(rows), catalog_(catalog), now_(now) {}
    [[nodiscard]] const Catalog& catalog() const override { return catalog_; }
    [[nodiscard]] Instant now() const override { return now_; }
    [[nodiscard]] Result<std::optional<Event>> event(const Id& id) override;
    [[nodiscard]] Result<std::optional<Event>> event_by_key(std::string_view source, std::string_view key) override;
    [[nodiscard]] Result<std::optional<Entry>> entry(const Id& id) override;
    [[nodiscard]] Result<std::vector<Entry>> about(const Event& event) override;
    [[nodiscard]] Result<std::optional<Event>> newest_alert(std::string_view source, std::string_view fingerprint) override;
    [[nodiscard]] Result<std::optional<IncidentKey>> alert_home(std::string_view source, std::string_view fingerprint) override;
    [[nodiscard]] Result<std::vector<Event>> inbox_since(Instant since, std::size_t limit) override;
    [[nodiscard]] Result<std::vector<Event>> events_of(IncidentKey key, std::size_t limit) override;
    [[nodiscard]] Result<std::vector<Event>> newest_of(IncidentKey key, std::size_t limit) override;

 private:
    Rows& rows_;
    const Catalog& catalog_;
    const Instant& now_;
};

}  // namespace incident::store
