#include "net/session.hpp"
#include "net/target.hpp"
#include <algorithm>
#include <boost/asio.hpp>

// From bytes to a request: head, then body, each within its limits.
namespace incident::net {
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr std::size_t first_input_bytes = 2048;  // most requests fit; grows to Limits::input_bytes
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

}  // namespace

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
    auto [gone, size] = co_await stream_.read_some(room);
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

}  // namespace incident::net
