#include "model/time_grammar.hpp"
#include "wire/request_members.hpp"

namespace incident::wire {

Result<TokenRequest> read_token_request(const json::value& value)
{
    static constexpr std::array<std::string_view, 3> known{"name", "roles", "expires"};
    constexpr std::size_t max_roles = 32;
    FieldErrors errors;
    TokenRequest request;
    Members members{value, "", errors};
    if (!members.is_object()) return errors.failure();

    members.only(known);
    if (members.find("name") == nullptr) members.bad("name", "is missing; say who or what will show this token");
    filled(members, "name", request.name, max_name_bytes, one_line);
    if (members.find("roles") == nullptr) members.bad("roles", R"(is missing; give a list such as ["read"] or ["ingest:alertmanager"])");
    members.elements("roles", max_roles, [&](const json::value& element, const std::string& pointer) {
        if (const auto* word = element.if_string()) request.roles.emplace_back(view_of(*word));
        else errors.add(pointer, "must be a string, not " + std::string{type_word(element)});
    });
    if (errors.empty() && request.roles.empty()) members.bad("roles", "is empty; a token without a role opens nothing");
    members.optional(request.expires, [&](std::chrono::microseconds& span) {
        if (!members.word("expires", span, [](std::string_view word) { return parse_span(word); })) return false;
        if (span > std::chrono::microseconds{0}) return true;
        members.bad("expires", "must be longer than nothing, such as \"90d\"");
        return false;
    });
    if (!errors.empty()) return errors.failure();
    return request;
}

}  // namespace incident::wire
