#include "auth/checks.hpp"
#include "model/text.hpp"
#include "wire/json.hpp"

namespace incident::auth {
namespace {

/// A sender's body may be as large as its dialect's; only one member is looked at.
constexpr wire::JsonLimits body_limits{32, 500'000, 10'000, 16 * 1024 * 1024};

/// Many a script posts JSON with `curl -d` and leaves curl's default type: what begins like JSON is read as JSON.
bool is_form(const Signed& request)
{
    const auto body = trimmed(request.body);
    return lowered(request.content_type).find("x-www-form-urlencoded") != std::string::npos && !body.starts_with('{') && !body.starts_with('[');
}

std::optional<std::string> member_of(std::string_view body, const std::string& pointer)
{
    const auto document = wire::parse_json(body, body_limits);
    if (!document) return std::nullopt;
    boost::system::error_code none;
    const auto* const value = document->find_pointer(pointer, none);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string{value->get_string()};
}

}  // namespace

Verdict check(const SecretRule& rule, std::span<const std::string> secrets, const Signed& request, Instant)
{
    std::optional<std::string> given;
    std::string where;
    bool in_body = false;
    switch (rule.where) {
    case SecretRule::Where::header: {
        where = "header " + rule.name;
        const auto behind = behind_scheme(header_of(request, rule.name), rule.scheme);
        if (behind && !behind->empty()) given = std::string{*behind};
        break;
    }
    case SecretRule::Where::body_member:
        where = "member " + rule.name + " of the body";
        in_body = true;
        if (!is_form(request)) given = member_of(request.body, rule.name);
        break;
    case SecretRule::Where::form_field:
        where = "form field " + rule.name;
        in_body = true;
        if (is_form(request)) given = form_field(request.body, rule.name);
        break;
    case SecretRule::Where::query: {
        where = "query field " + rule.name;
        if (const auto found = request.query.find(rule.name); found != request.query.end()) given = found->second;
        break;
    }
    case SecretRule::Where::path:
        where = "the path behind the source's name";
        if (!request.tail.empty()) given = std::string{request.tail};
        break;
    }
    if (!given || given->empty()) return absent(where + " is missing");
    if (given->size() > max_proof_bytes) return malformed(where + " is longer than " + std::to_string(max_proof_bytes) + " bytes");
    std::vector<std::string> carried;  // a signing secret never travels, and a public key proves nothing
    for (const auto& secret : secrets)
        if (!secret.starts_with("whsec_") && !secret.starts_with("whpk_")) carried.push_back(secret);
    if (!is_one_of(*given, carried)) return wrong("no configured secret equals " + where);
    Proved proved;
    if (in_body) proved.secrets_in_body.push_back(std::move(*given));
    return accepted(std::move(proved));
}

Verdict check(const BasicRule&, std::span<const std::string> secrets, const Signed& request, Instant)
{
    const auto header = header_of(request, "authorization");
    if (header.size() > max_proof_bytes) return malformed("Authorization is longer than " + std::to_string(max_proof_bytes) + " bytes");
    const auto behind = behind_scheme(header, "Basic");
    if (!behind) return absent("Authorization: Basic is missing");
    const auto pair = from_base64(*behind, false, false);
    if (!pair || pair->find(':') == pair->npos) return malformed("Authorization: Basic is no base64 of user:password");
    if (!is_one_of(*pair, secrets)) return wrong("no configured user and password fit Authorization: Basic");
    return accepted({});
}

}  // namespace incident::auth
