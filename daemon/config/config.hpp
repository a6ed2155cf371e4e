#pragma once
#include "config/listeners.hpp"
#include "config/access.hpp"
#include "config/source.hpp"
#include "ingest/irc_session.hpp"
#include "model/result.hpp"
#include "store/local_ledger.hpp"
#include "tagging/rules.hpp"
#include <chrono>
#include <functional>
#include <map>
#include <span>

/// YAML -> one validated value. Every default and limit that an operator can change stands here with unit and reason.
namespace incident::config {

/// Where an alert goes that stands in no incident yet: the newest open incident whose matchers fit.
struct Route {
    std::string name;
    std::vector<std::string> source;             ///< any of; empty: any
    std::map<std::string, std::string> labels;   ///< all of; RE2 over the whole value
    std::map<std::string, std::string> incident; ///< the open incident's `service`, `severity`, `label` must match (RE2); `$labels.NAME` stands for the alert's label
    bool open = false;                           ///< no open incident fits: open one by itself
    std::string title;                           ///< of the opened one; `$text`, `$labels.NAME`
    std::string severity, service;
};

struct HttpLimits {
    std::size_t header_bytes = 16 * 1024;                     ///< 431 above
    std::size_t body_bytes = 1024 * 1024;                     ///< 413 above
    std::size_t bulk_body_bytes = 16 * 1024 * 1024;           ///< alertmanager, grafana: a 4xx would lose a whole group
    std::size_t bodies_in_flight_bytes = 64 * 1024 * 1024;    ///< 503 above
    std::size_t connections = 0;                              ///< 0: 80 % of RLIMIT_NOFILE
    std::size_t connections_per_address = 64;                 ///< not for loopback and the Unix socket
    std::size_t stream_clients = 256;
    std::size_t stream_buffer_entries = 1000;                 ///< a slower reader is dropped and resumes
    std::chrono::seconds header_time{10}, body_time{30}, idle_time{60}, drain_time{8}, heartbeat{15};
};

/// Asking for the one fact that an open incident lacks most.
struct Nudges {
    bool stream = false;             ///< say it in the live stream
    std::chrono::minutes every{15};  ///< one line of an incident at most; never less
};

/// One IRC network that we join as a client.
struct IrcServer {
    std::string host;
    std::uint16_t port = 0;
    bool tls = true;       ///< with the certificate verified
    std::string ca_file;   ///< PEM; empty: the system's authorities
    ingest::irc::Network network;
    bool operator==(const IrcServer&) const = default;
};

/// What documents for outsiders do not show: each match of `text` becomes `replace`.
struct Redaction {
    std::string name;     ///< told to whoever exports, never printed
    std::string text;     ///< RE2
    std::string replace;  ///< `\\1` stands for the first group
};

struct Config {
    std::vector<Route> routes;
    std::vector<tagging::Rule> rules;            ///< the site's own, before the built-in ones
    bool builtin_rules = true;
    std::map<std::string, Source, std::less<>> sources;  ///< by name; who is missing here comes as it is built in
    Listeners listeners;                         ///< sockets that carry messages
    std::vector<IrcServer> irc;
    HttpLimits http;
    Nudges nudges;
    store::StoreLimits store;
    std::map<std::string, std::string> timezone_aliases;
    std::map<std::string, std::string> people;   ///< name -> role, for drafts to outsiders
    std::vector<Redaction> redaction;            ///< in this order, likewise
    std::vector<std::string> allowed_hosts;      ///< Host header on TCP listeners; localhost and loopback addresses always
    Access access;                               ///< roles of the web configuration's users
    std::string hash;                            ///< SHA-256 of the text it was read from, hex
};

/// Reads one document strictly: unknown key (with the nearest known one), duplicate, alias, wrong type, over 256 KiB,
/// deeper than 16. `read_file` gives the content of *_file values (tests pass their own).
/// @param name for messages: `incidentd.yml:12:3: unknown key "rulez", did you mean "rules"?`
/// @return Errc::invalid_input with every problem, one per line, in `detail`.
using ReadFile = std::function<Result<std::string>(const std::string& path)>;
/// @param read_mapping_file likewise for `mapping_file`, which is no secret; empty: as read_file
[[nodiscard]] Result<Config> parse(std::string_view yaml, std::string_view name, const ReadFile& read_file, const ReadFile& read_mapping_file = {});

/// From a file; secrets must not be readable by group or others. @return as parse(), or Errc::not_found.
[[nodiscard]] Result<Config> load(const std::string& path);

/// The sender that posts under this name: as the site configured it, else as it is built in. Lives as long as the config.
/// @return nullptr: nobody is called so.
[[nodiscard]] const Source* find_source(const Config& config, std::string_view name);

/// The rules of a config, then the site's own (`site`, see site_rules.hpp), then the built-in ones, compiled. Where a name
/// stands twice, the first holds.
[[nodiscard]] Result<std::shared_ptr<const tagging::RuleSet>> compile_rules(const Config& config, std::span<const tagging::Rule> site = {});

}  // namespace incident::config
