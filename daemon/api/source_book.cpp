#include "api/source_book.hpp"
#include "model/text.hpp"

namespace incident::api {

namespace {
constexpr std::size_t max_note_bytes = 200;
}

SourceBook::Page& SourceBook::page(std::string_view source, Instant at)
{
    auto found = pages_.find(source);
    if (found == pages_.end()) {
        const auto name = pages_.size() < max_sources_shown ? source : std::string_view{"other"};
        found = pages_.try_emplace(std::string{name}).first;
    }
    found->second.last_at = at;
    return found->second;
}

void SourceBook::stored(std::string_view source, std::size_t events, Instant at) { page(source, at).events += events; }

void SourceBook::unparsed(std::string_view source, std::size_t events, Instant at) { page(source, at).unparsed += events; }

void SourceBook::refused(std::string_view source, std::string_view why, Instant at)
{
    auto& one = page(source, at);
    ++one.refused;
    one.note = shortened(why, max_note_bytes);
}

void SourceBook::noted(std::string_view source, std::string_view note, Instant at)
{
    if (!note.empty()) page(source, at).note = shortened(note, max_note_bytes);
}

wire::json::array SourceBook::to_json() const
{
    wire::json::array all;
    for (const auto& [name, page] : pages_) {
        wire::json::object one;
        one["name"] = name;
        one["events"] = page.events;
        one["unparsed"] = page.unparsed;
        one["refused"] = page.refused;
        one["last_at"] = page.last_at ? wire::json::value(to_rfc3339(*page.last_at)) : wire::json::value(nullptr);
        one["note"] = page.note;
        all.push_back(std::move(one));
    }
    return all;
}

}  // namespace incident::api
