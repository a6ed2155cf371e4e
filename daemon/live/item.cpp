#include "live/item.hpp"
#include "wire/json.hpp"

namespace incident::live {
namespace {

/// JSON writes line feeds as \n, so data is always one line.
std::string item_text(std::uint64_t seq, std::string_view event, const boost::json::object& data)
{
    std::string text = "id: " + std::to_string(seq);
    text.append("\nevent: ").append(event).append("\ndata: ").append(boost::json::serialize(data)).append("\n\n");
    return text;
}

/// The event that an entry speaks of.
std::optional<Id> event_of(const Entry& entry)
{
    if (std::holds_alternative<Event>(entry.what)) return entry.id;
    if (const auto* amendment = std::get_if<Amendment>(&entry.what)) return amendment->event;
    if (const auto* tally = std::get_if<Tally>(&entry.what)) return tally->event;
    return {};
}

/// A moved event concerns the incident it left, too.
Result<void> note_moves(store::Reader& reader, const Entry& entry, Item& item)
{
    const auto* const amendment = std::get_if<Amendment>(&entry.what);
    if (amendment == nullptr || (!amendment->incident && !amendment->undo)) return {};
    auto history = reader.history(amendment->event);
    if (!history) return history.error();
    for (const auto& earlier : *history) {
        if (const auto* event = std::get_if<Event>(&earlier.what); event != nullptr && event->incident)
            item.incidents.insert(*event->incident);
        if (const auto* move = std::get_if<Amendment>(&earlier.what); move != nullptr && move->incident && *move->incident)
            item.incidents.insert(**move->incident);
    }
    return {};
}

/// What needs no look into the store.
std::shared_ptr<Item> begin_item(const Entry& entry)
{
    auto item = std::make_shared<Item>();
    item->seq = entry.seq;
    if (const auto* step = std::get_if<IncidentStep>(&entry.what)) {
        item->incidents.insert(step->incident);
        item->at.insert(step->incident);
        if (step->merged_into) item->incidents.insert(*step->merged_into);
    }
    if (const auto* event = std::get_if<Event>(&entry.what); event != nullptr && event->incident) {
        item->incidents.insert(*event->incident);
        item->at.insert(*event->incident);
    }
    return item;
}

Result<std::shared_ptr<const Item>> make_item(store::Reader& reader, const Entry& entry)
{
    auto item = begin_item(entry);
    auto data = wire::to_json(entry);
    if (const auto id = event_of(entry)) {
        auto event = reader.event(*id);
        if (!event) return event.error();
        if (*event) {
            item->at.clear();
            if ((*event)->incident) {
                item->incidents.insert(*(*event)->incident);
                item->at.insert(*(*event)->incident);
            }
            data["event"] = wire::to_json(**event);
        }
        if (auto noted = note_moves(reader, entry, *item); !noted) return noted.error();
    }
    item->text = item_text(entry.seq, "entry", data);
    return std::shared_ptr<const Item>{std::move(item)};
}

}  // namespace

bool is_complete(const Entry& entry)
{
    return std::holds_alternative<Event>(entry.what) || std::holds_alternative<IncidentStep>(entry.what);
}

Items make_complete_items(const std::vector<Entry>& entries)
{
    Items items;
    items.reserve(entries.size());
    for (const auto& entry : entries) {
        auto item = begin_item(entry);
        item->text = item_text(entry.seq, "entry", wire::to_json(entry));
        items.push_back(std::move(item));
    }
    return items;
}

Result<Items> make_items(store::Reader& reader, const std::vector<Entry>& entries)
{
    Items items;
    items.reserve(entries.size());
    for (const auto& entry : entries) {
        auto item = make_item(reader, entry);
        if (!item) return item.error();
        items.push_back(std::move(*item));
    }
    return items;
}

std::string resync_text(std::uint64_t missed_from, std::uint64_t missed_to)
{
    return item_text(missed_to, "resync", {{"missed_from", missed_from}, {"missed_to", missed_to}});
}

}  // namespace incident::live
