#pragma once
#include "auth/basic_users.hpp"
#include "config/web_file.hpp"
#include "net/tls.hpp"

namespace incident {
class Clock;
}

namespace incident::app {

/// The web file in force (`--web.config.file`): how the TCP listeners speak and who may come in by a password. It is read
/// again as a whole or not at all. Network thread.
class WebConfig {
 public:
    /// @param path empty: none, so plain HTTP and no users. @param clock outlives this.
    /// @return what is wrong with the file or with what it names; then nothing should start.
    [[nodiscard]] static Result<std::unique_ptr<WebConfig>> open(const std::string& path, const Clock& clock);

    /// Reads the file and the certificate again. @return why everything stays as it was.
    [[nodiscard]] Result<void> reload();
    /// Whether the file is another one than at the last try.
    [[nodiscard]] bool changed() const;

    [[nodiscard]] const std::shared_ptr<net::TlsIdentity>& tls() const noexcept { return tls_; }  ///< null: plain
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& headers() const noexcept { return file_.headers; }
    [[nodiscard]] const std::shared_ptr<const auth::BasicUsers>& users() const noexcept { return users_; }

 private:
    WebConfig(std::string path, const Clock& clock) : path_(std::move(path)), clock_(clock) {}
    void take(config::WebFile file);
    [[nodiscard]] std::string stamp() const;

    std::string path_;
    const Clock& clock_;
    config::WebFile file_;
    std::shared_ptr<net::TlsIdentity> tls_;
    std::shared_ptr<const auth::BasicUsers> users_;
    std::string tried_;
};

}  // namespace incident::app
