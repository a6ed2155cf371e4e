// Events per second into a server that syncs before it answers: incidentd over HTTP, Redis Streams, PostgreSQL, and bare
// write+fdatasync, in turn in one run, medians of several rounds, with the ratio to each. Start it by tests/bench/run.sh.
#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <memory>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>
#ifdef INCIDENT_HAVE_LIBPQ
#include <libpq-fe.h>
#endif

namespace {
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t event_bytes = 200;  // DESIGN §5

struct Settings {
    int incidentd_port = 0, redis_port = 0;
    std::string postgres, folder = ".";
    double seconds = 2;
    int rounds = 5;
};

std::string event_text() { return std::string(event_bytes - 29, 'x'); }  // the JSON around it is 29 bytes

/// One connection that keeps exactly one request in flight.
class Connection {
 public:
    virtual ~Connection() = default;
    [[nodiscard]] virtual int descriptor() const = 0;
    virtual void send() = 0;
    /// Takes what arrived; true when the whole answer is there. Throws when it is a refusal.
    [[nodiscard]] virtual bool receive() = 0;
};

class SocketConnection : public Connection {
 public:
    SocketConnection(int port, std::string request) : request_(std::move(request))
    {
        descriptor_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int one = 1;
        ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error{"cannot connect to port " + std::to_string(port)};
    }
    ~SocketConnection() override { ::close(descriptor_); }
    [[nodiscard]] int descriptor() const override { return descriptor_; }
    void send() override
    {
        for (std::size_t sent = 0; sent < request_.size();) {
            const auto n = ::send(descriptor_, request_.data() + sent, request_.size() - sent, MSG_NOSIGNAL);
            if (n <= 0) throw std::runtime_error{"the server closed the connection"};
            sent += static_cast<std::size_t>(n);
        }
    }
    [[nodiscard]] bool receive() override
    {
        char piece[65536];
        const auto n = ::recv(descriptor_, piece, sizeof piece, 0);
        if (n <= 0) throw std::runtime_error{"the server closed the connection"};
        answer_.append(piece, static_cast<std::size_t>(n));
        if (!complete(answer_)) return false;
        answer_.clear();
        return true;
    }

 protected:
    [[nodiscard]] virtual bool complete(const std::string& answer) const = 0;

 private:
    int descriptor_ = -1;
    std::string request_, answer_;
};

class HttpConnection final : public SocketConnection {
 public:
    HttpConnection(int port, std::size_t batch) : SocketConnection(port, request(batch)) {}

 private:
    static std::string request(std::size_t batch)
    {
        const auto one = R"({"kind":"alert","text":")" + event_text() + R"("})";
        std::string body = batch == 1 ? one : "[";
        for (std::size_t i = 0; batch > 1 && i < batch; ++i) body += one + (i + 1 < batch ? "," : "]");
        return "POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    [[nodiscard]] bool complete(const std::string& answer) const override
    {
        const auto end = answer.find("\r\n\r\n");
        if (end == std::string::npos) return false;
        if (answer.compare(0, 10, "HTTP/1.1 2") != 0) throw std::runtime_error{"incidentd refused: " + answer.substr(0, 400)};
        const auto at = answer.find("Content-Length: ");
        if (at == std::string::npos) throw std::runtime_error{"no Content-Length: " + answer.substr(0, 400)};
        return answer.size() >= end + 4 + std::strtoul(answer.c_str() + at + 16, nullptr, 10);
    }
};

class RedisConnection final : public SocketConnection {
 public:
    RedisConnection(int port, std::size_t batch) : SocketConnection(port, request(batch)), batch_(batch) {}

 private:
    static std::string request(std::size_t batch)
    {
        const std::string value(event_bytes, 'x');
        std::string all;
        for (std::size_t i = 0; i < batch; ++i)
            all += "*5\r\n$4\r\nXADD\r\n$5\r\nbench\r\n$1\r\n*\r\n$1\r\ne\r\n$" + std::to_string(value.size()) + "\r\n" + value + "\r\n";
        return all;
    }
    [[nodiscard]] bool complete(const std::string& answer) const override
    {
        if (answer[0] != '$') throw std::runtime_error{"Redis refused: " + answer.substr(0, 200)};
        // each answer is `$15\r\n<id>\r\n`: two lines
        return static_cast<std::size_t>(std::count(answer.begin(), answer.end(), '\n')) >= 2 * batch_;
    }
    std::size_t batch_;
};

#ifdef INCIDENT_HAVE_LIBPQ
class PostgresConnection final : public Connection {
 public:
    PostgresConnection(const std::string& where, std::size_t batch) : connection_(PQconnectdb(where.c_str())), batch_(batch)
    {
        if (PQstatus(connection_) != CONNECTION_OK) throw std::runtime_error{PQerrorMessage(connection_)};
        PQsetNoticeProcessor(connection_, [](void*, const char*) {}, nullptr);
        PQclear(PQexec(connection_, "CREATE TABLE IF NOT EXISTS bench (seq bigserial PRIMARY KEY, at timestamptz DEFAULT now(), e text)"));
        const auto* statement = batch == 1 ? "INSERT INTO bench (e) VALUES ($1) RETURNING seq"
                                           : "INSERT INTO bench (e) SELECT unnest($1::text[]) RETURNING seq";
        PQclear(PQprepare(connection_, "add", statement, 1, nullptr));
        const std::string value(event_bytes, 'x');
        if (batch == 1) values_ = value;
        else {
            values_ = "{";
            for (std::size_t i = 0; i < batch; ++i) values_ += value + (i + 1 < batch ? "," : "}");
        }
    }
    ~PostgresConnection() override { PQfinish(connection_); }
    [[nodiscard]] int descriptor() const override { return PQsocket(connection_); }
    void send() override
    {
        const char* values[] = {values_.c_str()};
        if (!PQsendQueryPrepared(connection_, "add", 1, values, nullptr, nullptr, 1)) throw std::runtime_error{PQerrorMessage(connection_)};
        while (PQflush(connection_) > 0) {}
    }
    [[nodiscard]] bool receive() override
    {
        if (!PQconsumeInput(connection_)) throw std::runtime_error{PQerrorMessage(connection_)};
        while (!PQisBusy(connection_)) {
            PGresult* result = PQgetResult(connection_);
            if (!result) return true;
            const auto status = PQresultStatus(result);
            PQclear(result);
            if (status != PGRES_TUPLES_OK) throw std::runtime_error{PQerrorMessage(connection_)};
        }
        return false;
    }

 private:
    PGconn* connection_;
    std::size_t batch_;
    std::string values_;
};
#endif

/// Events per second with `senders` connections, each one request at a time. One thread drives them all, so that the
/// load itself takes as little of the two cores as it can.
template <class Make>
double run(Make make, std::size_t senders, std::size_t batch, double seconds)
{
    std::vector<std::unique_ptr<Connection>> connections;
    std::vector<pollfd> waiting;
    for (std::size_t i = 0; i < senders; ++i) {
        connections.push_back(make());
        waiting.push_back({connections.back()->descriptor(), POLLIN, 0});
    }
    for (auto& connection : connections) connection->send();
    const auto began = SteadyClock::now();
    const auto until = began + std::chrono::duration<double>(seconds);
    std::size_t answered = 0, in_flight = senders;
    while (in_flight > 0) {
        if (::poll(waiting.data(), waiting.size(), 30'000) <= 0) throw std::runtime_error{"no answer for 30 s"};
        const bool over = SteadyClock::now() >= until;
        for (std::size_t i = 0; i < waiting.size(); ++i) {
            if (!waiting[i].revents || !connections[i]->receive()) continue;
            ++answered;
            if (over) {
                waiting[i].fd = -1;
                --in_flight;
            } else {
                connections[i]->send();
            }
        }
    }
    const std::chrono::duration<double> took = SteadyClock::now() - began;
    return static_cast<double>(answered * batch) / took.count();
}

/// What the disk itself gives: `batch` events written at once, then synced.
double run_bare(const std::string& folder, std::size_t batch, double seconds)
{
    const auto file = folder + "/bare";
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const std::string piece(event_bytes * batch, 'x');
    const auto began = SteadyClock::now();
    const auto until = began + std::chrono::duration<double>(seconds);
    std::size_t written = 0;
    while (SteadyClock::now() < until) {
        if (::write(descriptor, piece.data(), piece.size()) != static_cast<ssize_t>(piece.size()) || ::fdatasync(descriptor) != 0)
            throw std::runtime_error{"cannot write " + file};
        written += batch;
    }
    const std::chrono::duration<double> took = SteadyClock::now() - began;
    ::close(descriptor);
    ::unlink(file.c_str());
    return static_cast<double>(written) / took.count();
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void compare(const char* title, const Settings& settings, std::size_t senders, std::size_t batch)
{
    std::map<std::string, std::vector<double>> rates;
    const std::vector<std::string> order{"incidentd", "redis", "postgresql", "write+fdatasync"};
    for (int round = 0; round < settings.rounds; ++round) {
        if (settings.incidentd_port)
            rates["incidentd"].push_back(run([&] { return std::make_unique<HttpConnection>(settings.incidentd_port, batch); }, senders, batch, settings.seconds));
        if (settings.redis_port)
            rates["redis"].push_back(run([&] { return std::make_unique<RedisConnection>(settings.redis_port, batch); }, senders, batch, settings.seconds));
#ifdef INCIDENT_HAVE_LIBPQ
        if (!settings.postgres.empty())
            rates["postgresql"].push_back(run([&] { return std::make_unique<PostgresConnection>(settings.postgres, batch); }, senders, batch, settings.seconds));
#endif
        if (senders == 1 || batch > 1) rates["write+fdatasync"].push_back(run_bare(settings.folder, batch, settings.seconds));
    }
    std::printf("%s (%zu connections, %zu events a request, median of %d rounds of %.1f s)\n", title, senders, batch, settings.rounds, settings.seconds);
    const double ours = rates["incidentd"].empty() ? 0 : median(rates["incidentd"]);
    for (const auto& name : order) {
        if (rates[name].empty()) continue;
        const auto rate = median(rates[name]);
        if (name == "incidentd" || ours == 0) std::printf("  %-16s %10.0f events/s\n", name.c_str(), rate);
        else std::printf("  %-16s %10.0f events/s   incidentd is %.2f x\n", name.c_str(), rate, ours / rate);
    }
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv)
try {
    Settings settings;
    std::string only;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string flag = argv[i], value = argv[i + 1];
        if (flag == "--incidentd-port") settings.incidentd_port = std::stoi(value);
        else if (flag == "--redis-port") settings.redis_port = std::stoi(value);
        else if (flag == "--postgres") settings.postgres = value;
        else if (flag == "--folder") settings.folder = value;
        else if (flag == "--seconds") settings.seconds = std::stod(value);
        else if (flag == "--rounds") settings.rounds = std::stoi(value);
        else if (flag == "--only") only = value;
        else throw std::runtime_error{"unknown flag " + flag};
    }
    if (only.empty() || only == "batches") compare("batches", settings, 4, 100);
    if (only.empty() || only == "many") compare("many senders", settings, 50, 1);
    if (only.empty() || only == "one") compare("one sender", settings, 1, 1);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "ingest_bench: %s\n", error.what());
    return 1;
}
