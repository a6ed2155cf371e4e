#pragma once
#include "model/result.hpp"
#include "net/tls_settings.hpp"
#include <filesystem>
#include <map>
#include <optional>

/// `--web.config.file`, in the format that Prometheus and its exporters share: TLS, headers, Basic users.
namespace incident::config {

struct WebFile {
    std::optional<net::TlsSettings> tls;                              ///< empty: plain HTTP
    std::vector<std::pair<std::string, std::string>> headers;         ///< on every answer that does not bring its own
    std::map<std::string, std::string> basic_auth_users;              ///< name -> bcrypt hash
    bool operator==(const WebFile&) const = default;
};

inline constexpr unsigned max_bcrypt_cost = 14;  ///< above, one look at a password takes seconds

/// Strict, as parse(): what this program cannot do is named, never passed over.
/// @param folder that relative file names are meant from.
/// @return Errc::invalid_input with every problem, one per line.
[[nodiscard]] Result<WebFile> parse_web_file(std::string_view yaml, std::string_view name, const std::filesystem::path& folder);
/// A file that holds a key itself must not be readable by others. @return as parse_web_file(), or Errc::not_found.
[[nodiscard]] Result<WebFile> load_web_file(const std::string& path);

}  // namespace incident::config
