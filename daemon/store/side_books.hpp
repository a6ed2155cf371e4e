#pragma once
#include "auth/access.hpp"
#include "store/ledger.hpp"

/// What stands beside the ledger in the same file and may be forgotten: bodies as they arrived, and who may come in.
namespace incident::store {

/// An authentic body as it is kept, with the events made from it. Written in the same transaction as they are.
struct RawBody {
    std::string source, dialect;
    std::string content_type;
    std::map<std::string, std::string> headers;  ///< only those that a dialect reads (event kinds, ids); never a credential
    std::map<std::string, std::string> query;
    std::string tail;
    std::string compressed;  ///< zstd of the body
    std::size_t size = 0;    ///< of the body, bytes
    std::string digest;      ///< SHA-256 of the body as kept, hex
    bool scrubbed = false;   ///< known secrets were cut out; else it is byte for byte what arrived
};

/// One kept body as it is read back.
struct KeptBody {
    std::uint64_t id = 0;
    Instant received_at;
    RawBody body;                      ///< `compressed` as stored
    std::uint64_t first_seq = 0, last_seq = 0;  ///< entries of the submission that it came with
};

/// Compresses at level 1: a body is written once and read perhaps never.
[[nodiscard]] RawBody pack(std::string_view body, std::string_view source);
/// @return Errc::malformed when it does not decompress to `size` bytes or the digest does not fit.
[[nodiscard]] Result<std::string> unpack(const RawBody& body);

/// Bearer tokens. Changes run on the store thread and are durable before they answer; look-ups read a copy in memory.
class TokenBook {
 public:
    virtual ~TokenBook() = default;
    /// Every token that was ever made, oldest first. Network thread.
    [[nodiscard]] virtual std::shared_ptr<const std::vector<auth::Token>> tokens() const = 0;
    /// @return Errc::conflict for a name with an unrevoked token when `replace` is false; Errc::limit_exceeded over max_tokens.
    [[nodiscard]] virtual asio::awaitable<Result<void>> add(auth::Token token) = 0;
    /// @return Errc::not_found.
    [[nodiscard]] virtual asio::awaitable<Result<auth::Token>> revoke(std::string id, Instant at) = 0;
};
inline constexpr std::size_t max_tokens = 1000;

}  // namespace incident::store
