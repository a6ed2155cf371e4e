#pragma once
#include "auth/access.hpp"
#include "store/reader.hpp"
#include <map>

namespace incident::store {

/// A snapshot as one principal may see it: what stands in a private incident of others does not exist, be it asked for by
/// key, by id, by filter or by place. Every request reads through one, so that no handler has to remember to look.
/// Labels, members and places are those of the snapshot: now, not when something was written.
class VisibleReader final : public Reader {
 public:
    /// @param all outlives this.
    VisibleReader(Reader& all, auth::Principal who) : all_(all), who_(std::move(who)) {}

    [[nodiscard]] std::uint64_t last_seq() const override { return all_.last_seq(); }
    [[nodiscard]] Result<std::optional<Event>> event(const Id& id) override;
    [[nodiscard]] Result<EventPage> events(const EventQuery& query) override;
    [[nodiscard]] Result<std::vector<Entry>> incident_entries(IncidentKey key) override;
    [[nodiscard]] Result<std::uint64_t> incident_size(IncidentKey key) override;
    [[nodiscard]] Result<std::vector<Entry>> history(const Id& event) override;
    [[nodiscard]] Result<std::vector<Entry>> entries_after(std::uint64_t seq, std::size_t limit) override;
    [[nodiscard]] Result<std::vector<Incident>> incidents() override;
    [[nodiscard]] Result<std::optional<Incident>> incident(IncidentKey key) override;
    /// A body may speak of several alerts, told again ones among them, so a source's bodies are hidden as a whole from whoever
    /// may not see all that it ever sent.
    [[nodiscard]] Result<std::optional<KeptBody>> kept_body(const Id& event) override;
    [[nodiscard]] Result<std::vector<KeptBody>> kept_bodies(std::string_view source, Instant since, std::size_t limit, std::uint64_t after) override;
    /// Places and digests only; they tell nothing of what was written.
    [[nodiscard]] Result<ChainReport> verify(std::uint64_t from, std::uint64_t to) override { return all_.verify(from, to); }

    /// Whether the entry may be shown: an incident's step by its incident, all else by where its event stands now.
    [[nodiscard]] Result<bool> shows(const Entry& entry);

 private:
    [[nodiscard]] bool sees_all() const noexcept { return who_.owner; }
    [[nodiscard]] Result<bool> sees(IncidentKey key);
    [[nodiscard]] Result<bool> sees_event(const Id& id);
    [[nodiscard]] Result<bool> sees_source(std::string_view source);

    Reader& all_;
    auth::Principal who_;
    std::map<IncidentKey, bool> seen_;  // looked up once for each snapshot
};

}  // namespace incident::store
