#include "config/config.hpp"
#include "config/yaml_tree.hpp"
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <system_error>
#include <sys/stat.h>
#include <unistd.h>

namespace incident::config {

namespace {

constexpr std::size_t max_secret_bytes = 4096;
constexpr ::mode_t group_and_others = 077, others = 007;

class File {
 public:
    explicit File(const std::string& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    ~File() { if (descriptor_ >= 0) ::close(descriptor_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] int get() const noexcept { return descriptor_; }

 private:
    int descriptor_;
};

std::string reason(int error) { return std::generic_category().message(error); }

/// At most `limit` + 1 bytes, so that the caller sees when there are more.
Result<std::string> read_all(const File& file, std::size_t limit)
{
    std::string content(limit + 1, '\0');
    std::size_t length = 0;
    while (length < content.size()) {
        const auto got = ::read(file.get(), content.data() + length, content.size() - length);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Failure{Errc::unavailable, reason(errno)};
        if (got == 0) break;
        length += static_cast<std::size_t>(got);
    }
    content.resize(length);
    return content;
}

/// An absolute path, or the name of a credential that systemd put into $CREDENTIALS_DIRECTORY. Messages name absolute
/// paths only: a bare word may be the secret itself, pasted into the wrong place.
Result<std::string> read_secret_file(const std::string& path)
{
    const bool credential = !path.starts_with('/');
    auto place = path;
    if (credential) {
        const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");  // set before main() by systemd, never changed
        if (folder == nullptr)
            return Failure{Errc::not_found, "this is no absolute path, and $CREDENTIALS_DIRECTORY is not set; write a path, or LoadCredential= in the unit"};
        place = std::string{folder} + '/' + path;
    }
    const auto name = credential ? std::string{"this credential in $CREDENTIALS_DIRECTORY"} : path;
    const File file{place};
    if (file.get() < 0) return Failure{Errc::not_found, name + ": " + reason(errno)};
    struct ::stat status{};
    if (::fstat(file.get(), &status) != 0) return Failure{Errc::unavailable, name + ": " + reason(errno)};
    if (!S_ISREG(status.st_mode)) return Failure{Errc::invalid_input, name + " is not a regular file"};
    // systemd grants a service its credentials by an access list, whose mask shows as the group's bits.
    if ((status.st_mode & (credential ? others : group_and_others)) != 0)
        return Failure{Errc::forbidden, name + " can be read by others; run: chmod 600 " + (credential ? "FILE" : path)};
    auto content = read_all(file, max_secret_bytes);
    if (content && content->size() > max_secret_bytes)
        return Failure{Errc::limit_exceeded, name + " is larger than 4 KiB; is it the right file?"};
    return content;
}

/// A relative path is looked for beside the configuration.
Result<std::string> read_mapping_file(const std::string& path, const std::string& config_path)
{
    const auto place = path.starts_with('/') ? path : config_path.substr(0, config_path.rfind('/') + 1) + path;
    const File file{place};
    if (file.get() < 0) return Failure{Errc::not_found, place + ": " + reason(errno)};
    auto content = read_all(file, max_document_bytes);
    if (!content) return Failure{content.error().code, place + ": " + content.error().detail};
    return content;
}

}  // namespace

Result<Config> load(const std::string& path)
{
    const File file{path};
    if (file.get() < 0) {
        const auto error = errno;
        return Failure{error == ENOENT ? Errc::not_found : Errc::unavailable, path + ": " + reason(error)};
    }
    auto content = read_all(file, max_document_bytes);
    if (!content) return Failure{content.error().code, path + ": " + content.error().detail};
    return parse(*content, path, read_secret_file, [&path](const std::string& named) { return read_mapping_file(named, path); });
}

}  // namespace incident::config
