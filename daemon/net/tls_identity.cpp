#include "app/clock.hpp"
#include "net/tls.hpp"
#include "observe/log.hpp"
#include <sys/stat.h>

namespace incident::net {

Result<std::shared_ptr<TlsIdentity>> TlsIdentity::open(TlsSettings settings, const Clock& clock)
{
    std::shared_ptr<TlsIdentity> identity{new TlsIdentity{std::move(settings), clock}};
    if (auto loaded = identity->reload(); !loaded) return loaded.error();
    return identity;
}

Result<void> TlsIdentity::reload() { return reload(settings_); }

Result<void> TlsIdentity::reload(TlsSettings settings)
{
    std::swap(settings_, settings);
    tried_ = stamps();  // before the files are read: what changes from here on is seen
    auto made = TlsContext::server(settings_, clock_.now());
    failing_ = !made.has_value();
    if (!made) {
        std::swap(settings_, settings);
        return made.error();
    }
    context_ = std::move(*made);
    return {};
}

void TlsIdentity::follow_files()
{
    if (stamps() == tried_) return;
    if (auto done = reload(); !done)
        observe::log_error("the certificate changed and cannot be used, the one before stays", {{"error", done.error().detail}});
    else
        observe::log_info("the certificate changed, new connections get it", {{"file", settings_.cert_file}, {"expires_at", to_rfc3339(context_->expires_at())}});
}

std::array<TlsIdentity::Stamp, 3> TlsIdentity::stamps() const
{
    std::array<Stamp, 3> all{};
    const std::string* const files[]{&settings_.cert_file, &settings_.key_file, &settings_.client_ca_file};
    for (std::size_t i = 0; i < all.size(); ++i) {
        struct stat status {};
        if (files[i]->empty() || ::stat(files[i]->c_str(), &status) != 0) continue;
        all[i] = {status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec, status.st_ino, static_cast<std::uint64_t>(status.st_size)};
    }
    return all;
}

}  // namespace incident::net
