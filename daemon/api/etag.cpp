#include "api/etag.hpp"
#include "auth/verify.hpp"
#include "model/text.hpp"
#include "wire/json.hpp"

namespace incident::api {
namespace {

constexpr std::size_t etag_digits = 24;  // 96 bits: two states of one event never meet by chance

std::string in_quotes(std::string_view text) { return '"' + std::string{text} + '"'; }

}  // namespace

std::string etag_of(const Event& event)
{
    const auto digest = auth::sha256_hex(wire::json::serialize(wire::to_json(event)));
    return in_quotes(std::string_view{digest}.substr(0, etag_digits));
}

std::string etag_of(const Incident& incident) { return in_quotes(std::to_string(incident.last_seq)); }

std::string etag_of(std::uint64_t seq, std::string_view options)
{
    const auto digest = auth::sha256_hex(options);
    return in_quotes(std::to_string(seq) + '-' + digest.substr(0, etag_digits));
}

bool names_etag(std::string_view header, std::string_view etag, bool weak) noexcept
{
    while (!header.empty()) {
        const auto comma = header.find(',');  // our own tags hold no comma
        auto one = trimmed(header.substr(0, comma));
        if (one == "*") return true;
        if (weak && one.starts_with("W/")) one.remove_prefix(2);
        if (one == etag) return true;
        if (comma == std::string_view::npos) break;
        header.remove_prefix(comma + 1);
    }
    return false;
}

}  // namespace incident::api
