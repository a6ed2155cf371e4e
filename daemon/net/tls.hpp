#pragma once
#include "model/instant.hpp"
#include "model/result.hpp"
#include "net/tls_settings.hpp"
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace incident {
class Clock;
}
namespace boost::asio::ssl {
class context;
}

/// TLS for whatever listens or connects: settings in files -> a context that is whole and checked, or a Failure that says
/// which file is wrong and why. The bytes are moved by net/stream.hpp.
namespace incident::net {

/// One side of TLS, ready for connections; it does not change any more, and connections keep it alive.
class TlsContext {
 public:
    /// TLS 1.2 and up, no renegotiation, no compression.
    /// @param now a certificate must be valid then.
    /// @return Errc::invalid_input: what is wrong with which file, and how to make it right. A key may be readable by its
    /// owner and group (Debian's `ssl-cert`), never by others.
    [[nodiscard]] static Result<std::shared_ptr<const TlsContext>> server(const TlsSettings& settings, Instant now);
    /// Trusts the system's certificate authorities, or those in `ca_file` alone when one is named. The peer's name is
    /// checked by Stream.
    [[nodiscard]] static Result<std::shared_ptr<const TlsContext>> client(const std::string& ca_file = {});
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    [[nodiscard]] boost::asio::ssl::context& native() const noexcept { return *context_; }
    [[nodiscard]] Instant expires_at() const noexcept { return expires_at_; }  ///< server: of its own certificate
    /// Peers' certificates are checked against authorities, so that a name in one means something.
    [[nodiscard]] bool verifies_peers() const noexcept { return verifies_peers_; }
    /// Whether the certificate that a peer showed has a name that may come in. @param certificate an `X509*`, or null.
    [[nodiscard]] bool may_come_in(void* certificate) const;

 private:
    TlsContext();
    std::unique_ptr<boost::asio::ssl::context> context_;
    Instant expires_at_{};
    std::vector<std::string> allowed_sans_;
    bool verifies_peers_ = false;
};

/// What a listener shows to new connections; the files behind it may change. One thread.
class TlsIdentity {
 public:
    /// @param clock outlives this. @return as TlsContext::server().
    [[nodiscard]] static Result<std::shared_ptr<TlsIdentity>> open(TlsSettings settings, const Clock& clock);
    [[nodiscard]] const std::shared_ptr<const TlsContext>& context() const noexcept { return context_; }
    /// Reads the files again: new connections get what stands there now, those that are open keep what they have. On
    /// failure everything stays as it was.
    [[nodiscard]] Result<void> reload();
    [[nodiscard]] Result<void> reload(TlsSettings settings);
    /// For the sweep: reloads when a file is another one than it was at the last try, and says in the log what came of it.
    void follow_files();
    /// Tries that failed since the last success.
    [[nodiscard]] bool failing() const noexcept { return failing_; }

 private:
    struct Stamp {
        std::int64_t modified_ns = 0;
        std::uint64_t inode = 0, bytes = 0;
        bool operator==(const Stamp&) const = default;
    };
    TlsIdentity(TlsSettings settings, const Clock& clock) : settings_(std::move(settings)), clock_(clock) {}
    [[nodiscard]] std::array<Stamp, 3> stamps() const;

    TlsSettings settings_;
    const Clock& clock_;
    std::shared_ptr<const TlsContext> context_;
    std::array<Stamp, 3> tried_{};
    bool failing_ = false;
};

}  // namespace incident::net
