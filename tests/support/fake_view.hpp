#pragma once
#include "store/ledger.hpp"
#include "support/entries.hpp"
#include "timeline/amend.hpp"
#include <algorithm>

namespace incident::test {

/// A ledger in memory, as a decision sees it: the real catalogue and the real amendments over a plain list of entries.
class FakeView final : public store::View {
public:
    Instant clock = at("16:00");
    std::vector<Entry> entries;

    /// Appends what a decision wants, as the store would: place, id, time, number.
    std::vector<Entry> append(std::vector<store::NewEntry> wanted)
    {
        std::vector<Entry> stored;
        for (auto& one : wanted) stored.push_back(append(std::move(one.entry)));
        return stored;
    }
    Entry append(Entry entry)
    {
        entry.seq = entries.size() + 1;
        entry.received_at = clock;
        entry.id = make_id(clock, entry.seq, 5);
        if (auto* event = std::get_if<Event>(&entry.what)) {
            event->id = entry.id;
            event->seq = entry.seq;
            event->received_at = clock;
            if (event->incident) event->number = catalog_.next_number(*event->incident);
        } else if (auto* amendment = std::get_if<Amendment>(&entry.what); amendment && amendment->incident && *amendment->incident) {
            amendment->number = catalog_.next_number(**amendment->incident);
        }
        catalog_.apply(entry);
        entries.push_back(entry);
        return entry;
    }
    Id add(Event event)
    {
        if (event.source.empty()) event.source = "api";
        if (event.author.name.empty()) event.author.name = "sam";
        Entry entry;
        entry.author = event.author;
        entry.source = event.source;
        entry.what = std::move(event);
        return append(std::move(entry)).id;
    }
    Id step(IncidentKey key, IncidentStep::Change change, IncidentFields fields = {}, std::optional<IncidentKey> into = std::nullopt)
    {
        IncidentStep step;
        step.change = change;
        step.incident = key;
        step.fields = std::move(fields);
        step.merged_into = into;
        Entry entry;
        entry.author.name = "sam";
        entry.source = "api";
        entry.what = std::move(step);
        return append(std::move(entry)).id;
    }
    IncidentKey open(std::string title = "Checkout down", std::string service = {})
    {
        const auto key = catalog_.next_key();
        IncidentFields fields;
        fields.title = std::move(title);
        if (!service.empty()) fields.service = std::move(service);
        step(key, IncidentStep::Change::opened, fields);
        return key;
    }

    const store::Catalog& catalog() const override { return catalog_; }
    Instant now() const override { return clock; }
    Result<std::optional<Event>> event(const Id& id) override
    {
        for (const auto& entry : entries)
            if (entry.id == id && std::holds_alternative<Event>(entry.what)) return std::optional{stands(entry)};
        return std::optional<Event>{};
    }
    Result<std::optional<Event>> event_by_key(std::string_view source, std::string_view key) override
    {
        for (const auto& entry : entries)
            if (const auto* event = std::get_if<Event>(&entry.what); event && event->source == source && event->key == key)
                return std::optional{stands(entry)};
        return std::optional<Event>{};
    }
    Result<std::optional<Entry>> entry(const Id& id) override
    {
        for (const auto& one : entries)
            if (one.id == id) return std::optional{one};
        return std::optional<Entry>{};
    }
    Result<std::vector<Entry>> about(const Event& event) override
    {
        std::vector<Entry> found;
        for (const auto& one : entries)
            if (const auto* amendment = std::get_if<Amendment>(&one.what); amendment && amendment->event == event.id) found.push_back(one);
        return found;
    }
    Result<std::optional<Event>> newest_alert(std::string_view source, std::string_view fingerprint) override
    {
        std::optional<Event> newest;
        for (const auto& entry : entries) {
            const auto* event = std::get_if<Event>(&entry.what);
            if (event == nullptr || event->kind != Kind::alert || event->source != source) continue;
            const auto label = event->labels.find(std::string{store::fingerprint_label});
            if (label != event->labels.end() && label->second == fingerprint) newest = stands(entry);
        }
        return newest;
    }
    Result<std::optional<IncidentKey>> alert_home(std::string_view source, std::string_view fingerprint) override
    {
        const auto newest = newest_alert(source, fingerprint).value();
        return newest ? newest->incident : std::nullopt;
    }
    Result<std::vector<Event>> inbox_since(Instant since, std::size_t limit) override
    {
        return matching(limit, [&](const Event& event) {
            return !event.incident && (event.received_at >= since || event.occurred_at >= since);
        });
    }
    Result<std::vector<Event>> events_of(IncidentKey key, std::size_t limit) override
    {
        auto all = matching(entries.size(), [&](const Event& event) { return event.incident == key; });
        if (all.size() > limit) return Failure{Errc::limit_exceeded, "too many events"};
        return all;
    }

    Result<std::vector<Event>> newest_of(IncidentKey key, std::size_t limit) override
    {
        return matching(limit, [&](const Event& event) { return event.incident == key; });
    }

private:
    Event stands(const Entry& entry) const
    {
        return timeline::amended(std::get<Event>(entry.what), entries);
    }
    template <class Predicate>
    std::vector<Event> matching(std::size_t limit, Predicate predicate) const
    {
        std::vector<Event> found;
        for (const auto& entry : entries) {
            if (!std::holds_alternative<Event>(entry.what)) continue;
            auto event = stands(entry);
            if (predicate(event)) found.push_back(std::move(event));
        }
        if (found.size() > limit) found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(limit));
        return found;
    }

    store::Catalog catalog_;
};

}  // namespace incident::test
