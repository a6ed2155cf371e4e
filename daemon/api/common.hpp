#pragma once
#include "api/call.hpp"
#include "store/visible_reader.hpp"

/// What several handlers need. Network thread, unless a function says otherwise.
namespace incident::api {

/// Bodies above this are decoded on a worker: the network thread never computes longer than 1 ms (DESIGN §3).
inline constexpr std::size_t inline_body_bytes = 64 * 1024;

/// Runs `work` on a worker, or here when `bytes` of input are few enough. `work` must own all it touches.
template <class T>
[[nodiscard]] asio::awaitable<Result<T>> compute(Runtime& runtime, std::size_t bytes, std::function<Result<T>()> work)
{
    if (bytes <= inline_body_bytes) co_return work();
    std::function<Result<T>(store::Reader&)> job = [work = std::move(work)](store::Reader&) { return work(); };
    auto result = co_await store::read<T>(runtime.readers, std::move(job));
    co_return std::move(result);
}

/// Runs `job` on a worker over what `who` may see. Everything that is answered from the ledger is read through this.
template <class T>
[[nodiscard]] asio::awaitable<Result<T>> read_as(Runtime& runtime, auth::Principal who, std::function<Result<T>(store::Reader&)> job)
{
    std::function<Result<T>(store::Reader&)> filtered = [who = std::move(who), job = std::move(job)](store::Reader& all) {
        store::VisibleReader visible{all, who};
        return job(visible);
    };
    auto result = co_await store::read<T>(runtime.readers, std::move(filtered));
    co_return std::move(result);
}

/// The request's Idempotency-Key with a digest over method, path and body. Empty when none was given.
/// @return Errc::invalid_input for a key that is empty, too long or not printable ASCII.
[[nodiscard]] Result<std::optional<store::RequestKey>> request_key(const Call& call);

/// `{id}` of the path. @return Errc::not_found when it is no id: no such resource.
[[nodiscard]] Result<Id> event_id(const Call& call);
/// `{key}` of the path. @return Errc::not_found when it is no key.
[[nodiscard]] Result<IncidentKey> incident_key(const Call& call);

/// Where a key leads through merges, on a worker's snapshot. @return Errc::not_found.
[[nodiscard]] Result<Incident> target_incident(store::Reader& reader, IncidentKey key);
/// The incident itself, merged or not. @return Errc::not_found.
[[nodiscard]] Result<Incident> known_incident(store::Reader& reader, IncidentKey key);

/// The stored event with the place and time the entry got.
[[nodiscard]] Event event_of(const Entry& entry);

/// Counts what a receipt stored, repeated and replayed: metrics and the status page.
void count(Context& context, const store::Receipt& receipt, std::string_view source, Instant now);

/// The body as one JSON document. @return Errc::malformed, Errc::limit_exceeded.
[[nodiscard]] Result<wire::json::value> json_body(const Call& call);

}  // namespace incident::api
