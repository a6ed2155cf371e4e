#include "net/http_gate.hpp"
#include "net/target.hpp"
#include "model/text.hpp"
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <cstdlib>

using namespace incident;
namespace http = boost::beast::http;

namespace {

void require(bool holds)
{
    if (!holds) std::abort();
}

/// What the gate lets through, Beast must frame in the same way.
void frames_alike(std::string_view head, const net::HeadFacts& facts)
{
    http::request_parser<http::empty_body> parser;
    parser.header_limit(64 * 1024);
    parser.body_limit(boost::none);
    parser.eager(false);
    boost::system::error_code error;
    const auto used = parser.put(boost::asio::buffer(head.data(), head.size()), error);
    if (error) return;  // then the session refuses, too
    require(parser.is_header_done() && used == head.size());
    require(parser.chunked() == facts.chunked);
    const auto length = parser.content_length();
    require(length.has_value() == facts.content_length.has_value() && (!length || *length == *facts.content_length));
    require(parser.get().method_string() == boost::beast::string_view{facts.method.data(), facts.method.size()});
    require(parser.get().target() == boost::beast::string_view{facts.target.data(), facts.target.size()});
    require(parser.get().count(http::field::host) == 1);
}

}  // namespace

// The gate never reads beyond what it is given, finds the same end however the bytes arrive, and agrees with Beast.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const net::GateLimits limits;
    const auto scan = net::scan_head(bytes, 0, limits);
    if (scan.refusal) {
        require(scan.refusal->status >= 400 && !scan.refusal->detail.empty());
        return 0;
    }
    if (scan.size == 0) return 0;
    require(scan.size <= size);
    for (const auto cut : {scan.size / 3, scan.size / 2, scan.size - 1}) {
        const auto before = net::scan_head(bytes.substr(0, cut), 0, limits);
        require(before.size == 0 && !before.refusal);
        require(net::scan_head(bytes, cut, limits).size == scan.size);
    }
    const auto head = bytes.substr(0, scan.size);
    const auto verdict = net::judge_head(head, limits);
    if (verdict.refusal) {
        require(verdict.refusal->status >= 400 && verdict.refusal->detail == visible(verdict.refusal->detail));
        return 0;
    }
    frames_alike(head, verdict.facts);
    if (const auto target = net::read_target(verdict.facts.target)) {
        require(is_utf8(target->path) && (target->path.starts_with('/') || target->path == "*"));
        for (const auto& [name, value] : target->query) require(is_utf8(name) && is_utf8(value));
    }
    return 0;
}
