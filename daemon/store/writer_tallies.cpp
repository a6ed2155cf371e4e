#include "store/writer.hpp"
#include <algorithm>

// How often an alert was told again: counted in a side table, sealed by an entry of its own.
namespace incident::store {

std::string_view Writer::fingerprint_of(const Event& event)
{
    if (event.kind != Kind::alert) return {};
    const auto found = event.labels.find(std::string{fingerprint_label});
    return found == event.labels.end() ? std::string_view{} : std::string_view{found->second};
}

Result<void> Writer::count_repeat(std::uint64_t event_seq, const Id& event)
{
    wrote_ = true;
    ++repeats_;
    if (auto done = add_repeat_.bind(1, event_seq).bind(2, static_cast<std::int64_t>(now_.time_since_epoch().count())).run(); !done) return done;
    const auto repeats = rows_->repeats(event_seq);
    if (!repeats) return repeats.error();
    if (*repeats) unsealed_[event_seq] = {event, (*repeats)->count, now_};
    return {};
}

Result<void> Writer::seal(std::uint64_t event_seq)
{
    const auto found = unsealed_.find(event_seq);
    if (found == unsealed_.end()) return {};
    Entry entry;
    entry.author.name = "incidentd";
    entry.author.verified = true;
    entry.source = "daemon";
    entry.principal = "daemon";
    entry.what = Tally{found->second.event, found->second.count, found->second.last_at};
    if (auto done = append_entry(entry); !done) return done;
    unsealed_.erase(found);
    return seal_repeat_.bind(1, event_seq).run();
}

/// An alert that changes its state closes the count of the state before.
Result<void> Writer::seal_previous_state(const Entry& entry)
{
    const auto* event = std::get_if<Event>(&entry.what);
    if (!event || unsealed_.empty()) return {};
    const auto fingerprint = fingerprint_of(*event);
    if (fingerprint.empty()) return {};
    const auto previous = rows_->newest_alert(event->source, fingerprint);
    if (!previous) return previous.error();
    return *previous ? seal(**previous) : Result<void>{};
}

Writer::Committed Writer::seal_repeats(bool want_entries)
{
    Committed done;
    want_entries_ = want_entries;
    if (auto begun = begin(); !begun) return done;
    std::vector<std::uint64_t> events;
    for (const auto& [event, repeats] : unsealed_) events.push_back(event);
    std::ranges::sort(events);
    bool good = tell_clock_step().has_value();
    for (const auto event : events)
        if (good) good = seal(event).has_value();
    if (!good || !end()) {
        done.no_space = database_.last_was_full();
        abandon();
        return done;
    }
    done.entries = std::move(appended_);
    return done;
}

}  // namespace incident::store
