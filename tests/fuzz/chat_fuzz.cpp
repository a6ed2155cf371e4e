#include "hook_checks.hpp"
#include "ingest/irc_session.hpp"

// Every chat door but Slack's Events API, which has a target of its own. The first byte chooses the door.
namespace {

using namespace incident;

void feed_irc(std::string_view bytes)
{
    ingest::irc::Network network;
    network.name = "irc.test";
    network.channels = {"#ops"};
    network.record_all = true;
    ingest::irc::Session session{network};
    (void)session.begin();
    static const auto source = fuzz::named("irc");
    while (!bytes.empty()) {
        const auto line = bytes.substr(0, bytes.find('\n'));
        bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
        auto step = session.take(line);
        for (const auto& sent : step.send) {
            fuzz::must(sent.size() <= ingest::irc::max_line_bytes && sent.ends_with("\r\n"));
            fuzz::must(sent.find_first_of("\r\n") == sent.size() - 2);  // one line, nothing behind it
        }
        fuzz::must(is_utf8(step.end) && is_utf8(step.note));
        for (const auto& said : step.said)
            for (const auto& item : ingest::irc::read_said(said, network, source, Instant{std::chrono::seconds{1'750'000'000}}).items) {
                const auto& event = std::get<Event>(item.what);
                fuzz::must_be_storable(event);
                const auto answer = ingest::irc::answer_line({&event, 1}, {}, "http://localhost:9780/api/v1/events/1");
                fuzz::must(answer.find_first_of(std::string_view{"\r\n\0", 3}) == answer.npos);
            }
    }
    (void)session.idle();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    static const ingest::Source source = [] {
        auto made = fuzz::named("chat");
        made.chat.reactions = {{"mark", "action"}};
        made.chat.workspace_url = "https://chat.test";
        return made;
    }();
    const auto door = data[0];
    ++data;
    --size;
    constexpr std::string_view form = "application/x-www-form-urlencoded";
    ingest::Understood understood;
    switch (door) {
    case 'c': understood = ingest::read_slack_command(fuzz::body_of(data, size, form), source); break;
    case 's': understood = ingest::read_slack_shortcut(fuzz::body_of(data, size, form), source); break;
    case 'w': understood = ingest::read_slack_webhook(fuzz::body_of(data, size), source); break;
    case 'v': understood = ingest::read_slack_webhook(fuzz::body_of(data, size, form), source); break;
    case 'm': understood = ingest::read_mattermost(fuzz::body_of(data, size), source); break;
    case 'n': understood = ingest::read_mattermost(fuzz::body_of(data, size, form), source); break;
    case 't': understood = ingest::read_msteams(fuzz::body_of(data, size), source); break;
    default: feed_irc({reinterpret_cast<const char*>(data), size}); return 0;
    }
    fuzz::must_be_kept(understood);
    if (understood.answer) {
        std::vector<Event> stored;
        for (const auto& item : understood.items)
            if (const auto* const event = std::get_if<Event>(&item.what)) stored.push_back(*event);
        fuzz::must(is_utf8(understood.answer(stored)));
    }
    return 0;
}
