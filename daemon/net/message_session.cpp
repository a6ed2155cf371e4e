#include "net/message_session.hpp"
#include "net/as_result.hpp"
#include "model/text.hpp"
#include "observe/log.hpp"
#include <boost/asio.hpp>

namespace incident::net {
namespace {

constexpr std::string_view relp_ok = "200 OK";

bool counts_by_address(const Peer& peer) { return !peer.unix_socket && !peer.loopback; }

std::size_t bytes_of(const std::vector<Message>& batch)
{
    std::size_t bytes = 0;
    for (const auto& message : batch) bytes += message.bytes.size();
    return bytes;
}

}  // namespace

MessageSession::MessageSession(std::shared_ptr<MessageCore> core, std::unique_ptr<MessageStream> stream, Protocol protocol, Peer peer, const void* origin)
    : core_(std::move(core)), stream_(std::move(stream)), protocol_(protocol), peer_(std::move(peer)), origin_(origin)
{
    core_->sessions.insert(this);
    if (counts_by_address(peer_)) ++core_->per_address[peer_.address];
}

MessageSession::~MessageSession()
{
    core_->sessions.erase(this);
    if (!counts_by_address(peer_)) return;
    const auto counted = core_->per_address.find(peer_.address);
    if (counted != core_->per_address.end() && --counted->second == 0) core_->per_address.erase(counted);
}

asio::awaitable<void> MessageSession::serve(std::unique_ptr<MessageSession> session)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    session->allow(session->core_->limits.begin_time);
    const auto failed = co_await session->stream_->begin();
    session->deadline_ = Time::max();
    if (!failed.empty()) {
        session->refuse(failed);
        co_return;
    }
    if (session->stop_) co_return;
    session->input_.resize(session->core_->limits.input_bytes);
    const auto& framing = session->core_->limits.framing;
    switch (session->protocol_) {
    case Protocol::line: {
        LineFraming lines{framing};
        co_await session->run(std::move(lines));
        break;
    }
    case Protocol::syslog: {
        SyslogFraming frames{framing};
        co_await session->run(std::move(frames));
        break;
    }
    case Protocol::relp: co_await session->run_relp(); break;
    }
}

void MessageSession::check_deadline(Time now)
{
    if (now < deadline_) return;
    deadline_ = Time::max();
    expired_ = true;
    stream_->cancel();
}

void MessageSession::ask_to_stop()
{
    stop_ = true;
    if (reading_) stream_->cancel();
}

void MessageSession::kill()
{
    stop_ = true;
    stream_->close();
}

asio::awaitable<void> MessageSession::wait_for_room()
{
    if (core_->handler.has_room(protocol_)) co_return;
    asio::steady_timer pause{co_await asio::this_coro::executor};
    while (!stop_ && !core_->handler.has_room(protocol_)) {
        pause.expires_after(core_->limits.room_pause);
        (void)co_await pause.async_wait(as_result);
    }
}

asio::awaitable<std::string_view> MessageSession::fill(bool midway)
{
    const auto& limits = core_->limits;
    co_await wait_for_room();
    if (stop_) {
        // What plain syslog has sent us is nobody's any more: take what the kernel holds already.
        const bool more = protocol_ == Protocol::syslog && last_read_bytes_ < limits.last_read_bytes && stream_->available() > 0;
        if (!more) {
            end_ = End::stopped;
            co_return std::string_view{};
        }
    }
    if (!midway) message_since_ = Time::max();
    else if (message_since_ == Time::max()) message_since_ = std::chrono::steady_clock::now();
    if (midway) deadline_ = message_since_ + limits.frame_time;
    else allow(protocol_ == Protocol::line ? limits.line_idle_time : limits.idle_time);
    reading_ = true;
    const auto room = asio::buffer(input_);
    const auto size = co_await stream_->read_some(room);
    reading_ = false;
    deadline_ = Time::max();
    if (stop_) last_read_bytes_ += size;
    if (size > 0) co_return std::string_view{input_.data(), size};
    if (stop_ && !expired_ && protocol_ == Protocol::syslog && stream_->available() > 0) {
        auto last = co_await fill(midway);
        co_return last;
    }
    end_ = expired_ ? End::late : stop_ ? End::stopped : End::left;
    co_return std::string_view{};
}

template <class Framing>
asio::awaitable<void> MessageSession::run(Framing framing)
{
    const auto& limits = core_->limits;
    const auto most = protocol_ == Protocol::line ? limits.line_batch_messages : limits.batch_messages;
    std::vector<Message> batch;
    while (end_ == End::no) {
        auto rest = co_await fill(framing.midway());
        std::string broken;
        std::size_t bytes = 0;
        while (!rest.empty() && broken.empty()) {
            auto step = framing.next(rest);
            rest.remove_prefix(step.used);
            broken = std::move(step.broken);
            if (!step.found) continue;
            bytes += step.found->bytes.size();
            batch.push_back(std::move(*step.found));
            if (batch.size() < most && bytes < limits.batch_bytes) continue;
            if (!co_await deliver(batch)) co_return;
            bytes = 0;
        }
        // Half a line is a note only when its sender has said all of it; of a log line the beginning is better than nothing.
        if (end_ != End::no && (end_ == End::left || protocol_ == Protocol::syslog))
            if (auto last = framing.end()) batch.push_back(std::move(*last));
        if (!co_await deliver(batch)) co_return;
        if (!broken.empty()) {
            refuse(broken);
            if (protocol_ == Protocol::line) (void)co_await write("ERR " + broken + '\n');
            co_return;
        }
    }
    if (end_ == End::late && framing.midway()) refuse("the rest of a message did not come in time");
}

asio::awaitable<bool> MessageSession::deliver(std::vector<Message>& batch)
{
    if (batch.empty()) co_return true;
    auto messages = std::exchange(batch, {});
    const auto taken = co_await core_->handler.take(protocol_, peer_, std::move(messages));
    if (protocol_ == Protocol::syslog) co_return true;
    std::string answers;
    for (const auto& one : taken) answers.append(one.stored ? "OK " : "ERR ").append(visible(one.answer)).append("\n");
    const bool sent = co_await write(std::move(answers));
    co_return sent;
}

asio::awaitable<bool> MessageSession::write(std::string bytes)
{
    allow(core_->limits.write_time);
    const bool sent = co_await stream_->write(bytes);
    deadline_ = Time::max();
    co_return sent;
}

asio::awaitable<void> MessageSession::run_relp()
{
    const auto& limits = core_->limits;
    RelpFraming framing{limits.framing};
    EqualMessages equals;
    std::vector<Message> batch;
    std::vector<std::uint32_t> transactions;
    while (end_ == End::no) {
        auto rest = co_await fill(framing.midway());
        std::string broken;
        while (!rest.empty() && broken.empty()) {
            auto step = framing.next(rest);
            rest.remove_prefix(step.used);
            broken = std::move(step.broken);
            if (!step.found) continue;
            auto& frame = *step.found;
            if (frame.command == "syslog" && relp_open_) {
                transactions.push_back(frame.transaction);
                batch.push_back(std::move(frame.data));
                batch.back().ordinal = equals.ordinal(batch.back().bytes);
                if (batch.size() < limits.batch_messages && bytes_of(batch) < limits.batch_bytes) continue;
                if (!co_await answer_relp(batch, transactions)) co_return;
                continue;
            }
            if (!co_await answer_relp(batch, transactions)) co_return;
            auto order = std::move(frame);
            if (!co_await obey(std::move(order))) co_return;
        }
        if (!co_await answer_relp(batch, transactions)) co_return;
        if (!broken.empty()) {
            refuse(broken);
            std::string goodbye{relp_server_close};
            (void)co_await write(std::move(goodbye));
            co_return;
        }
    }
    if (end_ != End::stopped) co_return;
    std::string goodbye{relp_server_close};
    (void)co_await write(std::move(goodbye));
}

asio::awaitable<bool> MessageSession::answer_relp(std::vector<Message>& batch, std::vector<std::uint32_t>& transactions)
{
    if (batch.empty()) co_return true;
    auto messages = std::exchange(batch, {});
    const auto numbers = std::exchange(transactions, {});
    const auto taken = co_await core_->handler.take(protocol_, peer_, std::move(messages));
    std::string answers;
    bool all = true;
    for (std::size_t i = 0; i < numbers.size() && all; ++i) {
        all = i < taken.size() && taken[i].stored;
        if (all) answers += relp_response(numbers[i], relp_ok);
    }
    // What is not stored is not answered either: the peer keeps it, connects again and sends it again. An answer that
    // says "failed" would make some of them give it up.
    if (!all) answers += relp_server_close;
    const bool sent = co_await write(std::move(answers));
    co_return sent && all;
}

asio::awaitable<bool> MessageSession::obey(RelpFrame frame)
{
    std::string answer;
    bool on = true;
    if (frame.command == "open") {
        const auto offers = read_relp_offers(frame.data.bytes);
        relp_open_ = offers.has_value();
        on = relp_open_;
        if (relp_open_) {
            answer = relp_welcome(frame.transaction);
        } else {
            answer = relp_response(frame.transaction, "500 " + offers.error().detail);
            refuse("RELP open: " + offers.error().detail);
        }
    } else if (frame.command == "close") {
        answer = relp_response(frame.transaction, "") + std::string{relp_server_close};
        on = false;
    } else {
        const auto why = relp_open_ ? "unknown command " + visible(frame.command) : std::string{"the session must begin with open"};
        answer = relp_response(frame.transaction, "500 " + why);
        refuse("RELP: " + why);
        on = relp_open_;
    }
    const bool sent = co_await write(std::move(answer));
    co_return sent && on;
}

}  // namespace incident::net
