#pragma once
#include "ingest/lenient.hpp"

namespace incident::ingest {

/// A CloudWatch alarm (on a metric, on maths over metrics, or composed of other alarms) as it stands in a message: the
/// alarm's own form, or an EventBridge event of its state change.
/// @param topic the topic it came through: names the region where the alarm does not say it.
/// @return empty: it is no alarm.
[[nodiscard]] std::optional<Event> read_cloudwatch_alarm(const json::object& message, std::string_view topic, const Body& body, std::string_view source);

}  // namespace incident::ingest
