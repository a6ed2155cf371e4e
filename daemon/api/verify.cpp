#include "api/common.hpp"
#include "api/handlers.hpp"

namespace incident::api {
namespace {

/// Entries of one read transaction: hashing and reading them takes well under the 2 s a snapshot may be held.
constexpr std::uint64_t slice_entries = 20'000;

wire::json::object to_json(const store::ChainReport& report)
{
    wire::json::object json;
    json["entries"] = report.entries;
    json["head"] = report.head;
    json["ok"] = report.ok;
    json["problem"] = report.problem.empty() ? wire::json::value(nullptr) : wire::json::value(report.problem);
    json["at"] = report.at ? wire::json::value(*report.at) : wire::json::value(nullptr);
    return json;
}

}  // namespace

Handled verify_ledger(Context& context, Call)
{
    const auto last = context.runtime.ledger.last_seq();  // what comes in meanwhile is not part of the answer
    store::ChainReport whole;
    for (std::uint64_t from = 1; from <= last && whole.ok; from += slice_entries) {
        const auto to = std::min(last, from + slice_entries - 1);
        std::function<Result<store::ChainReport>(store::Reader&)> job = [from, to](store::Reader& reader) { return reader.verify(from, to); };
        auto slice = co_await store::read<store::ChainReport>(context.runtime.readers, std::move(job));
        if (!slice) co_return slice.error();
        slice->entries += whole.entries;
        whole = std::move(*slice);
    }
    co_return json_reply(200, to_json(whole));
}

}  // namespace incident::api
