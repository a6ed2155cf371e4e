#include "hook_checks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace incident;
    static const ingest::Source source = [] {
        auto made = fuzz::named("slack");
        made.chat.reactions = {{"eyes", "investigation"}};
        made.chat.own_bot_ids = {"B0"};
        made.chat.workspace_url = "https://x.slack.com";
        made.chat.users = {{"U1", "sam"}};
        return made;
    }();
    fuzz::must_be_kept(ingest::read_slack(fuzz::body_of(data, size), source));
    return 0;
}
