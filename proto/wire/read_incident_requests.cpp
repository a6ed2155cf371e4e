#include "model/time_grammar.hpp"
#include "wire/request_members.hpp"
#include <algorithm>

namespace incident::wire {
namespace {

/// Members of an incident that only the recorder writes; naming one is answered with that, not with "unknown".
constexpr std::array<std::string_view, 6> recorders_incident{"id",        "key",       "opened_at",
                                                             "opened_by", "closed_at", "last_seq"};
constexpr std::array<std::string_view, 8> not_when_opening{"id",        "key",      "opened_at", "opened_by",
                                                           "closed_at", "last_seq", "status",    "merged_into"};

/// Who may read it while it is private: all of them, each once.
void read_members(Members& members, std::optional<std::vector<std::string>>& out)
{
    if (members.find("members") == nullptr) return;
    auto& names = out.emplace();
    members.elements("members", max_members, [&](const json::value& element, const std::string& pointer) {
        const auto* text = element.if_string();
        const auto name = text == nullptr ? std::string_view{} : trimmed(view_of(*text));
        if (name.empty() || name.size() > max_name_bytes || !bad_characters(name, one_line).empty())
            members.errors().add(pointer, "give a name of 1 to 256 bytes on one line: an account, a token's name or a user");
        else if (std::ranges::find(names, name) == names.end())
            names.emplace_back(name);
    });
}

/// The facts that `open` and PATCH share. In a PATCH null forgets; in `open` there is nothing to forget.
void read_fields(Members& members, IncidentFields& fields, bool null_forgets)
{
    const auto text = [&](std::string_view name, std::optional<std::string>& out) {
        if (null_forgets && members.given(name) && members.find(name) == nullptr) out = "";
        else members.text(name, out, max_name_bytes, one_line);
    };
    members.optional(fields.title, [&](std::string& out) {
        return filled(members, "title", out, max_name_bytes, one_line);
    });
    text("severity", fields.severity);
    text("lead", fields.lead);
    text("service", fields.service);
    text("label", fields.label);
    if (fields.label && !fields.label->empty() && *fields.label != "private") {
        members.bad("label", "\"" + shortened(*fields.label, 64) + "\" is none of private or the empty string");
    }
    const auto time = [&](std::string_view name, std::optional<std::optional<Instant>>& out) {
        if (!members.given(name)) return;
        const auto* value = members.find(name);
        if (value == nullptr || *value == "") {
            if (null_forgets) out.emplace(std::nullopt);
            else if (value != nullptr) members.bad(name, "is empty; give a time or leave it out");
            return;
        }
        Instant at;
        if (instant(members, name, at)) out.emplace(at);
    };
    time("started_at", fields.started_at);
    time("ended_at", fields.ended_at);
    read_members(members, fields.members);
    if (const auto* said = members.find("none")) {
        Members none{*said, members.pointer("none"), members.errors()};
        static constexpr std::array<std::string_view, 2> known{"misleading_path", "escalation"};
        none.only(known);
        none.flag("misleading_path", fields.none_misleading_path);
        none.flag("escalation", fields.none_escalation);
    }
}

void read_adopt(Members& members, std::optional<std::chrono::microseconds>& out)
{
    members.optional(out, [&](std::chrono::microseconds& span) {
        if (!members.word("adopt", span, [](std::string_view word) { return parse_span(word); })) return false;
        if (span > std::chrono::microseconds{0}) return true;
        members.bad("adopt", "must be longer than nothing, such as \"30m\"");
        return false;
    });
}

}  // namespace

Result<OpenRequest> read_open_request(const json::value& value)
{
    static constexpr std::array<std::string_view, 11> known{"title",      "severity", "lead", "label",   "service", "started_at",
                                                            "ended_at",   "none",     "adopt", "author", "members"};
    FieldErrors errors;
    OpenRequest request;
    Members members{value, "", errors};
    if (!members.is_object()) return errors.failure();

    members.only(known, not_when_opening);
    if (members.find("title") == nullptr) members.bad("title", "is missing; say in a few words what is broken");
    read_fields(members, request.fields, false);
    read_adopt(members, request.adopt);
    filled(members, "author", request.author, max_name_bytes, one_line);
    if (!errors.empty()) return errors.failure();
    return request;
}

Result<PatchRequest> read_patch_request(const json::value& value)
{
    static constexpr std::array<std::string_view, 14> known{
        "title", "severity", "lead",        "label", "service", "started_at", "ended_at",
        "none",  "status",   "merged_into", "adopt", "reason",  "author",     "members"};
    FieldErrors errors;
    PatchRequest request;
    Members members{value, "", errors};
    if (!members.is_object()) return errors.failure();

    members.only(known, recorders_incident);
    read_fields(members, request.fields, true);
    members.optional(request.status, [&](IncidentStatus& status) {
        if (!members.word("status", status, [](std::string_view word) { return parse_incident_status(word); }))
            return false;
        if (status != IncidentStatus::merged) return true;
        members.bad("status", "is open or closed; to merge, send merged_into with the target's key");
        return false;
    });
    members.optional(request.merge_into, [&](IncidentKey& key) {
        return members.word("merged_into", key, [](std::string_view word) { return parse_incident_key(word); });
    });
    if (request.status && request.merge_into) members.bad("merged_into", "stands without status: a merge closes too");
    read_adopt(members, request.adopt);
    members.text("reason", request.reason, max_text_bytes, Characters::prose);
    filled(members, "author", request.author, max_name_bytes, one_line);
    if (errors.empty() && request.fields == IncidentFields{} && !request.status && !request.merge_into &&
        !request.adopt)
        errors.add("", "changes nothing; give any of title, severity, lead, label, service, started_at, ended_at, "
                       "none, members, status, merged_into, adopt");
    if (!errors.empty()) return errors.failure();
    return request;
}

}  // namespace incident::wire
