#include "app/options.hpp"
#include "model/text.hpp"
#include "observe/metrics.hpp"
#include <CLI/CLI.hpp>

namespace incident::app {
namespace {

using Environment = std::function<std::optional<std::string>(const char*)>;

/// XDG: a value that is not absolute is ignored.
std::string xdg_folder(const Environment& environment, const char* name)
{
    const auto value = environment(name);
    return value && value->starts_with('/') ? *value : std::string{};
}

std::string dev_state_folder(const Environment& environment)
{
    if (const auto state = xdg_folder(environment, "XDG_STATE_HOME"); !state.empty()) return state + "/incidentd";
    return environment("HOME").value_or("") + "/.local/state/incidentd";
}

std::string dev_socket(const Environment& environment, const std::string& state_folder)
{
    if (const auto runtime = xdg_folder(environment, "XDG_RUNTIME_DIR"); !runtime.empty()) return runtime + "/incidentd/api.sock";
    return state_folder + "/api.sock";
}

/// The words as typed, before places are resolved.
struct Words {
    std::string config_file, storage_path, socket, web_config_file, external_url, log_level = "info", log_format = "logfmt";
    std::vector<std::string> listen_addresses;
    bool check_config = false, dev = false, version = false;
};

void declare(CLI::App& app, Words& words)
{
    app.add_option("--config.file", words.config_file,
                   "configuration; " + std::string{default_config_file} + "\nif there, else the built-in defaults")
        ->envname("INCIDENTD_CONFIG_FILE");
    app.add_option("--storage.path", words.storage_path, "folder of the ledger; default " + std::string{default_storage_path})
        ->envname("INCIDENTD_STORAGE_PATH");
    app.add_option("--web.listen-address", words.listen_addresses,
                   "HOST:PORT to listen on, can be given again;\ndefault " + std::string{default_listen_address})
        ->envname("INCIDENTD_WEB_LISTEN_ADDRESS")
        ->delimiter(',')
        ->expected(1)
        ->take_all();
    app.add_option("--web.socket", words.socket, "path of a Unix socket to listen on")->envname("INCIDENTD_WEB_SOCKET");
    app.add_option("--web.config.file", words.web_config_file, "TLS, headers and users, in Prometheus' format")
        ->envname("INCIDENTD_WEB_CONFIG_FILE");
    app.add_option("--web.external-url", words.external_url, "the URL by which people reach us, for links")
        ->envname("INCIDENTD_WEB_EXTERNAL_URL");
    app.add_option("--log.level", words.log_level, "debug, info, warn or error; default info")->envname("INCIDENTD_LOG_LEVEL");
    app.add_option("--log.format", words.log_format, "logfmt or json; default logfmt")->envname("INCIDENTD_LOG_FORMAT");
    app.add_flag("--check-config", words.check_config, "say what is wrong in the configuration; leave");
    app.add_flag("--dev", words.dev, "for trying out: no root, state in XDG folders")->envname("INCIDENTD_DEV");
    app.add_flag("--version", words.version, "print version, revision and compiler, then leave");
    app.set_help_flag("-h,--help", "print this help, then leave");
}

Leave wrong(std::string text) { return {2, std::move(text) + "\nincidentd --help lists every flag\n"}; }

/// CLI11 names an unknown flag but has no idea what was meant.
std::optional<Leave> unknown_flag(const CLI::App& app, std::span<const char* const> arguments)
{
    std::vector<std::string> known;
    for (const auto* option : app.get_options())
        for (const auto& name : option->get_lnames()) known.push_back(name);
    for (const std::string_view argument : arguments) {
        if (argument.size() < 3 || argument[0] != '-') continue;
        auto name = argument.substr(argument.find_first_not_of('-') == 2 ? 2 : 1);
        name = name.substr(0, name.find('='));
        const bool two_dashes = argument.starts_with("--");
        if (two_dashes && std::ranges::find(known, name) != known.end()) continue;
        std::string text = "incidentd: unknown flag " + visible(shortened(argument.substr(0, argument.find('=')), 100));
        if (const auto meant = nearest(name, known); !meant.empty()) text += ", did you mean --" + std::string{meant} + "?";
        return wrong(std::move(text));
    }
    return {};
}

std::variant<Options, Leave> resolve(Words words, const Environment& environment, const std::function<bool(const std::string&)>& exists)
{
    Options options;
    const auto level = observe::parse_log_level(words.log_level);
    if (!level) return wrong("incidentd: --log.level: " + level.error().detail);
    const auto format = observe::parse_log_format(words.log_format);
    if (!format) return wrong("incidentd: --log.format: " + format.error().detail);
    options.log_level = *level;
    options.log_format = *format;
    options.check_config = words.check_config;
    options.dev = words.dev;
    options.config_file = std::move(words.config_file);
    if (options.config_file.empty() && !words.dev && exists(std::string{default_config_file})) options.config_file = default_config_file;
    options.storage_path = std::move(words.storage_path);
    if (options.storage_path.empty()) options.storage_path = words.dev ? dev_state_folder(environment) : std::string{default_storage_path};
    options.socket_path = std::move(words.socket);
    if (options.socket_path.empty() && words.dev) options.socket_path = dev_socket(environment, dev_state_folder(environment));
    options.listen_addresses = std::move(words.listen_addresses);
    if (options.listen_addresses.empty()) options.listen_addresses.emplace_back(default_listen_address);
    options.web_config_file = std::move(words.web_config_file);
    options.external_url = std::move(words.external_url);
    while (options.external_url.ends_with('/')) options.external_url.pop_back();
    if (!options.external_url.empty() && !options.external_url.starts_with("http://") && !options.external_url.starts_with("https://"))
        return wrong("incidentd: --web.external-url \"" + visible(options.external_url) + "\" is no URL; write it like https://incidents.example.org");
    return options;
}

}  // namespace

std::variant<Options, Leave> read_options(std::span<const char* const> arguments, const Environment& environment,
                                          const std::function<bool(const std::string&)>& exists)
{
    CLI::App app{"incidentd: a flight recorder that keeps alerts, chat and notes of incidents", "incidentd"};
    Words words;
    declare(app, words);
    if (auto leave = unknown_flag(app, arguments)) return std::move(*leave);
    try {
        std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // CLI11 takes them from the back
        app.parse(std::move(reversed));
    } catch (const CLI::CallForHelp&) {
        return Leave{0, app.help()};
    } catch (const CLI::ParseError& bad) {
        return wrong("incidentd: " + visible(bad.what()));
    }
    if (words.version) return Leave{0, version_text()};
    return resolve(std::move(words), environment, exists);
}

std::string version_text()
{
    const auto& build = observe::build_info();
    std::string text = "incidentd, version ";
    text.append(build.version).append(" (revision ").append(build.revision).append(")\n  build date: ").append(build.date);
    text.append("\n  compiler:   ").append(build.compiler).append("\n");
    return text;
}

}  // namespace incident::app
