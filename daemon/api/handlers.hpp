#pragma once
#include "api/call.hpp"

/// One coroutine per operation: decode -> decide -> append or read -> reply. A Failure becomes a problem document.
namespace incident::api {

[[nodiscard]] Handled post_events(Context& context, Call call);
[[nodiscard]] Handled list_events(Context& context, Call call);
[[nodiscard]] Handled get_event(Context& context, Call call);
[[nodiscard]] Handled get_history(Context& context, Call call);
[[nodiscard]] Handled get_raw(Context& context, Call call);
[[nodiscard]] Handled post_amendment(Context& context, Call call);
[[nodiscard]] Handled open_incident(Context& context, Call call);
[[nodiscard]] Handled list_incidents(Context& context, Call call);
[[nodiscard]] Handled get_incident(Context& context, Call call);
[[nodiscard]] Handled patch_incident(Context& context, Call call);
[[nodiscard]] Handled get_timeline(Context& context, Call call);
[[nodiscard]] Handled get_draft(Context& context, Call call);
[[nodiscard]] Handled get_stream(Context& context, Call call);
[[nodiscard]] Handled post_hook(Context& context, Call call);
[[nodiscard]] Handled list_rules(Context& context, Call call);
[[nodiscard]] Handled create_rule(Context& context, Call call);
[[nodiscard]] Handled remove_rule(Context& context, Call call);
[[nodiscard]] Handled try_rules(Context& context, Call call);
[[nodiscard]] Handled apply_rules(Context& context, Call call);
[[nodiscard]] Handled list_sources(Context& context, Call call);
[[nodiscard]] Handled get_source(Context& context, Call call);
[[nodiscard]] Handled try_source(Context& context, Call call);
[[nodiscard]] Handled replay_source(Context& context, Call call);
[[nodiscard]] Handled get_stats(Context& context, Call call);
[[nodiscard]] Handled verify_ledger(Context& context, Call call);
[[nodiscard]] Handled get_status(Context& context, Call call);
[[nodiscard]] Handled get_openapi(Context& context, Call call);
[[nodiscard]] Handled get_metrics(Context& context, Call call);
[[nodiscard]] Handled get_healthy(Context& context, Call call);
[[nodiscard]] Handled get_ready(Context& context, Call call);
[[nodiscard]] Handled reload(Context& context, Call call);
[[nodiscard]] Handled get_page(Context& context, Call call);
[[nodiscard]] Handled list_tokens(Context& context, Call call);
[[nodiscard]] Handled create_token(Context& context, Call call);
[[nodiscard]] Handled revoke_token(Context& context, Call call);
[[nodiscard]] Handled get_self(Context& context, Call call);

}  // namespace incident::api
