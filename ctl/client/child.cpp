#include "client/child.hpp"
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace incident::ctl {
namespace {

constexpr int shell_not_found = 127, shell_not_executable = 126, shell_signal = 128;
constexpr std::chrono::milliseconds look_interval{100};  // how often to look whether it ended while its outputs are open
constexpr std::chrono::milliseconds last_words{1000};    // for what it left running and that still holds its outputs

volatile std::sig_atomic_t child_process = 0;

/// From the terminal the child got it too; from somebody's kill(1) we alone.
extern "C" void hand_on(int number, siginfo_t* from, void*)
{
    const int kept = errno;
    if (child_process > 0 && from != nullptr && (from->si_code == SI_USER || from->si_code == SI_QUEUE)) ::kill(static_cast<pid_t>(child_process), number);
    errno = kept;
}

/// The handlers for as long as the child lives; what was before comes back.
class Signals {
 public:
    Signals()
    {
        struct sigaction action {};
        action.sa_sigaction = hand_on;
        action.sa_flags = SA_SIGINFO | SA_RESTART;
        sigemptyset(&action.sa_mask);
        for (std::size_t i = 0; i < numbers.size(); ++i) ::sigaction(numbers[i], &action, &before_[i]);
        struct sigaction ignore {};
        ignore.sa_handler = SIG_IGN;
        ::sigaction(SIGPIPE, &ignore, &pipe_);
    }
    ~Signals() { restore(); }
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;
    /// In the child as well: what we ignore it would ignore too.
    void restore() const
    {
        for (std::size_t i = 0; i < numbers.size(); ++i) ::sigaction(numbers[i], &before_[i], nullptr);
        ::sigaction(SIGPIPE, &pipe_, nullptr);
    }
    /// The child shall not run our own handler of Ctrl-C in the moment before it becomes the other program.
    void plain() const
    {
        for (const int number : numbers) {
            struct sigaction now {};
            ::sigaction(number, nullptr, &now);
            if (now.sa_handler != SIG_IGN) ::signal(number, SIG_DFL);
        }
    }

 private:
    static constexpr std::array numbers{SIGINT, SIGQUIT, SIGTERM, SIGHUP};
    std::array<struct sigaction, numbers.size()> before_{};
    struct sigaction pipe_ {};
};

struct Pipe {
    int read = -1, write = -1;
    bool open()
    {
        int ends[2] = {-1, -1};
        if (::pipe2(ends, O_CLOEXEC) != 0) return false;
        read = ends[0];
        write = ends[1];
        return true;
    }
    void close_read() { if (read >= 0) ::close(read); read = -1; }
    void close_write() { if (write >= 0) ::close(write); write = -1; }
    Pipe() = default;
    ~Pipe() { close_read(); close_write(); }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
};

bool write_all(int to, std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto written = ::write(to, bytes.data(), bytes.size());
        if (written > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (written < 0 && errno == EAGAIN) {
            pollfd room{to, POLLOUT, 0};  // a terminal that another program left non-blocking
            (void)::poll(&room, 1, -1);
        } else if (written >= 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}

/// Between fork() and exec(), where nothing may be allocated: another thread of ours may have held the lock.
[[noreturn]] void become(char* const* arguments, const ChildOptions& options, const Pipe& out, const Pipe& err, int tell, const Signals& signals)
{
    signals.restore();
    signals.plain();
    if (options.listen && (::dup2(out.write, STDOUT_FILENO) < 0 || ::dup2(err.write, STDERR_FILENO) < 0)) _exit(shell_not_executable);
    ::execvp(*arguments, arguments);
    const int why = errno;
    (void)!::write(tell, &why, sizeof why);
    _exit(shell_not_found);
}

/// Copies until both outputs are closed, or the child has ended and what it left behind says no more.
bool copy(Pipe& out, Pipe& err, pid_t child, const ChildOptions& options, ChildOutcome& outcome, int& status)
{
    bool ended = false;
    auto enough = std::chrono::steady_clock::time_point::max();
    std::array<char, 64 * 1024> buffer{};
    while (out.read >= 0 || err.read >= 0) {
        if (!ended && ::waitpid(child, &status, WNOHANG) == child) {
            ended = true;
            enough = std::chrono::steady_clock::now() + last_words;
        }
        if (std::chrono::steady_clock::now() > enough) break;
        std::array<pollfd, 2> wanted{pollfd{out.read, POLLIN, 0}, pollfd{err.read, POLLIN, 0}};
        if (::poll(wanted.data(), wanted.size(), static_cast<int>(look_interval.count())) <= 0) continue;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            if (wanted[i].revents == 0) continue;
            auto& from = i == 0 ? out : err;
            const auto got = ::read(from.read, buffer.data(), buffer.size());
            if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
            if (got <= 0) {
                from.close_read();
                continue;
            }
            const std::string_view bytes{buffer.data(), static_cast<std::size_t>(got)};
            outcome.tail.append(bytes);
            if (outcome.tail.size() > 2 * options.tail_bytes) {
                outcome.tail.erase(0, outcome.tail.size() - options.tail_bytes);
                outcome.tail_cut = true;
            }
            // Nobody reads it any more (`| head`): the child learns so by its own next write.
            if (!write_all(i == 0 ? STDOUT_FILENO : STDERR_FILENO, bytes)) from.close_read();
        }
    }
    if (outcome.tail.size() > options.tail_bytes) {
        outcome.tail.erase(0, outcome.tail.size() - options.tail_bytes);
        outcome.tail_cut = true;
    }
    return ended;
}

ChildOutcome cannot(int why)
{
    ChildOutcome outcome;
    outcome.status = why == ENOENT ? shell_not_found : shell_not_executable;
    outcome.not_started = std::strerror(why);
    return outcome;
}

}  // namespace

ChildOutcome run_child(std::span<const std::string> words, const ChildOptions& options)
{
    Pipe out, err, trouble;
    if (!trouble.open() || (options.listen && (!out.open() || !err.open()))) return cannot(errno);
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));  // execvp() writes into none of them
    arguments.push_back(nullptr);
    const Signals signals;
    const auto child = ::fork();
    if (child < 0) return cannot(errno);
    if (child == 0) become(arguments.data(), options, out, err, trouble.write, signals);
    child_process = child;
    out.close_write();
    err.close_write();
    trouble.close_write();
    int why = 0;
    ssize_t told = 0;
    do told = ::read(trouble.read, &why, sizeof why);  // closed by a successful exec
    while (told < 0 && errno == EINTR);

    ChildOutcome outcome;
    int status = 0;
    const bool ended = copy(out, err, child, options, outcome, status);
    if (!ended)
        while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    child_process = 0;
    if (told == static_cast<ssize_t>(sizeof why)) return cannot(why);
    if (WIFSIGNALED(status)) {
        outcome.signal = WTERMSIG(status);
        outcome.status = shell_signal + outcome.signal;
    } else {
        outcome.status = WEXITSTATUS(status);
    }
    return outcome;
}

}  // namespace incident::ctl
