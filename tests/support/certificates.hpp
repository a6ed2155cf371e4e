#pragma once
#include <chrono>
#include <memory>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdexcept>
#include <string>

/// A certificate authority for one test.
namespace incident::test {

struct Identity {
    std::string cert, key;  ///< PEM
};

class Authority {
 public:
    explicit Authority(const std::string& name = "test authority") : key_(new_key())
    {
        certificate_ = make(name, "", *key_, std::chrono::hours{-1}, std::chrono::hours{24}, true);
    }
    [[nodiscard]] std::string pem() const { return pem_of(*certificate_); }

    /// @param names as OpenSSL writes them: `DNS:localhost,IP:127.0.0.1`.
    [[nodiscard]] Identity issue(const std::string& name, const std::string& names = "DNS:localhost,IP:127.0.0.1",
                                 std::chrono::seconds from = std::chrono::hours{-1}, std::chrono::seconds until = std::chrono::hours{24},
                                 const char* password = nullptr)
    {
        const auto key = new_key();
        return {pem_of(*make(name, names, *key, from, until, false)), pem_of(*key, password)};
    }

 private:
    struct Free {
        void operator()(EVP_PKEY* x) const { EVP_PKEY_free(x); }
        void operator()(X509* x) const { X509_free(x); }
        void operator()(BIO* x) const { BIO_free_all(x); }
    };
    using Key = std::unique_ptr<EVP_PKEY, Free>;
    using Certificate = std::unique_ptr<X509, Free>;

    static Key new_key()
    {
        Key key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
        if (!key) throw std::runtime_error{"no key"};
        return key;
    }
    static void extend(X509& certificate, X509& issuer, int what, const std::string& value)
    {
        X509V3_CTX context{};
        X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
        X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
        if (!extension) throw std::runtime_error{"no extension " + value};
        X509_add_ext(&certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }
    Certificate make(const std::string& name, const std::string& names, EVP_PKEY& key, std::chrono::seconds from, std::chrono::seconds until, bool authority)
    {
        Certificate made{X509_new()};
        X509_set_version(made.get(), X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial_);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), static_cast<long>(from.count()));
        X509_gmtime_adj(X509_getm_notAfter(made.get()), static_cast<long>(until.count()));
        X509_set_pubkey(made.get(), &key);
        auto* const subject = X509_get_subject_name(made.get());
        if (!name.empty())
            X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.data()), static_cast<int>(name.size()), -1, 0);
        X509& issuer = authority ? *made : *certificate_;
        X509_set_issuer_name(made.get(), X509_get_subject_name(&issuer));
        extend(*made, issuer, NID_basic_constraints, authority ? "critical,CA:TRUE" : "CA:FALSE");
        if (!names.empty()) extend(*made, issuer, NID_subject_alt_name, names);
        X509_sign(made.get(), key_.get(), EVP_sha256());
        return made;
    }
    static std::string text_of(BIO& bio)
    {
        const char* data = nullptr;
        const auto size = BIO_ctrl(&bio, BIO_CTRL_INFO, 0, &data);
        return {data, static_cast<std::size_t>(size)};
    }
    static std::string pem_of(X509& certificate)
    {
        const std::unique_ptr<BIO, Free> bio{BIO_new(BIO_s_mem())};
        PEM_write_bio_X509(bio.get(), &certificate);
        return text_of(*bio);
    }
    static std::string pem_of(EVP_PKEY& key, const char* password)
    {
        const std::unique_ptr<BIO, Free> bio{BIO_new(BIO_s_mem())};
        const std::string phrase = password ? password : "";
        PEM_write_bio_PKCS8PrivateKey(bio.get(), &key, password ? EVP_aes_128_cbc() : nullptr, password ? phrase.data() : nullptr, static_cast<int>(phrase.size()),
                                      nullptr, nullptr);
        return text_of(*bio);
    }

    Key key_;
    Certificate certificate_;
    long serial_ = 0;
};

}  // namespace incident::test
