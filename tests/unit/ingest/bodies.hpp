#pragma once
#include "ingest/dialects.hpp"
#include "support/temp_folder.hpp"
#include <gtest/gtest.h>

namespace incident::ingest::test {

inline Instant at(const char* text) { return parse_rfc3339(text).value(); }
inline const Instant arrival = at("2026-06-22T15:16:00Z");

/// A source of that name, as if the site had configured nothing.
inline Source named(std::string name)
{
    Source source;
    source.dialect = source.name = std::move(name);
    return source;
}

inline Body body_of(std::string_view bytes, std::string_view type = "application/json") { return {bytes, type, {}, arrival}; }

/// A sample of our own.
inline std::string sample(const std::string& name) { return incident::test::content_of(std::filesystem::path{INCIDENT_TESTDATA_DIR "/payloads"} / name); }

/// The event at this place, which must be one.
inline const Event& event_at(const Understood& understood, std::size_t index)
{
    static const Event none;
    if (index >= understood.items.size() || !std::holds_alternative<Event>(understood.items[index].what)) {
        ADD_FAILURE() << "no event at " << index << " of " << understood.items.size();
        return none;
    }
    return std::get<Event>(understood.items[index].what);
}

inline const ByKey& change_at(const Understood& understood, std::size_t index)
{
    static const ByKey none;
    if (index >= understood.items.size() || !std::holds_alternative<ByKey>(understood.items[index].what)) {
        ADD_FAILURE() << "no change at " << index << " of " << understood.items.size();
        return none;
    }
    return std::get<ByKey>(understood.items[index].what);
}

inline bool has_flag(const Event& event, std::string_view flag) { return std::find(event.flags.begin(), event.flags.end(), flag) != event.flags.end(); }

inline std::vector<std::string> urls(const Event& event)
{
    std::vector<std::string> found;
    for (const auto& link : event.links) found.push_back(link.url);
    return found;
}

using Texts = std::vector<std::string>;

}  // namespace incident::ingest::test
