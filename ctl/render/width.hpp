#pragma once
#include <string>
#include <string_view>
#include <vector>

/// How wide text stands on a terminal. All of it expects text that went through incident::visible().
namespace incident::ctl {

/// Columns that `text` takes: wide characters two, combining ones none.
[[nodiscard]] std::size_t display_width(std::string_view text) noexcept;
/// At most `columns` wide, never inside a grapheme; ends in `…` when something was cut.
[[nodiscard]] std::string cut(std::string_view text, std::size_t columns);
/// `text` and spaces, `columns` wide; longer text stays as it is.
[[nodiscard]] std::string padded(std::string_view text, std::size_t columns, bool right = false);
/// Lines of at most `columns`, broken at spaces where there are any. Never empty.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

}  // namespace incident::ctl
