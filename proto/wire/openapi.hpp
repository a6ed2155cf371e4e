#pragma once
#include <string_view>

namespace incident::wire {

/// openapi.yaml as JSON: what GET /api/v1/openapi.json answers. Lives as long as the program.
[[nodiscard]] std::string_view openapi_json() noexcept;

}  // namespace incident::wire
