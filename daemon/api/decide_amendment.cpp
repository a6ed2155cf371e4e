#include "api/decide.hpp"
#include "api/etag.hpp"

namespace incident::api {
namespace {

Failure wrong(std::string pointer, std::string detail)
{
    auto text = detail;
    return Failure{Errc::invalid_input, std::move(text), {{std::move(pointer), std::move(detail)}}};
}

/// Whether nothing is left that an amendment would change.
bool changes_nothing(const Amendment& a)
{
    return !a.text && !a.occurred_at && !a.precision && a.add_tags.empty() && a.remove_tags.empty() && !a.incident &&
           !a.star && !a.visibility && !a.strike && !a.redact && !a.undo;
}

/// An undo speaks of an amendment of this very event, or of the event itself.
Result<void> check_undo(store::View& view, const Id& event, const Id& undone)
{
    if (undone == event) return {};
    auto entry = view.entry(undone);
    if (!entry) return entry.error();
    const auto* amendment = *entry ? std::get_if<Amendment>(&(**entry).what) : nullptr;
    // One answer for both: whether somebody else's entry is there is not told.
    if (amendment == nullptr || amendment->event != event)
        return wrong("/undo", "entry " + to_string(undone) + " is no amendment of this event; see the event's history");
    return {};
}

/// Leads a move through merges; a move to where the event stands already is taken out, so that it keeps its number.
Result<void> settle_move(store::View& view, const auth::Principal& who, const Event& event, Amendment& amendment)
{
    if (!amendment.incident) return {};
    auto& wanted = *amendment.incident;
    if (wanted) {
        const auto target = visible_target(who, view.catalog(), *wanted);
        if (!target) return wrong("/incident", "there is no " + to_string(*wanted) + " to move the event to");
        wanted = target;
    }
    if (wanted != event.incident) return {};
    amendment.incident.reset();
    if (changes_nothing(amendment))
        return Failure{Errc::conflict, wanted ? "the event stands in " + to_string(*wanted) + " already"
                                              : "the event stands in the inbox already"};
    return {};
}

}  // namespace

store::Decide decide_amendment(Id id, Amendment amendment, Sender sender, std::string if_match)
{
    return [id, amendment = std::move(amendment), sender = std::move(sender),
            if_match = std::move(if_match)](store::View& view) -> Result<std::vector<store::NewEntry>> {
        auto found = view.event(id);
        if (!found) return found.error();
        if (!*found || !may_see_event(sender.who, view.catalog(), **found)) return Failure{Errc::not_found, "there is no event " + to_string(id)};
        const auto& event = **found;
        if (!if_match.empty() && !names_etag(if_match, etag_of(event), false))
            return Failure{Errc::stale, "the event was changed since you read it (its ETag is " + etag_of(event) +
                                            " now); read it again, then amend it"};
        auto change = amendment;
        change.event = id;
        if (auto moved = settle_move(view, sender.who, event, change); !moved) return moved.error();
        for (std::size_t i = 0; i < change.add_tags.size(); ++i) {
            const auto& of = change.add_tags[i].of;
            if (!of) continue;
            auto spoken_of = view.event(*of);
            if (!spoken_of) return spoken_of.error();
            if (!*spoken_of || !may_see_event(sender.who, view.catalog(), **spoken_of))
                return wrong("/tags/add/" + std::to_string(i) + "/of", "there is no event " + to_string(*of));
        }
        if (change.undo)
            if (auto fits = check_undo(view, id, *change.undo); !fits) return fits.error();

        store::NewEntry entry;
        entry.entry.author = sender.author;
        entry.entry.source = sender.source;
        entry.entry.principal = sender.principal;
        entry.entry.what = std::move(change);
        std::vector<store::NewEntry> entries;
        entries.push_back(std::move(entry));
        return entries;
    };
}

}  // namespace incident::api
