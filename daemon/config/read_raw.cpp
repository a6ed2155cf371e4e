#include "config/read_raw.hpp"

namespace incident::config {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds least_keep = 1min, most_keep = 24h * 365 * 20;
constexpr std::size_t least_body = 1024, most_body = 64 * 1024 * 1024, most_limit = std::size_t{1} << 50;

}  // namespace

void read_raw(const Node& node, Config& config, Problems& problems)
{
    auto& store = config.store;
    const Key keys[]{
        {"keep", [&](const Node& value) {
             const auto keep = read_duration(value, problems);
             if (!keep) return;
             if (*keep < least_keep || *keep > most_keep) problems.add(value.at, "expected a duration from 1m to 7300d, like 30d");
             else store.raw_keep = std::chrono::duration_cast<std::chrono::seconds>(*keep);
         }},
        {"limit", [&](const Node& value) {
             const auto bytes = read_size(value, problems);
             if (bytes && *bytes > most_limit) problems.add(value.at, "expected at most 1048576GiB");
             else if (bytes) store.raw_bytes = *bytes;
         }},
        {"max_body", [&](const Node& value) {
             const auto bytes = read_size(value, problems);
             if (bytes && (*bytes < least_body || *bytes > most_body)) problems.add(value.at, "expected a size from 1KiB to 64MiB");
             else if (bytes) store.raw_body_bytes = *bytes;
         }},
    };
    read_map(node, keys, problems, "raw");
}

}  // namespace incident::config
