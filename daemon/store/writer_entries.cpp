#include "store/writer.hpp"
#include "app/clock.hpp"
#include "store/codec.hpp"
#include <algorithm>
#include <cstring>

// One entry: what it points at, its id, its link in the chain, and the side tables that follow from it.
namespace incident::store {
namespace {

/// The twelve bits after the milliseconds are the part of the millisecond (RFC 9562, method 3), not random, so that ids
/// sort as the ledger does.
std::uint32_t ordered(Instant at, std::uint32_t random) noexcept
{
    const auto part = at.time_since_epoch() % std::chrono::milliseconds{1};
    return static_cast<std::uint32_t>(part.count() * 4096 / 1000) << 20 | (random & 0xfffff);
}

}  // namespace

/// What an entry points at exists. Decisions see to it; the ledger cannot take back what it stores, so it looks again.
Result<void> Writer::check_references(const Entry& entry, std::vector<IncidentKey>& opened)
{
    const auto incident_exists = [&](IncidentKey key) -> Result<void> {
        if (catalog_.find(key) || std::ranges::find(opened, key) != opened.end()) return {};
        return Failure{Errc::not_found, "there is no incident " + to_string(key)};
    };
    const auto event_exists = [&](const Id& id) -> Result<void> {
        const auto found = rows_->entry(id);
        if (!found) return found.error();
        if (*found && std::holds_alternative<Event>((*found)->what)) return {};
        return Failure{Errc::not_found, "there is no event " + to_string(id)};
    };
    if (const auto* event = std::get_if<Event>(&entry.what)) return event->incident ? incident_exists(*event->incident) : Result<void>{};
    if (const auto* amendment = std::get_if<Amendment>(&entry.what)) {
        if (auto good = event_exists(amendment->event); !good) return good;
        return amendment->incident && *amendment->incident ? incident_exists(**amendment->incident) : Result<void>{};
    }
    if (const auto* tally = std::get_if<Tally>(&entry.what)) return event_exists(tally->event);
    const auto& step = std::get<IncidentStep>(entry.what);
    if (step.change != IncidentStep::Change::opened) return incident_exists(step.incident);
    if (step.incident.number == 0 || incident_exists(step.incident))
        return Failure{Errc::conflict, "incident " + to_string(step.incident) + " exists already"};
    opened.push_back(step.incident);
    return {};
}

Result<void> Writer::append_entry(Entry& entry)
{
    std::array<std::uint8_t, 20> bits;  // salt, then the id's
    if (auto filled = random(bits); !filled) return filled;
    std::uint32_t of_id = 0;
    std::memcpy(&of_id, bits.data() + 16, sizeof of_id);
    entry.seq = last_seq_ + 1;
    entry.received_at = now_;
    entry.id = make_id(id_time_, entry.seq, ordered(id_time_, of_id));
    if (auto* event = std::get_if<Event>(&entry.what)) {
        event->seq = entry.seq;
        event->id = entry.id;
        event->received_at = now_;
        event->number = event->incident ? std::optional{catalog_.next_number(*event->incident)} : std::nullopt;
    } else if (auto* amendment = std::get_if<Amendment>(&entry.what)) {
        const bool joins = amendment->incident && *amendment->incident;
        amendment->number = joins ? std::optional{catalog_.next_number(**amendment->incident)} : std::nullopt;
    }

    facts_.clear();
    content_.clear();
    encode(entry, facts_, content_);
    const Bytes salt{bits.data(), std::tuple_size_v<Salt>};
    const auto commitment = content_.empty() ? no_commitment : commitment_of(salt, content_);
    const auto link = link_of(head_, leaf_of(entry.seq, facts_, commitment));
    wrote_ = true;
    if (auto done = add_entry_.bind(1, entry.seq).bind(2, std::string_view{facts_}).bind(3, Bytes{link}).run(); !done) return done;
    if (!content_.empty())
        if (auto done = add_body_.bind(1, entry.seq).bind(2, std::string_view{content_}).bind(3, salt).run(); !done) return done;
    if (auto done = append_sides(entry); !done) return done;
    last_seq_ = entry.seq;
    head_ = link;
    catalog_.apply(entry);
    if (want_entries_) appended_.push_back(entry);
    return {};
}

Result<void> Writer::append_sides(const Entry& entry)
{
    if (const auto* event = std::get_if<Event>(&entry.what)) return append_event_sides(*event);
    if (const auto* step = std::get_if<IncidentStep>(&entry.what))
        return add_step_.bind(1, step->incident.number).bind(2, entry.seq).run();
    const auto* amendment = std::get_if<Amendment>(&entry.what);
    const auto event = sequence_of(amendment ? amendment->event : std::get<Tally>(entry.what).event);
    if (auto done = add_about_.bind(1, event).bind(2, entry.seq).run(); !done) return done;
    if (!amendment) return {};
    if (amendment->number)
        if (auto done = add_joined_.bind(1, (*amendment->incident)->number).bind(2, *amendment->number).bind(3, event).run(); !done) return done;
    return amendment->redact ? redact(*amendment, entry.seq) : Result<void>{};
}

Result<void> Writer::append_event_sides(const Event& event)
{
    ++events_;
    if (event.number)
        if (auto done = add_joined_.bind(1, event.incident->number).bind(2, *event.number).bind(3, event.seq).run(); !done) return done;
    if (!event.key.empty())
        if (auto done = add_key_.bind(1, std::string_view{event.source}).bind(2, std::string_view{event.key}).bind(3, event.seq).run(); !done)
            return done;
    const auto fingerprint = fingerprint_of(event);
    if (fingerprint.empty()) return {};
    return set_alert_.bind(1, std::string_view{event.source}).bind(2, fingerprint).bind(3, event.seq).run();
}

/// Empties the bodies of the event and of every earlier correction of it; the commitment stays, so the chain still
/// verifies. The bodies they came with go whole, whatever else they tell of. The log still holds the old pages until the next checkpoint has truncated it.
Result<void> Writer::redact(const Amendment& amendment, std::uint64_t redacted_by)
{
    const auto event = sequence_of(amendment.event);
    auto seqs = rows_->about_any({&event, 1});
    if (!seqs) return seqs.error();
    std::erase(*seqs, redacted_by);
    seqs->push_back(event);
    for (const auto seq : *seqs) {
        if (auto done = forget_raw_of(seq); !done) return done;
        std::optional<Digest> commitment;
        const auto scanned = rows_->scan(seq, seq, false, [&](const Row& row) {
            if (row.has_body && !row.emptied) commitment = commitment_of(row.salt, row.content);
            return true;
        });
        if (!scanned) return scanned;
        if (!commitment) continue;
        if (auto done = empty_body_.bind(1, seq).bind(2, Bytes{*commitment}).run(); !done) return done;
    }
    scrub_ = true;
    ++redactions_;
    return {};
}

Result<void> Writer::random(std::span<std::uint8_t> bytes)
{
    if (pool_left_ < bytes.size()) {
        if (auto filled = entropy_.fill(pool_); !filled) return filled;
        pool_left_ = pool_.size();
    }
    std::memcpy(bytes.data(), pool_.data() + pool_.size() - pool_left_, bytes.size());
    pool_left_ -= bytes.size();
    return {};
}

}  // namespace incident::store
