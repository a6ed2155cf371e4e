// What the ledger costs by itself, without HTTP: batches of 100, fifty senders of one event, and one sender; each beside
// a bare write+fdatasync of the same bytes in the same run.
//
// Each once more without full text, which is filled behind the commits by a thread of its own.
//
// Then how long a start takes with a million events stored, and what memory the process holds five seconds later.
//
//     store_bench [seconds per measurement, default 3] [folder, default the current one]
#include "support/ledger.hpp"
#include "store/codec.hpp"
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace {

using namespace incident;
using Steady = std::chrono::steady_clock;

constexpr std::size_t text_bytes = 200;

Event sample(std::size_t number)
{
    auto event = test::note("event " + std::to_string(number) + ' ');
    event.kind = Kind::alert;
    event.source = "bench";
    event.text.resize(text_bytes, 'x');
    return event;
}

std::vector<store::NewEntry> batch_of(std::size_t size)
{
    std::vector<store::NewEntry> batch;
    for (std::size_t i = 0; i < size; ++i) batch.push_back(test::new_entry(sample(i)));
    return batch;
}

/// One sender: the next request goes out when the answer to the last one is there.
boost::asio::awaitable<std::size_t> send(store::Ledger& ledger, std::size_t batch, Steady::time_point until)
{
    const auto ready = std::make_shared<const std::vector<store::NewEntry>>(batch_of(batch));
    std::size_t events = 0;
    while (Steady::now() < until) {
        store::Submission submission;
        submission.events = batch;
        submission.bytes = batch * text_bytes;
        submission.decide = [ready](store::View& view) -> Result<std::vector<store::NewEntry>> {
            auto entries = *ready;
            for (auto& one : entries) std::get<Event>(one.entry.what).occurred_at = view.now();
            return entries;
        };
        auto receipt = co_await ledger.append(std::move(submission));
        if (!receipt) {
            std::fprintf(stderr, "refused: %s\n", receipt.error().detail.c_str());
            std::exit(1);
        }
        events += receipt->items.size();
    }
    co_return events;
}

double ledger_rate(const std::filesystem::path& folder, std::size_t senders, std::size_t batch, double seconds, bool tell, bool search)
{
    SystemClock clock;
    SystemEntropy entropy;
    store::StoreLimits limits;
    limits.search = search;
    auto ledger = store::LocalLedger::open(folder, clock, entropy, limits).value();
    std::size_t told = 0;
    if (tell) ledger->on_commit([&](std::shared_ptr<const std::vector<Entry>> entries) { told += entries->size(); });
    test::Loop loop;
    const auto began = Steady::now();
    const auto until = began + std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(seconds));
    std::vector<std::future<std::size_t>> results;
    for (std::size_t i = 0; i < senders; ++i) results.push_back(loop.start(send(*ledger, batch, until)));
    std::size_t events = 0;
    for (auto& result : results) events += result.get();
    const auto took = std::chrono::duration<double>(Steady::now() - began).count();
    const auto stats = ledger->stats();
    std::printf("    %zu events in %.2f s, %llu groups, %llu syncs, %llu checkpoints, file %.1f MB, log %.1f MB\n", events, took,
                static_cast<unsigned long long>(stats.groups), static_cast<unsigned long long>(stats.syncs),
                static_cast<unsigned long long>(stats.checkpoints), static_cast<double>(stats.file_bytes) / 1e6,
                static_cast<double>(stats.wal_bytes) / 1e6);
    if (search) {
        const auto behind = stats.search_behind;
        while (ledger->stats().search_behind > 0) std::this_thread::sleep_for(std::chrono::milliseconds{10});
        const auto all = std::chrono::duration<double>(Steady::now() - began).count();
        std::printf("    full text: %llu entries behind at the end, caught up %.1f s later, file %.1f MB\n", static_cast<unsigned long long>(behind), all - took,
                    static_cast<double>(ledger->stats().search_bytes) / 1e6);
    }
    ledger->close();
    std::filesystem::remove_all(folder);
    return static_cast<double>(events) / took;
}

double bare_rate(const std::filesystem::path& file, std::size_t batch, double seconds)
{
    std::string facts, content;
    auto entry = batch_of(1).front().entry;
    store::encode(entry, facts, content);
    std::string bytes;
    for (std::size_t i = 0; i < batch; ++i) bytes += facts + content;
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    if (fd < 0) return 0;
    std::size_t events = 0;
    const auto began = Steady::now();
    const auto until = began + std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(seconds));
    while (Steady::now() < until) {
        if (::write(fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) || ::fdatasync(fd) != 0) return 0;
        events += batch;
    }
    const auto took = std::chrono::duration<double>(Steady::now() - began).count();
    ::close(fd);
    std::filesystem::remove(file);
    return static_cast<double>(events) / took;
}

std::string memory_line(const char* name)
{
    std::ifstream status{"/proc/self/status"};
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(name)) return line;
    return {};
}

/// In a process of its own, so that nothing of the filling is counted.
int measure_start(const std::filesystem::path& folder)
{
    SystemClock clock;
    SystemEntropy entropy;
    const auto began = Steady::now();
    auto ledger = store::LocalLedger::open(folder, clock, entropy).value();
    const auto took = std::chrono::duration<double, std::milli>(Steady::now() - began).count();
    std::this_thread::sleep_for(std::chrono::seconds{5});
    std::printf("    full text: %llu entries behind\n", static_cast<unsigned long long>(ledger->stats().search_behind));
    std::printf("    %llu events: ready after %.0f ms; five seconds later %s, %s\n", static_cast<unsigned long long>(ledger->last_seq()), took,
                memory_line("VmRSS").c_str(), memory_line("VmHWM").c_str());
    return 0;
}

void fill(const std::filesystem::path& folder, std::size_t events)
{
    SystemClock clock;
    SystemEntropy entropy;
    auto ledger = store::LocalLedger::open(folder, clock, entropy).value();
    test::Loop loop;
    const auto batch = batch_of(2000);
    for (std::size_t done = 0; done < events; done += batch.size())
        (void)loop.run(ledger->append(test::submission(batch, store::Lane::machines))).value();
    ledger->close();
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc == 3 && std::string_view{argv[1]} == "--start") return measure_start(argv[2]);
    const double seconds = argc > 1 ? std::atof(argv[1]) : 3;
    const std::filesystem::path folder = (argc > 2 ? std::filesystem::path{argv[2]} : std::filesystem::current_path()) / "store_bench.tmp";
    struct Work {
        const char* name;
        std::size_t senders, batch;
        bool tell;
    };
    for (const auto& work : {Work{"batches of 100, 20 senders", 20, 100, false}, Work{"the same, told to a stream", 20, 100, true},
                             Work{"one event a request, 50 senders", 50, 1, true}, Work{"one sender, one at a time", 1, 1, true}}) {
        std::printf("%s\n", work.name);
        const auto bare = bare_rate(folder.string() + ".bare", work.batch, seconds / 2);
        const auto alone = ledger_rate(folder, work.senders, work.batch, seconds, work.tell, false);
        const auto rate = ledger_rate(folder, work.senders, work.batch, seconds, work.tell, true);
        std::printf("    without full text %.0f events/s, with it %.0f events/s   ratio %.2f\n", alone, rate, rate / alone);
        std::printf("    ledger %.0f events/s   one bare writer, write+fdatasync %.0f events/s   ratio %.2f\n", rate, bare, rate / bare);
    }
    std::printf("start with a million events stored\n");
    std::fflush(stdout);
    fill(folder, 1'000'000);
    const auto command = std::string{argv[0]} + " --start " + folder.string();
    const int result = std::system(command.c_str());
    std::filesystem::remove_all(folder);
    return result == 0 ? 0 : 1;
}
