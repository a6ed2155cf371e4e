#include "store/ballast.hpp"
#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

namespace incident::store {
namespace {

constexpr std::uint64_t share_of_room = 4;        // a small disk must not be all ballast
constexpr std::uint64_t granule = 64 * 1024;      // and less than this keeps no note

}  // namespace

bool Ballast::keep()
{
    if (bytes_ == 0) return true;
    std::error_code error;
    auto standing = std::filesystem::file_size(file_, error);
    if (error) standing = 0;
    const auto space = std::filesystem::space(file_.parent_path(), error);
    if (error) return false;
    const auto room = space.available + standing;
    if (!sized_) {
        bytes_ = std::min(bytes_, room / share_of_room / granule * granule);
        sized_ = true;
    }
    if (bytes_ == 0) return false;
    if (standing == bytes_) return true;
    if (room < 2 * bytes_) return false;
    const int fd = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0) return false;
    const auto size = static_cast<off_t>(bytes_);
    const bool made = ::ftruncate(fd, 0) == 0 && ::fallocate(fd, 0, 0, size) == 0;
    ::close(fd);
    if (!made) give_up();  // a file system that cannot reserve: a half-made one would keep nothing
    return made;
}

void Ballast::give_up()
{
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
}

}  // namespace incident::store
