#pragma once
#include "client/trouble.hpp"
#include <functional>
#include <map>
#include <optional>
#include <string_view>

/// Where incidentctl's settings come from. Reading files is in load(); everything else is pure.
namespace incident::ctl {

/// Everything that a flag, the environment, a context or a file may set; keys equal the long flag names.
inline constexpr std::string_view setting_names[] = {"url",  "token-file", "ca-file", "incident", "author",   "output",  "tz",
                                                     "color", "timeout",    "no-pager", "no-input", "confirm", "pager", "nudges"};

struct ContextConfig {
    std::map<std::string, std::string, std::less<>> settings;
};

struct FileConfig {
    std::string path;
    std::string current;  ///< context; empty: none
    std::map<std::string, std::string, std::less<>> settings;
    std::map<std::string, std::string> timezone_aliases;
    std::map<std::string, ContextConfig, std::less<>> contexts;
};

/// Strict: unknown keys (with the nearest known one), duplicates, aliases, wrong types, each as file:line:column.
[[nodiscard]] Try<FileConfig> parse_config(std::string_view yaml, std::string_view path);

/// A value and where it came from, for `config view --origin`.
struct Setting {
    std::string value, origin;
};

/// The environment as a function, so that tests bring their own.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

/// Precedence: flag, environment, context, user file, system file, default.
class Settings {
 public:
    /// @param flags what the command line gave, by long name; `context` and `url` too.
    /// @return Exit::usage when the context named does not exist.
    [[nodiscard]] static Try<Settings> resolve(const std::map<std::string, std::string, std::less<>>& flags,
                                               const Environment& environment, FileConfig user, FileConfig system);
    [[nodiscard]] const Setting* find(std::string_view name) const;
    [[nodiscard]] std::string value(std::string_view name) const;
    [[nodiscard]] bool on(std::string_view name) const;  ///< `true`, `yes`, `1`
    [[nodiscard]] const std::string& context() const noexcept { return context_; }
    [[nodiscard]] const std::map<std::string, std::string>& timezone_aliases() const noexcept { return aliases_; }
    [[nodiscard]] const std::map<std::string, Setting, std::less<>>& all() const noexcept { return values_; }
    [[nodiscard]] std::vector<std::string> context_names() const;
    [[nodiscard]] const FileConfig& user() const noexcept { return user_; }
    [[nodiscard]] const FileConfig& system() const noexcept { return system_; }

 private:
    std::map<std::string, Setting, std::less<>> values_;
    std::map<std::string, std::string> aliases_;
    std::string context_, context_origin_;
    FileConfig user_, system_;
};

/// `no-pager` -> `INCIDENTCTL_NO_PAGER`.
[[nodiscard]] std::string environment_name(std::string_view setting);

/// Folders by the XDG rules: relative values are ignored. Without a usable HOME the result is empty.
[[nodiscard]] std::string config_folder(const Environment& environment);   ///< …/incidentctl
[[nodiscard]] std::string state_folder(const Environment& environment);    ///< …/incidentctl
[[nodiscard]] std::string user_config_path(const Environment& environment);
inline constexpr std::string_view system_config_path = "/etc/incidentctl/config.yaml";

/// What the process was started with.
[[nodiscard]] Environment process_environment();
/// A file's settings; an absent file is an empty config. @return Exit::usage with every problem.
[[nodiscard]] Try<FileConfig> load_config(const std::string& path);

}  // namespace incident::ctl
