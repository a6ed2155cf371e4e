#pragma once
#include "draft/html.hpp"
#include "draft/times.hpp"

/// Text and times inside the HTML page.
namespace incident::draft {

/// Escaped, with its http, https and mailto addresses as links.
[[nodiscard]] std::string linked_html(std::string_view text);

/// `2024-06-22T15:15:08.25Z`: HTML takes three fraction digits at most, so microseconds are cut.
[[nodiscard]] std::string html_instant(Instant at);

/// `<time datetime="…">shown</time>`; `shown` is escaped.
[[nodiscard]] std::string time_element(Instant at, std::string_view shown);

/// The moment with its date where that is another than the one of `beside`.
[[nodiscard]] std::string moment_words(Instant at, Instant beside, const Times& times);

}  // namespace incident::draft
