#include "ingest/dialects.hpp"
#include "ingest/parts.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

// PagerDuty's V3 webhook subscriptions: what people do about an incident, beside its states. What a person did is a note
// by that person, so that the first of them acknowledges; what PagerDuty itself tells is an alert.
namespace incident::ingest {

namespace {

/// What an event type means to us; `says` stands before the incident's title.
struct Act {
    std::string_view type;
    std::string_view says;
    std::string_view status;  ///< of the alert; empty: the incident's own
    std::string_view tag;     ///< that the act is by itself
};

constexpr std::array acts{
    Act{"incident.triggered", "", "firing", ""},
    Act{"incident.reopened", "", "firing", ""},
    Act{"incident.resolved", "", "resolved", ""},
    Act{"incident.acknowledged", "acknowledged", "acknowledged", ""},
    Act{"incident.unacknowledged", "no longer acknowledged", "triggered", ""},
    Act{"incident.escalated", "escalated", "", tags::escalation},
    Act{"incident.reassigned", "reassigned", "", tags::escalation},
    Act{"incident.delegated", "delegated", "", tags::escalation},
    Act{"incident.responder.added", "asked for help", "", tags::escalation},
    Act{"incident.responder.replied", "answered the call for help", "", ""},
    Act{"incident.annotated", "", "", ""},
    Act{"incident.status_update_published", "", "", tags::communication},
    Act{"incident.priority_updated", "priority", "", ""},
    Act{"incident.conference_bridge.updated", "conference bridge", "", ""},
    Act{"incident.workflow.started", "workflow started", "", ""},
    Act{"incident.workflow.completed", "workflow completed", "", ""},
    Act{"incident.service_updated", "service changed", "", ""},
};

/// The types of the batches that PagerDuty sent before V3.
struct OldName {
    std::string_view old, type;
};
constexpr std::array old_names{
    OldName{"incident.trigger", "incident.triggered"},     OldName{"incident.acknowledge", "incident.acknowledged"},
    OldName{"incident.unacknowledge", "incident.unacknowledged"}, OldName{"incident.resolve", "incident.resolved"},
    OldName{"incident.escalate", "incident.escalated"},    OldName{"incident.assign", "incident.reassigned"},
    OldName{"incident.delegate", "incident.delegated"},    OldName{"incident.annotate", "incident.annotated"},
};

const json::object nothing;

const json::object& object_or_nothing(const json::object& object, std::string_view name)
{
    const auto* const found = object_at(object, name);
    return found == nullptr ? nothing : *found;
}

/// What a reference calls itself: `{"summary": "API Service", …}`; older ones have a name.
std::string name_in(const json::object& object, std::string_view member)
{
    const auto* const reference = object_at(object, member);
    return reference == nullptr ? std::string{} : first_words(*reference, {"summary", "name", "title", "display_name"});
}

std::string names_in(const json::object& object, std::string_view member)
{
    const auto* const references = array_at(object, member);
    if (references == nullptr) return {};
    std::string names;
    for (const auto& element : *references) {
        const auto* reference = element.if_object();
        if (reference == nullptr) continue;
        if (const auto* const inner = object_at(*reference, "assignee")) reference = inner;
        if (const auto name = first_words(*reference, {"summary", "name"}); !name.empty()) names += (names.empty() ? "" : ", ") + name;
    }
    return names;
}

/// One event, whatever version told it.
struct Told {
    std::string type, id, occurred_at;
    const json::object& data;      ///< what the event speaks of
    const json::object& incident;  ///< itself, or a reference to it
    std::string person;            ///< who did it; empty: PagerDuty or a program
    std::string title;
};

class Reader {
 public:
    Reader(const Body& body, const Source& source) : body_(body), source_(source) {}

    Understood take() { return std::move(understood_); }

    void refuse(std::string_view reason) { add_unparsed(understood_, source_.name, Kind::alert, body_, reason); }

    void read_v3(const json::object& event)
    {
        const auto type = words_at(event, "event_type");
        if (type.empty()) return refuse("\"event\" has no \"event_type\"");
        const auto& data = object_or_nothing(event, "data");
        if (type == "pagey.ping" || text_at(data, "type") == "ping") {
            understood_.note = "test notification";
            return;
        }
        const auto& agent = object_or_nothing(event, "agent");
        const bool human = text_at(agent, "type").find("user") != std::string::npos;
        const auto* const parent = object_at(data, "incident");
        const auto& incident = parent == nullptr ? data : *parent;
        take_in({type, words_at(event, "id"), text_at(event, "occurred_at"), data, incident,
                 human ? first_words(agent, {"summary", "name", "id"}) : std::string{}, first_words(incident, {"title", "summary"})});
    }

    /// A batch of V1 or V2: out of support at PagerDuty, but still in people's logs and proxies.
    void read_old(const json::object& message)
    {
        auto type = first_words(message, {"type", "event"});
        if (const auto known = std::ranges::find(old_names, std::string_view{type}, &OldName::old); known != old_names.end()) type = known->type;
        const auto& data = object_or_nothing(message, "data");
        const auto* incident = object_at(data, "incident");
        if (incident == nullptr) incident = object_at(message, "incident");
        if (type.empty() || incident == nullptr) {
            const auto text = json_text(message);
            const Body part{text, body_.content_type, {}, body_.received_at};
            return add_unparsed(understood_, source_.name, Kind::alert, part, "a message without type and incident");
        }
        auto person = name_in(*incident, "resolved_by_user");
        if (person.empty()) person = name_in(*incident, "last_status_change_by");
        auto title = first_words(*incident, {"title", "description", "summary"});
        if (const auto* const summary = object_at(*incident, "trigger_summary_data"); summary != nullptr && title.empty())
            title = first_words(*summary, {"subject", "description"});
        // A trigger is no one's doing, and an old incident says only who changed it last.
        if (type == "incident.triggered") person.clear();
        take_in({type, words_at(message, "id"), text_at(message, "created_on"), *incident, *incident, person, title});
    }

 private:
    void take_in(const Told& told)
    {
        const auto known = std::ranges::find(acts, std::string_view{told.type}, &Act::type);
        if (!told.type.starts_with("incident.")) return add_change(told);
        Act act = known == acts.end() ? Act{told.type, told.type, "", ""} : *known;
        if (act.status == "resolved" && is_merge(told.data)) return add_merge(told);
        const bool state = act.status == "firing" || act.status == "resolved";
        const bool by_person = !state && !told.person.empty();
        auto event = event_about(told, by_person ? Kind::note : Kind::alert);
        if (by_person) {
            event.author.name = fitting(event, told.person, max_name_bytes);
            event.author.verified = true;  // PagerDuty signed who it was
        }
        if (!act.status.empty()) event.status = act.status;
        // A program's act on what is over must not fold away as another end of it.
        else if (event.kind == Kind::alert && event.status == "resolved") event.status.clear();
        event.text = fitting(event, text_of_act(event, act, told), max_text_bytes);
        if (!act.tag.empty()) add_tag(event, act, told);
        if (state && !told.person.empty()) add_label(event, "by", told.person);
        add(std::move(event), told);
    }

    std::string text_of_act(Event& event, const Act& act, const Told& told)
    {
        const auto title = told.title.empty() ? "incident " + words_at(told.incident, "id") : told.title;
        if (told.type == "incident.annotated" || told.type == "incident.status_update_published") {
            if (true_at(told.data, "trimmed")) add_flag(event, "truncated");
            add_label(event, "incident", title);
            auto words = first_words(told.data, {"content", "message", "summary"});
            return words.empty() ? std::string{told.type} + ": " + title : words;
        }
        std::string says{act.says};
        if (act.tag == tags::escalation) {
            if (const auto to = called(told); !to.empty()) says += (told.type == "incident.responder.added" ? " of " : " to ") + to;
        } else if (told.type == "incident.priority_updated") {
            const auto priority = name_in(told.data, "priority");
            says += priority.empty() ? " taken away" : " set to " + priority;
        } else if (told.type == "incident.responder.replied") {
            if (const auto user = name_in(told.data, "user"); !user.empty()) says = user + ' ' + says;
            if (const auto state = words_at(told.data, "state"); !state.empty()) says += " (" + state + ')';
        } else if (told.type.starts_with("incident.workflow.")) {
            if (const auto name = first_words(told.data, {"summary", "name", "title"}); !name.empty() && &told.data != &told.incident) says += " (" + name + ')';
        }
        return says.empty() ? title : says + ": " + title;
    }

    /// Who is to take it now.
    static std::string called(const Told& told)
    {
        auto to = names_in(told.data, "assignees");
        if (to.empty()) to = name_in(told.data, "user");
        if (to.empty()) to = names_in(told.data, "assigned_to");
        if (to.empty()) to = name_in(told.data, "assigned_to_user");
        return to.empty() ? name_in(told.data, "escalation_policy") : to;
    }

    void add_tag(Event& event, const Act& act, const Told& told)
    {
        Tag tag;
        tag.name = act.tag;
        tag.by = "rule:pagerduty";
        tag.match = told.type;
        if (act.tag == tags::escalation) tag.to = fitting(event, called(told), max_name_bytes);
        event.tags.push_back(std::move(tag));
    }

    static bool is_merge(const json::object& data)
    {
        const auto* const reason = object_at(data, "resolve_reason");
        return reason != nullptr && text_at(*reason, "type").starts_with("merge");
    }

    /// Its trouble goes on under another name, so this is no end of it.
    void add_merge(const Told& told)
    {
        const auto& reason = object_or_nothing(told.data, "resolve_reason");
        const auto& into = object_or_nothing(reason, "incident");
        auto event = event_about(told, told.person.empty() ? Kind::alert : Kind::note);
        if (!told.person.empty()) {
            event.author.name = fitting(event, told.person, max_name_bytes);
            event.author.verified = true;
        }
        event.status = "merged";
        auto target = first_words(into, {"summary", "title", "id"});
        if (target.empty()) target = "another incident";
        event.text = fitting(event, "merged into " + target + ": " + (told.title.empty() ? words_at(told.incident, "id") : told.title), max_text_bytes);
        add_link(event, text_at(into, "html_url"), "merged into");
        add(std::move(event), told);
    }

    /// What happens to a service or something newer is a change of the site's own set-up.
    void add_change(const Told& told)
    {
        auto event = event_about(told, Kind::change);
        std::string says = told.type;
        std::ranges::replace(says, '.', ' ');
        std::ranges::replace(says, '_', ' ');
        const auto what = first_words(told.data, {"summary", "title", "name", "message", "content", "id"});
        event.text = fitting(event, what.empty() ? says : says + ": " + what, max_text_bytes);
        event.status.clear();
        if (!told.person.empty()) {
            event.author.name = fitting(event, told.person, max_name_bytes);
            event.author.verified = true;
        }
        if (!told.type.starts_with("service.")) event.details = fitting(event, json_text(told.data), max_details_bytes);
        add(std::move(event), told);
    }

    Event event_about(const Told& told, Kind kind)
    {
        auto event = event_of(source_.name, kind, body_);
        set_time(event, told.occurred_at, body_);
        const auto& incident = told.incident;
        if (const auto id = words_at(incident, "id"); !id.empty() && told.type.starts_with("incident.")) set_fingerprint(event, id);
        event.status = fitting(event, lowered(words_at(told.data, "status")), max_name_bytes);
        auto severity = name_in(told.data, "priority");
        if (severity.empty()) severity = words_at(told.data, "urgency");
        event.severity = fitting(event, severity, max_name_bytes);
        add_label(event, "event_type", told.type);
        for (const auto* const name : {"service", "escalation_policy"})
            if (const auto value = name_in(told.data, name); !value.empty()) add_label(event, name, value);
        for (const auto* const name : {"assignees", "teams"})
            if (const auto value = names_in(told.data, name); !value.empty()) add_label(event, name, value);
        for (const auto* const name : {"urgency", "incident_key", "incident_number", "number"})
            if (const auto value = words_at(told.data, name); !value.empty()) add_label(event, name, value);
        add_link(event, text_at(incident, "html_url"), "PagerDuty");
        if (const auto* const bridge = object_at(told.data, "conference_bridge")) {
            add_link(event, text_at(*bridge, "conference_url"), "conference");
            if (const auto number = words_at(*bridge, "conference_number"); !number.empty()) add_label(event, "conference_number", number);
        }
        if (told.type.starts_with("incident.responder.")) event.details = fitting(event, words_at(told.data, "message"), max_details_bytes);
        return event;
    }

    void add(Event event, const Told& told)
    {
        const auto at = to_rfc3339(event.occurred_at);
        const bool timed = std::ranges::find(event.flags, "time_from_arrival") == event.flags.end();
        if (!told.id.empty()) event.key = timed ? key_of({at, told.id}) : key_of({told.id, told.type});
        else if (timed) event.key = key_of({at, words_at(told.incident, "id"), told.type, event.text});
        understood_.items.push_back({std::move(event)});
    }

    const Body& body_;
    const Source& source_;
    Understood understood_;
};

}  // namespace

Understood read_pagerduty(const Body& body, const Source& source)
{
    Reader reader{body, source};
    const auto document = parse_body(body.bytes);
    const auto* const object = document ? document->if_object() : nullptr;
    if (object == nullptr) {
        reader.refuse(document ? "expected an object with \"event\"" : document.error().detail);
    } else if (const auto* const event = object_at(*object, "event")) {
        reader.read_v3(*event);
    } else if (const auto* const messages = array_at(*object, "messages")) {
        auto left = max_items_per_body;
        for (const auto& message : *messages) {
            if (left-- == 0) break;
            if (const auto* const one = message.if_object()) reader.read_old(*one);
            else reader.refuse("an element of \"messages\" is not an object");
        }
        if (messages->empty()) reader.refuse("\"messages\" is empty");
    } else {
        reader.refuse("there is neither \"event\" nor \"messages\"");
    }
    return reader.take();
}

}  // namespace incident::ingest
