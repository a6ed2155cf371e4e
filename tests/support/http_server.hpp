#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace incident::test {

/// A small HTTP server on loopback, one connection at a time: what a test's Prometheus scrapes or Alertmanager posts to.
class HttpServer {
 public:
    using Answer = std::function<std::string(const std::string& target, const std::string& body)>;
    explicit HttpServer(Answer answer)
        : answer_(std::move(answer)), acceptor_(context_, {boost::asio::ip::address_v4::loopback(), 0}),
          thread_([this] { run(); })
    {}
    ~HttpServer()
    {
        stopping_ = true;
        boost::asio::io_context context;
        boost::asio::ip::tcp::socket wake{context};
        boost::system::error_code ignored;
        wake.connect(acceptor_.local_endpoint(), ignored);
        thread_.join();
    }
    [[nodiscard]] unsigned short port() const { return acceptor_.local_endpoint().port(); }

 private:
    void run()
    {
        namespace http = boost::beast::http;
        while (!stopping_) {
            boost::system::error_code error;
            boost::asio::ip::tcp::socket peer{context_};
            acceptor_.accept(peer, error);
            if (error || stopping_) continue;
            boost::beast::flat_buffer buffer;
            http::request<http::string_body> request;
            http::read(peer, buffer, request, error);
            if (error) continue;
            http::response<http::string_body> response{http::status::ok, request.version()};
            response.set(http::field::content_type, "text/plain; version=0.0.4");
            response.keep_alive(false);
            response.body() = answer_(std::string{request.target()}, request.body());
            response.prepare_payload();
            http::write(peer, response, error);
        }
    }
    Answer answer_;
    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

}  // namespace incident::test
