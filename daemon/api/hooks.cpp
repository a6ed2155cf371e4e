#include "api/hooks.hpp"
#include "api/common.hpp"
#include "api/guard.hpp"
#include "api/handlers.hpp"
#include "api/inflate.hpp"
#include "api/intake.hpp"
#include "api/prepare.hpp"
#include "auth/verify.hpp"
#include "ingest/scrub.hpp"
#include "model/text.hpp"
#include "observe/log.hpp"
#include <algorithm>
#include <array>

namespace incident::api {
namespace {

/// Bytes that a compressed body may become are held back from what may be in flight, so that small bodies cannot fill the memory.
class Inflated {
 public:
    Inflated(std::size_t& total, std::size_t bytes) : total_(total), bytes_(bytes) { total_ += bytes_; }
    ~Inflated() { total_ -= bytes_; }
    Inflated(const Inflated&) = delete;
    Inflated& operator=(const Inflated&) = delete;

 private:
    std::size_t& total_;
    std::size_t bytes_;
};

bool is_compressed(const net::Request& request) { return lowered(trimmed(request.header("content-encoding"))) == "gzip"; }

std::string tail_of(const Call& call)
{
    const auto found = call.params.find("tail");
    return found == call.params.end() ? std::string{} : found->second;
}

/// Over the body's bytes, before anything reads them. @return Errc::unauthenticated.
Result<auth::Proved> prove(const Call& call, const config::Source& source, const std::string& tail)
{
    if (!source.proves_itself()) return auth::Proved{};
    const auto& request = call.request;
    const auth::Signed what{request.body, request.headers, request.query, tail, request.header("content-type")};
    auto proved = auth::verify(source.verifier, what, call.received_at);
    if (proved && proved->left_to_listener && !call.listener_allows)
        return Failure{Errc::unauthenticated, "it proves nothing, and the listener asks for a proof"};
    return proved;
}

/// What a reader fails to foresee loses nothing either.
ingest::Understood read_body(const ingest::Dialect& dialect, const ingest::Body& body, const ingest::Source& source)
{
    std::string why;
    try {
        return dialect.read(body, source);
    } catch (const std::exception& bug) {
        observe::log_error("a reader threw", {{"dialect", dialect.name}, {"error", bug.what()}});
        why = bug.what();
    }
    ingest::Understood kept;
    kept.items.push_back({ingest::unparsed_event(source.name, Kind::alert, body, why)});
    kept.unparsed = 1;
    return kept;
}

/// What must not be kept wherever it stands: what proved the sender, and what the dialect knows to be secret.
void add_secrets(std::vector<std::string>& secrets, const config::Source& source, auth::Proved& proved)
{
    std::ranges::move(proved.secrets_in_body, std::back_inserter(secrets));
    for (const auto& secret : source.verifier.secrets) {
        if (secret.starts_with("-----BEGIN")) continue;  // a certificate is public
        secrets.push_back(secret);
        if (const auto colon = secret.find(':'); colon != secret.npos) secrets.push_back(secret.substr(colon + 1));  // Basic's user:password
    }
}

/// Headers that say what a body is and which delivery; never one that may carry a proof.
std::map<std::string, std::string> headers_to_keep(const std::map<std::string, std::string>& headers, const ingest::Scrubber& scrubber)
{
    constexpr std::array<std::string_view, 11> telling{"event", "delivery", "-id", "type", "topic", "resource", "timestamp", "retry", "kind", "action", "user-agent"};
    constexpr std::array<std::string_view, 9> hiding{"auth", "cookie", "token", "secret", "sign", "key", "pass", "cred", "session"};
    const auto has = [](const std::string& name, const auto& words) {
        return std::ranges::any_of(words, [&](auto word) { return name.find(word) != std::string::npos; });
    };
    std::map<std::string, std::string> kept;
    for (const auto& [name, value] : headers) {
        if (has(name, hiding) || (!name.starts_with("ce-") && !has(name, telling))) continue;
        auto shown = shortened(to_valid_utf8(value), max_label_bytes);
        scrubber.clean(shown);
        kept.emplace(name, std::move(shown));
    }
    return kept;
}

std::shared_ptr<const store::RawBody> raw_of(const Call& call, const Hook& hook, const std::string& tail, const ingest::Understood& understood)
{
    if (!hook.source->keep_raw || understood.items.empty()) return nullptr;
    const ingest::Scrubber scrubber{understood.secrets};
    const auto type = call.request.header("content-type");
    const auto body = ingest::cleaned_body(call.request.body, type, scrubber, understood.drop);
    if (!body) return nullptr;
    auto raw = std::make_shared<store::RawBody>(store::pack(body->bytes, hook.source->reads.name));
    raw->dialect = hook.dialect->name;
    raw->content_type = type;
    raw->headers = headers_to_keep(call.request.headers, scrubber);
    raw->query = call.request.query;
    for (auto& [name, value] : raw->query) scrubber.clean(value);
    raw->tail = tail;
    scrubber.clean(raw->tail);
    raw->scrubbed = body->scrubbed;
    return raw;
}

/// Everything between the bytes and the ledger. Touches nothing but `call`, so that a large body's runs on a worker.
/// @return Errc::unauthenticated; Errc::limit_exceeded or Errc::unsupported for a compressed body.
Result<Arrival> open_delivery(Call& call, const Hook& hook)
{
    auto& request = call.request;
    if (is_compressed(request)) {
        auto inflated = gunzip(request.body, body_limit(hook, call.settings->config.http));
        if (!inflated) return inflated.error();
        request.body = std::move(*inflated);
    }
    const auto& source = *hook.source;
    const auto tail = tail_of(call);
    auto proved = prove(call, source, tail);
    if (!proved) return proved.error();
    const ingest::Body body{request.body, request.header("content-type"), request.headers, call.received_at, request.query, tail};
    Arrival arrival;
    arrival.source = source.reads.name;
    arrival.sender = call.sender;
    arrival.received_at = call.received_at;
    arrival.understood = read_body(*hook.dialect, body, source.reads);
    auto& understood = arrival.understood;
    add_secrets(understood.secrets, source, *proved);
    arrival.delivery_id = !proved->delivery_id.empty() ? proved->delivery_id : understood.delivery_id;
    if (const auto header = hook.dialect->delivery_header; arrival.delivery_id.empty() && !header.empty())
        arrival.delivery_id = request.header(std::string{header});
    if (!arrival.delivery_id.empty()) arrival.digest = auth::sha256_hex(request.body);
    arrival.raw = raw_of(call, hook, tail, understood);
    key_the_keyless(understood, call.received_at);
    prepare(arrival, *call.settings->rules);
    return arrival;
}

struct Tally {
    std::size_t accepted = 0, repeated = 0;
};

Tally tally(const store::Receipt& receipt)
{
    Tally sums;
    for (const auto& item : receipt.items) {
        if (std::holds_alternative<IncidentStep>(item.entry.what)) continue;
        if (receipt.replayed || item.outcome != store::Outcome::stored)
            ++sums.repeated;
        else
            ++sums.accepted;
    }
    return sums;
}

/// What the dialect left of itself for the answer, once the rest was given away.
struct Answering {
    std::string reply, reply_type;
    std::function<std::string(std::span<const Event>)> answer;
    unsigned status = 200;
    std::size_t unparsed = 0;
};

net::Reply acknowledge(const Answering& how, const store::Receipt& receipt)
{
    if (how.answer) {
        const auto events = events_of(receipt);
        auto words = how.answer(events);
        // Nothing is no JSON document: Alertmanager's own answer to a push has no body.
        auto type = words.empty() ? std::string{"text/plain"} : how.reply_type;
        return text_reply(how.status, std::move(words), std::move(type));
    }
    if (!how.reply.empty()) return text_reply(how.status, how.reply, how.reply_type);
    const auto sums = tally(receipt);
    wire::json::object answer;
    answer["accepted"] = sums.accepted;
    answer["repeated"] = sums.repeated;
    answer["unparsed"] = how.unparsed;
    return json_reply(how.status, answer);
}

/// Counted, shown on the status line, and loud in our log: the sender will not repeat it, and learns nothing.
Failure refuse(Context& context, const Call& call, const std::string& source, const Failure& why)
{
    const auto reason = why.code == Errc::unauthenticated ? "signature" : why.code == Errc::limit_exceeded ? "size" : why.code == Errc::unsupported ? "type" : "busy";
    context.runtime.metrics.hook_refused(source, reason);
    context.sources.refused(source, std::string{reason} + ": " + why.detail, call.received_at);
    observe::log_warn("hook refused", {{"source", source}, {"peer", call.sender.principal}, {"reason", reason}, {"why", why.detail}});
    switch (why.code) {
    case Errc::unauthenticated: return {Errc::unauthenticated, {}};
    case Errc::limit_exceeded:
    case Errc::unsupported: return why;
    default: return {Errc::unavailable, why.detail};
    }
}

}  // namespace

Handled post_hook(Context& context, Call call)
{
    auto& runtime = context.runtime;
    const auto source = call.params.at("source");
    const auto hook = find_hook(source, call.settings->config);
    if (!hook) co_return unknown_hook(source, call.settings->config);
    call.sender.source = source;
    call.sender.principal = "hook:" + source + ' ' + call.sender.principal;
    call.sender.author = Author{source, false, {}};
    call.sender.who = {};  // whoever carries it: what a system says goes into a private incident by fingerprint or route alone
    auto shared = std::make_shared<Call>(std::move(call));

    const auto& limits = shared->settings->config.http;
    auto bytes = shared->request.body.size();
    if (is_compressed(shared->request)) bytes = std::min(bytes * max_inflation + free_inflation_bytes, body_limit(*hook, limits));
    const bool inflates = bytes != shared->request.body.size();
    if (inflates && context.inflated_bytes + bytes > limits.bodies_in_flight_bytes)
        co_return refuse(context, *shared, source, {Errc::unavailable, "too many large requests at once; try again in a second"});
    const Inflated held{context.inflated_bytes, inflates ? bytes : 0};

    std::function<Result<Arrival>()> work = [shared, hook = *hook] { return open_delivery(*shared, hook); };
    auto arrival = co_await compute<Arrival>(runtime, bytes, std::move(work));
    if (!arrival) co_return refuse(context, *shared, source, arrival.error());
    auto& understood = arrival->understood;
    const Answering how{std::move(understood.reply), std::move(understood.reply_type), std::move(understood.answer), understood.status, understood.unparsed};
    auto receipt = co_await take_in(context, std::move(*arrival));
    // 503 whatever it was: the one answer after which every sender comes again.
    if (!receipt) co_return Failure{Errc::unavailable, receipt.error().detail};
    co_return acknowledge(how, *receipt);
}

}  // namespace incident::api
