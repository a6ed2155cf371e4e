#pragma once
#include "auth/encoding.hpp"
#include "wire/json.hpp"
#include <memory>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdexcept>

/// Signs requests as senders do, so that tests can forge and vary them.
namespace incident::test {

inline void must_work(bool worked, const char* what)
{
    if (!worked) throw std::runtime_error{what};
}

/// An RSA key and a certificate of its own, valid between two instants.
class SnsSigner {
 public:
    explicit SnsSigner(Instant from, Instant until, unsigned bits = 2048) : key_{EVP_RSA_gen(bits), EVP_PKEY_free}
    {
        const std::unique_ptr<X509, decltype(&X509_free)> made{X509_new(), X509_free};
        must_work(key_ && made, "a certificate");
        const auto seconds = [](Instant at) { return static_cast<time_t>(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count()); };
        X509_set_version(made.get(), X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
        ASN1_TIME_set(X509_getm_notBefore(made.get()), seconds(from));
        ASN1_TIME_set(X509_getm_notAfter(made.get()), seconds(until));
        X509_set_pubkey(made.get(), key_.get());
        auto* const name = X509_get_subject_name(made.get());
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("sns.test.invalid"), -1, -1, 0);
        X509_set_issuer_name(made.get(), name);
        must_work(X509_sign(made.get(), key_.get(), EVP_sha256()) > 0, "signing the certificate");
        const std::unique_ptr<BIO, decltype(&BIO_free)> bio{BIO_new(BIO_s_mem()), BIO_free};
        must_work(PEM_write_bio_X509(bio.get(), made.get()) == 1, "writing the certificate");
        char* start = nullptr;
        const auto size = BIO_get_mem_data(bio.get(), &start);
        certificate_.assign(start, static_cast<std::size_t>(size));
    }

    [[nodiscard]] const std::string& certificate() const noexcept { return certificate_; }

    /// The message with SignatureVersion and Signature filled in.
    [[nodiscard]] std::string signed_message(boost::json::object message, const std::string& version = "2") const
    {
        message["SignatureVersion"] = version;
        if (!message.contains("SigningCertURL"))
            message["SigningCertURL"] = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem";
        const auto text = auth::sns_text_to_sign(message);
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
        must_work(EVP_DigestSignInit(context.get(), nullptr, version == "1" ? EVP_sha1() : EVP_sha256(), nullptr, key_.get()) == 1, "beginning to sign");
        std::string signature(512, '\0');
        auto size = signature.size();
        must_work(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                                 reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1, "signing");
        signature.resize(size);
        message["Signature"] = auth::to_base64(signature);
        return boost::json::serialize(message);
    }

 private:
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
    std::string certificate_;
};

/// An Ed25519 key pair.
class KeyPair {
 public:
    KeyPair() : key_{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free} { must_work(key_ != nullptr, "a key pair"); }

    [[nodiscard]] std::string public_key() const
    {
        std::string key(32, '\0');
        auto size = key.size();
        must_work(EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(key.data()), &size) == 1, "the public key");
        return key;
    }

    [[nodiscard]] std::string signature(std::string_view text) const
    {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
        std::string bytes(64, '\0');
        auto size = bytes.size();
        must_work(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
                      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size,
                                     reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1, "signing");
        return bytes;
    }

 private:
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

inline std::string to_hex(std::string_view bytes)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        text += digits[static_cast<unsigned char>(c) >> 4U];
        text += digits[static_cast<unsigned char>(c) & 15U];
    }
    return text;
}

/// The headers of a request that `rule` accepts.
inline std::map<std::string, std::string> signed_headers(const auth::HmacRule& rule, const std::string& secret, const std::string& body,
                                                         std::int64_t at_seconds, const std::string& id = "msg_2b7f")
{
    const auto timestamp = std::to_string(at_seconds);
    std::string text = rule.signed_text;
    const auto fill = [&](std::string_view what, const std::string& with) {
        if (const auto place = text.find(what); place != text.npos) text.replace(place, what.size(), with);
    };
    std::map<std::string, std::string> headers;
    if (rule.signed_text.find("{timestamp}") != std::string::npos) headers[rule.timestamp_header] = timestamp;
    if (rule.signed_text.find("{id}") != std::string::npos) headers[rule.id_header] = id;
    fill("{timestamp}", timestamp);
    fill("{id}", id);
    fill("{body}", body);
    const std::string_view piece = text;
    const auto digest = auth::hmac(rule.hash, auth::key_bytes(rule.key, secret, "whsec_").value(), {&piece, 1});
    headers[rule.header] = (rule.scheme.empty() ? "" : rule.scheme + ' ') + rule.prefix +
                           (rule.digest == auth::Encoding::hex ? to_hex(digest) : auth::to_base64(digest));
    return headers;
}

}  // namespace incident::test
