#include "api/irc.hpp"
#include "api/common.hpp"
#include "api/intake.hpp"
#include "app/clock.hpp"
#include "ingest/irc_session.hpp"
#include "observe/log.hpp"

namespace incident::api {
namespace {

constexpr auto source_name = "irc";

class IrcTalk final : public net::LineTalk {
 public:
    IrcTalk(std::shared_ptr<Context> context, config::IrcServer server)
        : context_(std::move(context)), server_(std::move(server)), session_(server_.network)
    {
        source_.name = source_.dialect = source_name;
    }

    Words connected() override { return words_of(session_.begin()); }

    asio::awaitable<Words> heard(std::string line) override
    {
        auto step = session_.take(line);
        const auto said = std::move(step.said);
        auto words = words_of(std::move(step));
        for (const auto& one : said) {
            auto answer = co_await take(one);
            if (answer.empty()) continue;
            // NOTICE, which no program answers by itself: two recorders in a channel must not talk for ever.
            const std::vector<std::string> params{one.channel, std::move(answer)};
            if (auto notice = ingest::irc::format_line("NOTICE", params)) words.send.push_back(std::move(*notice));
        }
        co_return words;
    }

    Words quiet() override { return words_of(session_.idle()); }

    [[nodiscard]] bool settled() const override { return session_.registered(); }

    void lost(const std::string& why, std::chrono::milliseconds again_in) override
    {
        observe::log_warn("irc connection lost", {{"server", address()}, {"why", why}, {"again_in_ms", again_in.count()}});
        note("not connected to " + server_.host + ": " + why);
        session_ = ingest::irc::Session{server_.network};  // what counts as settled is this connection's
    }

 private:
    Words words_of(ingest::irc::Step step)
    {
        if (step.ready) {
            observe::log_info("irc connected", {{"server", address()}, {"nick", session_.nick()}});
            note("connected to " + server_.host + " as " + session_.nick());
        }
        if (!step.note.empty()) {
            observe::log_warn("irc", {{"server", address()}, {"what", step.note}});
            note(server_.host + ": " + step.note);
        }
        return {std::move(step.send), std::move(step.end)};
    }

    /// Stores what it means. @return the answer; empty: nobody asked, or it was answered when it came first.
    asio::awaitable<std::string> take(ingest::irc::Said said)
    {
        const auto now = context_->runtime.clock.now();
        Arrival arrival;
        arrival.source = source_name;
        arrival.received_at = now;
        arrival.sender = {source_name, "irc:" + server_.host + ' ' + said.nick, Author{said.nick, false, said.nick}};
        arrival.understood = ingest::irc::read_said(said, server_.network, source_, now);
        const bool asked = static_cast<bool>(arrival.understood.answer);
        const auto remark = std::move(arrival.understood.reply);
        if (arrival.understood.items.empty()) co_return remark.empty() ? std::string{} : "[incidentd] " + remark;
        auto receipt = co_await take_in(*context_, std::move(arrival));
        if (!asked) co_return std::string{};
        if (!receipt) co_return "[incidentd] NOT stored, say it again: " + receipt.error().detail;
        if (receipt->replayed) co_return std::string{};
        for (const auto& item : receipt->items) {
            if (!std::holds_alternative<Event>(item.entry.what) || item.outcome != store::Outcome::stored) continue;
            const auto event = event_of(item.entry);
            const auto link = context_->runtime.external_url.empty() ? std::string{} : context_->runtime.external_url + "/api/v1/events/" + to_string(event.id);
            co_return ingest::irc::answer_line({&event, 1}, remark, link);
        }
        co_return std::string{};
    }

    void note(const std::string& what) { context_->sources.noted(source_name, what, context_->runtime.clock.now()); }
    [[nodiscard]] std::string address() const { return server_.host + ':' + std::to_string(server_.port); }

    std::shared_ptr<Context> context_;
    config::IrcServer server_;
    ingest::irc::Session session_;
    ingest::Source source_;
};

}  // namespace

std::shared_ptr<net::LineTalk> make_irc_talk(std::shared_ptr<Context> context, config::IrcServer server)
{
    return std::make_shared<IrcTalk>(std::move(context), std::move(server));
}

}  // namespace incident::api
