#pragma once
#include "ingest/lenient.hpp"

/// The notification of an alert group, as Alertmanager and its descendants send it.
namespace incident::ingest {

/// Where two descendants differ.
struct GroupDialect {
    std::string_view source;
    void (*add_links)(Event& event, const json::object& alert, std::string_view external_url);
    bool (*is_test)(const json::object& alert);
    /// Alerts come straight from the one that evaluates them, each minute anew and without a status: an alert is resolved
    /// when its endsAt is not after the arrival, since a firing one's is a lease that the next push renews.
    bool pushed = false;
};

[[nodiscard]] Understood read_alert_group(const json::object& group, const GroupDialect& dialect, const Body& body);

/// The same without the group around it.
[[nodiscard]] Understood read_alerts(const json::array& alerts, const GroupDialect& dialect, std::string_view external_url, const Body& body);

/// Alertmanager's own fingerprint of a label set, for senders that leave it out.
[[nodiscard]] std::string fingerprint_of(const json::object& labels);

}  // namespace incident::ingest
