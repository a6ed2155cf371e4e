#include "client/transport.hpp"
#include "client/curl_library.hpp"
#include "client/local_http.hpp"
#include <algorithm>
#include <cstdio>
#include <sys/random.h>
#include <thread>

namespace incident::ctl {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct Receiving {
    Reply reply;
    const CurlLibrary* library = nullptr;
    CURL* handle = nullptr;
    const Transport::OnBytes* on_bytes = nullptr;
    bool stopped = false;
};

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user)
{
    auto& receiving = *static_cast<Receiving*>(user);
    const std::size_t bytes = size * count;
    if (receiving.on_bytes != nullptr) {
        long status = 0;
        receiving.library->easy_getinfo(receiving.handle, CURLINFO_RESPONSE_CODE, &status);
        if (status >= 200 && status < 300) {
            receiving.stopped = !(*receiving.on_bytes)({data, bytes});
            return receiving.stopped ? 0 : bytes;
        }
    }
    if (receiving.reply.body.size() + bytes > max_reply_bytes) return 0;
    receiving.reply.body.append(data, bytes);
    return bytes;
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user)
{
    auto& reply = static_cast<Receiving*>(user)->reply;
    std::string_view line{data, size * count};
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    const auto colon = line.find(':');
    if (colon == line.npos) {
        if (line.starts_with("HTTP/")) reply.headers.clear();  // after 100 Continue the real head follows
        return size * count;
    }
    std::string name{line.substr(0, colon)};
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    line.remove_prefix(colon + 1);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    reply.headers[std::move(name)] = std::string{line};
    return size * count;
}

struct Headers {
    const CurlLibrary& library;
    curl_slist* list = nullptr;
    explicit Headers(const CurlLibrary& library_) : library(library_) {}
    Headers(const Headers&) = delete;
    Headers& operator=(const Headers&) = delete;
    ~Headers() { library.slist_free_all(list); }
    void add(const std::string& line) { list = library.slist_append(list, line.c_str()); }
};

bool no_connection(CURLcode code)
{
    return code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY;
}

bool no_trust(CURLcode code)
{
    return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR || code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CERTPROBLEM;
}

/// OpenSSL's words, and what to do about them.
Trouble distrust(const Endpoint& peer, CURLcode code, const std::string& reason, const std::string& ca_file)
{
    const auto says = [&](std::string_view words) { return reason.find(words) != reason.npos; };
    std::string fix = "name who signs its certificate with --ca-file FILE, or ca_file: in the context";
    if (code == CURLE_SSL_CACERT_BADFILE)
        fix = ca_file.empty() ? "install ca-certificates, or name the authority with --ca-file FILE" : "write a readable PEM file of certificates to " + ca_file;
    else if (says("wrong version number") || says("packet length too long")) fix = "it seems to speak plain HTTP there: begin the address with http://";
    else if (says("has expired")) fix = "renew the server's certificate, or look at this machine's clock";
    else if (says("not yet valid")) fix = "look at this machine's clock and at the server's";
    else if (says("no alternative certificate subject name") || says("does not match target host name"))
        fix = "use a name that stands in its certificate, or have one made for this name";
    else if (says("certificate required") || says("bad certificate")) fix = "it wants a certificate of yours, which incidentctl does not show; use its Unix socket, or a token there";
    return {Exit::unreachable, "no trusted connection to " + peer.url + ", nothing was sent: " + reason, fix};
}

}  // namespace

struct Transport::Curl {
    const CurlLibrary& library;
    CURL* handle = nullptr;
    char error[CURL_ERROR_SIZE] = {};

    explicit Curl(const CurlLibrary& library_) : library(library_), handle(library.easy_init()) {}
    ~Curl() { library.easy_cleanup(handle); }
    Curl(const Curl&) = delete;
    Curl& operator=(const Curl&) = delete;

    CURLcode perform(const Endpoint& endpoint, const Request& request, const TransportOptions& options,
                     milliseconds limit, bool endless, Receiving& receiving)
    {
        receiving.reply = {};
        receiving.library = &library;
        receiving.handle = handle;
        error[0] = 0;
        const auto url = endpoint.base + request.path;
        Headers headers{library};
        for (const auto& [name, value] : request.headers) headers.add(name + ": " + value);
        if (!request.body.empty() || request.method != "GET") {
            headers.add("Content-Type: " + request.content_type);
            headers.add("Expect:");  // one round trip, not two
        }
        if (!options.token.empty()) headers.add("Authorization: Bearer " + options.token);
        library.easy_reset(handle);
        library.easy_setopt(handle, CURLOPT_ERRORBUFFER, error);
        library.easy_setopt(handle, CURLOPT_URL, url.c_str());
        library.easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
        if (!options.ca_file.empty()) library.easy_setopt(handle, CURLOPT_CAINFO, options.ca_file.c_str());
        library.easy_setopt(handle, CURLOPT_USERAGENT, "incidentctl/" INCIDENT_VERSION);
        if (!endpoint.unix_socket.empty()) {
            library.easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, endpoint.unix_socket.c_str());
            library.easy_setopt(handle, CURLOPT_PROXY, "");
        }
        if (request.method == "HEAD") {
            library.easy_setopt(handle, CURLOPT_NOBODY, 1L);
        } else if (request.method != "GET" || !request.body.empty()) {
            library.easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
            library.easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
            library.easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
        }
        library.easy_setopt(handle, CURLOPT_HTTPHEADER, headers.list);
        library.easy_setopt(handle, CURLOPT_WRITEFUNCTION, &on_body);
        library.easy_setopt(handle, CURLOPT_WRITEDATA, &receiving);
        library.easy_setopt(handle, CURLOPT_HEADERFUNCTION, &on_header);
        library.easy_setopt(handle, CURLOPT_HEADERDATA, &receiving);
        library.easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limit.count()));
        if (endless) {
            // The server sends a comment every 15 s: three missing ones are a dead peer.
            library.easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
            library.easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, 45L);
        } else {
            library.easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(limit.count()));
        }
        const auto code = library.easy_perform(handle);
        long status = 0;
        library.easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
        receiving.reply.status = static_cast<unsigned>(status);
        if (const auto type = receiving.reply.headers.find("content-type"); type != receiving.reply.headers.end())
            receiving.reply.content_type = type->second;
        library.easy_setopt(handle, CURLOPT_HTTPHEADER, nullptr);  // the list ends with this function
        return code;
    }

    [[nodiscard]] std::string reason(CURLcode code) const
    {
        return error[0] != 0 ? error : library.easy_strerror(code);
    }
};

/// Everything that can carry a request; each part made when it is first needed.
struct Transport::Wires {
    LocalHttp local;
    std::unique_ptr<Curl> curl;
    CURLcode last = CURLE_OK;

    [[nodiscard]] Try<Curl*> web()
    {
        if (!curl) {
            auto library = CurlLibrary::load();
            if (!library) return library.error();
            curl = std::make_unique<Curl>(**library);
        }
        return curl.get();
    }
};

Transport::Transport(std::vector<Endpoint> endpoints, TransportOptions options)
    : wires_(std::make_unique<Wires>()), endpoints_(std::move(endpoints)), options_(std::move(options))
{
}

Transport::~Transport() = default;

const Endpoint& Transport::endpoint() const noexcept { return endpoints_[current_]; }

Try<Delivery> Transport::deliver(const Request& request, steady_clock::time_point deadline, Reply& reply,
                                 std::string& reason)
{
    const auto& peer = endpoints_[current_];
    const auto started = steady_clock::now();
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - started);
    if (left.count() <= 0) return Delivery::timed_out;
    auto delivery = Delivery::answered;
    if (!peer.unix_socket.empty()) {
        delivery = wires_->local.exchange(peer.unix_socket, request, options_.token, deadline, reply, reason);
    } else {
        auto web = wires_->web();
        if (!web) return web.error();
        Receiving receiving;
        const auto code = (*web)->perform(peer, request, options_, left, false, receiving);
        reply = std::move(receiving.reply);
        if (code != CURLE_OK) reason = (*web)->reason(code);
        wires_->last = code;
        if (no_trust(code))
            delivery = Delivery::not_trusted;
        else if (no_connection(code))
            delivery = Delivery::no_connection;
        else if (code == CURLE_OPERATION_TIMEDOUT)
            delivery = Delivery::timed_out;
        else if (code != CURLE_OK)
            delivery = Delivery::broken;
    }
    if (options_.verbose) {
        const auto took = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - started);
        std::fprintf(stderr, "%s %s%s: %s, %.1f ms\n", request.method.c_str(),
                     peer.unix_socket.empty() ? "" : (peer.unix_socket + " ").c_str(),
                     (peer.base + request.path).c_str(),
                     delivery == Delivery::answered ? std::to_string(reply.status).c_str() : "no answer",
                     static_cast<double>(took.count()) / 1000.0);
    }
    return delivery;
}

Try<Reply> Transport::send(const Request& request)
{
    const auto deadline = steady_clock::now() + options_.timeout;
    const bool reads = request.method == "GET" || request.method == "HEAD";
    std::string tried;
    for (int attempt = 1;; ++attempt) {
        const auto& peer = endpoints_[current_];
        Reply reply;
        std::string reason;
        const auto delivery = deliver(request, deadline, reply, reason);
        if (!delivery) return delivery.error();
        if (!settled_ && *delivery == Delivery::no_connection) {
            tried += (tried.empty() ? "" : "; ") + peer.url + " (" + reason + ")";
            if (current_ + 1 < endpoints_.size()) {
                ++current_;
                attempt = 0;
                continue;
            }
            current_ = 0;
            return Trouble{Exit::unreachable, "no incidentd answers: tried " + tried,
                           "start it (incidentd --dev), or say where it is with --url or INCIDENTCTL_URL"};
        }
        if (*delivery == Delivery::not_trusted) return distrust(peer, wires_->last, reason, options_.ca_file);
        settled_ = true;
        const bool answered = *delivery == Delivery::answered;
        const bool busy = answered && (reply.status == 502 || reply.status == 503 || reply.status == 504);
        if (answered && !busy) return reply;
        auto pause = backoff(attempt, random_number(), milliseconds{2000});
        if (const auto after = reply.headers.find("retry-after"); busy && after != reply.headers.end())
            pause = std::max(pause, milliseconds{1000L * std::clamp(std::atol(after->second.c_str()), 0L, 3600L)});
        const bool late = *delivery == Delivery::timed_out;
        if (request.repeatable && attempt < max_attempts && !late && steady_clock::now() + pause < deadline) {
            std::this_thread::sleep_for(pause);
            continue;
        }
        if (busy) return reply;
        return Trouble{late && reads ? Exit::timed_out : Exit::unreachable,
                       late ? peer.url + " gave no answer within " + std::to_string(options_.timeout.count()) + " ms"
                            : "no answer from " + peer.url + ": " + reason,
                       late ? "wait longer with --timeout 30s, or look at the server's log"
                            : "look at the server's log"};
    }
}

Try<Reply> Transport::stream(const Request& request, const OnBytes& on_bytes)
{
    auto web = wires_->web();
    if (!web) return web.error();
    Receiving receiving;
    receiving.on_bytes = &on_bytes;
    const auto& peer = endpoints_[current_];
    const auto code = (*web)->perform(peer, request, options_, options_.timeout, true, receiving);
    if (receiving.reply.status == 0 && no_trust(code)) return distrust(peer, code, (*web)->reason(code), options_.ca_file);
    if (receiving.reply.status == 0)
        return Trouble{Exit::unreachable, "no answer from " + peer.url + ": " + (*web)->reason(code), {}};
    return std::move(receiving.reply);
}

std::string shell_quoted(std::string_view text)
{
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=,";
    if (!text.empty() && text.find_first_not_of(plain) == text.npos) return std::string{text};
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'')
            quoted += "'\\''";
        else
            quoted += c;
    }
    return quoted + "'";
}

std::string curl_command(const Endpoint& endpoint, const Request& request, bool with_token, const std::string& ca_file)
{
    std::string line = "curl -sS";
    if (!ca_file.empty() && endpoint.base.starts_with("https://")) line += " --cacert " + shell_quoted(ca_file);
    if (!endpoint.unix_socket.empty()) line += " --unix-socket " + shell_quoted(endpoint.unix_socket);
    if (request.method != "GET") line += " -X " + request.method;
    if (with_token) line += " -H \"Authorization: Bearer $INCIDENTCTL_TOKEN\"";
    for (const auto& [name, value] : request.headers) line += " -H " + shell_quoted(name + ": " + value);
    if (!request.body.empty())
        line += " -H " + shell_quoted("Content-Type: " + request.content_type) + " --data-raw " +
                shell_quoted(request.body);
    return line + ' ' + shell_quoted(endpoint.base + request.path);
}

milliseconds backoff(int attempt, std::uint32_t random, milliseconds cap)
{
    const auto doubled = milliseconds{100} * (1 << std::clamp(attempt - 1, 0, 16));
    const auto whole = std::min(doubled, cap);
    const auto half = whole / 2;
    return half + milliseconds{static_cast<std::int64_t>(random % static_cast<std::uint32_t>(half.count() + 1))};
}

std::uint32_t random_number()
{
    std::uint32_t number = 0;
    [[maybe_unused]] const auto got = getrandom(&number, sizeof number, 0);  // never fails for so few bytes
    return number;
}

std::string random_key()
{
    unsigned char bytes[16] = {};
    [[maybe_unused]] const auto got = getrandom(bytes, sizeof bytes, 0);
    std::string hex;
    for (const auto byte : bytes) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
    }
    return hex;
}

}  // namespace incident::ctl
