#pragma once
#include "api/alert_routes.hpp"
#include "auth/access.hpp"
#include "ingest/dialect.hpp"
#include "store/ledger.hpp"
#include "tagging/rules.hpp"
#include "wire/json.hpp"

/// The domain's decisions: requests -> what to append, knowing the ledger so far. Pure but for the View.
namespace incident::api {

struct Sender {
    std::string source;     ///< `api`, `alertmanager`, …
    std::string principal;  ///< net::Peer::principal()
    Author author;          ///< as proved by the transport; a request may claim another name
    auth::Principal who{};  ///< what it may see; by default nothing private
};

inline constexpr std::size_t max_adopted_events = 10'000, max_merged_events = 20'000;

/// Who is shown: the proved name, with what the request claims beside it; without a proof the claim, marked as one.
[[nodiscard]] Author author_for(const Author& proved, std::string_view claim);

/// The open incidents that `who` may see, newest first: whose only one a note without an incident goes to.
[[nodiscard]] std::vector<const Incident*> open_to(const auth::Principal& who, const store::Catalog& catalog);
/// Where `key` leads through merges, when `who` may see both ends; else empty, as for a key that was never given.
[[nodiscard]] std::optional<IncidentKey> visible_target(const auth::Principal& who, const store::Catalog& catalog, IncidentKey key);
/// Whether `who` may see what stands where this event stands.
[[nodiscard]] bool may_see_event(const auth::Principal& who, const store::Catalog& catalog, const Event& event);

/// Posted events: stamps the receipt, checks that a named incident exists (422 with pointer) and leads through merges;
/// without a name the event goes to the only open incident that the sender may see, else to the inbox.
/// @param batch errors point at `/17/incident` instead of `/incident`.
/// @param rules tag once more what answers an earlier line of its incident; null: no line is taken for an answer.
[[nodiscard]] store::Decide decide_events(std::vector<wire::EventRequest> requests, Sender sender, bool batch,
                                          std::shared_ptr<const tagging::RuleSet> rules = {});

/// What a hook understood. An alert whose fingerprint stands in an open incident joins it; others join the newest open
/// incident whose matchers fit a route, or open one where the route says so, else the inbox. Chat goes to the only open
/// incident. System events (truncation) follow the alerts they came with; what nobody understood waits in the inbox.
/// Chat edits find their message by key.
[[nodiscard]] store::Decide decide_hook(std::vector<ingest::Item> items, Sender sender,
                                        std::shared_ptr<const AlertRoutes> routes,
                                        std::shared_ptr<const tagging::RuleSet> rules = {});

/// @return Errc::not_found for an unknown event, Errc::stale when `if_match` does not name the event as it stands,
/// Errc::invalid_input for an unknown incident, tag target or undo, Errc::conflict for a move to where it is.
[[nodiscard]] store::Decide decide_amendment(Id event, Amendment amendment, Sender sender, std::string if_match);
[[nodiscard]] store::Decide decide_open(wire::OpenRequest request, Sender sender);
/// @return Errc::not_found; Errc::conflict for closing a closed one, reopening an open one, touching a merged one.
[[nodiscard]] store::Decide decide_patch(IncidentKey key, wire::PatchRequest request, Sender sender, std::string if_match);

}  // namespace incident::api
