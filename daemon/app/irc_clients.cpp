#include "app/irc_clients.hpp"
#include "app/clock.hpp"
#include "observe/log.hpp"
#include <boost/asio.hpp>
#include <algorithm>

namespace incident::app {

IrcClients::IrcClients(asio::any_io_executor executor, Entropy& entropy, net::ClientLimits limits)
    : entropy_(entropy), limits_(limits), tasks_(std::move(executor))
{}

void IrcClients::configure(const std::shared_ptr<api::Context>& context, const std::vector<config::IrcServer>& servers)
{
    // A task never ends by itself, so its signal lives until we cancel it here.
    std::erase_if(clients_, [&](const Client& client) {
        if (std::ranges::find(servers, client.server) != servers.end()) return false;
        observe::log_info("irc leaves", {{"server", client.server.host}});
        client.signal->emit(asio::cancellation_type::terminal);
        return true;
    });
    for (const auto& server : servers) {
        if (std::ranges::find(clients_, server, &Client::server) != clients_.end()) continue;
        observe::log_info("irc joins", {{"server", server.host}, {"port", server.port}, {"tls", server.tls}, {"channels", server.network.channels.size()}});
        if (!server.tls) observe::log_warn("irc without TLS: anybody on the way can read and change what is said", {{"server", server.host}});
        net::ClientTarget target{server.host, server.port, server.tls, server.ca_file};
        auto talk = api::make_irc_talk(context, server);
        auto& signal = tasks_.spawn(net::keep_connected(std::move(target), limits_, std::move(talk), entropy_));
        clients_.push_back({server, &signal});
    }
}

void IrcClients::stop()
{
    clients_.clear();
    tasks_.cancel_all();
}

asio::awaitable<void> IrcClients::wait_idle() { return tasks_.wait_idle(); }

}  // namespace incident::app
