#pragma once
#include "ingest/dialect.hpp"

/// CloudEvents 1.0 over HTTP. An event of its own, and the envelope in which other systems' bodies travel.
namespace incident::ingest {

struct Envelope {
    std::string id, source, type, subject;
    std::string time;                             ///< RFC 3339 as sent; empty: none given
    std::string data;                             ///< the inside: bytes as they were, or JSON re-written
    std::string data_content_type;                ///< `application/json` where the event said nothing and the data is JSON
    std::map<std::string, std::string> attributes;///< the remaining ones: extensions, dataschema, specversion
    std::string refused;                          ///< why it is no CloudEvent after all; empty: it is one
    std::string as_sent;                          ///< with `refused`: the element's bytes
};

/// Whether the request says it carries CloudEvents: by its content type (structured, batched) or by `ce-` headers (binary).
[[nodiscard]] bool is_cloudevent(const Body& body);

/// The events in it, in order; a bad one in a batch does not lose its neighbours. Empty: the request carries none, or a
/// document that cannot be read at all. A binary event's data are the body's own bytes.
[[nodiscard]] std::optional<std::vector<Envelope>> open_cloudevents(const Body& body);

/// What a type that names what happened (`com.example.alert.fired`) speaks of: a change (deploy, release, build, push, …)
/// or an alert, and the state in which its last word says the alert is: `firing`, `resolved` or none.
[[nodiscard]] Kind kind_of_type(std::string_view type);
[[nodiscard]] std::string status_of_type(std::string_view type);
/// What a JSON document calls itself: its title, summary or message; empty: nothing.
[[nodiscard]] std::string headline_of(std::string_view document);

}  // namespace incident::ingest
