#include "api/authenticate.hpp"
#include "api/common.hpp"
#include "api/handlers.hpp"
#include "app/clock.hpp"
#include "observe/log.hpp"
#include <array>

namespace incident::api {
namespace {

constexpr std::size_t secret_bytes = 32, id_letters = 8;

wire::json::array roles_of(auth::Role role, const std::set<std::string>& ingest)
{
    wire::json::array words;
    if (role != auth::Role::none) words.push_back(wire::json::string(auth::to_string(role)));
    for (const auto& source : ingest) words.push_back(wire::json::string("ingest:" + source));
    return words;
}

wire::json::value time_or_null(const std::optional<Instant>& at)
{
    return at ? wire::json::value(wire::json::string(to_rfc3339(*at))) : wire::json::value(nullptr);
}

wire::json::object to_json(const auth::Token& token, Instant now)
{
    wire::json::object json;
    json["id"] = token.id;
    json["name"] = token.name;
    json["roles"] = roles_of(token.role, token.ingest);
    json["created_at"] = to_rfc3339(token.created_at);
    json["created_by"] = token.created_by;
    json["expires_at"] = time_or_null(token.expires_at);
    json["revoked_at"] = time_or_null(token.revoked_at);
    json["state"] = token.revoked_at ? "revoked" : token.expires_at && *token.expires_at <= now ? "expired" : "active";
    return json;
}

/// Letters and digits that nobody mixes up when read aloud.
std::string token_id(std::span<const std::uint8_t> random)
{
    constexpr std::string_view letters = "abcdefghjkmnpqrstuvwxyz23456789";
    std::string id = "tok_";
    for (const auto byte : random) id += letters[byte % letters.size()];
    return id;
}

Result<auth::Token> to_token(const wire::TokenRequest& request, Instant now, const std::string& by)
{
    auth::Token token;
    token.name = request.name;
    token.created_at = now;
    token.created_by = by;
    if (request.expires) token.expires_at = now + *request.expires;
    std::vector<FieldError> errors;
    for (std::size_t i = 0; i < request.roles.size(); ++i)
        if (auto added = auth::add_role(token, request.roles[i]); !added)
            errors.push_back({"/roles/" + std::to_string(i), added.error().detail});
    if (errors.empty()) return token;
    auto detail = errors.front().detail;
    return Failure{Errc::invalid_input, std::move(detail), std::move(errors)};
}

Failure no_book() { return {Errc::unavailable, "this ledger keeps no tokens"}; }

net::Reply private_reply(unsigned status, const wire::json::value& body)
{
    auto reply = json_reply(status, body);
    reply.headers.emplace_back("Cache-Control", "no-store");
    return reply;
}

}  // namespace

Handled list_tokens(Context& context, Call call)
{
    if (context.runtime.tokens == nullptr) co_return no_book();
    wire::json::array all;
    const auto tokens = context.runtime.tokens->tokens();
    for (const auto& token : *tokens) all.push_back(to_json(token, call.received_at));
    wire::json::object body;
    body["tokens"] = std::move(all);
    co_return private_reply(200, body);
}

Handled create_token(Context& context, Call call)
{
    auto& runtime = context.runtime;
    if (runtime.tokens == nullptr || runtime.entropy == nullptr) co_return no_book();
    auto document = json_body(call);
    if (!document) co_return document.error();
    const auto request = wire::read_token_request(*document);
    if (!request) co_return request.error();
    auto token = to_token(*request, call.received_at, call.sender.who.name);
    if (!token) co_return token.error();
    std::array<std::uint8_t, secret_bytes> secret{};
    std::array<std::uint8_t, id_letters> id{};
    if (auto filled = runtime.entropy->fill(secret); !filled) co_return filled.error();
    if (auto filled = runtime.entropy->fill(id); !filled) co_return filled.error();
    const auto text = auth::token_text(secret);
    token->id = token_id(id);
    token->digest = auth::token_digest(text);
    const auto before = runtime.tokens->tokens();
    const bool first = before->empty() && (!runtime.users || runtime.users->empty());
    auto kept = *token;
    auto added = co_await runtime.tokens->add(std::move(kept));
    if (!added) co_return added.error();
    observe::log_info("token made", {{"token", token->id}, {"name", token->name}, {"by", call.sender.principal}});
    auto body = to_json(*token, call.received_at);
    body["token"] = text;
    body["warning"] = nullptr;
    if (first) {
        constexpr const char* closed = "this is the first token: from now on every TCP listener asks for proof; Prometheus, Alertmanager and other "
                                       "senders need a token too. The Unix socket works as before";
        body["warning"] = closed;
        observe::log_warn("TCP listeners ask for proof from now on: the first token was made", {{"token", token->id}});
    }
    co_return private_reply(201, body);
}

Handled revoke_token(Context& context, Call call)
{
    auto& runtime = context.runtime;
    if (runtime.tokens == nullptr) co_return no_book();
    auto id = call.params.at("id");
    auto revoked = co_await runtime.tokens->revoke(std::move(id), call.received_at);
    if (!revoked) co_return revoked.error();
    observe::log_info("token revoked", {{"token", revoked->id}, {"name", revoked->name}, {"by", call.sender.principal}});
    co_return private_reply(200, to_json(*revoked, call.received_at));
}

Handled get_self(Context& context, Call call)
{
    const auto& who = call.sender.who;
    const auto& runtime = context.runtime;
    const auto tokens = runtime.tokens == nullptr ? nullptr : runtime.tokens->tokens();
    wire::json::object body;
    body["name"] = who.name.empty() ? wire::json::value(nullptr) : wire::json::value(wire::json::string(who.name));
    body["how"] = who.how;
    body["roles"] = roles_of(who.role, who.ingest);
    body["verified"] = who.verified;
    body["owner"] = who.owner;
    body["open"] = (!tokens || tokens->empty()) && (!runtime.users || runtime.users->empty());
    co_return private_reply(200, body);
}

}  // namespace incident::api
