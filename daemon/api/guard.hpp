#pragma once
#include "net/http.hpp"
#include <span>

/// Who may ask from where: what keeps a web page in somebody's browser from talking to a recorder on loopback
/// (DNS rebinding, cross-site requests). Pure.
namespace incident::api {

/// Whether a Host header names us: localhost, a loopback address, or one of `allowed` (port ignored, case too).
[[nodiscard]] bool host_allowed(std::string_view host, std::span<const std::string> allowed);

/// Whether an Origin header's host is one that host_allowed() takes. `null` and nonsense are not.
[[nodiscard]] bool origin_allowed(std::string_view origin, std::span<const std::string> allowed);

/// The host part of `https://incidents.example.org:8443/x`, or empty.
[[nodiscard]] std::string host_of_url(std::string_view url);

/// `application/json; charset=utf-8` -> `application/json`.
[[nodiscard]] std::string media_type(std::string_view content_type);

/// Whether a request carries CloudEvents: by its content type (structured, batched) or by its ce- headers (binary).
[[nodiscard]] bool is_cloudevent(const net::Request& head);

/// Whether an Accept header takes `produced`; an absent header takes all.
[[nodiscard]] bool accepts(std::string_view accept, std::string_view produced);

}  // namespace incident::api
