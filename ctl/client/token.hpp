#pragma once
#include "client/config.hpp"

/// Where the bearer token comes from, and where `login` puts one. Never from the command line: other accounts read it there.
namespace incident::ctl {

struct TokenPlace {
    std::string path;    ///< empty: there is no file for this server
    std::string origin;  ///< what named it: `flag --token-file`, a file; `login` for the one that login writes
    bool named = false;  ///< somebody named it, so it must be there
};

/// The file that is named for this server; else the one that `login` writes for its context. A server that only a flag or
/// the environment names has none: no token goes to whatever address is typed.
[[nodiscard]] TokenPlace token_place(const Settings& settings, const Environment& environment);

struct ShownToken {
    std::string token;   ///< empty: none
    std::string origin;  ///< `environment INCIDENTCTL_TOKEN`, or the file with what named it
};
/// @return Exit::usage when the file that was named cannot be read, or what is in it cannot stand in a header line.
[[nodiscard]] Try<ShownToken> read_token(const Settings& settings, const Environment& environment);

/// Writes it for this account alone (mode 0600), whole or not at all.
[[nodiscard]] Try<void> write_token(const std::string& path, std::string_view token);

}  // namespace incident::ctl
