#include "net/message_stream.hpp"
#include <array>
#include <boost/asio.hpp>

namespace incident::net {
namespace {

class WireStream final : public MessageStream {
 public:
    explicit WireStream(Stream stream) : stream_(std::move(stream)) {}

    asio::awaitable<std::string> begin() override
    {
        const auto failed = co_await stream_.accept_handshake();
        if (!failed) co_return std::string{};
        co_return "TLS handshake: " + failed.message();
    }
    asio::awaitable<std::size_t> read_some(asio::mutable_buffer room) override
    {
        auto [gone, size] = co_await stream_.read_some(room);
        co_return gone ? 0 : size;
    }
    asio::awaitable<bool> write(std::string_view bytes) override
    {
        while (!bytes.empty()) {
            const std::array<asio::const_buffer, 1> part{asio::buffer(bytes)};
            auto [gone, size] = co_await stream_.write_some(part);
            if (gone) co_return false;
            bytes.remove_prefix(size);
        }
        co_return true;
    }
    std::size_t available() override
    {
        boost::system::error_code unknown;
        return stream_.is_tls() ? 0 : stream_.socket().available(unknown);
    }
    void cancel() override { stream_.cancel(); }
    void close() override { stream_.close(); }

 private:
    Stream stream_;
};

}  // namespace

std::unique_ptr<MessageStream> message_stream(Stream stream) { return std::make_unique<WireStream>(std::move(stream)); }

}  // namespace incident::net
