#include "net/descriptors.hpp"
#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace incident::net {

std::size_t raise_descriptor_limit() noexcept
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
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
