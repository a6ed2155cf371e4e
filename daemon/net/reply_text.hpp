#pragma once
#include "model/instant.hpp"
#include "net/http.hpp"
#include <optional>
#include <string>

/// The head of an HTTP/1.1 answer as text. Pure.
namespace incident::net {

/// What the connection decides of an answer's head.
struct ReplyFraming {
    std::optional<std::size_t> content_length;  ///< empty: no length is told
    bool chunked = false;
    bool close = false;
    unsigned version_minor = 1;                 ///< of the request
};

/// RFC 9110 §5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`.
[[nodiscard]] std::string http_date(Instant at);

/// Writes status line and fields to the end of `out`. Control bytes in values become spaces, so that no value adds a field.
void append_reply_head(std::string& out, const Reply& reply, std::string_view date, const ReplyFraming& framing);

/// Whether an answer with this status has a body at all.
[[nodiscard]] bool may_have_body(unsigned status) noexcept;

}  // namespace incident::net
