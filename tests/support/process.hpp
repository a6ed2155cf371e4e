#pragma once
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <map>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace incident::test {

/// How a process ended: an exit code, or the signal that ended it.
struct Ended {
    int exit_code = -1;
    int signal = 0;
};

/// A program that is started for a test and does not outlive it.
class Process {
 public:
    /// @param log_file gets its stdout and stderr, appended.
    Process(std::vector<std::string> command, const std::map<std::string, std::string>& environment, const std::string& log_file)
    {
        std::vector<char*> argv;
        for (auto& word : command) argv.push_back(word.data());
        argv.push_back(nullptr);
        const pid_t parent = ::getpid();
        pid_ = ::fork();
        if (pid_ < 0) throw std::runtime_error{"fork failed"};
        if (pid_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (::getppid() != parent) ::_exit(127);
            for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
            const int log = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
            ::dup2(log, 1);
            ::dup2(log, 2);
            const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
            ::dup2(nothing, 0);
            ::execvp(argv[0], argv.data());
            ::_exit(127);
        }
    }
    ~Process()
    {
        if (pid_ > 0 && !ended_) {
            signal(SIGKILL);
            (void)wait();
        }
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    void signal(int number) const { ::kill(pid_, number); }
    /// Waits for the end, however long it takes (ctest's time-out is the limit).
    [[nodiscard]] Ended wait()
    {
        if (!ended_) {
            int status = 0;
            while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {}
            note(status);
        }
        return *ended_;
    }
    [[nodiscard]] bool running()
    {
        if (ended_) return false;
        int status = 0;
        if (::waitpid(pid_, &status, WNOHANG) == 0) return true;
        note(status);
        return false;
    }

 private:
    void note(int status)
    {
        ended_ = WIFEXITED(status) ? Ended{WEXITSTATUS(status), 0} : Ended{-1, WTERMSIG(status)};
    }
    pid_t pid_ = -1;
    std::optional<Ended> ended_;
};

}  // namespace incident::test
