#pragma once
#include "commands/session.hpp"

namespace incident::ctl {

/// Which events `log` shows; the server filters what it can, the rest happens here.
struct LogFilter {
    std::string incident;  ///< key, `inbox` or empty (all)
    std::string tag, by, grep, since, until;
    bool struck = false;
};

[[nodiscard]] bool passes(const json::value& event, const LogFilter& filter);

/// Prints what comes after `after_seq` until Ctrl-C: resumes with Last-Event-ID after a break, so nothing is missed or
/// printed twice. @param listed_at entries received before are in what was printed already.
[[nodiscard]] Try<Exit> follow(Session& session, const LogFilter& filter, std::uint64_t after_seq, Instant listed_at);

}  // namespace incident::ctl
