#pragma once
#include "auth/basic_users.hpp"
#include "config/config.hpp"
#include "live/hub.hpp"
#include "observe/metrics.hpp"
#include "store/reader.hpp"
#include "store/side_books.hpp"

namespace incident {
class Clock;
class Entropy;
}

namespace incident::api {

/// What a reload replaces as one: handlers take the pointer once per request.
struct Settings {
    config::Config config;
    std::shared_ptr<const tagging::RuleSet> rules;
    std::vector<tagging::Rule> site_rules{};  ///< that people made, see config/site_rules.hpp; among `rules`
    std::string site_rules_problem{};         ///< why their file could not be read; empty: it could
};

/// What the application shows of itself.
struct Health {
    bool ready = false;        ///< storage open, schema migrated, not draining, not latched
    std::string reason;        ///< why not
};

/// Everything a request can reach. Owned by app::Daemon and outlives every session. Network thread only, but for what
/// says otherwise in its own header.
struct Runtime {
    store::Ledger& ledger;
    store::Readers& readers;
    live::Hub& hub;
    observe::Metrics& metrics;
    const Clock& clock;
    std::shared_ptr<const Settings> settings;
    std::function<Health()> health;
    std::function<Result<void>()> reload;   ///< reads the config file again; keeps the old one on failure
    std::string external_url;               ///< without a trailing slash
    std::chrono::steady_clock::time_point started;
    bool config_ok = true;                  ///< whether the last reload succeeded; whoever reloads sets it
    std::string storage_path{};             ///< for the status; empty: not known
    std::string config_path{};              ///< empty: built-in defaults
    store::TokenBook* tokens = nullptr;     ///< who may come in; null: no token can be made (a ledger elsewhere)
    std::shared_ptr<const auth::BasicUsers> users{};  ///< of the web configuration; null or empty: none
    std::uint32_t own_uid = 0;              ///< the account we run as: over the Unix socket it is an admin, as root is
    Entropy* entropy = nullptr;             ///< for new tokens
    std::optional<Instant> config_reloaded_at{};  ///< when the configuration in force was reloaded; empty: it is the one of the start
};

}  // namespace incident::api
