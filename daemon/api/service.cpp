#include "api/service.hpp"
#include "api/admission.hpp"
#include "api/authenticate.hpp"
#include "api/guard.hpp"
#include "api/handlers.hpp"
#include "api/intake.hpp"
#include "app/clock.hpp"
#include "model/text.hpp"
#include "observe/log.hpp"
#include <charconv>

namespace incident::api {
namespace {

constexpr std::string_view no_template = "other";  // the metrics' label for what is no route of ours

/// Who is shown and what stands in the record comes from the proof alone.
Sender sender_of(auth::Principal who)
{
    Sender sender;
    sender.source = "api";
    sender.principal = who.how;
    sender.author = Author{who.name, who.verified, {}};
    sender.who = std::move(who);
    return sender;
}

/// Such a hook looks at what its sender signed or carries, so it needs no proof of ours.
bool proves_itself(wire::Operation operation, std::string_view source, const config::Config& config)
{
    if (operation != wire::Operation::post_hook) return false;
    const auto hook = find_hook(source, config);
    return hook && hook->source->proves_itself();
}

Handled dispatch(Context& context, Call call)
{
    using wire::Operation;
    switch (call.route->operation) {
    case Operation::post_events: return post_events(context, std::move(call));
    case Operation::list_events: return list_events(context, std::move(call));
    case Operation::get_event: return get_event(context, std::move(call));
    case Operation::post_amendment: return post_amendment(context, std::move(call));
    case Operation::get_history: return get_history(context, std::move(call));
    case Operation::get_raw: return get_raw(context, std::move(call));
    case Operation::open_incident: return open_incident(context, std::move(call));
    case Operation::list_incidents: return list_incidents(context, std::move(call));
    case Operation::get_incident: return get_incident(context, std::move(call));
    case Operation::patch_incident: return patch_incident(context, std::move(call));
    case Operation::get_timeline: return get_timeline(context, std::move(call));
    case Operation::get_draft: return get_draft(context, std::move(call));
    case Operation::get_stream: return get_stream(context, std::move(call));
    case Operation::post_hook: return post_hook(context, std::move(call));
    case Operation::get_status: return get_status(context, std::move(call));
    case Operation::list_rules: return list_rules(context, std::move(call));
    case Operation::apply_rules: return apply_rules(context, std::move(call));
    case Operation::create_rule: return create_rule(context, std::move(call));
    case Operation::remove_rule: return remove_rule(context, std::move(call));
    case Operation::try_rules: return try_rules(context, std::move(call));
    case Operation::list_sources: return list_sources(context, std::move(call));
    case Operation::get_source: return get_source(context, std::move(call));
    case Operation::try_source: return try_source(context, std::move(call));
    case Operation::replay_source: return replay_source(context, std::move(call));
    case Operation::get_stats: return get_stats(context, std::move(call));
    case Operation::verify_ledger: return verify_ledger(context, std::move(call));
    case Operation::get_openapi: return get_openapi(context, std::move(call));
    case Operation::get_metrics: return get_metrics(context, std::move(call));
    case Operation::get_healthy: return get_healthy(context, std::move(call));
    case Operation::get_ready: return get_ready(context, std::move(call));
    case Operation::reload: return reload(context, std::move(call));
    case Operation::get_page: return get_page(context, std::move(call));
    case Operation::list_tokens: return list_tokens(context, std::move(call));
    case Operation::create_token: return create_token(context, std::move(call));
    case Operation::revoke_token: return revoke_token(context, std::move(call));
    case Operation::get_self: return get_self(context, std::move(call));
    }
    return get_healthy(context, std::move(call));  // unreachable: the switch is complete
}

class Service final : public net::Handler {
 public:
    explicit Service(std::shared_ptr<Context> context) : shared_(std::move(context)), context_(*shared_), gatekeeper_(context_.runtime) {}

    net::Admission admit(const net::Request& head) override
    {
        const auto settings = current_settings();
        const auto routed = routed_of(head);
        net::Admission admission;
        if (std::holds_alternative<Match>(routed)) {
            const auto& match = std::get<Match>(routed);
            const auto source = match.params.contains("source") ? match.params.at("source") : std::string{};
            const auto operation = match.route->operation;
            admission.body_limit_bytes = body_limit(head, operation, source, settings->config);
            admission.refuse = gate(head, operation, source, settings);
        } else {
            admission.refuse = no_match(head, routed);
        }
        if (admission.refuse) context_.runtime.metrics.request(label(routed), head.method, admission.refuse->status, 0.0);
        return admission;
    }

    asio::awaitable<net::Reply> handle(net::Request request) override
    {
        const auto begun = std::chrono::steady_clock::now();
        auto routed = routed_of(request);
        const std::string template_label{label(routed)};
        const auto method = request.method;
        const auto path = request.path;
        net::Reply reply;
        if (auto* match = std::get_if<Match>(&routed)) {
            Call call;
            call.route = match->route;
            call.params = std::move(match->params);
            call.settings = current_settings();
            call.routes = routes_;
            call.received_at = context_.runtime.clock.now();
            auto who = co_await enter(request, call);
            if (who) {
                call.sender = sender_of(std::move(*who));
                call.request = std::move(request);
                auto done = co_await dispatch(context_, std::move(call));
                reply = done ? std::move(*done) : refused(done.error(), path);
            } else {
                reply = not_let_in(request, call.route->operation, source_of(call.params), who.error());
            }
        } else {
            reply = std::move(*no_match(request, routed));
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
        context_.runtime.metrics.request(template_label, method, reply.status, took.count());
        co_return reply;
    }

    net::Reply refuse(unsigned status, std::string detail) override
    {
        context_.runtime.metrics.connection_refused(status == 408 ? "timeout" : status == 503 ? "limit" : "framing");
        context_.runtime.metrics.request(no_template, "other", status, 0.0);
        observe::log_debug("request refused", {{"status", status}, {"why", detail}});
        return problem_reply(status, std::move(detail), "");
    }

 private:
    /// A CloudEvent posted to our own address is a sender's, read by its dialect.
    static Routed routed_of(const net::Request& head)
    {
        auto routed = route(head.method, head.segments);
        auto* const match = std::get_if<Match>(&routed);
        if (match != nullptr && match->route->operation == wire::Operation::post_events && is_cloudevent(head)) {
            match->route = &wire::cloudevents_door;
            match->params.emplace("source", wire::cloudevents_door.source);
        }
        return routed;
    }

    static std::string_view label(const Routed& routed)
    {
        const auto* match = std::get_if<Match>(&routed);
        return match == nullptr ? no_template : match->route->path;
    }

    /// Behind a hook's name may stand its secret, which no log gets.
    static std::string logged_path(const net::Request& head, wire::Operation operation, const std::string& source)
    {
        return operation == wire::Operation::post_hook ? "hook of " + visible(shortened(source, 80)) : visible(shortened(head.path, 200));
    }

    static std::string source_of(const std::map<std::string, std::string>& params)
    {
        const auto found = params.find("source");
        return found == params.end() ? std::string{} : found->second;
    }

    /// Who asks, when that is enough for what is asked. `request` and `call` live in handle()'s frame.
    asio::awaitable<Result<auth::Principal>> enter(const net::Request& request, Call& call)
    {
        const auto operation = call.route->operation;
        const auto source = source_of(call.params);
        if (proves_itself(operation, source, call.settings->config)) {
            // Some of what such a sender posts carries no proof (SNS's raw delivery): then the listener's rule decides.
            const auto recognised = gatekeeper_.recognise(request);
            const auto* known = std::get_if<auth::Principal>(&recognised);
            call.listener_allows = known != nullptr && auth::allowed(*known, operation, source);
            auth::Principal sender;
            sender.how = request.peer.principal();
            co_return sender;
        }
        auto who = co_await gatekeeper_.check(request);
        if (!who && operation != wire::Operation::get_healthy && operation != wire::Operation::get_ready) co_return who.error();
        if (!who) co_return auth::Principal{};
        if (auto may = auth::allowed(*who, operation, source); !may) co_return may.error();
        co_return std::move(*who);
    }

    net::Reply not_let_in(const net::Request& head, wire::Operation operation, const std::string& source, const Failure& why)
    {
        if (why.code != Errc::unauthenticated && why.code != Errc::forbidden) return problem_reply(why, head.path);
        context_.runtime.metrics.connection_refused(why.code == Errc::forbidden ? "role" : "credentials");
        observe::log_warn("request refused", {{"peer", head.peer.principal()}, {"path", logged_path(head, operation, source)}, {"why", why.detail}});
        const bool hook = operation == wire::Operation::post_hook;
        if (hook) {
            context_.runtime.metrics.hook_refused(source, "credentials");
            context_.sources.refused(source, why.detail, context_.runtime.clock.now());
        }
        // A hook's sender learns nothing; whoever asks us directly learns what to show.
        auto reply = hook && why.code == Errc::unauthenticated ? text_reply(401, {}, {}) : problem_reply(why, head.path);
        if (why.code == Errc::unauthenticated)
            for (auto& challenge : challenges(gatekeeper_.door())) reply.headers.push_back(std::move(challenge));
        return reply;
    }

    /// What is known from the header alone: a body is not read for nothing.
    std::optional<net::Reply> keep_out(const net::Request& head, wire::Operation operation, const std::string& source,
                                       const config::Config& config, const Recognised& recognised)
    {
        if (operation == wire::Operation::get_healthy || operation == wire::Operation::get_ready) return std::nullopt;
        if (proves_itself(operation, source, config)) return std::nullopt;
        if (const auto* failure = std::get_if<Failure>(&recognised)) return not_let_in(head, operation, source, *failure);
        const auto* who = std::get_if<auth::Principal>(&recognised);
        if (who == nullptr) return std::nullopt;  // a password is looked at on a worker, see handle()
        if (auto may = auth::allowed(*who, operation, source); !may) return not_let_in(head, operation, source, may.error());
        return std::nullopt;
    }

    std::optional<net::Reply> gate(const net::Request& head, wire::Operation operation, const std::string& source, const std::shared_ptr<const Settings>& settings)
    {
        const auto recognised = gatekeeper_.recognise(head);
        const auto* who = std::get_if<auth::Principal>(&recognised);
        // Anonymous on this machine is what a rebound name would come as.
        const bool anonymous = who != nullptr && !who->verified && who->role != auth::Role::none;
        const AdmissionRules rules{hosts_, settings->config, !anonymous};
        auto refusal = refuse_stranger(head, operation, rules);
        if (!refusal)
            if (auto refused = keep_out(head, operation, source, settings->config, recognised)) return refused;
        if (refusal) {
            observe::log_warn("request refused", {{"peer", head.peer.principal()}, {"path", logged_path(head, operation, source)}, {"why", refusal->failure.detail}});
        } else {
            refusal = refuse_form(head, operation, source, rules);
        }
        if (refusal) {
            if (operation == wire::Operation::post_hook && refusal->failure.code == Errc::unsupported) {
                context_.runtime.metrics.hook_refused(source, "type");
                context_.sources.refused(source, refusal->failure.detail, context_.runtime.clock.now());
            }
            auto reply = refusal->status == 0 ? problem_reply(refusal->failure, head.path)
                                              : problem_reply(refusal->status, refusal->failure.detail, head.path);
            for (auto& header : refusal->headers) reply.headers.push_back(std::move(header));
            return reply;
        }
        if (auto reply = too_large(head, operation, source, settings->config)) return reply;
        return busy(head, operation, source, settings->config);
    }

    /// A hook's body that says it is too large is counted with its source, which net does not know.
    std::optional<net::Reply> too_large(const net::Request& head, wire::Operation operation, const std::string& source, const config::Config& config)
    {
        if (operation != wire::Operation::post_hook) return std::nullopt;
        const auto limit = body_limit(head, operation, source, config);
        const auto declared = head.header("content-length");
        std::size_t bytes = 0;
        const auto [end, error] = std::from_chars(declared.data(), declared.data() + declared.size(), bytes);
        if (error != std::errc{} || bytes <= limit) return std::nullopt;
        const Failure failure{Errc::limit_exceeded, "the body has " + std::to_string(bytes) + " bytes, this hook takes " + std::to_string(limit) +
                                                        "; send it in parts, or give the source a body_limit"};
        context_.runtime.metrics.hook_refused(source, "size");
        context_.sources.refused(source, failure.detail, context_.runtime.clock.now());
        observe::log_warn("hook refused", {{"source", source}, {"peer", head.peer.principal()}, {"reason", "size"}, {"why", failure.detail}});
        return problem_reply(failure, head.path);
    }

    /// A full lane is found out before a body is read: the sender keeps its body and comes again.
    std::optional<net::Reply> busy(const net::Request& head, wire::Operation operation, const std::string& source, const config::Config& config)
    {
        const auto& ledger = context_.runtime.ledger;
        const bool hook = operation == wire::Operation::post_hook;
        if (!hook && operation != wire::Operation::post_events) return std::nullopt;
        // Chat speaks for people. A posted body may hold a note, which is known only when it is read.
        const auto known = hook ? find_hook(source, config) : std::nullopt;
        const bool people = !hook || (known && known->dialect->people);
        if (ledger.has_room(people ? store::Lane::people : store::Lane::machines)) return std::nullopt;
        if (!hook && ledger.has_room(store::Lane::machines)) return std::nullopt;
        const Failure failure{Errc::unavailable, ledger.latched() ? "the disk failed a write, so nothing is stored any more; an operator must look"
                                                                  : "the store is busy; send it again in a second"};
        if (hook) {
            context_.runtime.metrics.hook_refused(source, "busy");
            context_.sources.refused(source, failure.detail, context_.runtime.clock.now());
        }
        return problem_reply(failure, head.path);
    }

    static std::optional<net::Reply> no_match(const net::Request& head, const Routed& routed)
    {
        if (const auto* wrong = std::get_if<WrongMethod>(&routed)) {
            auto reply = problem_reply(405, visible(shortened(head.method, 40)) + " is not taken here; these are: " + wrong->allow, head.path);
            reply.headers.emplace_back("Allow", wrong->allow);
            return reply;
        }
        if (const auto* asked = std::get_if<Asked>(&routed)) {
            // CloudEvents' handshake: a sender asks whether it may post here before it does. Whether it may is proved by each post.
            const auto origin = head.header("webhook-request-origin");
            const bool handshake = !origin.empty() && asked->allow.find("POST") != std::string::npos;
            auto reply = text_reply(handshake ? 200 : 204, {}, {});
            reply.headers.emplace_back("Allow", asked->allow);
            if (handshake) reply.headers.emplace_back("WebHook-Allowed-Origin", visible(shortened(origin, max_name_bytes)));
            if (handshake && !head.header("webhook-request-rate").empty()) reply.headers.emplace_back("WebHook-Allowed-Rate", "*");
            return reply;
        }
        const auto* none = std::get_if<NoRoute>(&routed);
        std::string detail = "there is nothing at " + visible(shortened(head.path, 120));
        if (none != nullptr && !none->nearest.empty()) detail += ", did you mean " + none->nearest + '?';
        detail += " GET /api/v1/openapi.json lists every address";
        return problem_reply(Failure{Errc::not_found, std::move(detail)}, head.path);
    }

    static net::Reply refused(const Failure& failure, std::string_view path)
    {
        if (failure.code != Errc::unauthenticated) return problem_reply(failure, path);
        // Who cannot prove who it is learns nothing, not even in which form we would tell.
        auto reply = text_reply(401, {}, {});
        reply.headers.emplace_back("WWW-Authenticate", "Signature");
        return reply;
    }

    /// What is made of the settings is made once for each configuration.
    const std::shared_ptr<const Settings>& current_settings()
    {
        const auto& settings = context_.runtime.settings;
        if (settings != compiled_for_) {
            routes_ = current_routes(context_);
            hosts_ = settings->config.allowed_hosts;
            if (auto own = host_of_url(context_.runtime.external_url); !own.empty()) hosts_.push_back(std::move(own));
            compiled_for_ = settings;
        }
        return compiled_for_;
    }

    std::shared_ptr<Context> shared_;
    Context& context_;
    Gatekeeper gatekeeper_;
    std::shared_ptr<const Settings> compiled_for_;
    std::shared_ptr<const AlertRoutes> routes_;
    std::vector<std::string> hosts_;  ///< whose names we go by, besides loopback
};

}  // namespace

std::shared_ptr<Context> make_context(Runtime& runtime) { return std::make_shared<Context>(Context{runtime, {}}); }

std::unique_ptr<net::Handler> make_service(std::shared_ptr<Context> context) { return std::make_unique<Service>(std::move(context)); }

std::unique_ptr<net::Handler> make_service(Runtime& runtime) { return make_service(make_context(runtime)); }

}  // namespace incident::api
