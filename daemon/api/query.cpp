#include "api/query.hpp"
#include "api/cursor.hpp"
#include "model/text.hpp"
#include "model/time_grammar.hpp"
#include <charconv>
#include <span>
#include <tuple>

namespace incident::api {
namespace {

using wire::Operation;
using Names = std::span<const std::string_view>;

constexpr std::string_view list_events_names[] = {"incident", "since",  "until", "tag",   "kind",  "source",
                                                  "author",   "number", "q",     "struck", "order", "limit", "cursor"};
constexpr std::string_view list_incidents_names[] = {"status", "since", "until", "severity", "figures", "limit", "cursor"};
constexpr std::string_view stats_names[] = {"since", "until"};
constexpr std::string_view timeline_names[] = {"as_of", "audience"};
constexpr std::string_view draft_names[] = {"format",  "template", "tz",    "clock", "fold",    "seconds",
                                            "trace",   "mermaid",  "marks", "as_of", "audience"};
constexpr std::string_view stream_names[] = {"incident"};

/// Empty optional: anything goes.
std::optional<Names> accepted_by(Operation operation)
{
    switch (operation) {
    case Operation::list_events: return list_events_names;
    case Operation::list_incidents: return list_incidents_names;
    case Operation::get_timeline: return timeline_names;
    case Operation::get_draft: return draft_names;
    case Operation::get_stream: return stream_names;
    case Operation::get_stats: return stats_names;
    case Operation::post_events:
    case Operation::get_event:
    case Operation::post_amendment:
    case Operation::get_history:
    case Operation::get_raw:
    case Operation::open_incident:
    case Operation::get_incident:
    case Operation::patch_incident:
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
    case Operation::verify_ledger:
    case Operation::list_tokens:
    case Operation::create_token:
    case Operation::revoke_token:
    case Operation::get_self: return Names{};
    case Operation::post_hook:    // its address is typed into other systems, which append what they like
    case Operation::get_openapi:
    case Operation::get_metrics:  // Prometheus adds the job's params
    case Operation::get_healthy:
    case Operation::get_ready:
    case Operation::reload:
    case Operation::get_page: return std::nullopt;
    }
    return std::nullopt;
}

std::string listed(Names names)
{
    std::string list;
    for (const auto name : names) list += (list.empty() ? "" : ", ") + std::string{name};
    return list;
}

Failure wrong(std::string_view name, std::string_view value, std::string_view accepted)
{
    return Failure{Errc::invalid_input, "query parameter " + std::string{name} + ": " + visible(shortened(value, 80)) +
                                            " does not fit; " + std::string{accepted}};
}

const std::string* find(const Query& query, const std::string& name)
{
    const auto found = query.find(name);
    return found == query.end() ? nullptr : &found->second;
}

std::optional<std::uint64_t> number(std::string_view text)
{
    std::uint64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

Result<std::size_t> read_limit(const Query& query)
{
    const auto* text = find(query, "limit");
    if (text == nullptr) return default_page;
    const auto value = number(*text);
    if (!value || *value < 1 || *value > max_page) return wrong("limit", *text, "give a number from 1 to 1000");
    return static_cast<std::size_t>(*value);
}

Result<std::optional<std::uint64_t>> read_after(const Query& query)
{
    const auto* text = find(query, "cursor");
    if (text == nullptr) return std::optional<std::uint64_t>{};
    auto after = read_cursor(*text, canonical(query));
    if (!after) return after.error();
    return std::optional{*after};
}

Result<std::optional<Instant>> read_instant(const Query& query, const std::string& name)
{
    const auto* text = find(query, name);
    if (text == nullptr) return std::optional<Instant>{};
    auto at = parse_rfc3339(*text);
    if (!at) {
        // In a query `+` means a space, so an offset of +02:00 must be sent as %2B02:00.
        const auto* hint = text->find(' ') != std::string::npos ? " (write an offset's + as %2B)" : "";
        return wrong(name, *text, "give a time like 2024-06-22T15:15:00Z" + std::string{hint});
    }
    return std::optional{*at};
}

using Period = std::pair<std::optional<Instant>, std::optional<Instant>>;
Result<Period> read_period(const Query& query)
{
    auto since = read_instant(query, "since");
    if (!since) return since.error();
    auto until = read_instant(query, "until");
    if (!until) return until.error();
    if (*since && *until && **until < **since) return wrong("until", *find(query, "until"), "it lies before since, so nothing could be found");
    return Period{*since, *until};
}

Result<bool> read_flag(const Query& query, const std::string& name, bool otherwise)
{
    const auto* text = find(query, name);
    if (text == nullptr) return otherwise;
    if (*text == "true") return true;
    if (*text == "false") return false;
    return wrong(name, *text, "give true or false");
}

Result<void> read_words(const Query& query, store::EventQuery& read)
{
    if (const auto* tag = find(query, "tag")) {
        auto name = canonical_tag(*tag);
        if (!name) return wrong("tag", *tag, "give a tag like action or root_cause");
        read.tag = *name;
    }
    if (const auto* kind = find(query, "kind")) {
        auto known = parse_kind(*kind);
        if (!known) return wrong("kind", *kind, "give alert, chat, note, command, change or system");
        read.kind = *known;
    }
    for (const auto& [name, member] : {std::pair{"source", &store::EventQuery::source}, {"author", &store::EventQuery::author}}) {
        const auto* text = find(query, name);
        if (text == nullptr) continue;
        if (text->empty() || text->size() > max_name_bytes) return wrong(name, *text, "give 1 to 256 bytes");
        read.*member = *text;
    }
    if (const auto* order = find(query, "order")) {
        if (*order != "asc" && *order != "desc") return wrong("order", *order, "give asc or desc");
        read.descending = *order == "desc";
    }
    return {};
}

}  // namespace

Result<void> check_names(const Query& query, Operation operation)
{
    const auto accepted = accepted_by(operation);
    if (!accepted) return {};
    for (const auto& [name, value] : query) {
        if (std::ranges::find(*accepted, name) != accepted->end()) continue;
        auto detail = "unknown query parameter " + visible(shortened(name, 80));
        if (const auto meant = nearest(name, *accepted); !meant.empty()) detail += ", did you mean " + std::string{meant} + '?';
        detail += accepted->empty() ? " (this address takes none)" : " (accepted: " + listed(*accepted) + ')';
        return Failure{Errc::malformed, std::move(detail)};
    }
    return {};
}

std::string canonical(const Query& query)
{
    std::string text;
    for (const auto& [name, value] : query) {
        // How many to a page may change on the way.
        if (name == "cursor" || name == "limit") continue;
        text += wire::path_segment(name) + '=' + wire::path_segment(value) + '&';
    }
    return text;
}

Result<store::EventQuery> read_event_query(const Query& query)
{
    store::EventQuery read;
    if (const auto* incident = find(query, "incident")) {
        if (lowered(*incident) == "inbox") {
            read.inbox = true;
        } else {
            auto key = parse_incident_key(*incident);
            if (!key) return wrong("incident", *incident, "give a key like INC-7, or inbox");
            read.incident = *key;
        }
    }
    auto period = read_period(query);
    if (!period) return period.error();
    std::tie(read.since, read.until) = *period;
    if (auto words = read_words(query, read); !words) return words.error();
    if (const auto* text = find(query, "number")) {
        const auto value = number(*text);
        if (!value || *value == 0) return wrong("number", *text, "give an event's number in its incident, from 1");
        if (!read.incident) return wrong("number", *text, "numbers count within an incident, so give incident=INC-7 too");
        read.number = *value;
    }
    if (const auto* typed = find(query, "q")) {
        auto words = wire::read_search(*typed);
        if (!words) return wrong("q", *typed, words.error().detail);
        read.words = std::move(*words);
    }
    // A list shows what stands in the record; who searches wants what still counts.
    auto struck = read_flag(query, "struck", read.words.empty());
    if (!struck) return struck.error();
    read.struck = *struck;
    auto limit = read_limit(query);
    if (!limit) return limit.error();
    read.limit = *limit;
    auto after = read_after(query);
    if (!after) return after.error();
    read.after_seq = *after;
    return read;
}

Result<IncidentQuery> read_incident_query(const Query& query)
{
    IncidentQuery read;
    if (const auto* status = find(query, "status")) {
        auto known = parse_incident_status(*status);
        if (!known) return wrong("status", *status, "give open, closed or merged");
        read.status = *known;
    }
    auto period = read_period(query);
    if (!period) return period.error();
    std::tie(read.since, read.until) = *period;
    if (const auto* severity = find(query, "severity")) {
        if (severity->empty() || severity->size() > max_name_bytes) return wrong("severity", *severity, "give 1 to 256 bytes");
        read.severity = *severity;
    }
    auto figures = read_flag(query, "figures", false);
    if (!figures) return figures.error();
    read.figures = *figures;
    auto limit = read_limit(query);
    if (!limit) return limit.error();
    read.limit = *limit;
    auto before = read_after(query);
    if (!before) return before.error();
    read.before = *before;
    return read;
}

Result<StatsQuery> read_stats_query(const Query& query, Instant now)
{
    const auto period = read_period(query);
    if (!period) return period.error();
    StatsQuery read;
    read.until = period->second.value_or(now);
    read.since = period->first.value_or(read.until - stats_period);
    if (read.until < read.since) return wrong("since", *find(query, "since"), "it lies in the future, so nothing could be found");
    return read;
}

Result<std::optional<Instant>> read_as_of(const Query& query) { return read_instant(query, "as_of"); }

Result<DraftQuery> read_draft_query(const Query& query)
{
    DraftQuery read;
    auto as_of = read_as_of(query);
    if (!as_of) return as_of.error();
    read.as_of = *as_of;
    if (const auto* format = find(query, "format")) {
        if (*format == "pdf") return Failure{Errc::malformed, "pages are made by the command line: incidentctl draft --format pdf"};
        if (*format == "md") read.format = DraftFormat::markdown;
        else if (*format == "html") read.format = DraftFormat::html;
        else if (*format == "json") read.format = DraftFormat::json;
        else if (*format == "csv") read.format = DraftFormat::csv;
        else return wrong("format", *format, "give md, html, json or csv");
    }
    if (const auto* name = find(query, "template")) {
        if (std::ranges::find(draft::template_names, *name) == draft::template_names.end())
            return wrong("template", *name, "give " + listed(draft::template_names) + "; your own are rendered by incidentctl draft --template FILE");
        read.template_name = *name;
    }
    if (const auto* zone = find(query, "tz")) {
        const auto known = to_local(Instant{}, *zone);
        if (!known) return wrong("tz", *zone, known.error().detail);
        read.options.zone = *zone;
    }
    if (const auto* clock = find(query, "clock")) {
        if (*clock != "12" && *clock != "24") return wrong("clock", *clock, "give 12 or 24");
        read.options.clock = *clock == "12" ? draft::Clock::hours12 : draft::Clock::hours24;
    }
    for (const auto& [name, member] : {std::pair{"fold", &draft::Options::fold},
                                       {"seconds", &draft::Options::seconds},
                                       {"trace", &draft::Options::trace},
                                       {"mermaid", &draft::Options::mermaid},
                                       {"marks", &draft::Options::marks}}) {
        auto flag = read_flag(query, name, read.options.*member);
        if (!flag) return flag.error();
        read.options.*member = *flag;
    }
    auto audience = read_audience(query);
    if (!audience) return audience.error();
    read.audience = *audience;
    if (read.audience != draft::Audience::internal) read.options.audience = draft::to_string(read.audience);
    return read;
}

Result<draft::Audience> read_audience(const Query& query)
{
    const auto* text = find(query, "audience");
    if (text == nullptr) return draft::Audience::internal;
    auto audience = draft::parse_audience(*text);
    if (!audience) return wrong("audience", *text, audience.error().detail);
    return *audience;
}

Result<std::optional<IncidentKey>> read_stream_query(const Query& query)
{
    const auto* incident = find(query, "incident");
    if (incident == nullptr) return std::optional<IncidentKey>{};
    auto key = parse_incident_key(*incident);
    if (!key) return wrong("incident", *incident, "give a key like INC-7");
    return std::optional{*key};
}

}  // namespace incident::api
