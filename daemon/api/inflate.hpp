#pragma once
#include "model/result.hpp"
#include <string>
#include <string_view>

namespace incident::api {

inline constexpr std::size_t max_inflation = 100;          ///< times the compressed size (RELIABILITY D-2); real logs reach 30
inline constexpr std::size_t free_inflation_bytes = 4096;  ///< a tiny body of spaces is no bomb

/// Undoes gzip, of one member or several. Both caps are looked at as the text grows.
/// @return Errc::limit_exceeded over `limit_bytes` or the ratio; Errc::unsupported when it is no whole gzip.
[[nodiscard]] Result<std::string> gunzip(std::string_view compressed, std::size_t limit_bytes);

}  // namespace incident::api
