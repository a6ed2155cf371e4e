#pragma once
#include "draft/draft.hpp"

/// A draft as one page of HTML that stands alone: no script, nothing loaded, dark and light, 320 px to A4.
namespace incident::draft {

/// The blocks of a built-in template, with a picture of the phases and dead ends behind its first part. Same timeline,
/// template and options, same bytes. Texts of others are escaped; what in them is an http, https or mailto address
/// becomes a link that tells its target nothing.
/// @return Errc::invalid_input for an unknown template or zone.
[[nodiscard]] Result<std::string> render_html(const timeline::Timeline& timeline, std::string_view template_name, const Options& options);

/// The Content-Security-Policy that the page carries and that a server should send with it: only its own stylesheet counts.
[[nodiscard]] std::string html_policy();

/// Stands in the head of every page: who fetches one can tell it from a login page of something in between.
inline constexpr std::string_view html_generator = "<meta name=\"generator\" content=\"incidentd draft\">";

/// `& < > " '` as entities; what is no UTF-8 replaced, controls, bidi marks and the like as visible text.
[[nodiscard]] std::string escape_html(std::string_view text);

}  // namespace incident::draft
