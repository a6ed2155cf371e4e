#pragma once
#include "model/result.hpp"
#include "net/peer.hpp"
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <optional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

/// What the wire carries, without Beast: handlers see these values only, so they are tested without sockets.
namespace incident::net {
namespace asio = boost::asio;

struct Request {
    std::string method, path;                    ///< path decoded, without query
    std::vector<std::string> segments;           ///< decoded path segments, so `%2F` cannot forge one
    std::map<std::string, std::string> query;    ///< decoded; a name given twice is refused before
    std::map<std::string, std::string> headers;  ///< names in lower case; repeated ones joined by ", "
    std::string body;
    Peer peer;
    [[nodiscard]] std::string_view header(const std::string& name) const
    {
        const auto found = headers.find(name);
        return found == headers.end() ? std::string_view{} : std::string_view{found->second};
    }
};

/// A body that grows: next() gives the next piece, an empty one ends it. Cancelled when the peer leaves or we drain.
class BodyStream {
 public:
    virtual ~BodyStream() = default;
    [[nodiscard]] virtual asio::awaitable<std::string> next() = 0;
};

struct Reply {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
    std::variant<std::string, std::unique_ptr<BodyStream>> body;
};

/// Everything net must know of a route before it reads the body.
struct Admission {
    std::size_t body_limit_bytes = 0;         ///< 413 above
    std::optional<Reply> refuse;              ///< answer now: 404, 405, 415, 503 (no room), 403
};

/// What net needs of whoever answers. `api` implements it; net decides nothing.
class Handler {
 public:
    virtual ~Handler() = default;
    /// After the header, before the body. Must not block.
    [[nodiscard]] virtual Admission admit(const Request& head) = 0;
    /// The whole request. Never throws; a failure is a Reply.
    [[nodiscard]] virtual asio::awaitable<Reply> handle(Request request) = 0;
    /// Something was refused below HTTP (bad framing, header too large): a problem document to send, and counted.
    [[nodiscard]] virtual Reply refuse(unsigned status, std::string detail) = 0;
};

}  // namespace incident::net
