#pragma once
#include "commands/session.hpp"

namespace incident::ctl {

/// The incident whose document is meant: the argument, else the one that reads without it would take.
[[nodiscard]] Try<std::string> document_key(Session& session, const Arguments& arguments);

}  // namespace incident::ctl
