#include "hook_checks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace incident;
    static const ingest::Source with_table = [] {
        ingest::GenericSource made;
        made.name = "table";
        made.fields = {{"text", {"/title", "/check/name"}}, {"occurred_at", {"/time", "/finished"}}, {"key", {"/id"}}, {"labels", {"/tags"}}};
        made.zone = "Africa/Nairobi";
        auto source = fuzz::named("table");
        source.table = std::make_shared<const ingest::GenericSource>(std::move(made));
        return source;
    }();
    fuzz::must_be_kept(ingest::read_generic(fuzz::body_of(data, size), fuzz::named("generic")));
    fuzz::must_be_kept(ingest::read_generic(fuzz::body_of(data, size, "application/x-ndjson"), with_table));
    return 0;
}
