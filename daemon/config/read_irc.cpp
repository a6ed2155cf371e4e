#include "config/read_irc.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <charconv>

namespace incident::config {
namespace {

bool is_channel(std::string_view channel)
{
    if (channel.size() < 2 || channel.size() > 200 || std::string_view{"#&+!"}.find(channel.front()) == std::string_view::npos) return false;
    const auto name = channel.substr(0, channel.find(' '));
    const auto key = channel.substr(name.size());
    const auto bad = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == ',' || c == ':'; };
    return std::ranges::none_of(channel, bad) && std::ranges::count(key, ' ') <= 1 && key != " ";
}

bool is_nick(std::string_view nick)
{
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || std::string_view{"[]\\`_^{|}"}.find(c) != std::string_view::npos; };
    const auto fits = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-'; };
    return !nick.empty() && nick.size() <= 30 && letter(nick.front()) && std::ranges::all_of(nick, fits);
}

/// A word that can stand in an IRC line as it is.
bool is_word(std::string_view word)
{
    return !word.empty() && word.size() <= 40 && std::ranges::none_of(word, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; });
}

void read_secret(const Node& node, std::string& secret, Problems& problems, const ReadFile& read_file)
{
    const auto path = read_text(node, problems);
    if (!path) return;
    if (!path->starts_with('/') && (path->find('/') != path->npos || path->empty() || *path == "." || *path == "..")) {
        problems.add(node.at, "expected an absolute path, or the name of a systemd credential (LoadCredential=)");
        return;
    }
    const auto content = read_file(*path);
    if (!content) problems.add(node.at, "the password cannot be read: " + content.error().detail);
    else if (secret = trimmed(*content); secret.empty()) problems.add(node.at, "the password file is empty; put the password into it");
    else if (secret.find_first_of(std::string_view{"\r\n\0", 3}) != secret.npos) problems.add(node.at, "the password file holds more than one line");
}

struct Address {
    std::string host;
    std::uint16_t port = 0;
};

/// `irc.example.org:6697`, `[::1]:6667`; without a port `default_port`.
Result<Address> read_address(std::string_view text, std::uint16_t default_port)
{
    const auto refused = [&](std::string_view why) {
        return Failure{Errc::invalid_input, "the server \"" + visible(shortened(text, 100)) + "\": " + std::string{why} + "; write it like irc.example.org:6697"};
    };
    Address target;
    target.port = default_port;
    auto host = text;
    std::string_view port;
    if (host.starts_with('[')) {
        const auto close = host.find(']');
        if (close == host.npos) return refused("the bracket is not closed");
        port = host.substr(close + 1);
        if (!port.empty() && !port.starts_with(':')) return refused("behind the bracket a port is expected");
        host = host.substr(1, close - 1);
    } else if (const auto colon = host.find(':'); colon != host.npos) {
        if (host.find(':', colon + 1) != host.npos) return refused("an IPv6 address stands in brackets");
        port = host.substr(colon);
        host = host.substr(0, colon);
    }
    if (host.empty() || host.size() > 253 || host.find_first_of(" /\t@") != host.npos) return refused("a name or an address is missing");
    if (!port.empty()) {
        port.remove_prefix(1);
        unsigned number = 0;
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
        if (error != std::errc{} || end != port.data() + port.size() || number == 0 || number > 65535) return refused("the port is no number from 1 to 65535");
        target.port = static_cast<std::uint16_t>(number);
    }
    target.host = host;
    return target;
}

IrcServer read_server(const Node& node, Problems& problems, const ReadFile& read_file)
{
    IrcServer server;
    server.tls = true;
    std::string address;
    const Node* address_node = nullptr;
    const Node* password = nullptr;
    auto& network = server.network;
    const Key keys[]{
        {"server", [&](const Node& value) { address_node = &value; address = read_text(value, problems).value_or(""); }},
        {"tls", [&](const Node& value) { server.tls = read_bool(value, problems).value_or(true); }},
        {"ca_file", [&](const Node& value) {
             server.ca_file = read_text(value, problems).value_or("");
             if (!server.ca_file.starts_with('/')) problems.add(value.at, "expected an absolute path of a PEM file");
         }},
        {"nick", [&](const Node& value) {
             network.nick = read_text(value, problems).value_or("");
             if (!is_nick(network.nick)) problems.add(value.at, "a nick is 1 to 30 letters, digits, - and _, and begins with a letter");
         }},
        {"channels", [&](const Node& value) {
             network.channels = read_words(value, problems);
             if (network.channels.size() > max_irc_channels) problems.add(value.at, "at most " + std::to_string(max_irc_channels) + " channels a server");
             for (const auto& channel : network.channels)
                 if (!is_channel(channel)) problems.add(value.at, "\"" + visible(shortened(channel, 60)) + "\" is no channel; write it like \"#ops\", or \"#ops KEY\", in quotes");
         }},
        {"sasl_user", [&](const Node& value) {
             network.sasl_user = read_text(value, problems).value_or("");
             if (!is_word(network.sasl_user)) problems.add(value.at, "expected the account's name, one word");
         }},
        {"sasl_password_file", [&](const Node& value) { password = &value; read_secret(value, network.sasl_password, problems, read_file); }},
        {"trigger", [&](const Node& value) {
             network.trigger = read_text(value, problems).value_or("");
             if (!is_word(network.trigger)) problems.add(value.at, "a trigger is one word, like !tl");
         }},
        {"record", [&](const Node& value) {
             const auto what = read_text(value, problems).value_or("");
             network.record_all = what == "all";
             if (what != "all" && what != "triggered") problems.add(value.at, "expected \"triggered\" (only what is behind the trigger) or \"all\"");
         }},
    };
    read_map(node, keys, problems, "an IRC server");
    if (node.type != Node::Type::map) return server;
    constexpr std::uint16_t tls_port = 6697, plain_port = 6667;
    if (address_node == nullptr) {
        problems.add(node.at, "an IRC server needs server: irc.example.org:6697");
    } else if (auto target = read_address(address, server.tls ? tls_port : plain_port)) {
        server.host = target->host;
        server.port = target->port;
        network.name = server.host;
    } else {
        problems.add(address_node->at, target.error().detail);
    }
    if (network.channels.empty()) problems.add(node.at, "an IRC server needs channels: [\"#ops\"]");
    if (network.sasl_user.empty() != network.sasl_password.empty() && (password == nullptr || network.sasl_user.empty()))
        problems.add(node.at, "sasl_user and sasl_password_file go together");
    if (!network.sasl_user.empty() && !server.tls) problems.add(node.at, "a password is sent over TLS only; take tls: false away, or the sasl_ keys");
    if (!server.ca_file.empty() && !server.tls) problems.add(node.at, "ca_file is for TLS; take tls: false away");
    return server;
}

}  // namespace

void read_irc(const Node& node, Config& config, Problems& problems, const ReadFile& read_file)
{
    if (node.type == Node::Type::null) return;
    if (node.type != Node::Type::list) {
        problems.add(node.at, "expected a list of servers, each beginning with \"- server:\"");
        return;
    }
    if (node.list.size() > max_irc_servers) problems.add(node.at, "at most " + std::to_string(max_irc_servers) + " IRC servers");
    for (const auto& element : node.list) config.irc.push_back(read_server(*element, problems, read_file));
}

}  // namespace incident::config
