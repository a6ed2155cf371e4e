// Arguments -> Daemon -> exit code; nothing else ends the process.
#include "app/daemon.hpp"
#include "observe/log.hpp"
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {
namespace app = incident::app;
namespace observe = incident::observe;

void print(std::FILE* stream, const std::string& text)
{
    std::fwrite(text.data(), 1, text.size(), stream);
    std::fflush(stream);
}

void set_up_process()
{
    ::prctl(PR_SET_DUMPABLE, 0);     // notes and secrets do not belong into core files (RELIABILITY I-2)
    ::umask(0077);                   // the socket's mode is set by hand
    std::signal(SIGPIPE, SIG_IGN);   // a peer that left is an error code
    std::signal(SIGXFSZ, SIG_IGN);   // a file that may not grow, too (RELIABILITY F14)
    ::mallopt(M_ARENA_MAX, 2);       // five threads, of which one allocates much: more arenas only cost memory
}

int check_config(const app::Options& options)
{
    const auto name = options.config_file.empty() ? std::string{"the built-in configuration"} : options.config_file;
    if (const auto settings = app::load_settings(options.config_file); !settings) {
        print(stderr, "FAILED: " + name + "\n" + settings.error().detail + "\n");
        return app::exit_config;
    }
    if (!options.web_config_file.empty()) {
        const incident::SystemClock clock;
        if (const auto web = app::WebConfig::open(options.web_config_file, clock); !web) {
            print(stderr, "FAILED: " + options.web_config_file + "\n" + web.error().detail + "\n");
            return app::exit_config;
        }
    }
    print(stdout, "SUCCESS: " + name + (options.web_config_file.empty() ? "" : " and " + options.web_config_file) + " is valid\n");
    return app::exit_ok;
}

/// What somebody who tries it out types next.
std::string welcome(const app::Options& options, const std::string& url)
{
    return "incidentd is ready: " + url + "/  (socket " + options.socket_path + ", state in " + options.storage_path +
           ")\n\nType in another terminal:\n"
           "  incidentctl open \"checkout returns 503\"\n"
           "  incidentctl note \"web-3 restarted, no change\"\n"
           "  incidentctl log\n"
           "  incidentctl draft\n\nCtrl-C stops it.\n\n";
}

int serve(const app::Options& options)
{
    app::StartFailure failure;
    const auto daemon = app::Daemon::start(options, failure);
    if (!daemon) {
        observe::log_error("incidentd does not start", {{"error", failure.detail}});
        observe::shut_down_log();
        return failure.exit_code;
    }
    if (options.dev) print(stdout, welcome(options, daemon->external_url()));
    const int code = daemon->run();
    observe::shut_down_log();
    if (code == app::exit_latched) ::_exit(code);  // without SQLite's own close: it would write and sync once more
    return code;
}

}  // namespace

int main(int count, char** words)
{
    set_up_process();
    const auto environment = [](const char* name) -> std::optional<std::string> {
        const char* const value = std::getenv(name);
        return value == nullptr ? std::nullopt : std::optional<std::string>{value};
    };
    const auto exists = [](const std::string& path) {
        std::error_code unknown;
        return std::filesystem::exists(path, unknown);
    };
    const std::span<const char* const> all{words, static_cast<std::size_t>(count)};
    auto read = app::read_options(all.subspan(count > 0 ? 1 : 0), environment, exists);
    if (const auto* leave = std::get_if<app::Leave>(&read)) {
        print(leave->exit_code == 0 ? stdout : stderr, leave->text);
        return leave->exit_code;
    }
    const auto& options = std::get<app::Options>(read);
    if (options.check_config) return check_config(options);
    observe::set_up_log(options.log_level, options.log_format);
    return serve(options);
}
