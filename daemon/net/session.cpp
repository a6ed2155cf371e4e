#include "net/session.hpp"
#include "app/clock.hpp"
#include "net/reply_text.hpp"
#include "net/target.hpp"
#include "observe/log.hpp"
#include <array>
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

namespace incident::net {
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t first_input_bytes = 2048;        // most requests fit; grows to Limits::input_bytes
constexpr std::size_t stream_chatter_bytes = 64 * 1024;  // what a stream's reader may send us meanwhile
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

std::string lowered_name(std::string_view name)
{
    std::string text{name};
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

/// Chunk extensions are of no use to us and a place to hide bytes in.
struct ChunkGate {
    std::size_t extension_bytes;
    void operator()(std::uint64_t, boost::beast::string_view extension, error_code& error) const
    {
        if (extension.size() > extension_bytes) error = http::error::bad_chunk_extension;
    }
};

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

std::string_view Core::date()
{
    const auto now = clock.now();
    const auto second = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    if (second != date_second_) {
        date_second_ = second;
        date_ = http_date(now);
    }
    return date_;
}

Session::Session(std::shared_ptr<Core> core, Socket socket, Peer peer)
    : core_(std::move(core)), socket_(std::move(socket)), peer_(std::move(peer))
{
    core_->sessions.insert(this);
    if (peer_.unix_socket) return;
    ++core_->tcp_connections;
    if (!peer_.loopback) ++core_->per_address[peer_.address];
}

Session::~Session()
{
    release_body();
    core_->sessions.erase(this);
    if (peer_.unix_socket) return;
    --core_->tcp_connections;
    if (peer_.loopback) return;
    const auto counted = core_->per_address.find(peer_.address);
    if (counted != core_->per_address.end() && --counted->second == 0) core_->per_address.erase(counted);
}

asio::awaitable<void> Session::serve(std::unique_ptr<Session> session) { co_await session->run(); }

asio::awaitable<void> Session::run()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    error_code ignored;
    socket_.non_blocking(true, ignored);
    while (co_await read_head()) {
        if (!co_await answer_request()) break;
        parser_.reset();
        release_body();
        if (core_->stopping) break;
    }
    socket_.shutdown(Socket::shutdown_both, ignored);
    socket_.close(ignored);
}

void Session::enter(Phase phase, std::chrono::milliseconds allowed)
{
    phase_ = phase;
    entered_ = std::chrono::steady_clock::now();
    deadline_ = entered_ + allowed;
}

void Session::enter_without_deadline(Phase phase)
{
    phase_ = phase;
    deadline_ = Time::max();
}

void Session::check_deadline(Time now)
{
    bool late = now >= deadline_;
    if (phase_ == Phase::body && now - entered_ > core_->limits.body_grace) {
        const auto seconds = std::chrono::duration<double>(now - entered_).count();
        late |= static_cast<double>(body_received_) < seconds * static_cast<double>(core_->limits.body_bytes_per_second);
    }
    if (!late) return;
    expired_ = true;
    deadline_ = Time::max();
    error_code ignored;
    // A reader can still be told; a peer that takes nothing cannot.
    if (phase_ == Phase::idle || phase_ == Phase::header || phase_ == Phase::body)
        socket_.cancel(ignored);
    else
        kill();
}

void Session::ask_to_stop()
{
    error_code ignored;
    if (phase_ == Phase::idle) socket_.cancel(ignored);
    if (phase_ == Phase::streaming && signal_) signal_->emit(asio::cancellation_type::terminal);
}

void Session::kill()
{
    error_code ignored;
    socket_.shutdown(Socket::shutdown_both, ignored);
    socket_.close(ignored);
    if (signal_) signal_->emit(asio::cancellation_type::terminal);
}

void Session::consume(std::size_t bytes)
{
    begin_ += bytes;
    if (begin_ == end_) begin_ = end_ = 0;
}

asio::awaitable<bool> Session::fill()
{
    if (end_ == input_.size()) {
        if (begin_ > 0) {
            std::copy(input_.begin() + static_cast<std::ptrdiff_t>(begin_), input_.end(), input_.begin());
            end_ -= begin_;
            begin_ = 0;
        } else {
            const auto grown = std::min(core_->limits.input_bytes, std::max(first_input_bytes, input_.size() * 2));
            if (grown == input_.size()) co_return false;
            input_.resize(grown);
        }
    }
    const auto room = asio::buffer(input_.data() + end_, input_.size() - end_);
    auto [gone, size] = co_await socket_.async_read_some(room, as_result);
    if (gone) co_return false;
    end_ += size;
    co_return true;
}

asio::awaitable<bool> Session::read_head()
{
    enter(Phase::idle, core_->limits.idle_time);
    std::size_t seen = 0;
    bool skipped_line = false;
    while (true) {
        // RFC 9112 §2.2: some clients send one empty line behind a body.
        if (!skipped_line && pending().starts_with("\r\n")) {
            consume(2);
            skipped_line = true;
        }
        const bool begun = !pending().empty() && pending() != "\r";
        if (begun) {
            if (phase_ == Phase::idle) enter(Phase::header, core_->limits.header_time);
            auto scan = scan_head(pending(), seen, core_->limits.gate);
            if (!scan.refusal && scan.size != 0) scan.refusal = parse_head(scan.size);
            if (scan.refusal) {
                co_await refuse(std::move(*scan.refusal));
                co_return false;
            }
            if (scan.size != 0) co_return true;
            seen = pending().size();
        }
        if (core_->stopping && !begun) co_return false;
        const bool more = co_await fill();
        if (more) continue;
        if (expired_ && phase_ == Phase::header) {
            Refusal slow{408, "the header took longer than this server waits"};
            co_await refuse(std::move(slow));
        }
        co_return false;
    }
}

std::optional<Refusal> Session::parse_head(std::size_t size)
{
    const auto head = pending().substr(0, size);
    auto verdict = judge_head(head, core_->limits.gate);
    if (verdict.refusal) return std::move(verdict.refusal);
    facts_ = verdict.facts;
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(core_->limits.gate.header_bytes + 1));
    parser_->body_limit(boost::none);  // known after the handler saw the header
    parser_->eager(false);
    error_code error;
    const auto used = parser_->put(asio::buffer(head.data(), head.size()), error);
    if (error || !parser_->is_header_done() || used != size)
        return Refusal{400, "the header cannot be parsed: " + (error ? error.message() : std::string{"unclear end"})};
    consume(size);
    facts_.method = facts_.target = {};  // they were views of what is consumed now
    head_only_ = parser_->get().method() == http::verb::head;
    return {};
}

Result<Request> Session::make_request()
{
    const auto& message = parser_->get();
    auto target = read_target({message.target().data(), message.target().size()});
    if (!target) return target.error();
    Request request;
    request.method.assign(message.method_string().data(), message.method_string().size());
    request.path = std::move(target->path);
    request.segments = std::move(target->segments);
    request.query = std::move(target->query);
    for (const auto& field : message) {
        const std::string_view value{field.value().data(), field.value().size()};
        const auto [place, first] =
            request.headers.try_emplace(lowered_name({field.name_string().data(), field.name_string().size()}), value);
        if (!first) place->second.append(", ").append(value);
    }
    if (!target->authority.empty()) request.headers["host"] = std::move(target->authority);
    request.peer = peer_;
    return request;
}

bool Session::charge_body(std::size_t bytes)
{
    if (core_->bodies_bytes + bytes > core_->limits.bodies_in_flight_bytes) return false;
    core_->bodies_bytes += bytes;
    body_charged_ += bytes;
    return true;
}

void Session::release_body()
{
    core_->bodies_bytes -= body_charged_;
    body_charged_ = 0;
    body_received_ = 0;
    if (input_.size() > 4 * first_input_bytes && begin_ == end_) {  // an idle connection should cost little
        input_ = {};
        begin_ = end_ = 0;
    }
}

asio::awaitable<bool> Session::answer_request()
{
    auto request = make_request();
    if (!request) {
        Refusal refusal{400, request.error().detail};
        co_await refuse(std::move(refusal));
        co_return false;
    }
    auto admission = core_->handler.admit(*request);
    if (admission.refuse) {
        const bool more = co_await send(std::move(*admission.refuse), facts_.keep_alive && !has_body());
        if (has_body()) co_await linger();  // the body is not worth reading
        co_return more;
    }
    if (has_body()) {
        auto refusal = co_await read_body(admission.body_limit_bytes);
        if (refusal) {
            if (refusal->status != 0) co_await refuse(std::move(*refusal));
            co_return false;
        }
        request->body = std::move(parser_->get().body());
    }
    enter_without_deadline(Phase::handling);
    std::optional<Reply> reply;
    try {
        reply = co_await core_->handler.handle(std::move(*request));
    } catch (const std::exception& bug) {
        observe::log_error("a handler threw", {{"error", bug.what()}});
    }
    if (!reply) reply = core_->handler.refuse(500, "the server failed; its log has the reason");
    if (std::holds_alternative<std::string>(reply->body)) co_return co_await send(std::move(*reply), facts_.keep_alive);
    co_await send_stream(std::move(*reply));
    co_return false;
}

asio::awaitable<std::optional<Refusal>> Session::read_body(std::size_t limit_bytes)
{
    const Refusal too_large{413, "the body has more than " + std::to_string(limit_bytes) + " bytes; send it in parts"};
    const Refusal busy{503, "too many large requests at once; try again in a second"};
    if (facts_.content_length && *facts_.content_length > limit_bytes) co_return too_large;
    if (facts_.content_length && !charge_body(*facts_.content_length)) co_return busy;
    parser_->body_limit(limit_bytes);
    parser_->eager(true);
    ChunkGate chunk_gate{core_->limits.gate.chunk_extension_bytes};
    parser_->on_chunk_header(chunk_gate);
    if (facts_.expect_continue && pending().empty() && !co_await write(go_on, {})) co_return Refusal{0, {}};
    enter(Phase::body, core_->limits.body_time);
    while (true) {
        if (!pending().empty()) {
            error_code error;
            const auto used = parser_->put(asio::buffer(pending().data(), pending().size()), error);
            consume(used);
            body_received_ += used;
            if (error == http::error::body_limit) co_return too_large;
            if (error && error != http::error::need_more)
                co_return Refusal{400, "the chunked body is broken: " + error.message()};
            if (facts_.chunked && body_received_ > body_charged_ && !charge_body(body_received_ - body_charged_)) co_return busy;
        }
        if (parser_->is_done()) co_return std::nullopt;
        const bool more = co_await fill();
        if (more) continue;
        if (expired_) co_return Refusal{408, "the body came too slowly"};
        if (end_ - begin_ == core_->limits.input_bytes) co_return Refusal{400, "a chunk's head or trailer is too long"};
        co_return Refusal{0, {}};
    }
}

asio::awaitable<bool> Session::write(std::string_view head, std::string_view body)
{
    // Small answers go out in one call and without a wait; only a slow reader costs more.
    std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(body)};
    std::size_t left = head.size() + body.size();
    if (phase_ != Phase::streaming) phase_ = Phase::writing;
    while (left > 0) {
        error_code error;
        auto sent = socket_.write_some(parts, error);
        if (error == asio::error::would_block || error == asio::error::try_again) {
            deadline_ = std::chrono::steady_clock::now() + core_->limits.write_time;
            auto [gone, size] = co_await socket_.async_write_some(parts, as_result);
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
        auto [gone, size] = co_await socket_.async_read_some(asio::buffer(words), as_result);
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
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    enter(Phase::lingering, core_->limits.linger_time);
    begin_ = end_ = 0;
    if (input_.size() < 4 * first_input_bytes) input_.resize(4 * first_input_bytes);
    for (std::size_t heard = 0; heard < core_->limits.linger_bytes;) {
        auto [gone, size] = co_await socket_.async_read_some(asio::buffer(input_), as_result);
        if (gone) co_return;
        heard += size;
    }
}

}  // namespace incident::net
