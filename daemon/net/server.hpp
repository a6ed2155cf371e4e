#pragma once
#include "model/result.hpp"
#include "net/core.hpp"
#include "net/descriptors.hpp"
#include "net/listener.hpp"
#include "net/task_set.hpp"
#include <boost/asio/io_context.hpp>
#include <memory>

namespace incident::net {

/// The listeners and every connection they took. Network thread only.
class Server {
 public:
    /// `handler` and `clock` outlive the server and its io_context's run(). `refused` counts
    /// connections closed without an answer (`limit`, `tls`, `timeout`); what is answered, Handler::refuse() counts.
    Server(asio::io_context& context, Handler& handler, const Clock& clock, const Limits& limits,
           std::function<void(std::string_view reason)> refused);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    void add(Listener listener);
    /// Begins to accept on all listeners.
    void start();
    /// New limits for what comes from now on.
    void set_limits(const Limits& limits);
    /// Headers for every answer from now on that does not bring its own of that name.
    void set_site_headers(std::vector<std::pair<std::string, std::string>> headers);
    /// Takes nobody new, ends idle connections and streams, waits for the requests under way; after `grace` closes the rest.
    [[nodiscard]] asio::awaitable<void> drain(std::chrono::milliseconds grace);

    [[nodiscard]] std::size_t connections() const noexcept;
    [[nodiscard]] const std::list<Listener>& listeners() const noexcept { return listeners_; }

 private:
    asio::awaitable<void> accept_from(Listener& listener);
    asio::awaitable<void> sweep();
    /// No descriptor is left: a Unix peer gets one of the reserve, a TCP peer is sent away. False: wait a little.
    bool make_room(Listener& listener);
    void welcome(asio::generic::stream_protocol::socket socket, const Listener& listener);
    void derive_connection_limit();
    void close_listeners();

    asio::io_context& context_;
    std::shared_ptr<Core> core_;
    std::list<Listener> listeners_;
    DescriptorReserve reserve_;
    std::map<std::uint32_t, std::string> accounts_;
    std::size_t connection_limit_ = 0;
    TaskSet service_;   // accept loops and the sweep
    TaskSet sessions_;  // last: they end before anything else of ours
};

}  // namespace incident::net
