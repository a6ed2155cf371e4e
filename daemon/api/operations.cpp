#include "api/common.hpp"
#include "api/handlers.hpp"
#include "observe/log.hpp"

namespace incident::api {
namespace {

constexpr const char* plain = "text/plain; charset=utf-8";

}  // namespace

Handled get_metrics(Context& context, Call)
{
    co_return text_reply(200, context.runtime.metrics.exposition(), "text/plain; version=0.0.4; charset=utf-8");
}

Handled get_healthy(Context&, Call)
{
    // Whoever reads this reached the network thread, and that is all that alive means; a latched store needs a person, not a restart.
    co_return text_reply(200, "incidentd is healthy\n", plain);
}

Handled get_ready(Context& context, Call)
{
    const auto health = context.runtime.health();
    if (health.ready) co_return text_reply(200, "incidentd is ready\n", plain);
    auto reply = text_reply(503, "incidentd is not ready: " + health.reason + '\n', plain);
    reply.headers.emplace_back("Retry-After", std::to_string(retry_after_seconds));
    co_return reply;
}

Handled reload(Context& context, Call call)
{
    auto done = context.runtime.reload();
    context.runtime.config_ok = done.has_value();
    observe::log_info("reload asked for", {{"by", call.sender.principal}});  // its outcome is logged by whoever reloads
    if (done) co_return text_reply(200, "reloaded\n", plain);
    co_return problem_reply(500, "the old configuration stays in force: " + done.error().detail, call.request.path);
}

}  // namespace incident::api
