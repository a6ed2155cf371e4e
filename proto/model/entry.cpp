#include "model/entry.hpp"
#include "model/words.hpp"

namespace incident {
namespace {
constexpr words::List<5> changes{"opened", "set", "closed", "reopened", "merged"};
}

std::string_view to_string(IncidentStep::Change change) noexcept { return words::name(changes, change); }
Result<IncidentStep::Change> parse_change(std::string_view word)
{
    return words::parse<IncidentStep::Change>("step of an incident", changes, word);
}

}  // namespace incident
