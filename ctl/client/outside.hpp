#pragma once
#include "client/trouble.hpp"
#include <chrono>
#include <cstdint>

/// The world beside our own server: only what a person asked for by a command, over https, from a host that the caller has
/// checked. The daemon never goes there.
namespace incident::ctl {

struct OutsideOptions {
    std::chrono::milliseconds timeout{15'000};
    std::string ca_file;     ///< empty: the system's certificates
    std::string connect_to;  ///< libcurl's HOST:PORT:HOST:PORT; empty: where the name leads. Tests put their own server there
};

struct OutsideAnswer {
    unsigned status = 0;
    std::string body;
};

inline constexpr std::size_t max_outside_bytes = 64 * 1024;

/// One GET. No redirect is followed (it would lead past the caller's check), no credential is sent, no more than
/// max_outside_bytes are read.
/// @return Exit::unreachable or Exit::timed_out with the reason, Exit::failure for too long an answer.
[[nodiscard]] Try<OutsideAnswer> fetch_outside(const std::string& url, const OutsideOptions& options);

/// What a person looks at before trusting a certificate.
struct CertificateFacts {
    std::string subject, issuer;       ///< `/C=US/O=…/CN=…`
    std::string valid_from, valid_to;  ///< `2026-01-01 00:00:00Z`
    std::string sha256;                ///< of the whole certificate, as openssl prints it: `AB:CD:…`
    int rsa_bits = 0;                  ///< 0: another kind of key
    bool expired = false, not_yet_valid = false;
};

/// The first certificate of a PEM text. Loads libcrypto, which no other verb needs.
/// @return Exit::failure when it is none, or the library is not there.
[[nodiscard]] Try<CertificateFacts> read_certificate(const std::string& pem, std::int64_t now_seconds);

}  // namespace incident::ctl
