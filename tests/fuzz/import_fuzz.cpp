#include "draft/import.hpp"
#include "model/text.hpp"
#include <cstdint>
#include <cstdlib>

using namespace incident;

/// The first byte chooses what the reader is told. Whatever stands in the document: it is read or refused, what is read
/// fits into events, and no line has a second reading without a word about it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    draft::ImportOptions options;
    if ((data[0] & 1) != 0) options.date = std::chrono::year_month_day{std::chrono::year{2024}, std::chrono::month{6}, std::chrono::day{22}};
    if ((data[0] & 2) != 0) options.zone = "Europe/London";
    options.form = static_cast<draft::Form>(data[0] >> 2 & 7);
    if (options.form > draft::Form::jsonl) options.form = draft::Form::guess;
    const std::string_view document{reinterpret_cast<const char*>(data) + 1, size - 1};
    const auto read = draft::read_written_timeline(document, options);
    if (!read) {
        if (read.error().detail.empty()) std::abort();
        return 0;
    }
    if (read->lines.empty()) std::abort();
    if (!read->events.empty()) return 0;
    for (const auto& line : read->lines) {
        if (line.text.empty() || line.text.size() > max_text_bytes || line.details.size() > max_details_bytes) std::abort();
        if (!is_utf8(line.text) || !is_utf8(line.details) || visible(line.text) != line.text) std::abort();
        if (line.other && line.warnings.empty()) std::abort();
        if (line.tags.size() > max_tags) std::abort();
    }
    return 0;
}
