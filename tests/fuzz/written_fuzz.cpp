#include "draft/check_written.hpp"
#include <cstdlib>
#include <set>

using namespace incident;

/// A document that anybody wrote. Whatever it says: the same findings twice, each with an id of the table, a fix, a line that
/// the document has, and in the order of the table.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view document{reinterpret_cast<const char*>(data), size};
    const auto now = Instant{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
    const auto found = draft::check_written(document, now);
    if (!found) return found.error().detail.empty() ? std::abort(), 0 : 0;
    if (*found != draft::check_written(document, now).value()) std::abort();
    static const std::set<std::string> known{"S1", "S2", "S3", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "D1", "R1", "R2", "C1", "C2", "C3", "W1"};
    std::size_t lines = 1;
    for (const char c : document) lines += c == '\n' || c == '\r' ? 1 : 0;
    for (const auto& finding : *found)
        if (!known.contains(finding.id) || finding.fix.empty() || finding.text.empty() || finding.line == 0 || finding.line > lines) std::abort();
    return 0;
}
