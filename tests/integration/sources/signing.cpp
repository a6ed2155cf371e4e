#include "model/text.hpp"
#include "samples.hpp"
#include <memory>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdexcept>

namespace incident::test {

namespace {

using Key = std::shared_ptr<EVP_PKEY>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string base64(std::string_view bytes)
{
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    text.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes), static_cast<int>(bytes.size()))));
    return text;
}

std::string encoded(auth::Encoding encoding, std::string_view bytes)
{
    switch (encoding) {
        case auth::Encoding::text: return std::string{bytes};
        case auth::Encoding::hex: {
            static constexpr char digits[] = "0123456789abcdef";
            std::string text;
            for (const char c : bytes) {
                text += digits[static_cast<unsigned char>(c) >> 4U];
                text += digits[static_cast<unsigned char>(c) & 15U];
            }
            return text;
        }
        case auth::Encoding::base64: return base64(bytes);
        case auth::Encoding::base64url: {
            auto text = base64(bytes);
            for (auto& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
            while (text.ends_with('=')) text.pop_back();
            return text;
        }
        case auth::Encoding::whsec: return "whsec_" + base64(bytes);
    }
    return {};
}

std::string replaced(std::string text, std::string_view word, std::string_view by)
{
    if (const auto at = text.find(word); at != text.npos) text.replace(at, word.size(), by);
    return text;
}

constexpr std::string_view raw_secret = "samples-hush-hush-0123456789abcd";

template <class Rule>
std::string filled_in(const Rule& rule, Posted& posted, Instant now)
{
    const auto seconds = std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
    if (!rule.timestamp_header.empty()) posted.headers[rule.timestamp_header] = seconds;
    if (!rule.id_header.empty()) posted.headers.try_emplace(rule.id_header, "msg_samples");
    auto text = replaced(rule.signed_text, "{timestamp}", seconds);
    if (!rule.id_header.empty()) text = replaced(text, "{id}", posted.headers[rule.id_header]);
    return replaced(text, "{body}", posted.body);
}

bool prove(const auth::HmacRule& rule, config::Source& source, Posted& posted, Instant now)
{
    const EVP_MD* hash = nullptr;
    switch (rule.hash) {
        case auth::Hash::md5: hash = EVP_md5(); break;
        case auth::Hash::sha1: hash = EVP_sha1(); break;
        case auth::Hash::sha256: hash = EVP_sha256(); break;
        case auth::Hash::sha384: hash = EVP_sha384(); break;
        case auth::Hash::sha512: hash = EVP_sha512(); break;
    }
    const auto text = filled_in(rule, posted, now);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    HMAC(hash, raw_secret.data(), static_cast<int>(raw_secret.size()), bytes_of(text), text.size(), digest, &length);
    source.verifier.secrets = {encoded(rule.key, raw_secret)};
    posted.headers[rule.header] = (rule.scheme.empty() ? "" : rule.scheme + ' ') + rule.prefix +
                                  encoded(rule.digest, {reinterpret_cast<const char*>(digest), length});
    return true;
}

std::string form_value(std::string_view form, std::string_view name)
{
    for (const auto& start : {std::string{name} + '=', '&' + std::string{name} + '='}) {
        const auto at = form.find(start);
        if (at == form.npos || (start.front() != '&' && at != 0)) continue;
        return std::string{form.substr(at + start.size(), form.find('&', at + 1) == form.npos ? form.npos : form.find('&', at + start.size()) - at - start.size())};
    }
    return {};
}

/// What the sample carries is taken for the secret, so that its body need not change.
bool prove(const auth::SecretRule& rule, config::Source& source, Posted& posted, Instant)
{
    using Where = auth::SecretRule::Where;
    std::string secret{raw_secret};
    switch (rule.where) {
        case Where::header: posted.headers[rule.name] = (rule.scheme.empty() ? "" : rule.scheme + ' ') + secret; break;
        case Where::query: posted.target += (posted.target.find('?') == std::string::npos ? "?" : "&") + rule.name + '=' + secret; break;
        case Where::path: posted.target += '/' + secret; break;
        case Where::form_field: secret = form_value(posted.body, rule.name); break;
        case Where::body_member: {
            boost::system::error_code error;
            const auto document = boost::json::parse(posted.body, error);
            const auto* const found = error ? nullptr : document.find_pointer(rule.name, error);
            secret = found != nullptr && found->is_string() ? std::string{found->as_string()} : std::string{};
            break;
        }
    }
    if (secret.empty()) return false;
    source.verifier.secrets = {secret};
    return true;
}

bool prove(const auth::BasicRule&, config::Source& source, Posted& posted, Instant)
{
    const auto secret = "samples:" + std::string{raw_secret};
    source.verifier.secrets = {secret};
    posted.headers["authorization"] = "Basic " + base64(secret);
    return true;
}

Key ed25519_key()
{
    static const Key key{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free};
    return key;
}

std::string signed_by(const Key& key, const EVP_MD* hash, std::string_view text)
{
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
    std::string signature(1024, '\0');
    auto length = signature.size();
    if (EVP_DigestSignInit(context.get(), nullptr, hash, nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, bytes_of(text), text.size()) != 1)
        throw std::runtime_error{"signing failed"};
    signature.resize(length);
    return signature;
}

bool prove(const auth::Ed25519Rule& rule, config::Source& source, Posted& posted, Instant now)
{
    const auto key = ed25519_key();
    std::string point(32, '\0');
    auto length = point.size();
    EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(point.data()), &length);
    source.verifier.secrets = {rule.key == auth::Encoding::whsec ? "whpk_" + base64(point) : encoded(rule.key, point)};
    posted.headers[rule.header] = rule.prefix + encoded(rule.digest, signed_by(key, nullptr, filled_in(rule, posted, now)));
    return true;
}

/// A certificate of our own, and the message signed by it instead of Amazon's.
bool prove(const auth::SnsRule&, config::Source& source, Posted& posted, Instant)
{
    static const Key key{EVP_RSA_gen(2048), EVP_PKEY_free};
    static const std::string certificate = [] {
        const std::unique_ptr<X509, decltype(&X509_free)> made{X509_new(), X509_free};
        X509_set_version(made.get(), 2);
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), -60L * 60 * 24 * 365 * 30);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), 60L * 60 * 24 * 365 * 30);
        X509_set_pubkey(made.get(), key.get());
        auto* const name = X509_get_subject_name(made.get());
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, bytes_of("sns.amazonaws.com"), -1, -1, 0);
        X509_set_issuer_name(made.get(), name);
        X509_sign(made.get(), key.get(), EVP_sha256());
        const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()), BIO_free};
        PEM_write_bio_X509(out.get(), made.get());
        char* text = nullptr;
        const auto length = BIO_get_mem_data(out.get(), &text);
        return std::string{text, static_cast<std::size_t>(length)};
    }();
    boost::system::error_code error;
    auto document = boost::json::parse(posted.body, error);
    if (error || !document.is_object()) return false;
    auto& message = document.as_object();
    const auto text = auth::sns_text_to_sign(message);
    if (text.empty()) return false;
    const auto* const version = message.if_contains("SignatureVersion");
    const bool second = version != nullptr && version->is_string() && version->as_string() == "2";
    message["Signature"] = base64(signed_by(key, second ? EVP_sha256() : EVP_sha1(), text));
    posted.body = boost::json::serialize(message);
    source.verifier.secrets = {certificate};
    return true;
}

}  // namespace

void sign(config::Source& source, Posted& posted, Instant now)
{
    for (const auto& rule : source.verifier.any_of)
        if (std::visit([&](const auto& one) { return prove(one, source, posted, now); }, rule)) return;
}

}  // namespace incident::test
