#include "api/inflate.hpp"
#include <algorithm>
#include <array>
#include <memory>
#include <zlib.h>

namespace incident::api {

namespace {

constexpr int gzip_only = 16 + MAX_WBITS;

}  // namespace

Result<std::string> gunzip(std::string_view compressed, std::size_t limit_bytes)
{
    z_stream stream{};
    if (inflateInit2(&stream, gzip_only) != Z_OK) return Failure{Errc::unavailable, "no memory to inflate the body"};
    const std::unique_ptr<z_stream, int (*)(z_stream*)> owner{&stream, inflateEnd};
    // zlib reads only; its interface is older than const.
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(compressed.data()));  // NOLINT
    stream.avail_in = static_cast<uInt>(compressed.size());
    std::string text;
    std::array<unsigned char, 32 * 1024> piece;  // NOLINT(*-member-init): filled before it is read
    while (true) {
        stream.next_out = piece.data();
        stream.avail_out = static_cast<uInt>(piece.size());
        const auto result = inflate(&stream, Z_NO_FLUSH);
        text.append(reinterpret_cast<const char*>(piece.data()), piece.size() - stream.avail_out);
        if (text.size() > limit_bytes) return Failure{Errc::limit_exceeded, "the body has more than " + std::to_string(limit_bytes) + " bytes when inflated; send it in parts"};
        const auto read = compressed.size() - stream.avail_in;
        if (text.size() > read * max_inflation + free_inflation_bytes)
            return Failure{Errc::limit_exceeded, "the body inflates to more than " + std::to_string(max_inflation) + " times its size"};
        if (result == Z_STREAM_END) {
            if (stream.avail_in == 0) return text;
            if (inflateReset(&stream) != Z_OK) break;  // another member behind it
            continue;
        }
        if (result != Z_OK || (stream.avail_in == 0 && stream.avail_out > 0)) break;
    }
    return Failure{Errc::unsupported, "Content-Encoding says gzip, but the body is no whole gzip"};
}

}  // namespace incident::api
