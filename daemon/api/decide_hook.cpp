#include "api/answers.hpp"
#include "api/decide.hpp"
#include "auth/verify.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <deque>
#include <unordered_map>

namespace incident::api {
namespace {

constexpr std::string_view taken_back = "taken back: ";

bool flagged(const Event& event, std::string_view flag) { return std::ranges::find(event.flags, flag) != event.flags.end(); }

/// One delivery being decided: remembers what its own earlier items opened and joined.
class Delivery {
 public:
    Delivery(store::View& view, const Sender& sender, const AlertRoutes& routes, const tagging::RuleSet* rules)
        : view_(view), sender_(sender), routes_(routes), rules_(rules), open_(view.catalog().open()), next_key_(view.catalog().next_key())
    {}

    Result<std::vector<store::NewEntry>> decide(const std::vector<ingest::Item>& items)
    {
        for (const auto& item : items) {
            const auto* event = std::get_if<Event>(&item.what);
            auto done = event ? take(*event, item.on_duplicate, &item) : amend(std::get<ingest::ByKey>(item.what));
            if (!done) return done.error();
        }
        // A truncation or gap belongs where the alerts of the same delivery went, wherever it stands among them.
        for (auto& entry : entries_)
            if (auto* event = std::get_if<Event>(&entry.entry.what);
                event && event->kind == Kind::system && !flagged(*event, "unparsed"))
                event->incident = alerts_home_;
        return std::move(entries_);
    }

 private:
    Result<void> take(Event event, OnDuplicate on_duplicate, const ingest::Item* item = nullptr)
    {
        if (event.source.empty()) event.source = sender_.source;
        if (event.author.name.empty()) event.author = sender_.author;
        if (item != nullptr && (item->tells_state || item->recalls))
            if (auto known = remember(event, *item, on_duplicate); !known) return known.error();
        if (item != nullptr && !item->or_key.empty()) {
            auto earlier = view_.event_by_key(event.source, item->or_key);
            if (!earlier) return earlier.error();
            if (*earlier) event.key = item->or_key;
        }
        if (!event.key.empty())
            if (auto settled = settle_key(event, on_duplicate); !settled) return settled.error();
        auto placed = place(event);
        if (!placed) return placed.error();
        if (auto tagged = tag_by_earlier(event, rules_, view_, entries_); !tagged) return tagged.error();
        append(std::move(event), on_duplicate);
        return {};
    }

    static std::string fingerprint_of(const Event& event)
    {
        const auto label = event.labels.find(std::string{store::fingerprint_label});
        return label == event.labels.end() ? std::string{} : label->second;
    }

    /// What was told of this alert last, here or in the ledger.
    Result<std::optional<Event>> told_before(const Event& event, const std::string& fingerprint)
    {
        if (const auto here = newest_.find(event.source + '\n' + fingerprint); here != newest_.end())
            return std::optional{std::get<Event>(entries_[here->second].entry.what)};
        return view_.newest_alert(event.source, fingerprint);
    }

    /// Fills in what the sender left out because it had said it before, and knows a state that is only told again.
    Result<void> remember(Event& event, const ingest::Item& item, OnDuplicate& on_duplicate)
    {
        const auto fingerprint = fingerprint_of(event);
        if (fingerprint.empty()) return {};
        auto before = told_before(event, fingerprint);
        if (!before) return before.error();
        const auto& alert = *before;
        if (item.recalls) {
            if (!alert || alert->redacted || flagged(*alert, "orphan")) {
                if (!flagged(event, "orphan")) event.flags.emplace_back("orphan");
            } else {
                event.text = shortened(*item.recalls + alert->text, max_text_bytes);
                if (event.severity.empty()) event.severity = alert->severity;
                if (event.links.empty()) event.links = alert->links;
                for (const auto& [name, value] : alert->labels)
                    if (event.labels.size() < max_labels) event.labels.try_emplace(name, value);
                if (event.kind != Kind::alert && !alert->key.empty())
                    event.key = shortened(alert->key + '|' + event.status, max_key_bytes);
            }
        }
        if (item.tells_state && alert && alert->status == event.status && !alert->key.empty() &&
            event.received_at - std::max(alert->received_at, alert->last_at.value_or(alert->received_at)) <= ingest::state_memory) {
            event.key = alert->key;
            on_duplicate = OnDuplicate::count_repeat;
        }
        return {};
    }

    /// Looks whether the key stands already. A hook must not fail for a key that comes back with another text (its sender
    /// would only repeat it), nor lose that text: it is kept under a key of its own.
    Result<void> settle_key(Event& event, OnDuplicate on_duplicate)
    {
        const auto content = content_of(event);
        const auto [here, is_new] = keys_.try_emplace(event.source + '\n' + event.key, content);
        bool same = is_new || here->second == content;
        auto known = view_.event_by_key(event.source, event.key);
        if (!known) return known.error();
        if (on_duplicate == OnDuplicate::count_repeat) {
            repeated_ = *known || !is_new;
            return {};
        }
        if (*known && !(*known)->redacted) {  // a resend of what was redacted is only answered, whatever it says
            auto recorded = view_.entry((*known)->id);
            if (!recorded) return recorded.error();
            const auto* first = *recorded ? std::get_if<Event>(&(**recorded).what) : nullptr;
            if (first != nullptr && first->kind == Kind::chat && event.kind == Kind::chat && stands_for_message(*first)) {
                // Told out of order: a mark, an edit or the deletion came before the message itself. Its own words are
                // new only where nobody knew any, and a deleted message's stay away.
                if (flagged(*first, ingest::unseen_flag) && (*known)->text == first->text) {
                    Amendment words;
                    words.event = first->id;
                    words.text = event.text;
                    if ((*known)->struck) words.strike = false;  // the mark was taken back, the message is its own reason
                    words.reason = "the message itself arrived";
                    append(std::move(words), event.author);
                }
                event.text = first->text;
                event.labels = first->labels;
                event.details = first->details;
            } else if (first != nullptr && is_same_message(*first, event)) {
                event.labels = first->labels;
                event.details = first->details;
            } else if (first != nullptr && content_of(*first) != content)
                same = false;
        }
        constexpr std::size_t digits = 16;
        if (!same) event.key += '#' + content.substr(0, digits);
        return {};
    }

    /// A chat system tells one message in several ways (as a message, as a mention, as a broadcast), with more or less
    /// around the same words.
    static bool is_same_message(const Event& first, const Event& event)
    {
        return first.kind == Kind::chat && event.kind == Kind::chat && first.text == event.text;
    }

    static bool stands_for_message(const Event& first)
    {
        return flagged(first, ingest::unseen_flag) || flagged(first, ingest::edited_flag) || flagged(first, ingest::deleted_flag);
    }

    /// What makes an event under a known key another one: the members that the ledger compares.
    static std::string content_of(const Event& event)
    {
        std::string all{to_string(event.kind)};
        for (const auto* member : {&event.text, &event.details, &event.status}) all += '\0' + *member;
        for (const auto& [name, value] : event.labels) all += '\0' + name + '\0' + value;
        return auth::sha256_hex(all);
    }

    /// Gives the event its incident; opens one where a route says so.
    Result<void> place(Event& event)
    {
        const bool repeated = std::exchange(repeated_, false);
        const auto asked = std::exchange(event.incident, std::nullopt);
        if (flagged(event, "unparsed")) return {};  // a person must look at it: the inbox
        switch (event.kind) {
        case Kind::alert: {
            auto home = alert_home(event);
            if (!home) return home.error();
            event.incident = *home;
            // A repeat is only counted on its first event, so it must not open an incident that would stay empty.
            if (!event.incident && !repeated) event.incident = routed(event);
            if (event.incident && !alerts_home_) alerts_home_ = event.incident;
            return {};
        }
        case Kind::system:
            return {};  // decided after the alerts
        case Kind::chat:
        case Kind::note:
        case Kind::command:
        case Kind::change:
            // Who types may name the incident; one that does not exist, or that he must not know of, must not lose the line.
            if (asked) event.incident = visible_target(sender_.who, view_.catalog(), *asked);
            if (event.incident) return {};
            // What people did about an alert (took it, wrote to it) belongs where that alert is.
            if (auto home = alert_home(event); !home) return home.error();
            else if (event.incident = *home; event.incident) return {};
            if (const auto* only = only_open()) event.incident = only->key;
            return {};
        }
        return {};
    }

    /// The only open incident that the sender may see: a private one takes nothing in by being the only one. Null: none or several.
    const Incident* only_open() const
    {
        const Incident* only = nullptr;
        for (const auto* one : open_) {
            if (!auth::may_see(sender_.who, *one)) continue;
            if (only != nullptr) return nullptr;
            only = one;
        }
        return only;
    }

    /// A new trouble, as against more about one that is known.
    static bool begins(const Event& event) { return event.kind == Kind::alert && event.status != "resolved" && event.status != "muted"; }

    /// The open incident in which this alert stands already, here or in the ledger. What is told of it after a private one
    /// was closed stays there too: it would repeat to everybody what only members may read.
    Result<std::optional<IncidentKey>> alert_home(const Event& event)
    {
        const auto label = event.labels.find(std::string{store::fingerprint_label});
        if (label == event.labels.end() || label->second.empty()) return std::optional<IncidentKey>{};
        if (const auto here = homes_.find(label->second); here != homes_.end()) return std::optional{here->second};
        auto home = view_.alert_home(event.source, label->second);
        if (!home) return home.error();
        if (!*home) return std::optional<IncidentKey>{};
        const auto target = view_.catalog().target(**home);
        const auto* incident = target ? view_.catalog().find(*target) : nullptr;
        if (incident == nullptr) return std::optional<IncidentKey>{};
        const bool stays = !begins(event) && !auth::may_see({}, *incident);
        if (incident->status != IncidentStatus::open && !stays) return std::optional<IncidentKey>{};
        return std::optional{*target};
    }

    std::optional<IncidentKey> routed(const Event& event)
    {
        const auto verdict = routes_.decide(event, open_);
        auto key = verdict.join;
        if (!key && verdict.open != nullptr) key = open(*verdict.open, event);
        if (const auto label = event.labels.find(std::string{store::fingerprint_label}); key && label != event.labels.end())
            homes_[label->second] = *key;
        return key;
    }

    IncidentKey open(const config::Route& route, const Event& alert)
    {
        IncidentStep step;
        step.change = IncidentStep::Change::opened;
        step.incident = next_key_;
        ++next_key_.number;
        auto title = fill_in(route.title, alert);
        if (title.empty()) title = alert.text;
        title = as_name(title);
        step.fields.title = title;
        step.fields.severity = as_name(route.severity.empty() ? alert.severity : fill_in(route.severity, alert));
        if (!route.service.empty()) step.fields.service = as_name(fill_in(route.service, alert));
        step.reason = "opened by route " + route.name;

        Incident incident;
        incident.key = step.incident;
        incident.title = title;
        incident.severity = *step.fields.severity;
        if (step.fields.service) incident.service = *step.fields.service;
        const auto key = incident.key;
        opened_.push_back(std::move(incident));
        open_.insert(open_.begin(), &opened_.back());

        store::NewEntry entry;
        entry.entry.author = Author{"route:" + route.name, true, {}};
        entry.entry.source = sender_.source;
        entry.entry.principal = sender_.principal;
        entry.entry.what = std::move(step);
        entries_.push_back(std::move(entry));
        return key;
    }

    /// What an alert says, as an incident's own short word: on one line, no longer than a person could give it.
    static std::string as_name(std::string text)
    {
        std::ranges::replace(text, '\n', ' ');
        return shortened(visible(trimmed(text)), max_name_bytes);
    }

    Result<void> amend(const ingest::ByKey& item)
    {
        auto found = view_.event_by_key(sender_.source, item.key);
        if (!found) return found.error();
        if (!*found) {
            if (!item.orphan) return {};
            return take(*item.orphan, OnDuplicate::answer_first);
        }
        if (item.takes_back) return take_back(item, **found);
        auto told = standing(**found);
        if (!told) return told.error();
        for (const auto& entry : *told) {
            const auto& before = std::get<Amendment>(entry.what);
            if (before.strike != true) continue;
            if (before.reason.starts_with(taken_back)) append(undoing(entry, (*found)->id, "marked again"), author_of(item, **found));
            else if (item.amendment.text && !item.amendment.strike) return {};  // an edit that comes after the deletion
        }
        auto amendment = item.amendment;
        amendment.event = (*found)->id;
        append(std::move(amendment), author_of(item, **found));
        return {};
    }

    /// Undoes what this sender told in these same words and what still counts. An event that came in by that telling alone
    /// is struck. Nothing, when it never told it here.
    Result<void> take_back(const ingest::ByKey& item, const Event& message)
    {
        auto told = standing(message);
        if (!told) return told.error();
        const auto& back = item.amendment;
        bool others = false;  // something else of this sender still speaks of the message
        for (const auto& entry : *told) {
            const auto& before = std::get<Amendment>(entry.what);
            const bool same = before.reason == back.reason && (back.add_tags.empty() || before.add_tags == back.add_tags);
            if (same) append(undoing(entry, message.id, std::string{taken_back} + before.reason), author_of(item, message));
            else others = true;
        }
        auto recorded = view_.entry(message.id);
        if (!recorded) return recorded.error();
        const auto* const first = *recorded ? std::get_if<Event>(&(**recorded).what) : nullptr;
        if (first == nullptr || message.struck) return {};
        const auto brought_by = first->labels.find(std::string{ingest::added_by_label});
        if (brought_by == first->labels.end() || brought_by->second != back.reason) return {};
        Amendment amendment;
        amendment.event = message.id;
        amendment.reason = std::string{taken_back} + back.reason;
        if (others) {  // it stays for their sake, without what this telling gave it
            for (const auto& tag : first->tags)
                if (tag.by_person()) amendment.remove_tags.push_back(tag.name);
            if (back.star) amendment.star = false;
            if (amendment.remove_tags.empty() && !amendment.star) return {};
        } else {
            amendment.strike = true;
        }
        append(std::move(amendment), author_of(item, message));
        return {};
    }

    /// This sender's amendments of the message that nobody undid, in ledger order.
    Result<std::vector<Entry>> standing(const Event& message)
    {
        auto about = view_.about(message);
        if (!about) return about.error();
        std::vector<Id> undone;
        for (const auto& entry : *about)
            if (const auto* amendment = std::get_if<Amendment>(&entry.what); amendment && amendment->undo) undone.push_back(*amendment->undo);
        std::vector<Entry> stands;
        for (auto& entry : *about) {
            const auto* amendment = std::get_if<Amendment>(&entry.what);
            if (amendment == nullptr || amendment->undo || entry.source != sender_.source || std::ranges::find(undone, entry.id) != undone.end()) continue;
            stands.push_back(std::move(entry));
        }
        return stands;
    }

    static Amendment undoing(const Entry& entry, const Id& event, std::string reason)
    {
        Amendment amendment;
        amendment.event = event;
        amendment.undo = entry.id;
        amendment.reason = std::move(reason);
        return amendment;
    }

    void append(Amendment amendment, Author author)
    {
        store::NewEntry entry;
        entry.entry.author = std::move(author);
        entry.entry.source = sender_.source;
        entry.entry.principal = sender_.principal;
        entry.entry.what = std::move(amendment);
        entries_.push_back(std::move(entry));
    }

    /// Who edits: the dialect names the person, in the orphan, or in the tag; else the message's own author.
    static Author author_of(const ingest::ByKey& item, const Event& message)
    {
        if (!item.author.name.empty()) return item.author;
        if (item.orphan && !item.orphan->author.name.empty()) return item.orphan->author;
        constexpr std::string_view person = "person:";
        for (const auto& tag : item.amendment.add_tags)
            if (tag.by_person()) return Author{tag.by.substr(person.size()), false, {}};
        return message.author;
    }

    void append(Event event, OnDuplicate on_duplicate)
    {
        if (event.kind == Kind::alert)
            if (const auto fingerprint = fingerprint_of(event); !fingerprint.empty()) newest_[event.source + '\n' + fingerprint] = entries_.size();
        store::NewEntry entry;
        entry.on_duplicate = on_duplicate;
        entry.entry.author = event.author;
        entry.entry.source = event.source;
        entry.entry.principal = sender_.principal;
        entry.entry.what = std::move(event);
        entries_.push_back(std::move(entry));
    }

    store::View& view_;
    const Sender& sender_;
    const AlertRoutes& routes_;
    const tagging::RuleSet* rules_;
    std::vector<const Incident*> open_;  // newest first, with what this delivery opened
    std::deque<Incident> opened_;        // a deque: open_ points into it
    IncidentKey next_key_;
    std::unordered_map<std::string, IncidentKey> homes_;  // fingerprint -> incident, within this delivery
    std::optional<IncidentKey> alerts_home_;
    std::unordered_map<std::string, std::size_t> newest_; // source and fingerprint -> place in entries_
    std::unordered_map<std::string, std::string> keys_;   // source and key -> content, within this delivery
    bool repeated_ = false;                               // the event being taken is only counted
    std::vector<store::NewEntry> entries_;
};

}  // namespace

store::Decide decide_hook(std::vector<ingest::Item> items, Sender sender, std::shared_ptr<const AlertRoutes> routes,
                          std::shared_ptr<const tagging::RuleSet> rules)
{
    auto shared = std::make_shared<const std::vector<ingest::Item>>(std::move(items));
    return [shared, sender = std::move(sender), routes = std::move(routes), rules = std::move(rules)](store::View& view) {
        Delivery delivery{view, sender, *routes, rules.get()};
        return delivery.decide(*shared);
    };
}

}  // namespace incident::api
