#pragma once
#include "config/config.hpp"
#include "model/incident.hpp"
#include <memory>
#include <span>

namespace incident::api {

/// The config's `routes:` compiled once per reload: which open incident an alert belongs to. Immutable; any thread.
class AlertRoutes {
 public:
    [[nodiscard]] static std::shared_ptr<const AlertRoutes> compile(std::vector<config::Route> routes);
    virtual ~AlertRoutes() = default;

    /// What a route says of an alert: join this one, open this one, or neither (the inbox).
    struct Verdict {
        std::optional<IncidentKey> join;
        const config::Route* open = nullptr;  ///< lives as long as the table
    };
    /// The first route that fits the alert and either finds a fitting incident or may open one.
    /// @param open_incidents newest first.
    [[nodiscard]] virtual Verdict decide(const Event& alert, std::span<const Incident* const> open_incidents) const = 0;
};

/// `$text` and `$labels.NAME` replaced by the alert's own; what it does not have becomes nothing.
[[nodiscard]] std::string fill_in(std::string_view pattern, const Event& alert);

}  // namespace incident::api
