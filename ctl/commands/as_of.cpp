#include "commands/as_of.hpp"

namespace incident::ctl {

Try<std::string> read_as_of(Session& session, const Arguments& arguments)
{
    if (!arguments.has("as-of")) return std::string{};
    auto at = session.read_time(arguments.value("as-of"));
    if (!at) return at.error();
    session.say("as known at " + short_time(at->at, session.clock()) + ": only what was received by then");
    return to_rfc3339(at->at);
}

std::string timeline_path(std::string_view key, const std::string& as_of)
{
    const auto query = query_of({{"as_of", as_of}});
    return incident_path(key) + "/timeline" + (query.empty() ? "" : '?' + query);
}

}  // namespace incident::ctl
