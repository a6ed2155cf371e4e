#include "api/message_service.hpp"
#include "api/authenticate.hpp"
#include "api/intake.hpp"
#include "app/clock.hpp"
#include "auth/verify.hpp"
#include "ingest/line_note.hpp"
#include "ingest/syslog.hpp"
#include "model/text.hpp"
#include "observe/log.hpp"
#include <array>
#include <boost/asio.hpp>

namespace incident::api {
namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
using SteadyTime = std::chrono::steady_clock::time_point;
/// Plain syslog is told once: how long we hold a batch in hand while the store has no room, and how often we try again.
constexpr std::chrono::seconds syslog_patience{30};
constexpr std::chrono::milliseconds room_pause{50}, again_pause{500};
constexpr std::chrono::seconds between_warnings{1};  ///< refusals are counted each, but logged so often
constexpr std::size_t key_digits = 40;               ///< of SHA-256, hex: 160 bits

using net::Message;
using net::Peer;
using net::Protocol;
using net::Taken;

/// What a batch became, and which event is whose.
struct Batch {
    Arrival arrival;
    std::vector<std::size_t> places;  ///< of arrival's items among the messages
};

/// Losses that the record does not tell yet.
struct Gap {
    std::uint64_t messages = 0;
    Instant from{}, to{};
    std::string why;
};

struct Warned {
    SteadyTime at{};
    std::uint64_t silent = 0;
};

std::size_t index_of(Protocol protocol) { return static_cast<std::size_t>(protocol); }

/// A line is of whom the kernel names, and goes where that account may look. Syslog and RELP carry the words of others,
/// whoever hands them on: what is private is closed to them.
Sender sender_of(Protocol protocol, const Peer& peer, std::uint32_t own_uid)
{
    Sender sender;
    sender.source = net::to_string(protocol);
    sender.principal = sender.source + ' ' + peer.principal();
    auto who = account_of(peer, own_uid);
    sender.author = author_for(Author{who.name, who.verified, {}}, {});
    if (protocol == Protocol::line) sender.who = std::move(who);
    return sender;
}

/// A message's own name, under which a second arrival changes nothing.
std::string key_of(const Message& message)
{
    auto key = auth::sha256_hex(message.bytes).substr(0, key_digits);
    if (message.ordinal > 1) key += '.' + std::to_string(message.ordinal);
    return key;
}

/// 10:00:01Z
std::string clock_of(Instant at)
{
    constexpr std::size_t time_at = 11, time_length = 8;
    return to_rfc3339(at).substr(time_at, time_length) + 'Z';
}

class MessageService final : public net::MessageHandler {
 public:
    explicit MessageService(std::shared_ptr<Context> context) : context_(std::move(context)) {}

    asio::awaitable<std::vector<Taken>> take(Protocol protocol, Peer peer, std::vector<Message> messages) override
    {
        const auto count = messages.size();
        std::vector<Taken> taken;
        try {
            if (messages.empty()) co_await tell_gap(protocol);
            else taken = co_await store(protocol, std::move(peer), std::move(messages));
        } catch (const std::exception& bug) {
            observe::log_error("a message socket's handler threw", {{"error", bug.what()}});
        }
        Taken failed;
        failed.answer = "the server failed; its log has the reason";
        taken.resize(count, failed);
        co_return taken;
    }

    [[nodiscard]] bool has_room(Protocol protocol) const override
    {
        return runtime().ledger.has_room(protocol == Protocol::line ? store::Lane::people : store::Lane::machines);
    }

    void refused(Protocol protocol, const Peer& peer, std::string why) override
    {
        const auto source = net::to_string(protocol);
        why = visible(shortened(why, 300));
        context_->sources.refused(source, why, runtime().clock.now());
        runtime().metrics.hook_refused(source, "other");
        auto& warned = warned_[index_of(protocol)];
        const auto now = std::chrono::steady_clock::now();
        if (now - warned.at < between_warnings) {
            ++warned.silent;
            return;
        }
        observe::log_warn("message refused", {{"source", source}, {"peer", peer.principal()}, {"why", why}, {"not_logged", warned.silent}});
        warned = {now, 0};
    }

    void lost(Protocol protocol, std::uint64_t messages, std::string why) override
    {
        const auto now = runtime().clock.now();
        auto& gap = gaps_[index_of(protocol)];
        if (gap.messages == 0) gap.from = now;
        gap.to = now;
        gap.messages += messages;
        gap.why = std::move(why);
        context_->messages_lost += messages;
        context_->sources.refused(net::to_string(protocol), std::to_string(messages) + " messages were lost: " + gap.why, now);
        observe::log_warn("messages lost", {{"source", net::to_string(protocol)}, {"messages", messages}, {"why", gap.why}});
    }

 private:
    asio::awaitable<std::vector<Taken>> store(Protocol protocol, Peer peer, std::vector<Message> messages)
    {
        std::vector<Taken> taken(messages.size());
        const auto received_at = runtime().clock.now();
        const auto give_up = std::chrono::steady_clock::now() + syslog_patience;
        asio::steady_timer pause{co_await asio::this_coro::executor};
        while (true) {
            auto batch = read(protocol, peer, messages, received_at, taken);
            if (batch.places.empty()) co_return taken;
            auto receipt = co_await take_in(*context_, std::move(batch.arrival));
            if (receipt) {
                answer(*receipt, batch.places, taken);
                co_return taken;
            }
            const bool again = protocol == Protocol::syslog && receipt.error().code == Errc::unavailable && !runtime().ledger.latched();
            if (!again || std::chrono::steady_clock::now() > give_up) {
                for (const auto place : batch.places) taken[place].answer = receipt.error().detail;
                if (protocol == Protocol::syslog) lost(protocol, batch.places.size(), "the store took nothing: " + receipt.error().detail);
                co_return taken;
            }
            pause.expires_after(again_pause);
            (void)co_await pause.async_wait(as_result);
            while (!has_room(protocol) && std::chrono::steady_clock::now() < give_up) {
                pause.expires_after(room_pause);
                (void)co_await pause.async_wait(as_result);
            }
        }
    }

    Batch read(Protocol protocol, const Peer& peer, const std::vector<Message>& messages, Instant received_at, std::vector<Taken>& taken) const
    {
        Batch batch;
        batch.arrival.sender = sender_of(protocol, peer, runtime().own_uid);
        batch.arrival.source = batch.arrival.sender.source;
        batch.arrival.received_at = received_at;
        for (std::size_t i = 0; i < messages.size(); ++i) {
            auto event = protocol == Protocol::line ? line_event(messages[i], received_at) : syslog_event(protocol, messages[i], received_at);
            if (!event) {
                taken[i].answer = event.error().detail;
                continue;
            }
            if (protocol == Protocol::line) event->author = batch.arrival.sender.author;
            event->source = batch.arrival.source;
            ingest::Item item;
            item.what = std::move(*event);
            batch.arrival.understood.items.push_back(std::move(item));
            batch.places.push_back(i);
        }
        return batch;
    }

    Result<Event> line_event(const Message& message, Instant received_at) const
    {
        if (message.cut)
            return Failure{Errc::limit_exceeded, "the line is longer than " + std::to_string(ingest::max_line_bytes) + " bytes and was not stored; send it in parts"};
        TimeContext times;
        times.now = received_at;
        times.aliases = runtime().settings->config.timezone_aliases;
        return ingest::read_line_note(message.bytes, times);
    }

    Result<Event> syslog_event(Protocol protocol, const Message& message, Instant received_at) const
    {
        const auto& listener = runtime().settings->config.listeners.of(protocol);
        ingest::SyslogContext context;
        context.source = net::to_string(protocol);
        context.zone = listener.zone;
        context.received_at = received_at;
        context.cut = message.cut;
        auto event = ingest::read_syslog(message.bytes, context);
        if (protocol == Protocol::relp && ingest::has_own_time(event)) event.key = key_of(message);
        return event;
    }

    /// Other entries of the receipt (an incident that a route opened) stand between the events, which keep their order.
    static void answer(const store::Receipt& receipt, const std::vector<std::size_t>& places, std::vector<Taken>& taken)
    {
        std::size_t next = 0;
        for (const auto& item : receipt.items) {
            if (!std::holds_alternative<Event>(item.entry.what) || next >= places.size()) continue;
            auto& one = taken[places[next++]];
            one.stored = true;
            one.answer = to_string(item.entry.id);
        }
    }

    /// what was lost stands in the record, where the reader of the postmortem looks.
    asio::awaitable<void> tell_gap(Protocol protocol)
    {
        auto& gap = gaps_[index_of(protocol)];
        if (gap.messages == 0 || !has_room(protocol)) co_return;
        const auto told = std::exchange(gap, {});
        Event event;
        event.kind = Kind::system;
        event.source = net::to_string(protocol);
        event.author = Author{"incidentd", true, {}};
        event.occurred_at = told.from;
        event.received_at = runtime().clock.now();
        event.severity = "warning";
        event.flags.emplace_back("gap");
        event.text = event.source + ": " + std::to_string(told.messages) + " messages were lost between " + clock_of(told.from) + " and " +
                     clock_of(told.to) + ": " + told.why;
        event.labels["lost"] = std::to_string(told.messages);
        Arrival arrival;
        arrival.source = event.source;
        arrival.sender.source = event.source;
        arrival.sender.principal = "daemon";
        arrival.sender.author = event.author;
        arrival.received_at = event.received_at;
        ingest::Item item;
        item.what = std::move(event);
        arrival.understood.items.push_back(std::move(item));
        const auto receipt = co_await take_in(*context_, std::move(arrival));
        if (receipt) co_return;
        gap.messages += told.messages;  // it is told the next time
        gap.from = told.from;
        gap.to = std::max(gap.to, told.to);
        if (gap.why.empty()) gap.why = told.why;
    }

    [[nodiscard]] Runtime& runtime() const { return context_->runtime; }

    std::shared_ptr<Context> context_;
    std::array<Gap, 3> gaps_;
    std::array<Warned, 3> warned_;
};

}  // namespace

std::unique_ptr<net::MessageHandler> make_message_service(std::shared_ptr<Context> context) { return std::make_unique<MessageService>(std::move(context)); }

}  // namespace incident::api
