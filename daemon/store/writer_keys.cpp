#include "store/writer.hpp"
#include "store/codec.hpp"
#include <charconv>
#include <map>

// What was sent before: requests and events with a key.
namespace incident::store {
namespace {

/// `5-104,107`: a batch is mostly one run of places.
std::string to_ranges(const std::vector<Receipt::Item>& items)
{
    std::string text;
    for (std::size_t at = 0; at < items.size();) {
        auto end = at + 1;
        while (end < items.size() && items[end].entry.seq == items[end - 1].entry.seq + 1) ++end;
        text += text.empty() ? "" : ",";
        text += std::to_string(items[at].entry.seq);
        if (end > at + 1) text += '-' + std::to_string(items[end - 1].entry.seq);
        at = end;
    }
    return text;
}

std::optional<std::vector<std::uint64_t>> parse_ranges(std::string_view text)
{
    std::vector<std::uint64_t> seqs;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        std::uint64_t first = 0, last = 0;
        auto read = std::from_chars(at, end, first);
        if (read.ec != std::errc{}) return std::nullopt;
        last = first;
        if (read.ptr != end && *read.ptr == '-') read = std::from_chars(read.ptr + 1, end, last);
        if (read.ec != std::errc{} || last < first) return std::nullopt;
        for (auto seq = first; seq <= last; ++seq) seqs.push_back(seq);
        at = read.ptr;
        if (at != end && *at++ != ',') return std::nullopt;
    }
    return seqs;
}

}  // namespace

Result<std::optional<Receipt>> Writer::replay(const RequestKey& key)
{
    const Resetting reset{find_request_};
    const auto row = find_request_.bind(1, std::string_view{key.source}).bind(2, std::string_view{key.key}).step();
    if (!row) return row.error();
    if (!*row) return std::optional<Receipt>{};
    const auto seqs = parse_ranges(find_request_.text(1));
    if (!seqs || seqs->empty()) return Failure{Errc::unavailable, "the record of request key '" + key.key + "' is damaged; run `incidentctl verify`"};
    bool known = false;
    const auto digest = request_digest(key, seqs->front(), known);
    if (!digest) return digest.error();
    if (known && !std::ranges::equal(find_request_.blob(0), *digest))
        return Failure{Errc::key_reused, "the key '" + key.key + "' was used before with another body; a new request needs a new key"};
    Receipt receipt;
    receipt.replayed = true;
    for (const auto seq : *seqs) {  // in the order of the request, which a repeat may have made another than the ledger's
        auto entry = rows_->entry(seq);
        if (!entry) return entry.error();
        if (!*entry) return Failure{Errc::unavailable, "entry " + std::to_string(seq) + " is missing from the ledger"};
        receipt.items.push_back({Outcome::replayed, std::move(**entry)});
    }
    return std::optional{std::move(receipt)};
}

/// Salted with the first entry's salt, so that the digest of a forgotten text cannot be used to guess it. `known` is
/// false when that salt is gone, and with it what the request said: then any body counts as the same.
Result<Digest> Writer::request_digest(const RequestKey& key, std::uint64_t first_seq, bool& known)
{
    Digest digest{};
    known = false;
    const auto scanned = rows_->scan(first_seq, first_seq, false, [&](const Row& row) {
        known = !row.emptied;
        digest = commitment_of(row.salt, key.digest);
        return true;
    });
    if (!scanned) return scanned.error();
    return digest;
}

Result<void> Writer::remember_request(const RequestKey& key, const Receipt& receipt)
{
    bool known = false;
    const auto digest = request_digest(key, receipt.items.front().entry.seq, known);
    if (!digest) return digest.error();
    const auto ranges = to_ranges(receipt.items);
    wrote_ = true;
    return add_request_.bind(1, std::string_view{key.source}).bind(2, std::string_view{key.key}).bind(3, Bytes{*digest}).bind(4, std::string_view{ranges}).run();
}

Result<std::vector<Writer::Planned>> Writer::plan(std::vector<NewEntry> wanted)
{
    std::vector<Planned> planned;
    planned.reserve(wanted.size());
    std::vector<IncidentKey> opened;
    std::map<std::pair<std::string, std::string>, std::size_t> keys_here;
    for (std::size_t at = 0; at < wanted.size(); ++at) {
        auto& one = wanted[at];
        Planned plan;
        auto* event = std::get_if<Event>(&one.entry.what);
        if (event) {
            // One source and one author: the entry's, which came by the transport.
            if (one.entry.source.empty()) one.entry.source = event->source;
            if (one.entry.author.name.empty()) one.entry.author = event->author;
            event->source = one.entry.source;
            event->author = one.entry.author;
        }
        const auto duplicate = one.on_duplicate == OnDuplicate::count_repeat ? Outcome::repeated : Outcome::replayed;
        bool same = true;
        if (event && !event->key.empty()) {
            const auto [here, is_new] = keys_here.try_emplace({event->source, event->key}, at);
            if (!is_new) {
                plan.outcome = duplicate;
                plan.first_here = here->second;
                const auto& first = planned[here->second];
                if (first.outcome == Outcome::stored) {
                    const auto& text = std::get<Event>(first.entry.what).text;
                    same = duplicate == Outcome::repeated || text == event->text;
                }
            } else {
                const auto seen = rows_->event_of_key(event->source, event->key);
                if (!seen) return seen.error();
                if (*seen) {
                    plan.outcome = duplicate;
                    plan.first_seq = **seen;
                    if (duplicate == Outcome::replayed) {
                        const auto equal = same_content(plan.first_seq, *event);
                        if (!equal) return equal.error();
                        same = *equal;
                    }
                }
            }
        }
        if (!same)
            return Failure{Errc::key_reused, "the key '" + event->key + "' was used before for another event; a new event needs a new key",
                           {{wanted.size() > 1 ? "/" + std::to_string(at) + "/key" : "/key", "was used before for another event"}}};
        if (plan.outcome == Outcome::stored) {
            if (auto good = check_references(one.entry, opened); !good) return good.error();
            plan.entry = std::move(one.entry);
        }
        planned.push_back(std::move(plan));
    }
    return planned;
}

/// Times are left out: a sender that gives none gets the receipt's, which differs on a resend. Tags too: rules change.
Result<bool> Writer::same_content(std::uint64_t seq, const Event& event)
{
    bool emptied = false;
    std::optional<Result<Entry>> first;
    const auto scanned = rows_->scan(seq, seq, false, [&](const Row& row) {
        emptied = row.emptied;
        first.emplace(decode(row.seq, row.facts, row.content));
        return true;
    });
    if (!scanned) return scanned.error();
    if (!first) return Failure{Errc::unavailable, "entry " + std::to_string(seq) + " is missing from the ledger"};
    if (!*first) return first->error();
    const auto* recorded = std::get_if<Event>(&(**first).what);
    // What was redacted cannot be compared; its key still belongs to it.
    return emptied || (recorded && recorded->kind == event.kind && recorded->text == event.text && recorded->details == event.details &&
                       recorded->labels == event.labels && recorded->status == event.status);
}

}  // namespace incident::store
