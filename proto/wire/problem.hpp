#pragma once
#include "wire/json.hpp"

namespace incident::wire {

inline constexpr std::string_view problem_type = "application/problem+json";

/// The HTTP status of a failure (DESIGN §4): malformed 400, unauthenticated 401, forbidden 403, not_found 404,
/// conflict 409, stale 412, limit_exceeded 413, unsupported 415, invalid_input and key_reused 422, unavailable and
/// unknown_outcome 503.
[[nodiscard]] unsigned http_status(Errc code) noexcept;

/// RFC 9457: type (a URN of ours), title, status, detail, instance, errors[{pointer, detail}].
[[nodiscard]] json::object problem(const Failure& failure, std::string_view instance);
/// The same for a refusal that has no code of ours (405, 406, 431, 500…): type `about:blank`, the status's own phrase.
[[nodiscard]] json::object problem(unsigned status, std::string_view detail, std::string_view instance);
/// The inverse, for the command line. A body that is no problem document gives a Failure with the status and its first line.
[[nodiscard]] Failure read_problem(unsigned status, std::string_view content_type, std::string_view body);

}  // namespace incident::wire
