#include "commands/pdf.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sched.h>
#include <sstream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace incident::ctl {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::array<std::pair<std::string_view, PdfMaker::Kind>, 5> makers{{{"weasyprint", PdfMaker::Kind::weasyprint},
                                                                             {"chromium", PdfMaker::Kind::chromium},
                                                                             {"chromium-browser", PdfMaker::Kind::chromium},
                                                                             {"google-chrome-stable", PdfMaker::Kind::chromium},
                                                                             {"google-chrome", PdfMaker::Kind::chromium}}};

/// A folder that is gone when this is.
class Folder {
public:
    Folder() = default;
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder()
    {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] Try<void> make()
    {
        std::error_code failed;
        auto base = std::filesystem::temp_directory_path(failed);
        std::string name = (failed ? std::filesystem::path{"/tmp"} : base) / "incidentctl.XXXXXX";
        if (::mkdtemp(name.data()) == nullptr)  // mode 0700
            return Trouble{Exit::failure, "cannot make a folder like " + name + ": " + std::strerror(errno), "set TMPDIR to one that can be written"};
        path_ = name;
        return {};
    }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    std::string path_;
};

/// Holds back the signals that would end us before the folder is gone; the wait below takes them instead.
class HeldSignals {
public:
    HeldSignals()
    {
        ::sigemptyset(&set_);
        for (const int one : {SIGCHLD, SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&set_, one);
        ::sigprocmask(SIG_BLOCK, &set_, &before_);
    }
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;
    ~HeldSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
    [[nodiscard]] const sigset_t& set() const noexcept { return set_; }
    [[nodiscard]] const sigset_t& before() const noexcept { return before_; }

private:
    sigset_t set_{}, before_{};
};

std::vector<char*> pointers(std::vector<std::string>& words)
{
    std::vector<char*> all;
    for (auto& word : words) all.push_back(word.data());
    all.push_back(nullptr);
    return all;
}

/// Nothing of ours: the program needs no tokens, no display and no settings of the user's.
std::vector<std::string> environment(const std::string& folder)
{
    const char* path = std::getenv("PATH");
    // A proxy that nobody answers at: what would ask the network fails at once, also where a program ignores our flags.
    return {"PATH=" + std::string{path ? path : "/usr/bin:/bin"}, "HOME=" + folder, "TMPDIR=" + folder, "XDG_CONFIG_HOME=" + folder, "XDG_CACHE_HOME=" + folder,
            "LANG=C.UTF-8", "http_proxy=http://127.0.0.1:9", "https_proxy=http://127.0.0.1:9", "DBUS_SESSION_BUS_ADDRESS=disabled:"};
}

/// In the child; only what is safe between fork and exec.
[[noreturn]] void become(const char* program, char* const* arguments, char* const* variables, int output, PdfMaker::Kind kind, const sigset_t& mask)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // killed with us, however we end
    ::setpgid(0, 0);
    // A network of its own, with nothing in it, where the kernel lets us. Chromium needs the namespace for its own sandbox.
    if (kind == PdfMaker::Kind::weasyprint) (void)::unshare(CLONE_NEWUSER | CLONE_NEWNET);
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::close_range(STDERR_FILENO + 1, ~0U, 0);  // the way to the server is not for it
    ::sigprocmask(SIG_SETMASK, &mask, nullptr);
    ::execve(program, arguments, variables);
    constexpr int cannot_run = 127;
    ::_exit(cannot_run);
}

enum class Ended { exited, too_long, interrupted };

Ended wait_for(pid_t child, const HeldSignals& held, SteadyClock::time_point until, int& status)
{
    auto how = Ended::exited;
    while (::waitpid(child, &status, WNOHANG) == 0) {
        const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(until - SteadyClock::now());
        int got = 0;
        if (left.count() > 0) {
            constexpr std::int64_t second = 1'000'000'000;
            const timespec wait{static_cast<time_t>(left.count() / second), static_cast<long>(left.count() % second)};
            got = ::sigtimedwait(&held.set(), nullptr, &wait);
        }
        if (left.count() > 0 && (got == SIGCHLD || (got < 0 && errno == EINTR))) continue;
        if (left.count() > 0 && got < 0 && errno != EAGAIN) continue;
        how = got > 0 ? Ended::interrupted : Ended::too_long;
        ::kill(-child, SIGKILL);
        ::kill(child, SIGKILL);  // in case it has not made its group yet
        ::waitpid(child, &status, 0);
        break;
    }
    if (how == Ended::exited) ::kill(-child, SIGKILL);  // helpers that it left behind
    return how;
}

std::string read_up_to(const std::string& path, std::size_t bytes)
{
    std::ifstream file{path, std::ios::binary};
    std::string text(bytes, '\0');
    file.read(text.data(), static_cast<std::streamsize>(bytes));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

/// The last line that the program said, for a person.
std::string last_words(const std::string& folder)
{
    constexpr std::size_t read_bytes = 64 * 1024, shown_bytes = 300;
    std::istringstream lines{read_up_to(folder + "/said.txt", read_bytes)};
    std::string last, line;
    while (std::getline(lines, line))
        if (!trimmed(line).empty()) last = line;
    return visible(shortened(trimmed(last), shown_bytes));
}

}  // namespace

std::optional<PdfMaker> find_pdf_maker(std::string_view path_variable, const std::function<bool(const std::string&)>& executable)
{
    for (const auto& [name, kind] : makers)
        for (auto rest = path_variable; !rest.empty();) {
            const auto end = std::min(rest.find(':'), rest.size());
            const auto folder = rest.substr(0, end);
            rest.remove_prefix(std::min(end + 1, rest.size()));
            if (!folder.starts_with('/')) continue;  // never from wherever somebody happens to stand
            auto path = std::string{folder} + '/' + std::string{name};
            if (executable(path)) return PdfMaker{kind, std::move(path)};
        }
    return std::nullopt;
}

std::optional<PdfMaker> find_pdf_maker()
{
    const char* path = std::getenv("PATH");
    const auto executable = [](const std::string& file) {
        std::error_code failed;
        return std::filesystem::is_regular_file(file, failed) && ::access(file.c_str(), X_OK) == 0;
    };
    return find_pdf_maker(path ? path : "/usr/bin:/bin", executable);
}

Trouble no_pdf_maker()
{
    return {Exit::failure, "a PDF needs WeasyPrint or Chromium, and neither is in PATH",
            "install one (apt install weasyprint, or chromium), or print the page from a browser: incidentctl draft --format html --out pm.html"};
}

std::vector<std::string> pdf_arguments(const PdfMaker& maker, const std::string& folder, bool root)
{
    const auto page = folder + "/page.html", result = folder + "/page.pdf";
    if (maker.kind == PdfMaker::Kind::weasyprint) return {maker.path, "--encoding", "utf-8", page, result};
    std::vector<std::string> all{maker.path, "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--disable-sync",
                                 "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--no-first-run",
                                 "--no-default-browser-check", "--no-pdf-header-footer", "--proxy-server=127.0.0.1:9", "--host-resolver-rules=MAP * ~NOTFOUND",
                                 "--user-data-dir=" + folder + "/profile", "--print-to-pdf=" + result};
    if (root) all.emplace_back("--no-sandbox");  // Chromium does not start for root otherwise
    all.push_back("file://" + page);
    return all;
}

Try<std::string> to_pdf(const PdfMaker& maker, std::string_view html, std::chrono::milliseconds limit)
{
    const HeldSignals held;
    Folder folder;
    if (auto made = folder.make(); !made) return made.error();
    {
        std::ofstream page{folder.path() + "/page.html", std::ios::binary};
        page << html;
        page.flush();
        if (!page) return Trouble{Exit::failure, "cannot write into " + folder.path() + ": " + std::strerror(errno), "make room there, or set TMPDIR"};
    }
    const auto said = folder.path() + "/said.txt";
    const int output = ::open(said.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    auto arguments = pdf_arguments(maker, folder.path(), ::geteuid() == 0);
    auto variables = environment(folder.path());
    const auto argument_pointers = pointers(arguments), variable_pointers = pointers(variables);
    const auto until = SteadyClock::now() + limit;
    const pid_t child = ::fork();
    if (child == 0) become(maker.path.c_str(), argument_pointers.data(), variable_pointers.data(), output, maker.kind, held.before());
    const int failed = errno;
    if (output >= 0) ::close(output);
    if (child < 0) return Trouble{Exit::failure, "cannot start " + maker.path + ": " + std::strerror(failed), "try again"};
    int status = 0;
    switch (wait_for(child, held, until, status)) {
    case Ended::exited: break;
    case Ended::interrupted: return Trouble{Exit::interrupted, "interrupted", {}};
    case Ended::too_long:
        return Trouble{Exit::failure, maker.path + " took longer than " + std::to_string(limit.count() / 1000) + " s",
                       "print the page from a browser: incidentctl draft --format html --out pm.html"};
    }
    auto pdf = read_up_to(folder.path() + "/page.pdf", [&] {
        std::error_code absent;
        const auto size = std::filesystem::file_size(folder.path() + "/page.pdf", absent);
        return absent ? std::size_t{0} : std::min<std::size_t>(size, max_pdf_bytes);
    }());
    // Not by the exit status alone: Chromium's is 0 for pages it could not print.
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || !pdf.starts_with("%PDF-")) {
        const auto words = last_words(folder.path());
        return Trouble{Exit::failure, maker.path + " made no PDF" + (words.empty() ? "" : ": " + words),
                       "print the page from a browser: incidentctl draft --format html --out pm.html"};
    }
    return pdf;
}

}  // namespace incident::ctl
