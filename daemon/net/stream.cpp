#include "net/stream.hpp"
#include "net/as_result.hpp"
#include <boost/asio.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <openssl/x509v3.h>

namespace incident::net {
namespace {


struct FreeCertificate {
    void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
using Certificate = std::unique_ptr<X509, FreeCertificate>;

/// Without what a terminal or a log would take for something else.
std::string printable(const unsigned char* text, int size)
{
    std::string clean;
    for (int i = 0; i < size && i < 256; ++i) clean += text[i] > ' ' && text[i] < 0x7f ? static_cast<char>(text[i]) : '_';
    return clean;
}

}  // namespace

struct Stream::Tls {
    Tls(Socket& socket, std::shared_ptr<const TlsContext> context_) : context(std::move(context_)), stream(socket, context->native()) {}
    std::shared_ptr<const TlsContext> context;
    asio::ssl::stream<Socket&> stream;
};

Stream::Stream(Socket socket, std::shared_ptr<const TlsContext> tls) : socket_(std::make_unique<Socket>(std::move(socket)))
{
    Code ignored;
    socket_->non_blocking(true, ignored);
    if (tls) tls_ = std::make_unique<Tls>(*socket_, std::move(tls));
}

Stream::Stream(Stream&&) noexcept = default;
Stream::~Stream() = default;

asio::awaitable<Stream::Code> Stream::accept_handshake()
{
    if (!tls_) co_return Code{};
    auto [failed] = co_await tls_->stream.async_handshake(asio::ssl::stream_base::server, as_result);
    if (failed) co_return failed;
    const Certificate shown{SSL_get1_peer_certificate(tls_->stream.native_handle())};
    if (!tls_->context->may_come_in(shown.get())) co_return make_error_code(boost::system::errc::permission_denied);
    co_return Code{};
}

asio::awaitable<Stream::Code> Stream::connect_handshake(const std::string& host)
{
    if (!tls_) co_return Code{};
    Code failed;
    asio::ssl::host_name_verification check{host};
    tls_->stream.set_verify_callback(std::move(check), failed);
    // The macro for it casts in C's way. The name is copied.
    auto* const name = const_cast<char*>(host.c_str());
    if (!failed && SSL_ctrl(tls_->stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name) != 1)
        failed = make_error_code(boost::system::errc::invalid_argument);
    if (failed) co_return failed;
    auto [refused] = co_await tls_->stream.async_handshake(asio::ssl::stream_base::client, as_result);
    co_return refused;
}

bool Stream::was_plain_http(const Code& failed)
{
    return failed.category() == asio::error::get_ssl_category() && ERR_GET_LIB(static_cast<unsigned long>(failed.value())) == ERR_LIB_SSL &&
           ERR_GET_REASON(static_cast<unsigned long>(failed.value())) == SSL_R_HTTP_REQUEST;
}

std::string Stream::peer_certificate_name() const
{
    if (!tls_) return {};
    auto* const ssl = tls_->stream.native_handle();
    const Certificate shown{SSL_get1_peer_certificate(ssl)};
    if (!shown || (SSL_get_verify_mode(ssl) & SSL_VERIFY_PEER) == 0 || SSL_get_verify_result(ssl) != X509_V_OK || !tls_->context->verifies_peers()) return {};
    const auto* const subject = X509_get_subject_name(shown.get());
    const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at >= 0) {
        const auto* const text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
        return printable(ASN1_STRING_get0_data(text), ASN1_STRING_length(text));
    }
    std::string name;
    auto* const names = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(shown.get(), NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names) && name.empty(); ++i) {
        const auto* const one = sk_GENERAL_NAME_value(names, i);
        if (one->type == GEN_DNS || one->type == GEN_EMAIL || one->type == GEN_URI)
            name = printable(ASN1_STRING_get0_data(one->d.ia5), ASN1_STRING_length(one->d.ia5));
    }
    GENERAL_NAMES_free(names);
    return name;
}

Stream::Moved Stream::read_some(asio::mutable_buffer into)
{
    if (tls_) return tls_->stream.async_read_some(into, as_result);
    return socket_->async_read_some(into, as_result);
}

std::size_t Stream::write_now(std::span<const asio::const_buffer> parts, Code& failed)
{
    // Asio's TLS stream loses what it encrypted when the socket has no room for it.
    if (tls_) {
        failed = asio::error::would_block;
        return 0;
    }
    return socket_->write_some(parts, failed);
}

Stream::Moved Stream::write_some(std::span<const asio::const_buffer> parts)
{
    if (tls_) return tls_->stream.async_write_some(parts, as_result);
    return socket_->async_write_some(parts, as_result);
}

asio::awaitable<void> Stream::end_writing()
{
    if (tls_) (void)co_await tls_->stream.async_shutdown(as_result);
    Code ignored;
    socket_->shutdown(Socket::shutdown_send, ignored);
}

Stream::Moved Stream::read_raw(asio::mutable_buffer into) { return socket_->async_read_some(into, as_result); }

void Stream::cancel() noexcept
{
    Code ignored;
    socket_->cancel(ignored);
}

void Stream::close() noexcept
{
    Code ignored;
    socket_->shutdown(Socket::shutdown_both, ignored);
    socket_->close(ignored);
}

}  // namespace incident::net
