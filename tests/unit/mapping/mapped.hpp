#pragma once
#include "config/read_mapping.hpp"
#include "support/temp_folder.hpp"
#include <gtest/gtest.h>

namespace incident::ingest::test {

inline Instant at(const char* text) { return parse_rfc3339(text).value(); }
inline const Instant arrival = at("2026-06-22T15:16:00Z");

/// What a request brings beside its bytes.
struct Around {
    std::string type = "application/json";
    std::map<std::string, std::string> headers{}, query{};
    std::string zone{};
};

inline Understood mapped(std::string_view yaml, std::string_view body, const Around& around = {})
{
    auto file = config::parse_mapping(yaml, "shop.yml");
    if (!file) {
        ADD_FAILURE() << file.error().detail;
        return {};
    }
    Source source;
    source.name = "shop";
    source.dialect = "mapping";
    source.mapping = file->mapping;
    source.zone = around.zone;
    return read_mapping({body, around.type, around.headers, arrival, around.query, {}}, source);
}

/// The event at this place, which must be one.
inline const Event& event_at(const Understood& understood, std::size_t index = 0)
{
    static const Event none;
    if (index >= understood.items.size() || !std::holds_alternative<Event>(understood.items[index].what)) {
        ADD_FAILURE() << "no event at " << index << " of " << understood.items.size() << "; note: " << understood.note;
        return none;
    }
    return std::get<Event>(understood.items[index].what);
}

inline bool has_flag(const Event& event, std::string_view flag) { return std::ranges::find(event.flags, flag) != event.flags.end(); }

inline std::string label(const Event& event, const std::string& name)
{
    const auto found = event.labels.find(name);
    return found == event.labels.end() ? "(none)" : found->second;
}

}  // namespace incident::ingest::test
