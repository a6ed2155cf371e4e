#pragma once
#include "api/call.hpp"

/// The one way in for whatever came from outside our own API: hooks, doors, sockets, chat. Network thread only.
namespace incident::api {

struct Arrival {
    std::string source;
    Sender sender;
    ingest::Understood understood;
    std::shared_ptr<const store::RawBody> raw{};  ///< kept with what it made; null: nothing to keep
    std::string delivery_id{};                    ///< the sender's own id of this delivery: a second one changes nothing
    Instant received_at{};
};

/// Tags, secrets cut out, decides, appends, counts, notes on the source's status line.
/// @return what was stored; Errc::unavailable or Errc::unknown_outcome when nothing is known to be stored: the sender must
/// come again. Nothing else, whatever it was.
[[nodiscard]] asio::awaitable<Result<store::Receipt>> take_in(Context& context, Arrival arrival);

}  // namespace incident::api
