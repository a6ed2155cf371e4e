#include "config/presets.hpp"
#include "hook_checks.hpp"
#include "ingest/mapping.hpp"

// A mapping file and a body, with a line `---` between; and every shipped mapping on the bytes as they are.
namespace {
using namespace incident;

ingest::Source source_with(std::shared_ptr<const ingest::Mapping> mapping)
{
    auto source = fuzz::named("fuzzed");
    source.dialect = "mapping";
    source.mapping = std::move(mapping);
    return source;
}

void read_all_ways(std::string_view body, const ingest::Source& source)
{
    constexpr std::string_view types[]{"application/json", "application/x-www-form-urlencoded", "application/x-ndjson", "multipart/form-data; boundary=b"};
    for (const auto type : types)
        fuzz::must_be_kept(ingest::read_mapping({body, type, {{"x-kind", "deploy"}}, Instant{std::chrono::seconds{1'750'000'000}}, {{"kind", "deploy"}}, {}}, source));
}

const std::vector<ingest::Source>& shipped()
{
    static const auto all = [] {
        std::vector<ingest::Source> sources;
        for (const auto& text : ingest::preset_texts()) sources.push_back(source_with(config::find_preset(text.name)->mapping));
        return sources;
    }();
    return all;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    constexpr std::string_view mark = "\n---\n";
    if (const auto place = bytes.find(mark); place != bytes.npos) {
        if (const auto file = config::parse_mapping(bytes.substr(0, place), "fuzz.yml")) read_all_ways(bytes.substr(place + mark.size()), source_with(file->mapping));
        return 0;
    }
    for (const auto& source : shipped()) {
        fuzz::must_be_kept(ingest::read_mapping(fuzz::body_of(data, size), source));
        fuzz::must_be_kept(ingest::read_mapping(fuzz::body_of(data, size, ""), source));
    }
    return 0;
}
