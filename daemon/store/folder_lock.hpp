#pragma once
#include "model/result.hpp"
#include <filesystem>
#include <utility>

namespace incident::store {

/// The storage folder is ours for as long as this lives. The kernel lets go of it when the process ends, however it ends.
class FolderLock {
 public:
    FolderLock() = default;
    /// @return Errc::conflict when another process holds it, naming its id; Errc::unavailable when it cannot be made.
    [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& folder);
    FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    FolderLock& operator=(FolderLock&& other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~FolderLock();

 private:
    int fd_ = -1;
};

}  // namespace incident::store
