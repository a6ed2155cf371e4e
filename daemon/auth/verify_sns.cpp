#include "auth/checks.hpp"
#include "model/text.hpp"
#include "wire/json.hpp"
#include "wire/sns_url.hpp"
#include <algorithm>
#include <array>
#include <memory>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

namespace incident::auth {
namespace {
namespace json = boost::json;

/// SNS sends at most 256 KiB of message, escaped once.
constexpr wire::JsonLimits message_limits{8, 1000, 256, 2 * 1024 * 1024};
constexpr int min_rsa_bits = 2048;
constexpr std::size_t max_signature_text_bytes = 2048;
constexpr std::chrono::seconds clock_tolerance{300};

struct Free {
    void operator()(X509* certificate) const noexcept { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
    void operator()(BIO* bio) const noexcept { BIO_free(bio); }
};
using Certificate = std::unique_ptr<X509, Free>;

/// Every certificate of the PEM texts, a chain's later ones too.
std::vector<Certificate> read_certificates(std::span<const std::string> texts)
{
    std::vector<Certificate> certificates;
    for (const auto& text : texts) {
        const std::unique_ptr<BIO, Free> bio{BIO_new_mem_buf(text.data(), static_cast<int>(std::min<std::size_t>(text.size(), 64 * 1024)))};
        while (bio && certificates.size() < max_certificates) {
            Certificate one{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
            if (!one) break;
            certificates.push_back(std::move(one));
        }
    }
    ERR_clear_error();  // the end of a text is an error to OpenSSL
    return certificates;
}

/// Empty: it may be used now; else why not.
std::string unusable(X509& certificate, EVP_PKEY* key, Instant now)
{
    auto seconds = static_cast<time_t>(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
    // X509_cmp_time() gives 0 for a time it cannot read.
    if (const auto begun = X509_cmp_time(X509_get0_notBefore(&certificate), &seconds); begun >= 0) return "is not valid yet";
    if (const auto ended = X509_cmp_time(X509_get0_notAfter(&certificate), &seconds); ended <= 0) return "has expired; fetch the new one with `incidentctl source trust`";
    if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return "holds no RSA key";
    if (EVP_PKEY_get_bits(key) < min_rsa_bits) return "holds an RSA key of under " + std::to_string(min_rsa_bits) + " bits";
    return {};
}

bool rsa_fits(EVP_PKEY& key, const EVP_MD* hash, std::string_view signature, std::string_view text)
{
    const std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
    EVP_PKEY_CTX* settings = nullptr;  // the context's own
    const auto bytes = [](std::string_view view) { return reinterpret_cast<const unsigned char*>(view.data()); };
    const bool fits = context && EVP_DigestVerifyInit(context.get(), &settings, hash, nullptr, &key) == 1 &&
                      EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PADDING) == 1 &&
                      EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text), text.size()) == 1;
    if (!fits) ERR_clear_error();
    return fits;
}

std::string text_at(const json::object& message, std::string_view name)
{
    const auto* const value = message.if_contains(name);
    const auto* const text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string{} : std::string{*text};
}

/// Whether the certificates hold one that signed it.
Verdict check_signature(const json::object& message, std::span<const std::string> secrets, Instant now)
{
    const auto version = text_at(message, "SignatureVersion");
    if (version != "1" && version != "2") return malformed("SignatureVersion is neither 1 nor 2");
    if (!wire::is_sns_certificate_url(text_at(message, "SigningCertURL"))) return malformed("SigningCertURL is not an address of Amazon SNS");
    const auto written = text_at(message, "Signature");
    const auto signature = written.size() > max_signature_text_bytes ? std::nullopt : from_base64(written);
    if (!signature || signature->empty()) return malformed("Signature is no base64");
    const auto text = sns_text_to_sign(message);
    if (text.empty()) return malformed("a member that SNS signs is missing or is no text");
    const auto certificates = read_certificates(secrets);
    if (certificates.empty()) return wrong("no certificate can be read from certificate_files; `incidentctl source trust` fetches one");
    std::string why = "no pinned certificate fits the signature; `incidentctl source trust` shows the one that the message names";
    bool fits = false;
    for (const auto& certificate : certificates) {
        auto* const key = X509_get0_pubkey(certificate.get());
        if (const auto reason = unusable(*certificate, key, now); !reason.empty()) why = "a pinned certificate " + reason;
        else fits |= rsa_fits(*key, version == "1" ? EVP_sha1() : EVP_sha256(), *signature, text);
    }
    return fits ? accepted({}) : wrong(why);
}

}  // namespace

bool is_sns_certificate_url(std::string_view url) { return wire::is_sns_certificate_url(url); }

std::string sns_text_to_sign(const json::object& message)
{
    static constexpr std::array<std::string_view, 6> of_notification{"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"};
    static constexpr std::array<std::string_view, 7> of_confirmation{"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"};
    const auto type = text_at(message, "Type");
    std::span<const std::string_view> names;
    if (type == "Notification") names = of_notification;
    else if (type == "SubscriptionConfirmation" || type == "UnsubscribeConfirmation") names = of_confirmation;
    else return {};
    std::string text;
    for (const auto name : names) {
        const auto* const value = message.if_contains(name);
        const bool left_out = value == nullptr || value->is_null();
        if (left_out && name == "Subject") continue;  // passed over, not signed as empty
        if (left_out || !value->is_string()) return {};
        text.append(name).append(1, '\n').append(value->get_string()).append(1, '\n');
    }
    return text;
}

Verdict check(const SnsRule& rule, std::span<const std::string> secrets, const Signed& request, Instant now)
{
    if (lowered(header_of(request, "x-amz-sns-rawdelivery")) == "true") {
        if (!rule.allow_unsigned_raw) return malformed("raw delivery carries no signature; switch it off for this subscription, or allow it in the source");
        Proved nothing;
        nothing.left_to_listener = true;
        return accepted(std::move(nothing));
    }
    const auto document = wire::parse_json(request.body, message_limits);
    const auto* const message = document ? document->if_object() : nullptr;
    if (message == nullptr) return absent("the body is no message of SNS");
    const auto type = text_at(*message, "Type");
    const auto announced = header_of(request, "x-amz-sns-message-type");
    if (type.empty() || (!announced.empty() && announced != type)) return malformed("Type is not what x-amz-sns-message-type says");
    const auto topic = text_at(*message, "TopicArn");
    if (!rule.topics.empty() && std::ranges::find(rule.topics, topic) == rule.topics.end())
        return malformed("the topic is none of `topics`: " + visible(shortened(topic, 200)));
    auto verdict = check_signature(*message, secrets, now);
    if (!verdict.proved) return verdict;
    verdict.proved->delivery_id = text_at(*message, "MessageId");
    if (const auto at = parse_rfc3339(text_at(*message, "Timestamp"))) verdict.proved->signed_at = *at;
    if (rule.window.count() > 0) {
        const auto at = verdict.proved->signed_at;
        if (!at) return malformed("Timestamp is no time");
        if (*at < now - rule.window || *at > now + clock_tolerance) return wrong("the message is older than `window`, or ahead of our clock; a replay, or one of the clocks is wrong");
    }
    return verdict;
}

}  // namespace incident::auth
