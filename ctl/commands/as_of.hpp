#pragma once
#include "commands/session.hpp"

namespace incident::ctl {

/// `--as-of TIME` as the wire wants it, and says on stderr what is shown then; empty without the flag.
/// @return Exit::usage for a time that is none or lies ahead.
[[nodiscard]] Try<std::string> read_as_of(Session& session, const Arguments& arguments);
/// `/api/v1/incidents/INC-7/timeline`, as of then when `as_of` says so.
[[nodiscard]] std::string timeline_path(std::string_view key, const std::string& as_of);

}  // namespace incident::ctl
