#pragma once
#include <string>

namespace incident::ingest {

/// `firing` or `resolved` for the words monitoring systems use for them, in any case; others as they are.
[[nodiscard]] std::string plain_status(std::string_view word);

}  // namespace incident::ingest
