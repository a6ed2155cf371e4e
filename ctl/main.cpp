#include "commands/session.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

namespace {

using namespace incident;
using namespace incident::ctl;

/// Ctrl-C ends at once: every line that was printed is complete, and a write in flight carries its own key.
extern "C" void on_interrupt(int) { _exit(static_cast<int>(Exit::interrupted)); }

Surroundings surroundings_now()
{
    Surroundings around;
    around.environment = process_environment();
    around.in_tty = isatty(STDIN_FILENO) == 1;
    around.out_tty = isatty(STDOUT_FILENO) == 1;
    around.err_tty = isatty(STDERR_FILENO) == 1;
    around.now = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    winsize size{};
    if (around.out_tty && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        around.columns = size.ws_col;
        around.rows = size.ws_row;
    }
    if (const auto columns = around.environment("COLUMNS")) {
        const auto wanted = std::strtoul(columns->c_str(), nullptr, 10);
        if (wanted >= 20 && wanted <= 1000) around.columns = wanted;
    }
    return around;
}

/// E5: the cause with the value, then the fix as the last line.
int report(const Trouble& trouble, const Session* session)
{
    if (trouble.exit == Exit::ok) return 0;
    std::fflush(stdout);
    std::fprintf(stderr, "incidentctl: %s\n", trouble.cause.c_str());
    auto fix = trouble.fix;
    if (session != nullptr && !session->unsent_text.empty() && trouble.exit != Exit::usage) {
        std::fprintf(stderr, "%s: %s\n",
                     session->outcome_unknown ? "perhaps not stored, look with incidentctl log" : "not stored",
                     visible(session->unsent_text, true).c_str());
        if (!session->unsent_command.empty()) fix += (fix.empty() ? "" : ", then: ") + session->unsent_command;
    }
    if (!fix.empty()) std::fprintf(stderr, "%s\n", visible(fix).c_str());
    return static_cast<int>(trouble.exit);
}

int print_help(const Split& split)
{
    const auto text = split.verb == nullptr        ? short_help()
                      : split.verb->name == "help" ? full_help()
                                                   : verb_help(*split.verb);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return 0;
}

int run(std::span<const std::string> words)
{
    auto parts = split(words);
    if (!parts) return report(parts.error(), nullptr);
    if (parts->help || parts->verb == nullptr) return print_help(*parts);
    auto arguments = parse(std::move(*parts));
    if (!arguments) return report(arguments.error(), nullptr);

    auto around = surroundings_now();
    const bool checks_files = arguments->verb->name == "config";
    FileConfig files[2];
    const std::string paths[] = {user_config_path(around.environment), std::string{system_config_path}};
    for (int i = 0; i < 2; ++i) {
        auto file = load_config(paths[i]);
        if (file)
            files[i] = std::move(*file);
        else if (!checks_files)
            return report(file.error(), nullptr);
        else if (arguments->words.front() != "check")
            report(file.error(), nullptr);  // `config` still works: it shows what is wrong
    }
    auto settings = Settings::resolve(arguments->flags, around.environment, std::move(files[0]), std::move(files[1]));
    if (!settings) return report(settings.error(), nullptr);
    Session session{*arguments, std::move(*settings), std::move(around)};
    if (auto good = session.check_settings(); !good) return report(good.error(), &session);
    auto done = arguments->verb->run(session, *arguments);
    return done ? static_cast<int>(*done) : report(done.error(), &session);
}

}  // namespace

int main(int count, char** arguments)
{
    std::signal(SIGINT, on_interrupt);
    const std::vector<std::string> words(arguments + std::min(count, 1), arguments + count);
    const int code = run(words);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        std::perror("incidentctl: cannot write to standard output");
        _exit(code == 0 ? static_cast<int>(Exit::failure) : code);
    }
    // Everything is written; the libraries' own farewells would only keep the prompt waiting.
    _exit(code);
}
