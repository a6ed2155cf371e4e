#include "api/admission.hpp"
#include "api/guard.hpp"
#include "api/query.hpp"
#include "model/text.hpp"

namespace incident::api {
namespace {

using wire::Operation;

bool changes_state(std::string_view method) { return method == "POST" || method == "PATCH" || method == "PUT" || method == "DELETE"; }

/// What an operation answers with on success; empty: whatever is asked for.
std::vector<std::string_view> produced_by(Operation operation)
{
    switch (operation) {
    case Operation::get_draft: return {"text/markdown", "text/html", "application/json", "text/csv", "text/plain"};
    case Operation::get_stream: return {"text/event-stream"};
    case Operation::post_hook:
    case Operation::get_raw:  // of whatever type it came as
    case Operation::get_metrics:
    case Operation::get_healthy:
    case Operation::get_ready:
    case Operation::reload:
    case Operation::get_page: return {};
    case Operation::post_events:
    case Operation::list_events:
    case Operation::get_event:
    case Operation::post_amendment:
    case Operation::get_history:
    case Operation::open_incident:
    case Operation::list_incidents:
    case Operation::get_incident:
    case Operation::patch_incident:
    case Operation::get_timeline:
    case Operation::get_status:
    case Operation::list_rules:
    case Operation::apply_rules:
    case Operation::create_rule:
    case Operation::remove_rule:
    case Operation::try_rules:
    case Operation::list_sources:
    case Operation::get_source:
    case Operation::try_source:
    case Operation::replay_source:
    case Operation::get_stats:
    case Operation::verify_ledger:
    case Operation::get_openapi:
    case Operation::list_tokens:
    case Operation::create_token:
    case Operation::revoke_token:
    case Operation::get_self: return {"application/json"};
    }
    return {};
}

std::optional<Refusal> refuse_type(const net::Request& head, Operation operation, std::string_view source, const config::Config& config)
{
    // A form cannot ask with DELETE, and there is no body whose type could be wrong.
    if (!changes_state(head.method) || operation == Operation::reload || operation == Operation::revoke_token ||
        operation == Operation::remove_rule)
        return std::nullopt;
    const auto given = head.header("content-type");
    if (operation == Operation::post_hook) {
        const auto hook = find_hook(source, config);
        if (!hook || reads(hook->dialect->takes, given)) return std::nullopt;
        // A CloudEvent in binary mode is of whatever type its data is.
        if (hook->dialect->name == wire::cloudevents_door.source && is_cloudevent(head)) return std::nullopt;
        return Refusal{0, {Errc::unsupported, "this hook reads " + std::string{type_words(hook->dialect->takes)} + ", not " + visible(shortened(given, 80))}, {}};
    }
    // A type that a form cannot send: a foreign page would have to ask first, and we never say yes.
    const auto type = media_type(given);
    if (type == "application/json") return std::nullopt;
    if (operation == Operation::post_events && type == "application/x-ndjson") return std::nullopt;
    const std::string wanted = operation == Operation::post_events ? "application/json or application/x-ndjson" : "application/json";
    return Refusal{0, {Errc::unsupported, "send Content-Type: " + wanted + (given.empty() ? "" : ", not " + visible(shortened(given, 80)))}, {}};
}

}  // namespace

std::optional<Refusal> refuse_stranger(const net::Request& head, Operation operation, const AdmissionRules& rules)
{
    if (head.peer.unix_socket) return std::nullopt;  // browsers cannot reach it
    // Probes come by address, and what they read is no secret. Who shows a proof is no page that a rebound name led here:
    // a browser keeps credentials by name.
    const bool probe = operation == Operation::get_healthy || operation == Operation::get_ready;
    if (!probe && !rules.proved && !host_allowed(head.header("host"), rules.allowed_hosts))
        return Refusal{421, {Errc::forbidden, "this is not " + visible(shortened(head.header("host"), 80)) +
                                                  "; if it should be, add the name to allowed_hosts in the config"}, {}};
    const auto origin = head.header("origin");
    const auto site = head.header("sec-fetch-site");
    if (operation == Operation::post_hook) {
        if (!origin.empty() || site == "cross-site" || site == "same-site" || site == "same-origin")
            return Refusal{0, {Errc::forbidden, "hooks are for servers; requests of a browser are refused"}, {}};
        return std::nullopt;
    }
    if (!changes_state(head.method) && operation != Operation::get_stream) return std::nullopt;
    const bool same_site = rules.proved && !origin.empty() && host_of_url(origin) == head.header("host");
    if ((!origin.empty() && !same_site && !origin_allowed(origin, rules.allowed_hosts)) || site == "cross-site")
        return Refusal{0, {Errc::forbidden, "requests from other sites are refused; if " + visible(shortened(origin, 80)) +
                                                " is yours, add its host to allowed_hosts in the config"}, {}};
    return std::nullopt;
}

std::optional<Refusal> refuse_form(const net::Request& head, Operation operation, std::string_view source, const AdmissionRules& rules)
{
    if (operation == Operation::post_hook && !find_hook(source, rules.config))
        return Refusal{0, unknown_hook(source, rules.config), {}};
    const auto encoding = lowered(trimmed(head.header("content-encoding")));
    const bool inflated = encoding == "gzip" && operation == Operation::post_hook;
    if (!encoding.empty() && encoding != "identity" && !inflated)
        return Refusal{0, {Errc::unsupported, "Content-Encoding " + visible(shortened(encoding, 40)) + " is not read here; send the body as it is"},
                       {{"Accept-Encoding", operation == Operation::post_hook ? "gzip, identity" : "identity"}}};
    if (auto refusal = refuse_type(head, operation, source, rules.config)) return refusal;
    if (auto known = check_names(head.query, operation); !known) return Refusal{0, known.error(), {}};
    const auto produced = produced_by(operation);
    const auto accept = head.header("accept");
    if (produced.empty() || std::ranges::any_of(produced, [&](auto type) { return accepts(accept, type); })) return std::nullopt;
    return Refusal{406, {Errc::malformed, "this address answers " + std::string{produced.front()} + ", which the Accept header does not take"}, {}};
}

std::size_t body_limit(const net::Request& head, Operation operation, std::string_view source, const config::Config& config)
{
    if (operation == Operation::post_hook) {
        const auto hook = find_hook(source, config);
        return hook ? body_limit(*hook, config.http) : 0;
    }
    if (!changes_state(head.method)) return 0;
    // Bulk: a stream of lines may be as large as an alert storm's body.
    if (operation == Operation::post_events && media_type(head.header("content-type")) == "application/x-ndjson")
        return config.http.bulk_body_bytes;
    return config.http.body_bytes;
}

}  // namespace incident::api
