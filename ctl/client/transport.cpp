#include "client/transport.hpp"
#include <algorithm>
#include <cstdio>
#include <curl/curl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <thread>

namespace incident::ctl {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct Receiving {
    Reply reply;
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
        curl_easy_getinfo(receiving.handle, CURLINFO_RESPONSE_CODE, &status);
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
    curl_slist* list = nullptr;
    Headers() = default;
    Headers(const Headers&) = delete;
    Headers& operator=(const Headers&) = delete;
    ~Headers() { curl_slist_free_all(list); }
    void add(const std::string& line) { list = curl_slist_append(list, line.c_str()); }
};

bool no_connection(CURLcode code)
{
    return code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY;
}

bool broken(CURLcode code) { return code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR; }

bool wants_tls(const std::vector<Endpoint>& endpoints)
{
    return std::any_of(endpoints.begin(), endpoints.end(),
                       [](const Endpoint& endpoint) { return endpoint.base.starts_with("https:"); });
}

}  // namespace

struct Transport::Curl {
    CURL* handle = nullptr;
    char error[CURL_ERROR_SIZE] = {};

    explicit Curl(bool tls)
    {
        // Without TLS there is no reason to start OpenSSL: that alone takes as long as a note over the socket.
        curl_global_init(tls ? CURL_GLOBAL_SSL : CURL_GLOBAL_NOTHING);
        handle = curl_easy_init();
    }
    ~Curl() { curl_easy_cleanup(handle); }
    Curl(const Curl&) = delete;
    Curl& operator=(const Curl&) = delete;

    CURLcode perform(const Endpoint& endpoint, const Request& request, const TransportOptions& options,
                     milliseconds limit, bool endless, Receiving& receiving)
    {
        receiving.reply = {};
        receiving.handle = handle;
        error[0] = 0;
        const auto url = endpoint.base + request.path;
        Headers headers;
        for (const auto& [name, value] : request.headers) headers.add(name + ": " + value);
        if (!request.body.empty() || request.method != "GET") {
            headers.add("Content-Type: " + request.content_type);
            headers.add("Expect:");  // one round trip, not two
        }
        if (!options.token.empty()) headers.add("Authorization: Bearer " + options.token);
        curl_easy_reset(handle);
        curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, error);
        curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
        curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(handle, CURLOPT_USERAGENT, "incidentctl/" INCIDENT_VERSION);
        if (!endpoint.unix_socket.empty()) {
            curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, endpoint.unix_socket.c_str());
            curl_easy_setopt(handle, CURLOPT_PROXY, "");
        }
        if (request.method == "HEAD") {
            curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
        } else if (request.method != "GET" || !request.body.empty()) {
            curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
            curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
            curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
        }
        curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.list);
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &on_body);
        curl_easy_setopt(handle, CURLOPT_WRITEDATA, &receiving);
        curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &on_header);
        curl_easy_setopt(handle, CURLOPT_HEADERDATA, &receiving);
        curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limit.count()));
        if (endless) {
            // The server sends a comment every 15 s: three missing ones are a dead peer.
            curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
            curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, 45L);
        } else {
            curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(limit.count()));
        }
        const auto started = steady_clock::now();
        const auto code = curl_easy_perform(handle);
        long status = 0;
        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
        receiving.reply.status = static_cast<unsigned>(status);
        if (const auto type = receiving.reply.headers.find("content-type"); type != receiving.reply.headers.end())
            receiving.reply.content_type = type->second;
        if (options.verbose) {
            const auto took = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - started);
            std::fprintf(stderr, "%s %s%s: %ld, %.1f ms\n", request.method.c_str(),
                         endpoint.unix_socket.empty() ? "" : (endpoint.unix_socket + " ").c_str(), url.c_str(), status,
                         static_cast<double>(took.count()) / 1000.0);
        }
        curl_easy_setopt(handle, CURLOPT_HTTPHEADER, nullptr);  // the list ends with this function
        return code;
    }

    [[nodiscard]] std::string reason(CURLcode code) const { return error[0] != 0 ? error : curl_easy_strerror(code); }
};

Transport::Transport(std::vector<Endpoint> endpoints, TransportOptions options)
    : curl_(std::make_unique<Curl>(wants_tls(endpoints))), endpoints_(std::move(endpoints)), options_(std::move(options))
{}

Transport::~Transport() = default;

const Endpoint& Transport::endpoint() const noexcept { return endpoints_[current_]; }

Try<Reply> Transport::send(const Request& request)
{
    const auto deadline = steady_clock::now() + options_.timeout;
    const bool reads = request.method == "GET" || request.method == "HEAD";
    std::string tried;
    for (int attempt = 1;; ++attempt) {
        const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
        Receiving receiving;
        CURLcode code = CURLE_OPERATION_TIMEDOUT;
        struct stat found {};
        const auto& peer = endpoints_[current_];
        if (!settled_ && !peer.unix_socket.empty() && ::stat(peer.unix_socket.c_str(), &found) != 0) {
            code = CURLE_COULDNT_CONNECT;
            std::snprintf(curl_->error, sizeof curl_->error, "no such socket");
        } else if (left.count() > 0) {
            code = curl_->perform(peer, request, options_, left, false, receiving);
        }
        if (!settled_ && no_connection(code)) {
            tried += (tried.empty() ? "" : "; ") + peer.url + " (" + curl_->reason(code) + ")";
            if (current_ + 1 < endpoints_.size()) {
                ++current_;
                attempt = 0;
                continue;
            }
            current_ = 0;
            return Trouble{Exit::unreachable, "no incidentd answers: tried " + tried,
                           "start it (incidentd --dev), or say where it is with --url or INCIDENTCTL_URL"};
        }
        settled_ = true;
        auto pause = backoff(attempt, random_number(), milliseconds{2000});
        const auto status = receiving.reply.status;
        const bool busy = code == CURLE_OK && (status == 502 || status == 503 || status == 504);
        if (code == CURLE_OK && !busy) return std::move(receiving.reply);
        if (busy) {
            if (const auto after = receiving.reply.headers.find("retry-after"); after != receiving.reply.headers.end())
                pause = std::max(pause, milliseconds{1000L * std::atol(after->second.c_str())});
        }
        const bool again = request.repeatable && attempt < max_attempts && (busy || broken(code) || no_connection(code)) &&
                           steady_clock::now() + pause < deadline;
        if (again) {
            std::this_thread::sleep_for(pause);
            continue;
        }
        if (busy) return std::move(receiving.reply);
        const bool late = code == CURLE_OPERATION_TIMEDOUT;
        return Trouble{late && reads ? Exit::timed_out : Exit::unreachable,
                       late ? peer.url + " gave no answer within " + std::to_string(options_.timeout.count()) + " ms"
                            : "no answer from " + peer.url + ": " + curl_->reason(code),
                       late ? "wait longer with --timeout 30s, or look at the server's log" : "look at the server's log"};
    }
}

Try<Reply> Transport::stream(const Request& request, const OnBytes& on_bytes)
{
    Receiving receiving;
    receiving.on_bytes = &on_bytes;
    const auto& peer = endpoints_[current_];
    const auto code = curl_->perform(peer, request, options_, options_.timeout, true, receiving);
    if (receiving.reply.status == 0)
        return Trouble{Exit::unreachable, "no answer from " + peer.url + ": " + curl_->reason(code), {}};
    return std::move(receiving.reply);
}

std::string shell_quoted(std::string_view text)
{
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=,";
    if (!text.empty() && text.find_first_not_of(plain) == text.npos) return std::string{text};
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'') quoted += "'\\''";
        else quoted += c;
    }
    return quoted + "'";
}

std::string curl_command(const Endpoint& endpoint, const Request& request, bool with_token)
{
    std::string line = "curl -sS";
    if (!endpoint.unix_socket.empty()) line += " --unix-socket " + shell_quoted(endpoint.unix_socket);
    if (request.method != "GET") line += " -X " + request.method;
    if (with_token) line += " -H \"Authorization: Bearer $INCIDENTCTL_TOKEN\"";
    for (const auto& [name, value] : request.headers) line += " -H " + shell_quoted(name + ": " + value);
    if (!request.body.empty())
        line += " -H " + shell_quoted("Content-Type: " + request.content_type) + " --data-raw " + shell_quoted(request.body);
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
