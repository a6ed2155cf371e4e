#include "app/web_config.hpp"
#include "auth/bcrypt_users.hpp"
#include <sys/stat.h>

namespace incident::app {

Result<std::unique_ptr<WebConfig>> WebConfig::open(const std::string& path, const Clock& clock)
{
    std::unique_ptr<WebConfig> web{new WebConfig{path, clock}};
    web->tried_ = web->stamp();
    config::WebFile file;
    if (!path.empty()) {
        auto loaded = config::load_web_file(path);
        if (!loaded) return loaded.error();
        file = std::move(*loaded);
    }
    if (file.tls) {
        auto identity = net::TlsIdentity::open(*file.tls, clock);
        if (!identity) return Failure{identity.error().code, path + ": tls_server_config: " + identity.error().detail};
        web->tls_ = std::move(*identity);
    }
    web->take(std::move(file));
    return web;
}

Result<void> WebConfig::reload()
{
    if (path_.empty()) return {};
    tried_ = stamp();
    auto file = config::load_web_file(path_);
    if (!file) return file.error();
    if (file->tls.has_value() != (tls_ != nullptr))
        return Failure{Errc::invalid_input, path_ + ": whether the listeners speak TLS is decided at the start; restart to change that"};
    if (tls_)
        if (auto done = tls_->reload(*file->tls); !done) return Failure{done.error().code, path_ + ": tls_server_config: " + done.error().detail};
    take(std::move(*file));
    return {};
}

/// The users' object is another one only when they are others, so that what was looked at stays known.
void WebConfig::take(config::WebFile file)
{
    if (!users_ || file.basic_auth_users != file_.basic_auth_users) users_ = auth::bcrypt_users(file.basic_auth_users);
    file_ = std::move(file);
}

bool WebConfig::changed() const { return !path_.empty() && stamp() != tried_; }

std::string WebConfig::stamp() const
{
    struct stat status {};
    if (path_.empty() || ::stat(path_.c_str(), &status) != 0) return {};
    return std::to_string(status.st_mtim.tv_sec) + '.' + std::to_string(status.st_mtim.tv_nsec) + ' ' + std::to_string(status.st_ino) + ' ' + std::to_string(status.st_size);
}

}  // namespace incident::app
