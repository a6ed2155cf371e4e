#include "store/chain.hpp"
#include "store/side_books.hpp"
#include <new>
#include <zstd.h>

namespace incident::store {
namespace {

constexpr int level = 1;
/// No body that we take is larger; a damaged size must not become an allocation.
constexpr std::size_t max_unpacked_bytes = 64 * 1024 * 1024;

Failure damaged(std::string_view why) { return {Errc::malformed, "the kept body is damaged: " + std::string{why} + "; run `incidentctl verify`"}; }

}  // namespace

RawBody pack(std::string_view body, std::string_view source)
{
    RawBody packed;
    packed.source = source;
    packed.size = body.size();
    packed.digest = to_hex(sha256(body));
    packed.compressed.resize(ZSTD_compressBound(body.size()));
    const auto size = ZSTD_compress(packed.compressed.data(), packed.compressed.size(), body.data(), body.size(), level);
    if (ZSTD_isError(size) != 0) throw std::bad_alloc{};  // the room is enough by construction
    packed.compressed.resize(size);
    packed.compressed.shrink_to_fit();  // it waits in a queue and its room is counted
    return packed;
}

Result<std::string> unpack(const RawBody& body)
{
    if (body.size > max_unpacked_bytes) return damaged("its size is " + std::to_string(body.size) + " bytes");
    std::string unpacked(body.size, '\0');
    const auto size = ZSTD_decompress(unpacked.data(), unpacked.size(), body.compressed.data(), body.compressed.size());
    if (ZSTD_isError(size) != 0) return damaged(ZSTD_getErrorName(size));
    if (size != body.size) return damaged("it has " + std::to_string(size) + " bytes, not " + std::to_string(body.size));
    if (to_hex(sha256(unpacked)) != body.digest) return damaged("its digest does not fit");
    return unpacked;
}

}  // namespace incident::store
