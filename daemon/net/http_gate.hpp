#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The strict gate in front of Beast's parser, which lets through what proxies and we could read differently
/// (RELIABILITY §0 item 9): every rule of T-4 over the raw header bytes. Pure; nothing here is kept between calls.
namespace incident::net {

struct GateLimits {
    std::size_t header_bytes = 16 * 1024;     ///< request line and fields; 431 above
    std::size_t target_bytes = 8 * 1024;      ///< 414 above
    std::size_t header_fields = 100;          ///< 431 above
    std::size_t chunk_extension_bytes = 256;  ///< per chunk; 400 above
};

/// Why a request is not read any further. The connection is closed after the answer: what follows cannot be trusted.
struct Refusal {
    unsigned status = 400;
    std::string detail;
};

/// Where the header ends, looked for as bytes arrive.
struct HeadScan {
    std::size_t size = 0;  ///< bytes up to and with the empty line; 0: not all here yet
    std::optional<Refusal> refusal;
};
/// Looks for the end of the header in `bytes`, of which `seen` bytes were scanned before. A bare LF, or a first byte that
/// begins no method (a TLS hello), is refused at once: its empty line may never come.
[[nodiscard]] HeadScan scan_head(std::string_view bytes, std::size_t seen, const GateLimits& limits);

/// What the framing of one request is, beyond doubt.
struct HeadFacts {
    std::string_view method, target;               ///< into the bytes given
    unsigned version_minor = 1;                    ///< HTTP/1.x
    std::optional<std::uint64_t> content_length;   ///< never together with `chunked`
    bool chunked = false;
    bool keep_alive = true;
    bool expect_continue = false;
};

struct GateVerdict {
    HeadFacts facts;
    std::optional<Refusal> refusal;
};
/// Judges a whole header, as scan_head() cut it.
[[nodiscard]] GateVerdict judge_head(std::string_view head, const GateLimits& limits);

}  // namespace incident::net
