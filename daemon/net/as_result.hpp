#pragma once
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace incident::net {

/// Completion token: an awaitable that yields the error beside the values and never throws.
inline constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

}  // namespace incident::net
