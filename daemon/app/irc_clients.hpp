#pragma once
#include "api/irc.hpp"
#include "net/task_set.hpp"

namespace incident::app {
namespace asio = boost::asio;

/// The IRC networks we are on: one task each. Network thread only.
class IrcClients {
 public:
    /// @pre `entropy` and what `context` refers to outlive the tasks.
    IrcClients(asio::any_io_executor executor, Entropy& entropy, net::ClientLimits limits = {});

    /// Leaves what is no longer configured or configured otherwise, joins what is new, keeps the rest as it is.
    void configure(const std::shared_ptr<api::Context>& context, const std::vector<config::IrcServer>& servers);
    void stop();
    /// Returns when no task runs.
    [[nodiscard]] asio::awaitable<void> wait_idle();

 private:
    struct Client {
        config::IrcServer server;
        asio::cancellation_signal* signal;
    };
    Entropy& entropy_;
    net::ClientLimits limits_;
    std::vector<Client> clients_;
    net::TaskSet tasks_;
};

}  // namespace incident::app
