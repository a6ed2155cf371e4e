#include "config/config.hpp"
#include "model/text.hpp"
#include <cstdint>
#include <cstdlib>

// Whatever stands in the file: a config whose rules compile, or problems that each name a place.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace incident;
    const auto config = config::parse({reinterpret_cast<const char*>(data), size}, "fuzz.yml",
                                      [](const std::string&) -> Result<std::string> { return std::string{"secret"}; });
    if (config) {
        // A site's rules compile alone; together with the built-in ones they may pass a limit, which is said.
        if (auto rules = config::compile_rules(*config); !rules && rules.error().detail.empty()) std::abort();
    } else if (!config.error().detail.starts_with("fuzz.yml:") || !is_utf8(config.error().detail)) {
        std::abort();
    }
    return 0;
}
