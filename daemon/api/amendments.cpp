#include "api/common.hpp"
#include "api/etag.hpp"
#include "api/handlers.hpp"
#include "model/text.hpp"

namespace incident::api {
namespace {

struct Correction {
    Amendment amendment;
    std::string author;
};

/// An amendment's own members are the event's; who makes it stands beside them in the request.
Result<Correction> read(const std::string& body)
{
    auto document = wire::parse_json(body);
    if (!document) return document.error();
    Correction asked;
    if (auto* members = document->if_object()) {
        if (const auto* author = members->if_contains("author")) {
            const auto* name = author->if_string();
            if ((name == nullptr && !author->is_null()) || (name != nullptr && (trimmed({name->data(), name->size()}).empty() || name->size() > max_name_bytes)))
                return Failure{Errc::invalid_input, "author: give a name of 1 to 256 bytes",
                               {{"/author", "give a name of 1 to 256 bytes, or leave it out"}}};
            if (name != nullptr) asked.author.assign(name->data(), name->size());
            members->erase("author");
        }
    }
    auto amendment = wire::read_amendment_request(*document);
    if (!amendment) return amendment.error();
    asked.amendment = std::move(*amendment);
    return asked;
}

}  // namespace

Handled post_amendment(Context& context, Call call)
{
    auto& runtime = context.runtime;
    const auto id = event_id(call);
    if (!id) co_return id.error();
    auto key = request_key(call);
    if (!key) co_return key.error();
    auto shared = std::make_shared<Call>(std::move(call));
    const auto bytes = shared->request.body.size();
    std::function<Result<Correction>()> work = [shared] { return read(shared->request.body); };
    auto asked = co_await compute<Correction>(runtime, bytes, std::move(work));
    if (!asked) co_return asked.error();

    auto sender = shared->sender;
    sender.author = author_for(sender.author, asked->author);
    for (auto& tag : asked->amendment.add_tags) {
        tag.by = "person:" + sender.author.name;
        tag.match.clear();
    }
    store::Submission submission;
    submission.lane = store::Lane::people;
    submission.key = std::move(*key);
    submission.bytes = bytes;
    submission.decide = decide_amendment(*id, std::move(asked->amendment), sender, std::string{shared->request.header("if-match")});
    auto receipt = co_await runtime.ledger.append(std::move(submission));
    if (!receipt) co_return receipt.error();

    wire::json::object body;
    body["entry"] = wire::to_json(receipt->items.front().entry);
    body["event"] = nullptr;
    std::function<Result<std::optional<Event>>(store::Reader&)> job = [id = *id](store::Reader& reader) { return reader.event(id); };
    // The amendment is stored: where no reader is free, the answer goes without the event rather than with a refusal.
    auto event = co_await read_as<std::optional<Event>>(runtime, shared->sender.who, std::move(job));
    const bool known = event && *event;
    // Somebody's request repeated by one who may not see the event: it does not exist, as for whoever asks for it.
    if (receipt->replayed && event && !*event) co_return Failure{Errc::not_found, "there is no event " + to_string(*id)};
    if (known) body["event"] = wire::to_json(**event);
    auto reply = json_reply(receipt->replayed ? 200 : 201, body);
    if (receipt->replayed) reply.headers.emplace_back("Idempotent-Replay", "true");
    if (known) reply.headers.emplace_back("ETag", etag_of(**event));
    co_return reply;
}

}  // namespace incident::api
