#include "hook_checks.hpp"
#include "ingest/line_note.hpp"
#include "ingest/syslog.hpp"
#include "net/framing.hpp"

using namespace incident;

namespace {

using fuzz::must;

/// Frames all of `bytes`, cut up after `piece` bytes each; every message is at most what may be kept.
template <class Framing, class Take>
bool frame(Framing& framing, std::string_view bytes, std::size_t piece, Take take)
{
    while (!bytes.empty()) {
        auto part = bytes.substr(0, piece);
        bytes.remove_prefix(part.size());
        while (!part.empty()) {
            auto step = framing.next(part);
            must(step.used <= part.size() && (step.used > 0 || step.found || !step.broken.empty()));
            part.remove_prefix(step.used);
            if (step.found) take(std::move(*step.found));
            if (!step.broken.empty()) return false;
        }
    }
    return true;
}

template <class Framing>
std::vector<net::Message> messages_of(std::string_view bytes, std::size_t piece)
{
    net::FramingLimits limits;
    limits.kept_bytes = 2048;
    Framing framing{limits};
    std::vector<net::Message> messages;
    if (frame(framing, bytes, piece, [&](net::Message message) { messages.push_back(std::move(message)); }))
        if (auto last = framing.end()) messages.push_back(std::move(*last));
    for (const auto& message : messages) must(!message.bytes.empty() && message.bytes.size() <= limits.kept_bytes);
    return messages;
}

std::vector<net::RelpFrame> relp_of(std::string_view bytes, std::size_t piece)
{
    net::RelpFraming framing;
    std::vector<net::RelpFrame> frames;
    (void)frame(framing, bytes, piece, [&](net::RelpFrame found) { frames.push_back(std::move(found)); });
    return frames;
}

void read_one(std::string_view bytes)
{
    ingest::SyslogContext context;
    context.received_at = Instant{std::chrono::seconds{1'750'000'000}};
    fuzz::must_be_storable(ingest::read_syslog(bytes, context));
    TimeContext times;
    times.now = context.received_at;
    if (const auto note = ingest::read_line_note(bytes, times)) fuzz::must_be_storable(*note);
    else must(note.error().detail.find('\n') == std::string::npos);
    (void)net::read_relp_offers(bytes);
}

}  // namespace

// However the bytes are cut up, the same messages come out; each is kept as an event that can be stored.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const auto whole = messages_of<net::SyslogFraming>(bytes, size + 1);
    must(whole == messages_of<net::SyslogFraming>(bytes, 3));
    must(messages_of<net::LineFraming>(bytes, size + 1) == messages_of<net::LineFraming>(bytes, 1));
    must(relp_of(bytes, size + 1) == relp_of(bytes, 2));
    read_one(bytes);
    for (const auto& message : whole) read_one(message.bytes);
    return 0;
}
