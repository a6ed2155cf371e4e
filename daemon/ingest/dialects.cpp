#include "ingest/dialects.hpp"
#include <algorithm>
#include <array>

namespace incident::ingest {
namespace {

constexpr std::array table{
    Dialect{.name = "alertmanager", .read = read_alertmanager, .bulk = true},
    Dialect{.name = "generic", .read = read_generic, .takes = Takes::any_text},
    Dialect{.name = "grafana", .read = read_grafana, .bulk = true},
    Dialect{.name = "slack", .read = read_slack, .proof = Proof::secret, .people = true},
};

}  // namespace

std::span<const Dialect> dialects() noexcept { return table; }

const Dialect* find_dialect(std::string_view name) noexcept
{
    const auto found = std::ranges::find(table, name, &Dialect::name);
    return found == table.end() ? nullptr : &*found;
}

}  // namespace incident::ingest
