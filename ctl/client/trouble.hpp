#pragma once
#include "model/result.hpp"

namespace incident::ctl {

/// What the shell sees (README "Exit codes"). CLI11's and libcurl's own numbers never leave the process.
enum class Exit {
    ok = 0,
    failure = 1,
    usage = 2,
    not_found = 3,  ///< no such thing, or several and nobody could be asked
    unauthenticated = 4,
    unreachable = 5,  ///< no server, or no answer to a write: not stored as far as we know
    conflict = 6,
    invalid = 7,  ///< refused by the server's checks, or `check` found something
    timed_out = 8,  ///< connected, but no answer to a question in time
    interrupted = 130
};

/// Why a command could not do its work: cause with the value, and the fix, which is printed last.
struct Trouble {
    Exit exit;
    std::string cause;
    std::string fix;
    // An aggregate would be constructible from an Exit alone, and Try<Exit> could not tell value from trouble.
    Trouble() : exit(Exit::failure) {}
    Trouble(Exit exit_, std::string cause_, std::string fix_)
        : exit(exit_), cause(std::move(cause_)), fix(std::move(fix_))
    {
    }
};

template <class T>
using Try = boost::system::result<T, Trouble>;

[[noreturn]] void throw_exception_from_error(const Trouble& trouble, const boost::source_location& where);

/// The exit code for an HTTP status; only 2xx is ok.
[[nodiscard]] Exit exit_for_status(unsigned status) noexcept;
[[nodiscard]] Exit exit_for(Errc code) noexcept;

/// A failure of ours (a time, a name that could not be read) as a usage error: the last sentence of its detail that
/// tells what to do stays last.
[[nodiscard]] Trouble usage(const Failure& failure, std::string fix = {});

}  // namespace incident::ctl
