#pragma once
#include <string>

/// Serialized JSON for careless readers. Characters beyond ASCII stand within strings only, so an escape means the same.
namespace incident::draft {

/// The serializer escapes what JSON must; invisible characters (DEL, C1, bidi, zero width) would still steer a terminal
/// that the document is shown on: they become escapes too.
[[nodiscard]] std::string escaped_invisible(std::string json);
/// Nothing but ASCII, as a header needs it.
[[nodiscard]] std::string ascii_json(std::string json);

}  // namespace incident::draft
