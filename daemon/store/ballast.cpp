#include "store/ballast.hpp"
#include <fcntl.h>
#include <unistd.h>

namespace incident::store {

bool Ballast::keep()
{
    if (bytes_ == 0) return true;
    std::error_code error;
    if (const auto size = std::filesystem::file_size(file_, error); !error && size == bytes_) return true;
    const auto space = std::filesystem::space(file_.parent_path(), error);
    if (error || space.available < 2 * bytes_) return false;
    const int fd = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0) return false;
    const bool made = ::fallocate(fd, 0, 0, static_cast<off_t>(bytes_)) == 0;
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
