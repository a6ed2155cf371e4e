#include "config/read_listeners.hpp"
#include "model/text.hpp"
#include "model/time_grammar.hpp"
#include <algorithm>

namespace incident::config {
namespace {

/// Where the element of a list, or the one word that stands for it, is written.
Mark place_of(const Node& list, std::size_t index) { return list.type == Node::Type::list && index < list.list.size() ? list.list[index]->at : list.at; }

void read_addresses(const Node& node, net::Protocol protocol, MessageListener& listener, Problems& problems)
{
    const auto words = read_words(node, problems);
    if (words.size() > max_listen_addresses) problems.add(node.at, "at most " + std::to_string(max_listen_addresses) + " addresses are allowed here");
    for (std::size_t i = 0; i < words.size() && i < max_listen_addresses; ++i) {
        auto address = net::parse_message_address(words[i]);
        if (!address) problems.add(place_of(node, i), address.error().detail);
        else if (address->transport == net::Transport::udp && protocol != net::Protocol::syslog)
            problems.add(place_of(node, i), "only syslog comes in datagrams; write tcp://" + address->address);
        else if (std::ranges::find(listener.listen, *address) != listener.listen.end())
            problems.add(place_of(node, i), "\"" + visible(words[i]) + "\" stands twice");
        else listener.listen.push_back(std::move(*address));
    }
}

void read_from(const Node& node, MessageListener& listener, Problems& problems)
{
    const auto words = read_words(node, problems);
    if (words.size() > max_from_networks) problems.add(node.at, "at most " + std::to_string(max_from_networks) + " networks are allowed; write wider ones");
    for (std::size_t i = 0; i < words.size() && i < max_from_networks; ++i) {
        auto network = net::parse_network(words[i]);
        if (network) listener.from.push_back(*network);
        else problems.add(place_of(node, i), network.error().detail);
    }
}

std::string read_path(const Node& node, Problems& problems)
{
    auto path = read_text(node, problems).value_or("");
    if (!path.starts_with('/')) problems.add(node.at, "expected an absolute path");
    return path;
}

/// What only the whole shows: TLS without a key, a door that stands open.
void check_listener(const Node& node, const Node* listen, const MessageListener& listener, Problems& problems)
{
    if (node.type == Node::Type::map && listen == nullptr) {
        problems.add(node.at, "a listener needs listen:, like listen: [\"127.0.0.1:9781\"]");
        return;
    }
    const bool keys = !listener.cert_file.empty() && !listener.key_file.empty();
    bool any_tls = false;
    for (const auto& address : listener.listen) {
        const bool tls = address.transport == net::Transport::tls;
        any_tls = any_tls || tls;
        if (tls && !keys) problems.add(listen->at, net::to_string(address) + " needs cert_file: and key_file:");
        const bool proved = tls && !listener.client_ca_file.empty();
        if (!address.loopback && listener.from.empty() && !proved)
            problems.add(listen->at, net::to_string(address) + " can be reached by other machines; add from: [\"10.0.0.0/8\"] with the networks of your senders" +
                                         (tls ? ", or client_ca_file: to ask for certificates," : "") + " or listen on 127.0.0.1");
    }
    const bool some = !listener.cert_file.empty() || !listener.key_file.empty() || !listener.client_ca_file.empty();
    if (some && !any_tls) problems.add(node.at, "the certificate files are for tls:// addresses, and there is none");
}

void read_listener(const Node& node, net::Protocol protocol, MessageListener& listener, Problems& problems)
{
    if (node.type == Node::Type::null) return;
    const Node* listen = nullptr;
    std::vector<Key> keys{
        {"listen", [&](const Node& value) { listen = &value; read_addresses(value, protocol, listener, problems); }},
        {"from", [&](const Node& value) { read_from(value, listener, problems); }},
        {"cert_file", [&](const Node& value) { listener.cert_file = read_path(value, problems); }},
        {"key_file", [&](const Node& value) { listener.key_file = read_path(value, problems); }},
        {"client_ca_file", [&](const Node& value) { listener.client_ca_file = read_path(value, problems); }},
    };
    if (protocol != net::Protocol::line)
        keys.push_back({"zone", [&](const Node& value) {
                            listener.zone = read_text(value, problems).value_or(listener.zone);
                            if (auto local = to_local(Instant{}, listener.zone); !local) problems.add(value.at, local.error().detail);
                        }});
    const auto before = problems.size();
    read_map(node, keys, problems, net::to_string(protocol));
    if (problems.size() == before) check_listener(node, listen, listener, problems);
}

}  // namespace

void read_listeners(const Node& node, Config& config, Problems& problems)
{
    auto& listeners = config.listeners;
    const Key keys[]{
        {"line", [&](const Node& value) { read_listener(value, net::Protocol::line, listeners.line, problems); }},
        {"syslog", [&](const Node& value) { read_listener(value, net::Protocol::syslog, listeners.syslog, problems); }},
        {"relp", [&](const Node& value) { read_listener(value, net::Protocol::relp, listeners.relp, problems); }},
    };
    read_map(node, keys, problems, "listeners");
}

}  // namespace incident::config
