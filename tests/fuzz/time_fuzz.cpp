#include "model/text.hpp"
#include "model/time_grammar.hpp"
#include <cstdint>
#include <cstdlib>

using namespace incident;

namespace {

void require(bool holds)
{
    if (!holds) std::abort();
}

void safe_to_print(const Failure& failure)
{
    require(!failure.detail.empty() && failure.detail == visible(failure.detail));
}

const Instant noon = std::chrono::sys_days{std::chrono::year{2024} / 11 / 3} + std::chrono::hours{12};

}  // namespace

// What we print we can parse, and a refusal says why in words that are safe to print. The first byte chooses what the
// text is read against.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
    if (const auto at = parse_rfc3339(text)) require(parse_rfc3339(to_rfc3339(*at)).value() == *at);
    else safe_to_print(at.error());

    if (const auto span = parse_span(text)) require(parse_span(to_words(*span)).value() <= *span);
    else safe_to_print(span.error());

    TimeContext context;
    context.now = noon;
    context.future_allowed = (*data & 1) != 0;
    constexpr const char* zones[] = {"UTC", "America/New_York", "Asia/Kathmandu", "EAT"};
    context.zone = zones[*data >> 1 & 3];
    if (const auto reading = parse_time(text, context)) {
        require(parse_rfc3339(to_rfc3339(reading->at)).value() == reading->at);
        require(context.future_allowed || reading->at <= noon + std::chrono::minutes{1});
    } else safe_to_print(reading.error());

    if (const auto local = to_local(noon, text)) require(parse_time(to_string(*local), context).value().at == noon);
    else safe_to_print(local.error());
    return 0;
}
