#include "net/session.hpp"
#include "net/reply_text.hpp"
#include "observe/log.hpp"
#include <array>
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

// From a reply to bytes: whole answers, streams, refusals, and the peer's last words.
namespace incident::net {
using boost::system::error_code;

namespace {

constexpr std::size_t stream_chatter_bytes = 64 * 1024;  // what a stream's reader may send us meanwhile
constexpr std::size_t linger_input_bytes = 8 * 1024;
constexpr std::size_t tls_record_bytes = 16 * 1024;      // what TLS sends in one piece

/// The next piece of a stream; a failure of the stream's own ends it.
asio::awaitable<std::string> next_piece(BodyStream& stream)
{
    try {
        co_return co_await stream.next();
    } catch (const boost::system::system_error& ended) {
        if (ended.code() != asio::error::operation_aborted)
            observe::log_error("a stream broke off", {{"error", ended.what()}});
    } catch (const std::exception& bug) {
        observe::log_error("a stream broke off", {{"error", bug.what()}});
    }
    co_return std::string{};
}

}  // namespace

asio::awaitable<bool> Session::write(std::string_view head, std::string_view body)
{
    if (stream_.is_tls() && !body.empty() && head.size() + body.size() <= tls_record_bytes) {
        joined_.assign(head).append(body);  // else a record each, and a packet each
        head = joined_;
        body = {};
    }
    // Small answers go out in one call and without a wait; only a slow reader costs more.
    std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(body)};
    std::size_t left = head.size() + body.size();
    if (phase_ != Phase::streaming) phase_ = Phase::writing;
    while (left > 0) {
        error_code error;
        auto sent = stream_.write_now(parts, error);
        if (error == asio::error::would_block || error == asio::error::try_again) {
            deadline_ = std::chrono::steady_clock::now() + core_->limits.write_time;
            auto [gone, size] = co_await stream_.write_some(parts);
            if (gone) co_return false;
            sent = size;
        } else if (error) {
            co_return false;
        }
        left -= sent;
        for (auto& part : parts) {
            const auto taken = std::min(sent, part.size());
            part += taken;
            sent -= taken;
        }
    }
    deadline_ = Time::max();
    co_return true;
}

asio::awaitable<bool> Session::send(Reply reply, bool keep_alive)
{
    auto& body = std::get<std::string>(reply.body);
    keep_alive = keep_alive && !core_->stopping;
    ReplyFraming framing;
    framing.content_length = body.size();
    framing.close = !keep_alive;
    framing.version_minor = facts_.version_minor;
    out_.clear();
    add_site_headers(reply);
    append_reply_head(out_, reply, core_->date(), framing);
    const bool with_body = !head_only_ && may_have_body(reply.status);
    const bool sent = co_await write(out_, with_body ? std::string_view{body} : std::string_view{});
    co_return sent && keep_alive;
}

asio::awaitable<void> Session::send_stream(Reply reply)
{
    using namespace asio::experimental::awaitable_operators;
    auto stream = std::move(std::get<std::unique_ptr<BodyStream>>(reply.body));
    ReplyFraming framing;
    framing.chunked = facts_.version_minor == 1;
    framing.close = true;  // what the peer sends meanwhile is thrown away, so no request can follow
    framing.version_minor = facts_.version_minor;
    out_.clear();
    add_site_headers(reply);
    append_reply_head(out_, reply, core_->date(), framing);
    phase_ = Phase::streaming;
    if (!co_await write(out_, {}) || head_only_) co_return;
    while (true) {
        std::string piece;  // empty: the end
        if (!core_->stopping) try {
            auto next = next_piece(*stream);
            auto left = watch_peer();
            auto first = co_await (std::move(next) || std::move(left));
            if (first.index() == 1) co_return;
            piece = std::get<0>(std::move(first));
        } catch (const std::exception&) {
            // Cancelled: end the body well, if the peer still takes it.
        }
        out_.clear();
        if (framing.chunked) {
            std::array<char, 20> size{};
            std::snprintf(size.data(), size.size(), "%zx\r\n", piece.size());
            out_ += size.data();
        }
        const bool last = piece.empty();
        if (framing.chunked) piece += "\r\n";
        if (!co_await write(out_, piece) || last) co_return;
    }
}

asio::awaitable<void> Session::watch_peer()
{
    std::array<char, 512> words{};
    std::size_t heard = 0;
    while (heard < stream_chatter_bytes) {
        auto [gone, size] = co_await stream_.read_some(asio::buffer(words));
        if (gone) {
            if (gone == asio::error::operation_aborted) throw boost::system::system_error{gone};  // the other side won
            co_return;
        }
        heard += size;
    }
}

asio::awaitable<void> Session::refuse(Refusal refusal)
{
    auto reply = core_->handler.refuse(refusal.status, std::move(refusal.detail));
    if (refusal.status == 503) reply.headers.emplace_back("Retry-After", "1");
    (void)co_await send(std::move(reply), false);
    co_await linger();
}

asio::awaitable<void> Session::linger()
{
    enter(Phase::lingering, core_->limits.linger_time);
    co_await stream_.end_writing();
    co_await read_away();
}

asio::awaitable<void> Session::read_away()
{
    begin_ = end_ = 0;
    if (input_.size() < linger_input_bytes) input_.resize(linger_input_bytes);
    for (std::size_t heard = 0; heard < core_->limits.linger_bytes;) {
        auto [gone, size] = co_await stream_.read_raw(asio::buffer(input_));
        if (gone) co_return;
        heard += size;
    }
}

/// What the operator wants on every answer, where the answer does not say it better.
void Session::add_site_headers(Reply& reply) const
{
    for (const auto& header : core_->site_headers) {
        const auto same = [&](const auto& own) { return boost::beast::iequals(own.first, header.first); };
        if (std::ranges::none_of(reply.headers, same)) reply.headers.push_back(header);
    }
}

}  // namespace incident::net
