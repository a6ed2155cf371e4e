#pragma once
#include "timeline/timeline.hpp"
#include "wire/json.hpp"
#include <fstream>
#include <sstream>

/// Incidents written down under tests/testdata, as the entries of their ledger, one JSON document a line.
namespace incident::test {

inline std::string read_file(const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

inline std::vector<Entry> read_entries(const std::string& path)
{
    std::vector<Entry> entries;
    for (const auto& line : wire::parse_ndjson(read_file(path)).value()) entries.push_back(wire::read_entry(line).value());
    return entries;
}

/// An online shop whose checkout answers 503 for 1 h 45 min; everything the brief demands is told.
inline std::vector<Entry> checkout_story() { return read_entries(INCIDENT_TESTDATA_DIR "/draft/checkout.jsonl"); }

}  // namespace incident::test
