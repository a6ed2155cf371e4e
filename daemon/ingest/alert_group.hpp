#pragma once
#include "ingest/lenient.hpp"

/// The notification of an alert group, as Alertmanager and its descendants send it.
namespace incident::ingest {

/// Where two descendants differ.
struct GroupDialect {
    std::string_view source;
    void (*add_links)(Event& event, const json::object& alert, std::string_view external_url);
    bool (*is_test)(const json::object& alert);
};

[[nodiscard]] Understood read_alert_group(const json::object& group, const GroupDialect& dialect, const Body& body);

/// Alertmanager's own fingerprint of a label set, for senders that leave it out.
[[nodiscard]] std::string fingerprint_of(const json::object& labels);

}  // namespace incident::ingest
