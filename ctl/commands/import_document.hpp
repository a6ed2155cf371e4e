#pragma once
#include "commands/session.hpp"

namespace incident::ctl {

/// A file's bytes, those of standard input (`-`), or all days of a Slack channel's folder as one document; beside messages of
/// Slack the names of `users.json`, where one stands there. At most one byte more than an import reads.
[[nodiscard]] Try<std::string> written_document(const Session& session, const std::string& path);

}  // namespace incident::ctl
