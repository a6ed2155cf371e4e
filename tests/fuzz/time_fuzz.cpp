#include "model/instant.hpp"
#include "model/text.hpp"
#include <cstdint>
#include <cstdlib>

using namespace incident;

// What we print we can parse, and a refusal says why in words that are safe to print.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (const auto at = parse_rfc3339(text)) {
        if (!(parse_rfc3339(to_rfc3339(*at)).value() == *at)) std::abort();
    } else if (at.error().detail.empty() || !is_utf8(at.error().detail)) std::abort();
    return 0;
}
