#include "api/answers.hpp"
#include "api/decide.hpp"

namespace incident::api {
namespace {

constexpr std::chrono::minutes clock_tolerance{2};  // beyond it a sender's stamp ahead of our clock is its clock's fault

}  // namespace

Author author_for(const Author& proved, std::string_view claim)
{
    if (claim.empty()) {
        if (!proved.name.empty()) return proved;
        return Author{"anonymous", false, {}};
    }
    if (proved.verified) return Author{proved.name, true, claim == proved.name ? std::string{} : std::string{claim}};
    return Author{std::string{claim}, false, std::string{claim}};
}

std::vector<const Incident*> open_to(const auth::Principal& who, const store::Catalog& catalog)
{
    auto open = catalog.open();
    std::erase_if(open, [&](const Incident* incident) { return !auth::may_see(who, *incident); });
    return open;
}

std::optional<IncidentKey> visible_target(const auth::Principal& who, const store::Catalog& catalog, IncidentKey key)
{
    const auto* named = catalog.find(key);
    if (named == nullptr || !auth::may_see(who, *named)) return std::nullopt;
    const auto target = catalog.target(key);
    const auto* incident = target ? catalog.find(*target) : nullptr;
    if (incident == nullptr || !auth::may_see(who, *incident)) return std::nullopt;
    return target;
}

bool may_see_event(const auth::Principal& who, const store::Catalog& catalog, const Event& event)
{
    if (!event.incident) return true;
    const auto* incident = catalog.find(*event.incident);
    return incident != nullptr && auth::may_see(who, *incident);
}

store::Decide decide_events(std::vector<wire::EventRequest> requests, Sender sender, bool batch,
                            std::shared_ptr<const tagging::RuleSet> rules)
{
    auto shared = std::make_shared<std::vector<wire::EventRequest>>(std::move(requests));
    return [shared, sender = std::move(sender), batch, rules = std::move(rules)](store::View& view) -> Result<std::vector<store::NewEntry>> {
        std::vector<FieldError> errors;
        const bool again = shared->size() <= store::people_lane_events;
        const auto open = open_to(sender.who, view.catalog());
        std::vector<store::NewEntry> entries;
        entries.reserve(shared->size());
        for (std::size_t i = 0; i < shared->size(); ++i) {
            auto& request = (*shared)[i];
            const auto at = batch ? '/' + std::to_string(i) : std::string{};
            // A people's decision may be asked for again; what is large is given away.
            auto event = again ? request.event : std::move(request.event);
            if (!request.occurred_given) event.occurred_at = view.now();
            ingest::flag_time(event, view.now());
            if (event.sent_at && *event.sent_at > view.now() + clock_tolerance) event.flags.emplace_back("skewed");
            if (event.incident) {
                const auto target = visible_target(sender.who, view.catalog(), *event.incident);
                if (!target)
                    errors.push_back({at + "/incident", "there is no " + to_string(*event.incident) +
                                                            "; open it first, or leave the member out"});
                event.incident = target;
            } else if (!request.incident_given && open.size() == 1) {
                event.incident = open.front()->key;
            }
            for (std::size_t t = 0; t < event.tags.size(); ++t) {
                if (!event.tags[t].of) continue;
                auto spoken_of = view.event(*event.tags[t].of);
                if (!spoken_of) return spoken_of.error();
                if (!*spoken_of || !may_see_event(sender.who, view.catalog(), **spoken_of))
                    errors.push_back({at + "/tags/" + std::to_string(t) + "/of",
                                      "there is no event " + to_string(*event.tags[t].of)});
            }
            if (event.author.name.empty()) event.author = author_for(sender.author, request.author);
            if (event.source.empty()) event.source = sender.source;
            if (auto tagged = tag_by_earlier(event, rules.get(), view, entries); !tagged) return tagged.error();
            store::NewEntry entry;
            entry.entry.author = event.author;
            entry.entry.source = event.source;
            entry.entry.principal = sender.principal;
            entry.entry.what = std::move(event);
            entries.push_back(std::move(entry));
        }
        if (!errors.empty()) {
            auto detail = errors.size() == 1 ? errors.front().detail
                                             : std::to_string(errors.size()) + " fields are wrong; nothing was stored";
            return Failure{Errc::invalid_input, std::move(detail), std::move(errors)};
        }
        return entries;
    };
}

}  // namespace incident::api
