#include "app/clock.hpp"
#include "store/writer.hpp"
#include <algorithm>
#include <boost/json.hpp>

// Who may come in: made and revoked, each in a transaction of its own, never deleted.
namespace incident::store {
namespace {

namespace json = boost::json;

constexpr std::pair<auth::Role, std::string_view> roles[]{
    {auth::Role::none, "none"}, {auth::Role::read, "read"}, {auth::Role::write, "write"}, {auth::Role::admin, "admin"}};

std::string facts_of(const auth::Token& token)
{
    json::object facts;
    facts["name"] = token.name;
    facts["role"] = std::ranges::find(roles, token.role, [](const auto& one) { return one.first; })->second;
    if (!token.ingest.empty()) {
        json::array sources;
        for (const auto& source : token.ingest) sources.emplace_back(source);
        facts["ingest"] = std::move(sources);
    }
    facts["created_at"] = to_rfc3339(token.created_at);
    if (!token.created_by.empty()) facts["created_by"] = token.created_by;
    if (token.expires_at) facts["expires_at"] = to_rfc3339(*token.expires_at);
    return json::serialize(facts);
}

std::string text(const json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(name);
    return value ? std::string{value->as_string().data(), value->as_string().size()} : std::string{};
}

Result<auth::Token> read_token(std::string_view id, std::string_view digest, std::string_view facts_text)
try {
    json::parse_options options;
    options.allow_invalid_utf8 = true;
    const auto value = json::parse(facts_text, {}, options);
    const auto& facts = value.as_object();
    auth::Token token;
    token.id = id;
    token.digest = digest;
    token.name = text(facts, "name");
    const auto role = std::ranges::find(roles, text(facts, "role"), [](const auto& one) { return one.second; });
    if (role == std::end(roles)) return Failure{Errc::unavailable, "the role of token " + token.id + " is unknown"};
    token.role = role->first;
    if (const auto* sources = facts.if_contains("ingest"))
        for (const auto& source : sources->as_array()) token.ingest.emplace(source.as_string().data(), source.as_string().size());
    auto created = parse_rfc3339(text(facts, "created_at"));
    if (!created) return created.error();
    token.created_at = *created;
    token.created_by = text(facts, "created_by");
    if (facts.if_contains("expires_at")) {
        auto expires = parse_rfc3339(text(facts, "expires_at"));
        if (!expires) return expires.error();
        token.expires_at = *expires;
    }
    return token;
} catch (const std::exception& error) {
    return Failure{Errc::unavailable, "token " + std::string{id} + " cannot be read: " + error.what()};
}

bool in_force(const auth::Token& token, Instant now) { return !token.revoked_at && (!token.expires_at || *token.expires_at > now); }

}  // namespace

Result<void> Writer::prepare_tokens()
{
    struct {
        Statement& statement;
        const char* sql;
    } const all[] = {
        {all_tokens_, "SELECT id, digest, facts, revoked_at FROM tokens ORDER BY place"},
        {add_token_, "INSERT INTO tokens(id, digest, facts) VALUES(?1, ?2, ?3)"},
        {revoke_token_, "UPDATE tokens SET revoked_at = ?2 WHERE id = ?1"},
    };
    for (const auto& [statement, sql] : all) {
        auto prepared = database_.prepare(sql);
        if (!prepared) return prepared.error();
        statement = std::move(*prepared);
    }
    return {};
}

Result<std::vector<auth::Token>> Writer::tokens()
{
    std::vector<auth::Token> tokens;
    const Resetting reset{all_tokens_};
    for (;;) {
        const auto row = all_tokens_.step();
        if (!row) return row.error();
        if (!*row) return tokens;
        auto token = read_token(all_tokens_.text(0), all_tokens_.text(1), all_tokens_.text(2));
        if (!token) return token.error();
        if (!all_tokens_.null(3)) token->revoked_at = Instant{std::chrono::microseconds{all_tokens_.integer(3)}};
        tokens.push_back(std::move(*token));
    }
}

Result<void> Writer::add_token(const auth::Token& token)
{
    const auto known = tokens();
    if (!known) return known.error();
    const auto now = clock_.now();
    std::size_t count = 0;
    for (const auto& one : *known) {
        if (one.id == token.id || one.digest == token.digest) return Failure{Errc::conflict, "there is a token " + one.id + " already"};
        if (!in_force(one, now)) continue;
        ++count;
        if (one.name == token.name)
            return Failure{Errc::conflict, "\"" + token.name + "\" has a token already, " + one.id + "; revoke that one first, or choose another name"};
    }
    if (count >= max_tokens) return Failure{Errc::limit_exceeded, "there are " + std::to_string(count) + " tokens already; revoke some that nobody uses"};
    const auto facts = facts_of(token);
    return in_transaction([&] { return add_token_.bind(1, std::string_view{token.id}).bind(2, std::string_view{token.digest}).bind(3, std::string_view{facts}).run(); });
}

Result<auth::Token> Writer::revoke_token(std::string_view id, Instant at)
{
    const auto known = tokens();
    if (!known) return known.error();
    const auto found = std::ranges::find(*known, id, &auth::Token::id);
    if (found == known->end()) return Failure{Errc::not_found, "there is no token " + std::string{id}};
    if (found->revoked_at) return *found;  // once is for ever
    auto revoked = *found;
    revoked.revoked_at = at;
    const auto done = in_transaction([&] { return revoke_token_.bind(1, id).bind(2, static_cast<std::int64_t>(at.time_since_epoch().count())).run(); });
    if (!done) return done.error();
    return revoked;
}

Result<void> Writer::in_transaction(const std::function<Result<void>()>& change)
{
    if (auto begun = begin(); !begun) return begun;
    wrote_ = true;
    auto done = change();
    if (done) done = end();
    if (!done) abandon();
    return done;
}

}  // namespace incident::store
