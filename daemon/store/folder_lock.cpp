#include "store/folder_lock.hpp"
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace incident::store {

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder)
{
    const auto file = folder / "lock";
    FolderLock lock;
    lock.fd_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (lock.fd_ < 0) return Failure{Errc::unavailable, "cannot make " + file.string() + ": " + std::strerror(errno)};
    if (::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        std::array<char, 32> pid{};
        const auto size = ::pread(lock.fd_, pid.data(), pid.size() - 1, 0);
        if (error != EWOULDBLOCK) return Failure{Errc::unavailable, "cannot lock " + file.string() + ": " + std::strerror(error)};
        return Failure{Errc::conflict, "another incidentd " + (size > 0 ? "(process " + std::string{pid.data()} + ") " : std::string{}) +
                                           "uses the storage folder " + folder.string() + "; stop it, or choose another --storage.path"};
    }
    // For the message above only; the lock itself is the kernel's.
    const auto pid = std::to_string(::getpid());
    if (::ftruncate(lock.fd_, 0) == 0) (void)!::pwrite(lock.fd_, pid.data(), pid.size(), 0);
    return lock;
}

FolderLock::~FolderLock()
{
    if (fd_ >= 0) ::close(fd_);
}

}  // namespace incident::store
