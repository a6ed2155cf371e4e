#include "config/web_file.hpp"
#include "config/read_node.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace incident::config {

namespace {

using ClientAuth = net::TlsSettings::ClientAuth;
using Version = net::TlsSettings::Version;

// The words are Go's, whose library the format was made for.
constexpr std::pair<std::string_view, ClientAuth> client_auth_types[]{
    {"NoClientCert", ClientAuth::none},
    {"RequestClientCert", ClientAuth::request},
    {"RequireAnyClientCert", ClientAuth::require_any},
    {"VerifyClientCertIfGiven", ClientAuth::verify_if_given},
    {"RequireAndVerifyClientCert", ClientAuth::require_and_verify},
};
constexpr std::pair<std::string_view, std::string_view> curves[]{
    {"CurveP256", "P-256"}, {"CurveP384", "P-384"}, {"CurveP521", "P-521"}, {"X25519", "X25519"}};
constexpr std::array<std::string_view, 5> known_headers{"Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options",
                                                        "X-XSS-Protection"};
constexpr std::size_t max_users = 1000, max_header_bytes = 4096, bcrypt_bytes = 60;

template <class Table>
std::string names_of(const Table& table)
{
    std::string names;
    for (const auto& one : table) names += (names.empty() ? "" : ", ") + std::string{one.first};
    return names;
}

struct Reader {
    Problems& problems;
    const std::filesystem::path& folder;

    std::function<void(const Node&)> file(std::string& into) const
    {
        return [&into, this](const Node& value) {
            const auto path = read_text(value, problems);
            if (path && path->empty()) problems.add(value.at, "expected the name of a file");
            else if (path) into = std::filesystem::path{*path}.is_absolute() ? *path : (folder / *path).string();
        };
    }
    std::function<void(const Node&)> text(std::string& into) const
    {
        return [&into, this](const Node& value) { into = read_text(value, problems).value_or(""); };
    }
    std::function<void(const Node&)> version(Version& into) const
    {
        return [&into, this](const Node& value) {
            const auto word = read_text(value, problems);
            if (!word) return;
            if (*word == "TLS12") into = Version::tls12;
            else if (*word == "TLS13") into = Version::tls13;
            else if (*word == "TLS10" || *word == "TLS11") problems.add(value.at, *word + " is broken and not spoken here; the oldest is TLS12");
            else problems.add(value.at, "expected TLS12 or TLS13, found \"" + visible(shortened(*word, 40)) + '"');
        };
    }

    void client_auth(const Node& value, ClientAuth& into) const
    {
        const auto word = read_text(value, problems);
        if (!word) return;
        const auto known = std::ranges::find(client_auth_types, std::string_view{*word}, [](const auto& one) { return one.first; });
        if (known != std::end(client_auth_types)) into = known->second;
        else problems.add(value.at, "expected one of " + names_of(client_auth_types) + ", found \"" + visible(shortened(*word, 60)) + '"');
    }

    /// The registry's names, and Go's short ones for ChaCha20, to OpenSSL's. Those of TLS 1.3 cannot be chosen, as in Go.
    void cipher_suites(const Node& value, std::vector<std::string>& into) const
    {
        const auto words = read_words(value, problems);
        for (std::size_t i = 0; i < words.size(); ++i) {
            const auto at = value.type == Node::Type::list ? value.list[i]->at : value.at;
            if (words[i] == "TLS_AES_128_GCM_SHA256" || words[i] == "TLS_AES_256_GCM_SHA384" || words[i] == "TLS_CHACHA20_POLY1305_SHA256") continue;
            auto name = words[i];
            if (name.ends_with("_CHACHA20_POLY1305")) name += "_SHA256";
            const std::string_view known = OPENSSL_cipher_name(name.c_str());
            if (known == "(NONE)") problems.add(at, "the cipher suite \"" + visible(shortened(words[i], 80)) + "\" is unknown; they are written like TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
            else into.emplace_back(known);
        }
    }

    void curve_preferences(const Node& value, std::vector<std::string>& into) const
    {
        const auto words = read_words(value, problems);
        for (std::size_t i = 0; i < words.size(); ++i) {
            const auto known = std::ranges::find(curves, std::string_view{words[i]}, [](const auto& one) { return one.first; });
            if (known != std::end(curves)) into.emplace_back(known->second);
            else problems.add(value.type == Node::Type::list ? value.list[i]->at : value.at,
                              "expected one of " + names_of(curves) + ", found \"" + visible(shortened(words[i], 60)) + '"');
        }
    }

    void tls(const Node& node, WebFile& web) const
    {
        if (node.type == Node::Type::null) return;
        auto& tls = web.tls.emplace();
        const Key keys[]{
            {"cert_file", file(tls.cert_file)},
            {"key_file", file(tls.key_file)},
            {"cert", text(tls.cert)},
            {"key", text(tls.key)},
            {"client_auth_type", [&](const Node& value) { client_auth(value, tls.client_auth); }},
            {"client_ca_file", file(tls.client_ca_file)},
            {"client_ca", text(tls.client_ca)},
            {"client_allowed_sans", [&](const Node& value) { tls.client_allowed_sans = read_words(value, problems); }},
            {"min_version", version(tls.min_version)},
            {"max_version", version(tls.max_version)},
            {"cipher_suites", [&](const Node& value) { cipher_suites(value, tls.cipher_suites); }},
            {"prefer_server_cipher_suites", [&](const Node& value) { tls.prefer_server_cipher_suites = read_bool(value, problems).value_or(true); }},
            {"curve_preferences", [&](const Node& value) { curve_preferences(value, tls.curve_preferences); }},
        };
        read_map(node, keys, problems, "tls_server_config");
        if (node.type != Node::Type::map) return;
        one_of(node, tls.cert_file, tls.cert, "cert", true);
        one_of(node, tls.key_file, tls.key, "key", true);
        one_of(node, tls.client_ca_file, tls.client_ca, "client_ca", false);
        if (tls.min_version > tls.max_version) problems.add(node.at, "min_version is above max_version");
    }

    void one_of(const Node& node, const std::string& file, const std::string& text, const std::string& name, bool needed) const
    {
        if (!file.empty() && !text.empty()) problems.add(node.at, "give " + name + "_file or " + name + ", not both");
        else if (needed && file.empty() && text.empty()) problems.add(node.at, "tls_server_config needs " + name + "_file");
    }

    void headers(const Node& node, WebFile& web) const
    {
        std::vector<Key> keys;
        for (const auto name : known_headers)
            keys.push_back({name, [&web, name, this](const Node& value) {
                                const auto text = read_text(value, problems);
                                if (!text || text->empty()) return;
                                const bool clean = text->size() <= max_header_bytes && std::ranges::all_of(*text, [](char c) { return c >= ' ' && c < 0x7f; });
                                if (!clean) problems.add(value.at, "expected at most 4096 printable ASCII characters on one line");
                                else if (name == "X-Content-Type-Options" && *text != "nosniff") problems.add(value.at, "expected nosniff");
                                else if (name == "X-Frame-Options" && *text != "deny" && *text != "sameorigin") problems.add(value.at, "expected deny or sameorigin");
                                else web.headers.emplace_back(name, *text);
                            }});
        if (node.type != Node::Type::null) read_map(node, keys, problems, "headers");
    }

    void http(const Node& node, WebFile& web) const
    {
        const Key keys[]{
            // A client that speaks HTTP/2 is told in the handshake that we speak 1.1, so either word is true.
            {"http2", [&](const Node& value) { (void)read_bool(value, problems); }},
            {"headers", [&](const Node& value) { headers(value, web); }},
        };
        if (node.type != Node::Type::null) read_map(node, keys, problems, "http_server_config");
    }

    void users(const Node& node, WebFile& web) const
    {
        if (node.type != Node::Type::null && node.type != Node::Type::map) {
            problems.add(node.at, "expected a map like {name: bcrypt hash}");
            return;
        }
        if (node.map.size() > max_users) problems.add(node.at, "at most " + std::to_string(max_users) + " users are allowed; use tokens for machines");
        for (const auto& member : node.map) {
            const auto hash = read_text(*member.value, problems);
            const bool clean = !member.key.empty() && member.key.size() <= 256 && std::ranges::all_of(member.key, [](char c) { return c > ' ' && c < 0x7f && c != ':'; });
            if (!clean) problems.add(member.at, "a user's name is 1 to 256 visible ASCII characters without a colon");
            else if (hash) user(member, *hash, web);
        }
    }

    /// What stands there is never repeated: people paste the password itself.
    void user(const Member& member, const std::string& hash, WebFile& web) const
    {
        constexpr std::string_view how = "a bcrypt hash of 60 characters, made by: htpasswd -nBC 10 \"\" | tr -d ':\\n'";
        const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '/'; };
        const auto digit = [](char c) { return c >= '0' && c <= '9'; };
        const bool whole = hash.size() == bcrypt_bytes && (hash.starts_with("$2a$") || hash.starts_with("$2b$") || hash.starts_with("$2y$")) && digit(hash[4]) &&
                           digit(hash[5]) && hash[6] == '$' && std::ranges::all_of(hash.substr(7), letter);
        if (!whole) {
            problems.add(member.value->at, "expected " + std::string{how});
            return;
        }
        const auto cost = static_cast<unsigned>((hash[4] - '0') * 10 + (hash[5] - '0'));
        if (cost < 4 || cost > max_bcrypt_cost)
            problems.add(member.value->at, "the hash has cost " + std::to_string(cost) + "; from 4 to " + std::to_string(max_bcrypt_cost) + " are taken, 10 is usual");
        else web.basic_auth_users.emplace(member.key, hash);
    }
};

}  // namespace

Result<WebFile> parse_web_file(std::string_view yaml, std::string_view name, const std::filesystem::path& folder)
{
    Problems problems{name};
    const auto root = read_yaml(yaml, problems);
    WebFile web;
    const Reader reader{problems, folder};
    const Key keys[]{
        {"tls_server_config", [&](const Node& value) { reader.tls(value, web); }},
        {"http_server_config", [&](const Node& value) { reader.http(value, web); }},
        {"basic_auth_users", [&](const Node& value) { reader.users(value, web); }},
        {"rate_limit", [&](const Node& value) {
             problems.add(value.at, "rate_limit is not supported: it would refuse alerts in a storm; connections and bodies are bounded by limits: in the main configuration");
         }},
    };
    read_map(root, keys, problems, "the web configuration");
    if (!problems.empty()) return Failure{Errc::invalid_input, problems.report()};
    return web;
}

Result<WebFile> load_web_file(const std::string& path)
{
    struct Descriptor {
        int number;
        ~Descriptor()
        {
            if (number >= 0) ::close(number);
        }
    } const file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (file.number < 0) return Failure{errno == ENOENT ? Errc::not_found : Errc::unavailable, path + ": " + std::strerror(errno)};
    struct stat status {};
    if (::fstat(file.number, &status) != 0 || !S_ISREG(status.st_mode)) return Failure{Errc::invalid_input, path + " is not a regular file"};
    std::string content(max_document_bytes + 1, '\0');
    std::size_t size = 0;
    while (size < content.size()) {
        const auto got = ::read(file.number, content.data() + size, content.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Failure{Errc::unavailable, path + ": " + std::strerror(errno)};
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    content.resize(size);
    auto web = parse_web_file(content, path, std::filesystem::path{path}.parent_path());
    if (web && web->tls && !web->tls->key.empty() && (status.st_mode & 07) != 0)
        return Failure{Errc::forbidden, path + " holds a private key and can be read by every user; run: chmod o= " + path};
    return web;
}

}  // namespace incident::config
