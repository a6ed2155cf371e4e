#pragma once
#include <string>
#include <vector>

namespace incident::net {

/// Where a certificate and what belongs to it stand, and how a peer is asked for its own.
struct TlsSettings {
    enum class ClientAuth { none, request, require_any, verify_if_given, require_and_verify };
    enum class Version { tls12, tls13 };

    std::string cert_file, key_file;       ///< PEM; the certificate first, then those that lead to a root
    std::string cert, key;                 ///< the same as text, instead of files
    ClientAuth client_auth = ClientAuth::none;
    std::string client_ca_file, client_ca; ///< who signs the peers' certificates; PEM, file or text
    std::vector<std::string> client_allowed_sans;  ///< any of these must stand in the peer's certificate; empty: any name
    Version min_version = Version::tls12, max_version = Version::tls13;
    std::vector<std::string> cipher_suites;      ///< OpenSSL's names, for TLS 1.2; empty: OpenSSL's choice
    std::vector<std::string> curve_preferences;  ///< OpenSSL's names; empty: OpenSSL's choice
    bool prefer_server_cipher_suites = true;
    bool operator==(const TlsSettings&) const = default;
};

}  // namespace incident::net
