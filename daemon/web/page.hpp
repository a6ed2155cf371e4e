#pragma once
#include "model/incident.hpp"
#include <vector>

/// GET /: a plain list that any browser shows, without script.
namespace incident::web {

struct Page {
    std::vector<Incident> open;   ///< newest first
    std::vector<Incident> closed; ///< newest first, the last few: their drafts are being written
    std::vector<Event> newest;    ///< newest first
    Instant now;
    std::string version;
};

/// The whole document. Everything that came from outside is escaped. Pure.
[[nodiscard]] std::string render(const Page& page);

/// The Content-Security-Policy that goes with it: nothing is loaded, and only our own stylesheet counts (by its hash).
[[nodiscard]] std::string content_security_policy();

}  // namespace incident::web
