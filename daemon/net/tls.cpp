#include "net/tls.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <boost/asio/ssl/context.hpp>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace incident::net {
namespace {

namespace ssl = boost::asio::ssl;

constexpr std::size_t max_pem_bytes = 1024 * 1024;  // a whole bundle of authorities has a quarter of it
constexpr mode_t others = 07;

struct Free {
    void operator()(X509* x) const noexcept { X509_free(x); }
    void operator()(EVP_PKEY* x) const noexcept { EVP_PKEY_free(x); }
    void operator()(BIO* x) const noexcept { BIO_free_all(x); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Failure wrong(const std::string& what, std::string_view why) { return {Errc::invalid_input, what + ' ' + std::string{why}}; }

/// What OpenSSL says of its newest failure; the queue is empty afterwards.
std::string openssl_reason()
{
    const auto code = ERR_peek_last_error();
    const char* const text = code == 0 ? nullptr : ERR_reason_error_string(code);
    ERR_clear_error();
    return text ? text : "no reason given";
}

enum class Secrecy { open, secret };

Result<std::string> read_pem_file(const std::string& path, Secrecy secrecy)
{
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return wrong(path, std::strerror(errno));
    struct Close {
        int number;
        ~Close() { ::close(number); }
    } const closing{fd};
    struct stat status {};
    if (::fstat(fd, &status) != 0) return wrong(path, std::strerror(errno));
    if (!S_ISREG(status.st_mode)) return wrong(path, "is not a regular file");
    if (secrecy == Secrecy::secret && (status.st_mode & others) != 0) return wrong(path, "can be read by every user; run: chmod o= " + path);
    std::string content;
    std::array<char, 16 * 1024> room{};
    for (;;) {
        const auto got = ::read(fd, room.data(), room.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return wrong(path, std::strerror(errno));
        if (got == 0) return content;
        content.append(room.data(), static_cast<std::size_t>(got));
        if (content.size() > max_pem_bytes) return wrong(path, "is larger than 1 MiB; is it the right file?");
    }
}

/// A PEM text and what to call it in a message.
struct Pem {
    std::string text, name;
};

Result<Pem> read_pem(const std::string& file, const std::string& text, const char* what, Secrecy secrecy)
{
    if (file.empty()) return Pem{text, std::string{"the text of "} + what};
    auto content = read_pem_file(file, secrecy);
    if (!content) return content.error();
    return Pem{std::move(*content), file};
}

Owned<BIO> reading(const std::string& text) { return Owned<BIO>{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))}; }

/// Every certificate of the text, in order.
Result<std::vector<Owned<X509>>> certificates_of(const Pem& pem)
{
    std::vector<Owned<X509>> all;
    const auto bio = reading(pem.text);
    ERR_clear_error();
    while (auto* const one = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) all.emplace_back(one);
    const auto code = ERR_peek_last_error();
    const bool end = code != 0 && ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
    const auto reason = openssl_reason();
    if (!end) return wrong(pem.name, "is no certificate in PEM form, or only a part of one: " + reason);
    if (all.empty()) return wrong(pem.name, "has no certificate; it begins with -----BEGIN CERTIFICATE-----");
    return all;
}

/// A key with a password would ask at a terminal that nobody sees.
int no_password(char*, int, int, void*) { return -1; }

Result<Owned<EVP_PKEY>> key_of(const Pem& pem)
{
    const auto bio = reading(pem.text);
    ERR_clear_error();
    Owned<EVP_PKEY> key{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr)};
    const auto reason = openssl_reason();
    if (key) return key;
    if (pem.text.find("ENCRYPTED") != std::string::npos) return wrong(pem.name, "is protected by a password, which nobody can type here; write it without one, readable by this service only");
    return wrong(pem.name, "is no private key in PEM form, or only a part of one: " + reason);
}

Instant instant_of(const ASN1_TIME* time)
{
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
    return Instant{std::chrono::seconds{::timegm(&parts)}};
}

Result<Instant> check_dates(const X509& certificate, const std::string& name, Instant now)
{
    const auto from = instant_of(X509_get0_notBefore(&certificate)), until = instant_of(X509_get0_notAfter(&certificate));
    if (until <= now) return wrong(name, "has expired on " + to_rfc3339(until) + "; put a new certificate there");
    if (from > now) return wrong(name, "is valid from " + to_rfc3339(from) + " only; is this machine's clock right? It says " + to_rfc3339(now));
    return until;
}

std::string joined(const std::vector<std::string>& words, char by)
{
    std::string text;
    for (const auto& word : words) text += (text.empty() ? std::string{} : std::string{by}) + word;
    return text;
}

/// HTTP/1.1 is what we speak; a peer that offers other protocols too must know.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned int in_size, void*)
{
    static constexpr std::string_view ours = "http/1.1";
    for (unsigned at = 0; at < in_size; at += in[at] + 1U) {
        if (in[at] != ours.size() || at + ours.size() >= in_size || std::memcmp(in + at + 1, ours.data(), ours.size()) != 0) continue;
        *out = in + at + 1;
        *out_size = in[at];
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_NOACK;
}

int version_number(TlsSettings::Version version)
{
    switch (version) {
    case TlsSettings::Version::tls12: return TLS1_2_VERSION;
    case TlsSettings::Version::tls13: return TLS1_3_VERSION;
    }
    return TLS1_2_VERSION;
}

void set_common(SSL_CTX* context)
{
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);  // most connections are idle most of the time
}

Result<void> set_choices(SSL_CTX* context, const TlsSettings& settings)
{
    if (settings.min_version > settings.max_version) return Failure{Errc::invalid_input, "min_version is above max_version"};
    SSL_CTX_set_min_proto_version(context, version_number(settings.min_version));
    SSL_CTX_set_max_proto_version(context, version_number(settings.max_version));
    if (settings.prefer_server_cipher_suites) SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
    if (!settings.cipher_suites.empty() && SSL_CTX_set_cipher_list(context, joined(settings.cipher_suites, ':').c_str()) != 1)
        return Failure{Errc::invalid_input, "none of cipher_suites can be used: " + openssl_reason()};
    if (!settings.curve_preferences.empty() && SSL_CTX_ctrl(context, SSL_CTRL_SET_GROUPS_LIST, 0, joined(settings.curve_preferences, ':').data()) != 1)
        return Failure{Errc::invalid_input, "curve_preferences cannot be used: " + openssl_reason()};
    return {};
}

Result<Instant> set_own_certificate(SSL_CTX* context, const TlsSettings& settings, Instant now)
{
    if (settings.cert_file.empty() && settings.cert.empty()) return Failure{Errc::invalid_input, "no certificate is named; give cert_file"};
    if (settings.key_file.empty() && settings.key.empty()) return Failure{Errc::invalid_input, "no key is named; give key_file"};
    const auto cert_pem = read_pem(settings.cert_file, settings.cert, "cert", Secrecy::open);
    if (!cert_pem) return cert_pem.error();
    auto chain = certificates_of(*cert_pem);
    if (!chain) return chain.error();
    const auto until = check_dates(*chain->front(), cert_pem->name, now);
    if (!until) return until.error();
    const auto key_pem = read_pem(settings.key_file, settings.key, "key", Secrecy::secret);
    if (!key_pem) return key_pem.error();
    const auto key = key_of(*key_pem);
    if (!key) return key.error();
    if (X509_check_private_key(chain->front().get(), key->get()) != 1) {
        ERR_clear_error();
        return wrong(key_pem->name, "does not belong to the certificate in " + cert_pem->name + "; the two must be made together");
    }
    if (SSL_CTX_use_certificate(context, chain->front().get()) != 1 || SSL_CTX_use_PrivateKey(context, key->get()) != 1)
        return wrong(cert_pem->name, "cannot be used: " + openssl_reason());
    for (std::size_t i = 1; i < chain->size(); ++i)
        if (SSL_CTX_ctrl(context, SSL_CTRL_CHAIN_CERT, 1, (*chain)[i].get()) != 1) return wrong(cert_pem->name, "has a chain that cannot be used: " + openssl_reason());
    return *until;
}

Result<void> trust(SSL_CTX* context, const Pem& pem, bool tell_names)
{
    auto authorities = certificates_of(pem);
    if (!authorities) return authorities.error();
    auto* const store = SSL_CTX_get_cert_store(context);
    for (const auto& one : *authorities) {
        if (X509_STORE_add_cert(store, one.get()) != 1) return wrong(pem.name, "has a certificate that cannot be used: " + openssl_reason());
        if (tell_names) SSL_CTX_add_client_CA(context, one.get());
    }
    return {};
}

/// Any certificate will do; whether one came is for OpenSSL to say.
int accept_any(int, X509_STORE_CTX*) { return 1; }

Result<void> set_client_auth(SSL_CTX* context, const TlsSettings& settings)
{
    using Auth = TlsSettings::ClientAuth;
    const bool verifies = settings.client_auth == Auth::verify_if_given || settings.client_auth == Auth::require_and_verify;
    const bool requires_one = settings.client_auth == Auth::require_any || settings.client_auth == Auth::require_and_verify;
    const bool has_ca = !settings.client_ca_file.empty() || !settings.client_ca.empty();
    if (verifies && !has_ca) return Failure{Errc::invalid_input, "client certificates are to be verified, but client_ca_file does not say against what"};
    if (!verifies && has_ca)
        return Failure{Errc::invalid_input, "client_ca_file is given, but client_auth_type verifies nothing; write client_auth_type: RequireAndVerifyClientCert"};
    if (!settings.client_allowed_sans.empty() && !requires_one)
        return Failure{Errc::invalid_input, "client_allowed_sans needs client_auth_type: RequireAndVerifyClientCert, else a client may come without a certificate"};
    if (settings.client_auth == Auth::none) return {};
    if (has_ca) {
        const auto pem = read_pem(settings.client_ca_file, settings.client_ca, "client_ca", Secrecy::open);
        if (!pem) return pem.error();
        if (auto trusted = trust(context, *pem, true); !trusted) return trusted;
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (requires_one ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), verifies ? nullptr : accept_any);
    return {};
}

std::string text_of(const ASN1_STRING* string)
{
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)), static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::vector<std::string> names_in(X509* certificate)
{
    std::vector<std::string> all;
    auto* const names = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names); ++i) {
        const auto* const one = sk_GENERAL_NAME_value(names, i);
        if (one->type == GEN_DNS || one->type == GEN_EMAIL || one->type == GEN_URI) {
            all.push_back(text_of(one->d.ia5));
        } else if (one->type == GEN_IPADD) {
            const auto bytes = text_of(one->d.iPAddress);
            if (bytes.size() == 4) {
                boost::asio::ip::address_v4::bytes_type address;
                std::copy(bytes.begin(), bytes.end(), address.begin());
                all.push_back(boost::asio::ip::address_v4{address}.to_string());
            } else if (bytes.size() == 16) {
                boost::asio::ip::address_v6::bytes_type address;
                std::copy(bytes.begin(), bytes.end(), address.begin());
                all.push_back(boost::asio::ip::address_v6{address}.to_string());
            }
        }
    }
    GENERAL_NAMES_free(names);
    return all;
}

}  // namespace

TlsContext::TlsContext() = default;
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<const TlsContext>> TlsContext::server(const TlsSettings& settings, Instant now)
try {
    std::shared_ptr<TlsContext> made{new TlsContext};
    made->context_ = std::make_unique<ssl::context>(ssl::context::tls_server);
    auto* const context = made->context_->native_handle();
    set_common(context);
    if (auto set = set_choices(context, settings); !set) return set.error();
    const auto until = set_own_certificate(context, settings, now);
    if (!until) return until.error();
    if (auto set = set_client_auth(context, settings); !set) return set.error();
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    static constexpr std::string_view session_name = "incidentd";  // without one, a peer with a certificate cannot resume
    SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(session_name.data()), session_name.size());
    made->expires_at_ = *until;
    made->allowed_sans_ = settings.client_allowed_sans;
    made->verifies_peers_ = SSL_CTX_get_verify_mode(context) != SSL_VERIFY_NONE && SSL_CTX_get_verify_callback(context) == nullptr;
    return std::shared_ptr<const TlsContext>{std::move(made)};
} catch (const std::exception& error) {
    return Failure{Errc::unavailable, std::string{"TLS cannot be set up: "} + error.what()};
}

Result<std::shared_ptr<const TlsContext>> TlsContext::client(const std::string& ca_file)
try {
    std::shared_ptr<TlsContext> made{new TlsContext};
    made->context_ = std::make_unique<ssl::context>(ssl::context::tls_client);
    auto* const context = made->context_->native_handle();
    set_common(context);
    if (ca_file.empty()) {
        made->context_->set_default_verify_paths();
    } else {
        const auto pem = read_pem(ca_file, {}, "ca", Secrecy::open);
        if (!pem) return pem.error();
        if (auto trusted = trust(context, *pem, false); !trusted) return trusted.error();
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    made->verifies_peers_ = true;
    return std::shared_ptr<const TlsContext>{std::move(made)};
} catch (const std::exception& error) {
    return Failure{Errc::unavailable, std::string{"TLS cannot be set up: "} + error.what()};
}

bool TlsContext::may_come_in(void* certificate) const
{
    if (allowed_sans_.empty()) return true;
    if (certificate == nullptr) return false;
    const auto names = names_in(static_cast<X509*>(certificate));
    return std::ranges::any_of(names, [&](const auto& name) { return std::ranges::find(allowed_sans_, name) != allowed_sans_.end(); });
}

}  // namespace incident::net
