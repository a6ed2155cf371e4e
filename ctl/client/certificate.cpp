#include "client/library_symbol.hpp"
#include "client/outside.hpp"
#include <array>
#include <ctime>
#include <dlfcn.h>
#include <memory>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace incident::ctl {
namespace {

/// The functions of libcrypto that we call, from the library loaded for this one verb: a note should not wait for it.
struct CryptoLibrary {
    decltype(&BIO_new_mem_buf) new_mem_buf = nullptr;
    decltype(&BIO_free) bio_free = nullptr;
    decltype(&PEM_read_bio_X509) read_x509 = nullptr;
    decltype(&X509_free) x509_free = nullptr;
    decltype(&X509_get_subject_name) subject_name = nullptr;
    decltype(&X509_get_issuer_name) issuer_name = nullptr;
    decltype(&X509_NAME_oneline) one_line = nullptr;
    decltype(&X509_get0_notBefore) not_before = nullptr;
    decltype(&X509_get0_notAfter) not_after = nullptr;
    decltype(&ASN1_TIME_to_tm) time_to_tm = nullptr;
    decltype(&X509_digest) digest = nullptr;
    decltype(&EVP_sha256) sha256 = nullptr;
    decltype(&X509_get0_pubkey) public_key = nullptr;
    decltype(&EVP_PKEY_get_base_id) key_kind = nullptr;
    decltype(&EVP_PKEY_get_bits) key_bits = nullptr;
};

Try<const CryptoLibrary*> load_crypto()
{
    static CryptoLibrary loaded;
    if (loaded.read_x509 != nullptr) return &loaded;
    void* const library = ::dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
    CryptoLibrary found;
    const bool whole = library != nullptr && take(library, "BIO_new_mem_buf", found.new_mem_buf) && take(library, "BIO_free", found.bio_free) &&
                       take(library, "X509_free", found.x509_free) && take(library, "X509_get_subject_name", found.subject_name) &&
                       take(library, "X509_get_issuer_name", found.issuer_name) && take(library, "X509_NAME_oneline", found.one_line) &&
                       take(library, "X509_get0_notBefore", found.not_before) && take(library, "X509_get0_notAfter", found.not_after) &&
                       take(library, "ASN1_TIME_to_tm", found.time_to_tm) && take(library, "X509_digest", found.digest) &&
                       take(library, "EVP_sha256", found.sha256) && take(library, "X509_get0_pubkey", found.public_key) &&
                       take(library, "EVP_PKEY_get_base_id", found.key_kind) && take(library, "EVP_PKEY_get_bits", found.key_bits) &&
                       take(library, "PEM_read_bio_X509", found.read_x509);
    if (!whole) return Trouble{Exit::failure, "cannot load libcrypto.so.3", "install libssl3"};
    loaded = found;
    return &loaded;
}

std::string line_of(const CryptoLibrary& library, const X509_NAME* name)
{
    std::array<char, 512> text{};
    library.one_line(name, text.data(), static_cast<int>(text.size()));
    return text.data();
}

struct Moment {
    std::string text;
    std::int64_t seconds = 0;
};

Moment moment_of(const CryptoLibrary& library, const ASN1_TIME* time)
{
    std::tm parts{};
    if (library.time_to_tm(time, &parts) != 1) return {"unreadable", 0};
    std::array<char, 40> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%SZ", &parts);
    return {text.data(), static_cast<std::int64_t>(::timegm(&parts))};
}

}  // namespace

Try<CertificateFacts> read_certificate(const std::string& pem, std::int64_t now_seconds)
{
    const auto loaded = load_crypto();
    if (!loaded) return loaded.error();
    const auto& library = **loaded;
    const std::unique_ptr<BIO, decltype(library.bio_free)> bio{library.new_mem_buf(pem.data(), static_cast<int>(pem.size())), library.bio_free};
    const std::unique_ptr<X509, decltype(library.x509_free)> certificate{
        bio ? library.read_x509(bio.get(), nullptr, nullptr, nullptr) : nullptr, library.x509_free};
    if (!certificate) return Trouble{Exit::failure, "what came is no certificate", "look at the address: a message of SNS names it as SigningCertURL"};
    CertificateFacts facts;
    facts.subject = line_of(library, library.subject_name(certificate.get()));
    facts.issuer = line_of(library, library.issuer_name(certificate.get()));
    const auto from = moment_of(library, library.not_before(certificate.get())), to = moment_of(library, library.not_after(certificate.get()));
    facts.valid_from = from.text;
    facts.valid_to = to.text;
    facts.not_yet_valid = now_seconds < from.seconds;
    facts.expired = now_seconds >= to.seconds;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (library.digest(certificate.get(), library.sha256(), digest.data(), &size) == 1) {
        static constexpr char digits[] = "0123456789ABCDEF";
        for (unsigned i = 0; i < size; ++i) {
            if (i > 0) facts.sha256 += ':';
            facts.sha256 += digits[digest[i] >> 4U];
            facts.sha256 += digits[digest[i] & 15U];
        }
    }
    auto* const key = library.public_key(certificate.get());
    if (key != nullptr && library.key_kind(key) == EVP_PKEY_RSA) facts.rsa_bits = library.key_bits(key);
    return facts;
}

}  // namespace incident::ctl
