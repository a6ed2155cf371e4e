#pragma once
#include <array>
#include <string>
#include <string_view>

/// Every route of the HTTP interface, once: the daemon's router is built from this table, openapi.yaml is held against
/// it, and incidentctl takes its paths from here.
namespace incident::wire {

enum class Operation {
    post_events, list_events, get_event, post_amendment, get_history, get_raw,
    open_incident, list_incidents, get_incident, patch_incident, get_timeline, get_draft,
    get_stream, post_hook, get_status, get_stats, list_rules, create_rule, remove_rule, try_rules, apply_rules, verify_ledger, get_openapi,
    list_sources, get_source, try_source, replay_source,
    get_metrics, get_healthy, get_ready, reload, get_page,
    list_tokens, create_token, revoke_token, get_self
};

struct Route {
    std::string_view method;
    std::string_view path;  ///< `{name}` stands for one segment, `{name...}` at the end for one or more
    Operation operation;
    std::string_view source{};  ///< of a door that senders know by its own path: whose hook it is
    std::string_view name{};    ///< in openapi.yaml, where the operation has several routes; empty: the operation's
};

inline constexpr std::array routes{
    Route{"POST", "/api/v1/events", Operation::post_events},
    Route{"GET", "/api/v1/events", Operation::list_events},
    Route{"GET", "/api/v1/events/{id}", Operation::get_event},
    Route{"POST", "/api/v1/events/{id}/amendments", Operation::post_amendment},
    Route{"GET", "/api/v1/events/{id}/history", Operation::get_history},
    Route{"GET", "/api/v1/events/{id}/raw", Operation::get_raw},
    Route{"POST", "/api/v1/incidents", Operation::open_incident},
    Route{"GET", "/api/v1/incidents", Operation::list_incidents},
    Route{"GET", "/api/v1/incidents/{key}", Operation::get_incident},
    Route{"PATCH", "/api/v1/incidents/{key}", Operation::patch_incident},
    Route{"GET", "/api/v1/incidents/{key}/timeline", Operation::get_timeline},
    Route{"GET", "/api/v1/incidents/{key}/draft", Operation::get_draft},
    Route{"GET", "/api/v1/stream", Operation::get_stream},
    Route{"POST", "/api/v1/hooks/{source}", Operation::post_hook},
    Route{"POST", "/api/v1/hooks/{source}/{tail...}", Operation::post_hook, {}, "post_hook_tail"},
    Route{"POST", "/v2/enqueue", Operation::post_hook, "pagerduty-events", "post_enqueue"},
    Route{"POST", "/v2/change/enqueue", Operation::post_hook, "pagerduty-events", "post_change_enqueue"},
    Route{"POST", "/v1/logs", Operation::post_hook, "otlp", "post_logs"},
    Route{"GET", "/api/v1/status", Operation::get_status},
    Route{"GET", "/api/v1/stats", Operation::get_stats},
    Route{"GET", "/api/v1/rules", Operation::list_rules},
    Route{"POST", "/api/v1/rules", Operation::create_rule},
    Route{"DELETE", "/api/v1/rules/{name}", Operation::remove_rule},
    Route{"POST", "/api/v1/rules/try", Operation::try_rules},
    Route{"POST", "/api/v1/rules/apply", Operation::apply_rules},
    Route{"GET", "/api/v1/sources", Operation::list_sources},
    Route{"GET", "/api/v1/sources/{source}", Operation::get_source},
    Route{"POST", "/api/v1/sources/{source}/try", Operation::try_source},
    Route{"POST", "/api/v1/sources/{source}/replay", Operation::replay_source},
    Route{"GET", "/api/v1/verify", Operation::verify_ledger},
    Route{"GET", "/api/v1/openapi.json", Operation::get_openapi},
    Route{"GET", "/metrics", Operation::get_metrics},
    Route{"GET", "/-/healthy", Operation::get_healthy},
    Route{"GET", "/-/ready", Operation::get_ready},
    Route{"POST", "/-/reload", Operation::reload},
    Route{"GET", "/", Operation::get_page},
    Route{"GET", "/api/v1/tokens", Operation::list_tokens},
    Route{"POST", "/api/v1/tokens", Operation::create_token},
    Route{"DELETE", "/api/v1/tokens/{id}", Operation::revoke_token},
    Route{"GET", "/api/v1/self", Operation::get_self},
};

/// What POST /api/v1/events becomes when the body is a CloudEvent: another sender's envelope, not our own request.
inline constexpr Route cloudevents_door{"POST", "/api/v1/events", Operation::post_hook, "cloudevents", "post_events"};

/// Query of GET /api/v1/events. Each is optional.
///   incident=INC-7|inbox  since= until= (RFC 3339, occurred_at, since included, until not)  tag= kind= source= author=
///   number= (with incident)  q= (full text: wire/search_words.hpp)  struck=true|false (default: true without q)
///   order=asc|desc (ledger order, default asc)  limit=1..1000 (default 100)  cursor=
/// Answer: {"events":[event…], "next": "cursor" or null}, and a Link header rel="next".
/// GET /api/v1/incidents: status=open|closed|merged  since= until= (opened)  severity=  figures=true (each with "figures")
///   limit cursor; {"incidents":[incident…], "next"}; newest first.
/// GET /api/v1/stats: since= (default 90 days ago) until= (default now); {"since","until","incidents":n,"figures":[{"name","unit",
///   "definition","n","median","least","most","sum","missing":[{"why","incidents"}],"negative":[{"incident","value"}]}],
///   "by_severity":[{"name","incidents"}],"by_detected_how","left_out":[{"incident","why"}]}
/// GET /api/v1/stream: incident=INC-7. Items: id: <seq>, event: entry, data: entry JSON plus "event": the event as amended.
/// POST /api/v1/rules/apply: {"incident":"INC-7","dry_run":true}; {"changes":[{"event":id,"add":[tag],"remove":[name]}],"applied":bool}
/// POST /api/v1/tokens: {"name":"ci","roles":["read","ingest:github"],"expires":"90d"}; 201 {"token":"inc_…", …}: shown once.
/// GET /api/v1/sources: {"sources":[{"name","origin":"configured|built-in|preset","dialect","hook","proof","ready","status"}]}
/// GET /api/v1/sources/{source}: one of these, and {"about","mapping":YAML text or null,"confirmation":{"topic","url"} or null}
/// POST /api/v1/sources/{source}/try: {"body":text,"content_type","headers","query","tail","mapping":YAML text}, only the body needed;
///   {"source","dialect","status","note","reply","events":[event…],"amendments":[…],"unparsed","drop":[pointer…],"secrets":n}; stores nothing
/// POST /api/v1/sources/{source}/replay: {"since":time,"mapping":YAML text,"dry_run":bool};
///   {"bodies","changed","changes":[{"received_at","event","before","after","left"}],"applied"}
/// GET /api/v1/verify: {"entries":n,"head":"hex","ok":bool,"problem":text or null,"at":seq or null}

/// Percent-encodes one path segment.
[[nodiscard]] std::string path_segment(std::string_view text);

}  // namespace incident::wire
