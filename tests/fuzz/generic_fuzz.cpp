#include "hook_checks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace incident;
    static const ingest::Source elsewhere = [] {
        auto source = fuzz::named("elsewhere");
        source.zone = "Africa/Nairobi";
        return source;
    }();
    fuzz::must_be_kept(ingest::read_generic(fuzz::body_of(data, size), fuzz::named("generic")));
    fuzz::must_be_kept(ingest::read_generic(fuzz::body_of(data, size, "application/x-ndjson"), elsewhere));
    return 0;
}
