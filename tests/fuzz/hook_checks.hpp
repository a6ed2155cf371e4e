#pragma once
#include "ingest/dialects.hpp"
#include "model/text.hpp"
#include <cstdint>
#include <cstdlib>

/// What holds of anything a dialect makes of any bytes: something is kept or noted, and it can be stored.
namespace incident::fuzz {

inline void must(bool truth)
{
    if (!truth) std::abort();
}

/// As if the site had configured nothing.
inline ingest::Source named(std::string name)
{
    ingest::Source source;
    source.dialect = source.name = std::move(name);
    return source;
}

inline void must_be_storable(const Event& event)
{
    must(!event.text.empty() && event.text.size() <= max_text_bytes && is_utf8(event.text));
    must(event.details.size() <= max_details_bytes && is_utf8(event.details));
    must(event.key.size() <= max_key_bytes && is_utf8(event.key));
    must(event.labels.size() <= max_labels && event.links.size() <= max_links);
    must(is_utf8(event.author.name) && is_utf8(event.occurred_raw) && is_utf8(event.status) && is_utf8(event.severity));
    for (const auto& [name, value] : event.labels) must(is_utf8(name) && is_utf8(value) && value.size() <= max_label_bytes);
    for (const auto& link : event.links) must(lowered(link.url).starts_with("http") && is_utf8(link.title));
    must(to_rfc3339(event.occurred_at).size() == 27);
}

inline void must_be_kept(const ingest::Understood& understood)
{
    must(!understood.items.empty() || !understood.note.empty() || !understood.reply.empty());
    for (const auto& item : understood.items) {
        if (const auto* const event = std::get_if<Event>(&item.what)) {
            must_be_storable(*event);
        } else {
            const auto& change = std::get<ingest::ByKey>(item.what);
            must(!change.key.empty() && !change.once_key.empty() && is_utf8(change.amendment.reason));
            if (change.orphan) must_be_storable(*change.orphan);
        }
    }
}

inline ingest::Body body_of(const std::uint8_t* data, std::size_t size, std::string_view type = "application/json")
{
    return {{reinterpret_cast<const char*>(data), size}, type, {}, Instant{std::chrono::seconds{1'750'000'000}}};
}

}  // namespace incident::fuzz
