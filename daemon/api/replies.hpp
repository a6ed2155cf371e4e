#pragma once
#include "net/http.hpp"
#include "wire/problem.hpp"

/// Values -> replies. Pure.
namespace incident::api {

inline constexpr unsigned retry_after_seconds = 1;  ///< with every 503: a queue drains within a second, or we are stopping

[[nodiscard]] net::Reply json_reply(unsigned status, const wire::json::value& body);
[[nodiscard]] net::Reply text_reply(unsigned status, std::string text, std::string content_type);
/// A problem document with the failure's own status; 503 carries Retry-After.
[[nodiscard]] net::Reply problem_reply(const Failure& failure, std::string_view instance);
/// With a status that no failure code stands for (405, 406, 408, 421, 431).
[[nodiscard]] net::Reply problem_reply(unsigned status, std::string_view detail, std::string_view instance);
/// 304 without a body.
[[nodiscard]] net::Reply not_modified(std::string etag);

}  // namespace incident::api
