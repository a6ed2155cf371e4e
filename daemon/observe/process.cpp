#include "observe/process.hpp"
#include <ctime>
#include <dirent.h>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace incident::observe {
namespace {

double seconds_of(clockid_t clock)
{
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

/// Not from /proc/stat, which a sandbox with ProcSubset=pid hides.
double boot_unix_seconds() { return seconds_of(CLOCK_REALTIME) - seconds_of(CLOCK_BOOTTIME); }

double count_descriptors()
{
    DIR* const folder = ::opendir("/proc/self/fd");
    if (folder == nullptr) return 0;
    int count = -1;  // the folder itself
    while (const auto* entry = ::readdir(folder))
        if (entry->d_name[0] != '.') ++count;
    ::closedir(folder);
    return count;
}

}  // namespace

std::optional<ProcessFigures> process_figures()
{
    std::ifstream file{"/proc/self/stat"};
    std::string line;
    if (!std::getline(file, line)) return {};
    // proc(5): the name in brackets may hold anything; the third field follows its last bracket.
    const auto name_end = line.rfind(')');
    if (name_end == std::string::npos) return {};
    std::istringstream rest{line.substr(name_end + 1)};
    std::vector<std::string> fields;
    for (std::string word; rest >> word;) fields.push_back(std::move(word));
    const auto field = [&](std::size_t number) { return number - 3 < fields.size() ? std::stod(fields[number - 3]) : 0.0; };
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    ProcessFigures figures;
    figures.cpu_seconds = (field(14) + field(15)) / ticks;
    figures.threads = field(20);
    static const double boot = boot_unix_seconds();
    figures.start_unix_seconds = boot + field(22) / ticks;
    figures.virtual_bytes = field(23);
    figures.resident_bytes = field(24) * static_cast<double>(::sysconf(_SC_PAGESIZE));
    figures.open_descriptors = count_descriptors();
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) figures.max_descriptors = static_cast<double>(limit.rlim_cur);
    return figures;
}

}  // namespace incident::observe
