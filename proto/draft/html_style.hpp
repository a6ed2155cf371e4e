#pragma once
#include <string_view>

namespace incident::draft {

/// The page's only stylesheet. It is constant, so that a policy can name it by its hash.
[[nodiscard]] std::string_view html_style() noexcept;
/// Base64 of the SHA-256 of html_style(). Written down, because this library has no cryptography; a test compares.
[[nodiscard]] std::string_view html_style_sha256() noexcept;

}  // namespace incident::draft
