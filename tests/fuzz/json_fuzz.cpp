#include "model/text.hpp"
#include "wire/json.hpp"
#include "wire/problem.hpp"
#include <cstdint>
#include <cstdlib>

using namespace incident;

namespace {

void must(bool truth)
{
    if (!truth) std::abort();
}

/// A refusal says why, in text that can be sent and printed.
template <class T>
void refusal_is_readable(const Result<T>& result)
{
    if (!result.has_error()) return;
    must(!result.error().detail.empty() && is_utf8(result.error().detail));
    for (const auto& field : result.error().fields) must(is_utf8(field.pointer) && !field.detail.empty() && is_utf8(field.detail));
}

/// What we read from our own form, we write in a form that reads back equal.
template <class T, class Read>
void reads_back(const Result<T>& value, Read read)
{
    refusal_is_readable(value);
    if (value.has_error()) return;
    const auto written = wire::parse_json(wire::json::serialize(wire::to_json(*value)), {64, 1'000'000, 100'000, 1 << 24});
    must(written.has_value());
    const auto again = read(*written);
    must(again.has_value() && *again == *value);
}

}  // namespace

// Whatever bytes come: an answer, never more than the limits allow, and what is taken the library reads too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    refusal_is_readable(wire::parse_ndjson(text));
    const auto proxy = wire::read_problem(502, "application/json", text);
    must(!proxy.detail.empty() && is_utf8(proxy.detail));

    const auto parsed = wire::parse_json(text);
    refusal_is_readable(parsed);
    if (!parsed) return 0;
    wire::json::error_code error;
    must(wire::json::parse(text, error) == *parsed && !error);
    must(wire::parse_json(wire::json::serialize(*parsed)).has_value());

    refusal_is_readable(wire::read_event_request(*parsed, "/3"));
    refusal_is_readable(wire::read_amendment_request(*parsed));
    refusal_is_readable(wire::read_open_request(*parsed));
    refusal_is_readable(wire::read_patch_request(*parsed));
    reads_back(wire::read_event(*parsed), wire::read_event);
    reads_back(wire::read_incident(*parsed), wire::read_incident);
    reads_back(wire::read_entry(*parsed), wire::read_entry);
    return 0;
}
