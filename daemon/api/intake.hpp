#pragma once
#include "api/call.hpp"
#include "store/side_books.hpp"

/// The one way in for whatever came from outside our own API: hooks, doors, sockets, chat. Network thread only.
namespace incident::api {

struct Arrival {
    std::string source;
    Sender sender;
    ingest::Understood understood;
    std::shared_ptr<const store::RawBody> raw{};  ///< kept with what it made; null: nothing to keep
    std::string delivery_id{};                    ///< the sender's own id of this delivery: a second one changes nothing
    std::string digest{};                         ///< SHA-256 of the body, hex: the same id with another body is another delivery
    Instant received_at{};
    bool prepared = false;                        ///< prepare() was done, on a worker
};

/// What take_in() does first: secrets cut out of what was understood, tags. Pure but for its argument.
void prepare(Arrival& arrival, const tagging::RuleSet& rules);

/// Prepares, decides, appends, counts, notes on the source's status line. What leaves no event behind (a test, our own echo)
/// is answered by an empty receipt.
/// @return what was stored; Errc::unavailable or Errc::unknown_outcome when nothing is known to be stored: the sender must
/// come again. Nothing else, whatever it was.
[[nodiscard]] asio::awaitable<Result<store::Receipt>> take_in(Context& context, Arrival arrival);

/// The events of a receipt as stored, in order: what Understood::answer is asked with.
[[nodiscard]] std::vector<Event> events_of(const store::Receipt& receipt);

/// The alert routes of the configuration in force; compiled once for each.
[[nodiscard]] const std::shared_ptr<const AlertRoutes>& current_routes(Context& context);

}  // namespace incident::api
