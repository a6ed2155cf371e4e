// How fast a posted batch of 100 events is parsed, checked and turned into values, beside Boost.JSON's own parser on
// the same bytes in the same run, which looks at neither duplicate keys nor infinities.
#include "wire/json.hpp"
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>

namespace {
using namespace incident;
namespace json = boost::json;

std::string batch(std::size_t events)
{
    std::string body = "[";
    for (std::size_t i = 0; i < events; ++i) {
        if (i != 0) body += ',';
        body += R"({"text":"web-)" + std::to_string(i) +
                R"( answers 503 to one request in three since the deploy of checkout 2.41","kind":"alert",)"
                R"("occurred_at":"2024-06-22T15:15:00.123456Z","severity":"page","key":"k)" + std::to_string(i) +
                R"(","labels":{"host":"web-3"}})";
    }
    return body + "]";
}

/// Best of five rounds, in seconds a call.
double best_of(const std::function<void()>& work)
{
    using clock = std::chrono::steady_clock;
    constexpr int rounds = 5, calls = 2000;
    double best = 1e9;
    for (int round = 0; round < rounds; ++round) {
        const auto from = clock::now();
        for (int call = 0; call < calls; ++call) work();
        best = std::min(best, std::chrono::duration<double>(clock::now() - from).count() / calls);
    }
    return best;
}
}  // namespace

int main()
{
    const auto body = batch(100);
    const auto megabytes = static_cast<double>(body.size()) / 1e6;
    std::size_t kept = 0;  // so that nothing is optimised away
    static unsigned char memory[512 * 1024];
    const auto ours = best_of([&] {
        json::monotonic_resource arena{memory, sizeof memory};
        kept += wire::parse_json(body, {}, &arena).value().as_array().size();
    });
    const auto ours_heap = best_of([&] { kept += wire::parse_json(body).value().as_array().size(); });
    const auto library = best_of([&] {
        json::monotonic_resource arena{memory, sizeof memory};
        kept += json::parse(body, &arena).as_array().size();
    });
    const auto requests = best_of([&] {
        json::monotonic_resource arena{memory, sizeof memory};
        const auto parsed = wire::parse_json(body, {}, &arena).value();
        for (const auto& value : parsed.as_array()) kept += wire::read_event_request(value).value().event.text.size();
    });
    const auto event = wire::read_event_request(json::parse(body).at(0)).value().event;
    const auto written = best_of([&] {
        for (int i = 0; i < 100; ++i) kept += json::serialize(wire::to_json(event)).size();
    });
    const auto acknowledged = best_of([&] {
        for (int i = 0; i < 100; ++i) kept += json::serialize(wire::acknowledgement(event)).size();
    });
    std::printf("batch of 100 events, %zu bytes\n", body.size());
    std::printf("parse_json, arena        %8.0f MB/s  %6.1f us\n", megabytes / ours, ours * 1e6);
    std::printf("parse_json, heap         %8.0f MB/s  %6.1f us\n", megabytes / ours_heap, ours_heap * 1e6);
    std::printf("boost::json::parse       %8.0f MB/s  %6.1f us  ratio %.2f\n", megabytes / library, library * 1e6,
                ours / library);
    std::printf("parse and read requests  %8.0f MB/s  %6.1f us\n", megabytes / requests, requests * 1e6);
    std::printf("write 100 events                        %6.1f us\n", written * 1e6);
    std::printf("write 100 acknowledgements              %6.1f us\n", acknowledged * 1e6);
    return kept == 0;
}
