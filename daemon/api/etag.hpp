#pragma once
#include "model/entry.hpp"

/// Entity tags (RFC 9110 §8.8.3): the name of one state of a resource. Pure.
namespace incident::api {

/// Of an event as it stands after its amendments, quotes included: changes whenever anything that is shown of it does.
[[nodiscard]] std::string etag_of(const Event& event);
/// Of an incident: its newest step.
[[nodiscard]] std::string etag_of(const Incident& incident);
/// Of a document made from entries up to `seq`, under these options.
[[nodiscard]] std::string etag_of(std::uint64_t seq, std::string_view options);

/// Whether an If-Match or If-None-Match header (`*`, or a list of tags) names `etag`. Weak comparison ignores `W/`,
/// as If-None-Match asks; strong comparison never matches a weak tag, as If-Match asks.
[[nodiscard]] bool names_etag(std::string_view header, std::string_view etag, bool weak) noexcept;

}  // namespace incident::api
