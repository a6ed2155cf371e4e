#include "hook_checks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace incident;
    fuzz::must_be_kept(ingest::read_alertmanager(fuzz::body_of(data, size), fuzz::named("alertmanager")));
    return 0;
}
