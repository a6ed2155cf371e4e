#pragma once
#include "model/result.hpp"
#include "observe/log.hpp"
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace incident::app {

inline constexpr std::string_view default_listen_address = "127.0.0.1:9780";
inline constexpr std::string_view default_config_file = "/etc/incidentd/incidentd.yml";
inline constexpr std::string_view default_storage_path = "/var/lib/incidentd";

/// What incidentd was told when it was started; places resolved, so nobody looks at the environment again.
struct Options {
    std::string config_file;            ///< empty: built-in defaults
    std::string storage_path;
    std::vector<std::string> listen_addresses;
    std::string socket_path;            ///< empty: no Unix socket
    std::string web_config_file;        ///< TLS, headers, users; empty: none
    std::string external_url;           ///< without a slash at the end; empty: the first listener's
    observe::LogLevel log_level = observe::LogLevel::info;
    observe::LogFormat log_format = observe::LogFormat::logfmt;
    bool check_config = false;
    bool dev = false;
};

/// Nothing to start: help, version, or a wrong line.
struct Leave {
    int exit_code = 0;
    std::string text;  ///< for stdout when exit_code is 0, else for stderr
};

/// Reads the command line and INCIDENTD_* (flags win). `arguments` without the program's name.
/// `environment` answers XDG_* and HOME; `exists` whether a file is there.
[[nodiscard]] std::variant<Options, Leave> read_options(std::span<const char* const> arguments,
                                                        const std::function<std::optional<std::string>(const char*)>& environment,
                                                        const std::function<bool(const std::string&)>& exists);

[[nodiscard]] std::string version_text();

}  // namespace incident::app
