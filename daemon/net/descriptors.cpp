#include "net/descriptors.hpp"
#include <array>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace incident::net {

namespace {

/// A sandbox that forbids @resources takes getrlimit(2) away, too, but not this file.
std::size_t limit_from_proc() noexcept
{
    constexpr std::size_t usual = 1024;
    std::FILE* const file = std::fopen("/proc/self/limits", "re");
    if (file == nullptr) return usual;
    std::array<char, 256> line{};
    std::size_t soft = 0;
    while (soft == 0 && std::fgets(line.data(), static_cast<int>(line.size()), file) != nullptr)
        if (std::sscanf(line.data(), "Max open files %zu", &soft) != 1) soft = 0;
    std::fclose(file);
    return soft == 0 ? usual : soft;
}

}  // namespace

std::size_t raise_descriptor_limit() noexcept
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return limit_from_proc();
    if (limit.rlim_cur < limit.rlim_max) {
        const auto before = limit.rlim_cur;
        limit.rlim_cur = limit.rlim_max;
        if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
    }
    return limit.rlim_cur;
}

std::size_t open_descriptors() noexcept
{
    DIR* const folder = ::opendir("/proc/self/fd");
    if (folder == nullptr) return 0;
    std::size_t count = 0;
    while (const auto* entry = ::readdir(folder))
        if (entry->d_name[0] != '.') ++count;
    ::closedir(folder);
    return count > 0 ? count - 1 : 0;  // the folder itself was one
}

DescriptorReserve::DescriptorReserve(std::size_t count) : wanted_(count)
{
    held_.reserve(count);
    refill();
}

DescriptorReserve::~DescriptorReserve()
{
    for (const int descriptor : held_) ::close(descriptor);
}

bool DescriptorReserve::give() noexcept
{
    if (held_.empty()) return false;
    ::close(held_.back());
    held_.pop_back();
    return true;
}

void DescriptorReserve::refill() noexcept
{
    while (held_.size() < wanted_) {
        const int descriptor = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (descriptor < 0) return;
        held_.push_back(descriptor);
    }
}

}  // namespace incident::net
