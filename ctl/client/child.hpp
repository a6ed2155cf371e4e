#pragma once
#include "client/trouble.hpp"
#include <chrono>
#include <functional>
#include <span>
#include <string>

/// Somebody else's program, run as the shell would, and listened to.
namespace incident::ctl {

struct ChildOutcome {
    int status = 0;           ///< as a shell says it: 128 + signal when one ended it, 126 and 127 when it did not start
    int signal = 0;           ///< that ended it; 0: none
    std::string not_started;  ///< why it did not start; empty: it did
    std::string tail;         ///< the end of what it wrote to both outputs, in the order it came
    bool tail_cut = false;    ///< there was more
};

struct ChildOptions {
    bool listen = true;                 ///< false: it keeps our outputs, a terminal too, and `tail` stays empty
    std::size_t tail_bytes = 64 * 1024;
};

/// Runs it to its end. Its standard input is ours; what it writes goes to our outputs byte for byte as it comes. It stays in
/// our process group, so a key pressed at the terminal (Ctrl-C) reaches it once, from the terminal; a signal that somebody
/// sends to us alone is handed on. We outlive INT, QUIT, TERM and HUP until it has ended, so that its end is known.
/// @pre `words` is not empty. One at a time: signal handlers are the process's.
[[nodiscard]] ChildOutcome run_child(std::span<const std::string> words, const ChildOptions& options);

}  // namespace incident::ctl
