#include "net/message_stream.hpp"
#include <boost/asio.hpp>

namespace incident::net {
namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

class PlainStream final : public MessageStream {
 public:
    explicit PlainStream(Socket socket) : socket_(std::move(socket)) {}
    asio::awaitable<std::string> begin() override { co_return std::string{}; }
    asio::awaitable<std::size_t> read_some(asio::mutable_buffer room) override
    {
        auto [gone, size] = co_await socket_.async_read_some(room, as_result);
        co_return gone ? 0 : size;
    }
    asio::awaitable<bool> write(std::string_view bytes) override
    {
        const auto buffer = asio::buffer(bytes);
        auto [gone, size] = co_await asio::async_write(socket_, buffer, as_result);
        co_return !gone;
    }
    std::size_t available() override
    {
        boost::system::error_code unknown;
        return socket_.available(unknown);
    }
    void cancel() override
    {
        boost::system::error_code ignored;
        socket_.cancel(ignored);
    }
    void close() override
    {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

 private:
    Socket socket_;
};

}  // namespace

std::unique_ptr<MessageStream> plain_stream(MessageStream::Socket socket) { return std::make_unique<PlainStream>(std::move(socket)); }

}  // namespace incident::net
