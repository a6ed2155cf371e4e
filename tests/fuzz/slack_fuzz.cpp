#include "hook_checks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace incident;
    static const ingest::SlackSource source = [] {
        ingest::SlackSource made;
        made.reactions = {{"eyes", "investigation"}};
        made.own_bot_id = "B0";
        made.workspace_url = "https://x.slack.com";
        made.users = {{"U1", "sam"}};
        return made;
    }();
    fuzz::must_be_kept(ingest::read_slack(fuzz::body_of(data, size), source));
    return 0;
}
