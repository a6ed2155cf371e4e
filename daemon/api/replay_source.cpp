#include "api/common.hpp"
#include "api/handlers.hpp"
#include "api/prepare.hpp"
#include "api/replay.hpp"
#include "api/source_requests.hpp"
#include "store/side_books.hpp"

// Kept bodies through a changed mapping.
namespace incident::api {
namespace {

constexpr std::size_t bodies_per_page = 100;      // of one look at the ledger, which holds a snapshot
constexpr std::size_t max_replayed_bodies = 10'000, max_replayed_changes = 5000, max_listed_changes = 1000;

struct Page {
    std::size_t bodies = 0;
    std::uint64_t last = 0;  ///< id of the last body
    bool more = false;
    std::vector<Redone> changes;
    std::vector<ingest::Item> added;
};

struct Replaying {
    config::Source source;
    std::string name;
    ReplayRequest request;
    std::shared_ptr<const tagging::RuleSet> rules;
    std::string reason;
};

/// The events that one body made.
Result<std::vector<Told>> told_by(store::Reader& reader, const store::KeptBody& kept, const std::string& source)
{
    std::vector<Told> told;
    if (kept.first_seq == 0 || kept.last_seq < kept.first_seq) return told;
    const auto entries = reader.entries_after(kept.first_seq - 1, kept.last_seq - kept.first_seq + 1);
    if (!entries) return entries.error();
    for (const auto& entry : *entries) {
        if (!std::holds_alternative<Event>(entry.what) || entry.seq > kept.last_seq) continue;
        auto recorded = event_of(entry);
        if (recorded.source != source) continue;
        auto current = reader.event(recorded.id);
        if (!current) return current.error();
        if (*current) told.push_back({std::move(recorded), std::move(**current)});
    }
    return told;
}

Result<Page> read_page(store::Reader& reader, const Replaying& asked, std::uint64_t after)
{
    auto kept = reader.kept_bodies(asked.name, asked.request.since, bodies_per_page, after);
    if (!kept) return kept.error();
    Page page;
    page.more = !kept->empty();
    for (const auto& body : *kept) {
        ++page.bodies;
        page.last = body.id;
        const auto bytes = store::unpack(body.body);
        if (!bytes) return bytes.error();
        const ingest::Body posted{*bytes, body.body.content_type, body.body.headers, body.received_at, body.body.query, body.body.tail};
        auto understood = made_of(asked.source, posted);
        for (auto& item : understood.items) prepare_received(item, *asked.rules);
        auto told = told_by(reader, body, asked.name);
        if (!told) return told.error();
        for (auto& change : compare(*told, understood.items, body.received_at, asked.reason)) {
            if (change.adds)
                for (const auto& item : understood.items)
                    if (const auto* const event = std::get_if<Event>(&item.what); event != nullptr && *event == *change.after) {
                        page.added.push_back(item);
                        break;
                    }
            page.changes.push_back(std::move(change));
        }
    }
    return page;
}

store::Decide decide_replay(std::vector<Redone> changes, std::vector<ingest::Item> added, Sender hook, Sender person, std::shared_ptr<const AlertRoutes> routes)
{
    return [changes = std::move(changes), add = decide_hook(std::move(added), std::move(hook), std::move(routes)),
            person = std::move(person)](store::View& view) -> Result<std::vector<store::NewEntry>> {
        auto entries = add(view);
        if (!entries) return entries.error();
        for (const auto& change : changes) {
            if (!change.amends && !change.strikes) continue;
            store::NewEntry entry;
            entry.entry.author = person.author;
            entry.entry.source = person.source;
            entry.entry.principal = person.principal;
            entry.entry.what = change.amendment;
            entries->push_back(std::move(entry));
        }
        return entries;
    };
}

}  // namespace

Handled replay_source(Context& context, Call call)
{
    auto& runtime = context.runtime;
    auto key = request_key(call);
    if (!key) co_return key.error();
    auto document = wire::parse_json(call.request.body, wire::JsonLimits{32, 10'000, 256, 1024 * 1024});
    if (!document) co_return document.error();
    auto request = read_replay_request(*document);
    if (!request) co_return request.error();
    const auto name = call.params.at("source");
    auto source = source_meant(name, request->mapping, call.settings->config);
    if (!source) co_return source.error();
    auto person = call.sender;
    person.author = author_for(call.sender.author, request->author);
    const bool dry_run = request->dry_run;
    auto reason = "kept bodies of " + name + " read again by " + person.author.name;
    auto asked = std::make_shared<const Replaying>(Replaying{std::move(*source), name, std::move(*request), call.settings->rules, std::move(reason)});

    Page all;
    do {
        std::function<Result<Page>(store::Reader&)> job = [asked, after = all.last](store::Reader& reader) { return read_page(reader, *asked, after); };
        auto page = co_await read_as<Page>(runtime, person.who, std::move(job));
        if (!page) co_return page.error();
        all.bodies += page->bodies;
        all.more = page->more;
        if (page->last != 0) all.last = page->last;
        std::ranges::move(page->changes, std::back_inserter(all.changes));
        std::ranges::move(page->added, std::back_inserter(all.added));
    } while (all.more && all.bodies < max_replayed_bodies && all.changes.size() <= max_replayed_changes);
    if (all.changes.size() > max_replayed_changes || all.bodies >= max_replayed_bodies)
        co_return Failure{Errc::limit_exceeded, "at most " + std::to_string(max_replayed_bodies) + " bodies and " + std::to_string(max_replayed_changes) + " changes at once; begin later with `since`"};

    wire::json::array listed;
    std::size_t applying = 0;
    for (const auto& change : all.changes) {
        if (change.applies()) ++applying;
        if (listed.size() < max_listed_changes) listed.push_back(to_json(change));
    }
    const auto changed = all.changes.size();
    if (!dry_run && changed > 0 && applying == 0) {
        const auto& why = all.changes.front().left;
        co_return Failure{Errc::invalid_input, "nothing of it can be corrected: " + (why.empty() ? std::string{"what was told stays"} : why.front())};
    }
    bool replayed = false;
    if (!dry_run && applying > 0) {
        auto hook = call.sender;  // events come as from the hook, let in by whoever asked
        hook.source = name;
        hook.principal = "replay:" + name + ' ' + call.sender.principal;
        hook.author = Author{name, false, {}};
        store::Submission submission;
        submission.key = std::move(*key);
        submission.events = applying;
        submission.decide = decide_replay(std::move(all.changes), std::move(all.added), std::move(hook), std::move(person), call.routes);
        auto receipt = co_await runtime.ledger.append(std::move(submission));
        if (!receipt) co_return receipt.error();
        replayed = receipt->replayed;
    }
    wire::json::object body;
    body["bodies"] = all.bodies;
    body["changed"] = changed;
    body["changes"] = std::move(listed);
    body["applied"] = !dry_run;
    auto reply = json_reply(200, body);
    if (replayed) reply.headers.emplace_back("Idempotent-Replay", "true");
    co_return reply;
}

}  // namespace incident::api
