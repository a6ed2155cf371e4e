#pragma once
#include "api/service.hpp"
#include "app/clock.hpp"
#include "store/local_ledger.hpp"
#include "support/temp_folder.hpp"
#include "support/token_book.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json.hpp>
#include <mutex>

/// The HTTP interface without sockets: the real service over a real ledger in a folder of its own. Only the clock, the
/// metrics and the live hub are stand-ins.
namespace incident::test {

class SetClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override { return Instant{std::chrono::microseconds{now_.load()}}; }
    void set(Instant at) { now_ = at.time_since_epoch().count(); }
    void advance(std::chrono::microseconds by) { now_ += by.count(); }

private:
    std::atomic<std::int64_t> now_ = parse_rfc3339("2024-06-22T16:00:00Z").value().time_since_epoch().count();
};

/// Counts by `name{labels}`.
class CountingMetrics final : public observe::Metrics {
public:
    void request(std::string_view path, std::string_view method, unsigned status, double) override
    {
        add("request " + std::string{method} + ' ' + std::string{path} + ' ' + std::to_string(status));
    }
    void event_stored(std::string_view source, std::string_view kind) override { add("stored " + std::string{source} + ' ' + std::string{kind}); }
    void event_repeated(std::string_view source) override { add("repeated " + std::string{source}); }
    void event_replayed(std::string_view source) override { add("replayed " + std::string{source}); }
    void hook_unparsed(std::string_view source) override { add("unparsed " + std::string{source}); }
    void hook_refused(std::string_view source, std::string_view reason) override { add("refused " + std::string{source} + ' ' + std::string{reason}); }
    void tag_set(std::string_view tag, std::string_view by) override { add("tag " + std::string{tag} + ' ' + std::string{by}); }
    void ingest_lag(std::string_view, double) override { add("lag"); }
    void draft_rendered(double) override { add("draft"); }
    void config_reload(bool, double, std::string_view) override { add("reload"); }
    void connection_refused(std::string_view reason) override { add("connection " + std::string{reason}); }
    void set_gauges(std::function<Gauges()>) override {}
    std::string exposition() override { return "# HELP incidentd_up 1 while it answers\n# TYPE incidentd_up gauge\nincidentd_up 1\n"; }

    [[nodiscard]] int count(const std::string& name) const
    {
        const std::lock_guard lock{mutex_};
        const auto found = counts_.find(name);
        return found == counts_.end() ? 0 : found->second;
    }

private:
    void add(std::string name)
    {
        const std::lock_guard lock{mutex_};
        ++counts_[std::move(name)];
    }
    mutable std::mutex mutex_;
    std::map<std::string, int> counts_;
};

/// Gives a stream of one piece that tells what was asked for.
class OneItemHub final : public live::Hub {
public:
    void publish(std::shared_ptr<const std::vector<Entry>>) override {}
    void begin(std::set<IncidentKey>) override {}
    Result<std::unique_ptr<net::BodyStream>> subscribe(std::optional<std::uint64_t> after_seq, std::optional<IncidentKey> incident, live::Watcher) override
    {
        if (full) return Failure{Errc::unavailable, "too many clients follow the stream"};
        asked = (after_seq ? std::to_string(*after_seq) : "now") + ' ' + (incident ? to_string(*incident) : "all");
        return std::unique_ptr<net::BodyStream>{std::make_unique<Empty>()};
    }
    void say(const Incident& incident, std::string text) override { said.push_back(to_string(incident.key) + ' ' + text); }
    void close() override {}
    [[nodiscard]] std::size_t clients() const noexcept override { return 3; }
    [[nodiscard]] std::uint64_t dropped() const noexcept override { return 0; }

    bool full = false;
    std::string asked;
    std::vector<std::string> said;

private:
    class Empty final : public net::BodyStream {
    public:
        boost::asio::awaitable<std::string> next() override { co_return std::string{}; }
    };
};

/// The real ledger, whose lanes a test can declare full.
class GatedLedger final : public store::Ledger {
public:
    explicit GatedLedger(store::Ledger& real) : real_(real) {}
    bool people_full = false, machines_full = false;

    boost::asio::awaitable<Result<store::Receipt>> append(store::Submission submission) override
    {
        if (!has_room(submission.lane)) co_return Failure{Errc::unavailable, "the store is busy, try again"};
        auto receipt = co_await real_.append(std::move(submission));
        co_return std::move(receipt);
    }
    [[nodiscard]] bool has_room(store::Lane lane) const noexcept override
    {
        return lane == store::Lane::people ? !people_full : !machines_full;
    }
    void on_commit(OnCommit callback) override { real_.on_commit(std::move(callback)); }
    void on_latch(std::function<void(std::string)> callback) override { real_.on_latch(std::move(callback)); }
    [[nodiscard]] bool latched() const noexcept override { return real_.latched(); }
    [[nodiscard]] std::uint64_t last_seq() const noexcept override { return real_.last_seq(); }
    [[nodiscard]] Stats stats() const noexcept override { return real_.stats(); }

private:
    store::Ledger& real_;
};

struct Answer {
    unsigned status = 0;
    std::string type, body;
    std::map<std::string, std::string> headers;  ///< names as sent
    bool streams = false;
    [[nodiscard]] boost::json::value json() const { return boost::json::parse(body); }
    [[nodiscard]] std::string header(const std::string& name) const
    {
        const auto found = headers.find(name);
        return found == headers.end() ? std::string{} : found->second;
    }
    /// Pointers of the problem's errors, joined by spaces.
    [[nodiscard]] std::string pointers() const
    {
        std::string all;
        const auto document = json();
        for (const auto& error : document.at("errors").as_array())
            all += (all.empty() ? "" : " ") + std::string{error.at("pointer").as_string()};
        return all;
    }
};

class ServiceHarness {
public:
    using Headers = std::map<std::string, std::string>;

    explicit ServiceHarness(config::Config config = {}) { start(std::move(config)); }
    ~ServiceHarness()
    {
        if (ledger_) ledger_->close();
    }
    ServiceHarness(const ServiceHarness&) = delete;
    ServiceHarness& operator=(const ServiceHarness&) = delete;

    SetClock clock;
    CountingMetrics metrics;
    OneItemHub hub;
    MemoryTokens tokens;
    api::Health health{true, {}};
    std::optional<Failure> reload_fails;
    net::Peer peer = sam();  ///< who asks; tests change it

    static net::Peer sam()
    {
        net::Peer peer;
        peer.unix_socket = true;
        peer.uid = 1000;
        peer.account = "sam";
        return peer;
    }
    /// Another account that the socket's group lets in.
    static net::Peer ana()
    {
        net::Peer peer;
        peer.unix_socket = true;
        peer.uid = 1001;
        peer.account = "ana";
        return peer;
    }
    static net::Peer loopback()
    {
        net::Peer peer;
        peer.address = "127.0.0.1";
        peer.loopback = true;
        return peer;
    }

    Answer get(std::string_view target, Headers headers = {}) { return ask("GET", target, {}, std::move(headers)); }
    Answer post(std::string_view target, std::string body, Headers headers = {}) { return ask("POST", target, std::move(body), std::move(headers)); }
    Answer patch(std::string_view target, std::string body, Headers headers = {}) { return ask("PATCH", target, std::move(body), std::move(headers)); }

    /// One whole request: admission, then the handler, as net does it.
    Answer ask(std::string_view method, std::string_view target, std::string body, Headers headers = {})
    {
        auto request = make(method, target, std::move(body), std::move(headers));
        auto admission = service_->admit(request);
        if (admission.refuse) return to_answer(std::move(*admission.refuse));
        if (request.body.size() > admission.body_limit_bytes) return to_answer(service_->refuse(413, "the body is too large"));
        auto answer = boost::asio::co_spawn(io_, service_->handle(std::move(request)), boost::asio::use_future);
        wait(answer);
        return to_answer(answer.get());
    }

    /// Several requests under way at once; their answers in the order asked.
    std::vector<Answer> ask_together(std::vector<net::Request> requests)
    {
        std::vector<std::future<net::Reply>> answers;
        for (auto& request : requests)
            answers.push_back(boost::asio::co_spawn(io_, service_->handle(std::move(request)), boost::asio::use_future));
        std::vector<Answer> all;
        for (auto& answer : answers) {
            wait(answer);
            all.push_back(to_answer(answer.get()));
        }
        return all;
    }

    /// Runs what is no request to its end.
    void run(boost::asio::awaitable<void> task)
    {
        auto done = boost::asio::co_spawn(io_, std::move(task), boost::asio::use_future);
        wait(done);
        done.get();
    }

    net::Request make(std::string_view method, std::string_view target, std::string body, Headers headers = {})
    {
        net::Request request;
        request.method = method;
        const auto mark = target.find('?');
        request.path = target.substr(0, mark);
        std::string_view path{request.path};
        for (path.remove_prefix(1); !path.empty();) {
            const auto slash = path.find('/');
            request.segments.emplace_back(path.substr(0, slash));
            if (slash == std::string_view::npos) break;
            path.remove_prefix(slash + 1);
        }
        if (mark != std::string_view::npos) read_query(target.substr(mark + 1), request.query);
        request.headers = std::move(headers);
        request.headers.try_emplace("host", "localhost");
        if (!body.empty() || method == "POST" || method == "PATCH") request.headers.try_emplace("content-type", "application/json");
        request.body = std::move(body);
        request.peer = peer;
        return request;
    }

    [[nodiscard]] api::Runtime& runtime() { return *runtime_; }
    [[nodiscard]] net::Handler& service() { return *service_; }
    [[nodiscard]] GatedLedger& gate() { return *gate_; }
    void configure(config::Config config)
    {
        auto settings = std::make_shared<api::Settings>();
        settings->rules = config::compile_rules(config).value();
        settings->config = std::move(config);
        settings_ = settings;
        if (runtime_) runtime_->settings = settings_;
    }

private:
    void start(config::Config config)
    {
        configure(std::move(config));
        ledger_ = store::LocalLedger::open(folder_.path(), clock, entropy_, {}).value();
        gate_.emplace(*ledger_);
        runtime_.emplace(api::Runtime{*gate_, *ledger_, hub, metrics, clock, settings_, [this] { return health; },
                                      [this]() -> Result<void> {
                                          if (reload_fails) return *reload_fails;
                                          return {};
                                      },
                                      "http://localhost:9780", std::chrono::steady_clock::now(), true, "/var/lib/incidentd", "/etc/incidentd/incidentd.yml"});
        runtime_->tokens = &tokens;
        runtime_->entropy = &entropy_;
        runtime_->own_uid = sam().uid;  // sam runs it, so he may do everything
        service_ = api::make_service(*runtime_);
    }

    template <class Future>
    void wait(Future& future)
    {
        while (future.wait_for(std::chrono::seconds{0}) != std::future_status::ready) io_.run_one();
    }

    static void read_query(std::string_view text, std::map<std::string, std::string>& query)
    {
        while (!text.empty()) {
            const auto end = text.find('&');
            const auto one = text.substr(0, end);
            const auto equals = one.find('=');
            query[std::string{one.substr(0, equals)}] = equals == std::string_view::npos ? std::string{} : std::string{one.substr(equals + 1)};
            if (end == std::string_view::npos) break;
            text.remove_prefix(end + 1);
        }
    }

    static Answer to_answer(net::Reply reply)
    {
        Answer answer;
        answer.status = reply.status;
        answer.type = reply.content_type;
        for (auto& [name, value] : reply.headers) answer.headers[name] = value;
        if (auto* body = std::get_if<std::string>(&reply.body)) answer.body = std::move(*body);
        else answer.streams = true;
        return answer;
    }

    TempFolder folder_;
    SystemEntropy entropy_;
    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};  // never runs dry between two requests
    std::shared_ptr<const api::Settings> settings_;
    std::unique_ptr<store::LocalLedger> ledger_;
    std::optional<GatedLedger> gate_;
    std::optional<api::Runtime> runtime_;
    std::unique_ptr<net::Handler> service_;
};

}  // namespace incident::test
