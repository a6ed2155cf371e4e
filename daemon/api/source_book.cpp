#include "api/source_book.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::api {

namespace {
constexpr std::size_t max_note_bytes = 200;
}

SourceLine& SourceBook::page(std::string_view source, Instant at)
{
    auto found = pages_.find(source);
    if (found == pages_.end()) {
        const auto name = pages_.size() < max_sources_shown ? source : std::string_view{"other"};
        found = pages_.try_emplace(std::string{name}).first;
    }
    found->second.last_at = at;
    return found->second;
}

void SourceBook::stored(std::string_view source, std::size_t events, Instant at)
{
    auto& one = page(source, at);
    one.events += events;
    one.last_event_at = at;
}

void SourceBook::unparsed(std::string_view source, std::size_t events, Instant at) { page(source, at).unparsed += events; }

void SourceBook::refused(std::string_view source, std::string_view why, Instant at)
{
    auto& one = page(source, at);
    ++one.refused;
    one.note = visible(shortened(why, max_note_bytes));
    one.last_refused = SourceLine::Said{at, one.note};
}

void SourceBook::noted(std::string_view source, std::string_view note, Instant at)
{
    if (note.empty()) return;
    auto& one = page(source, at);
    one.note = visible(shortened(note, max_note_bytes));
    if (tells_of_a_test(note)) one.last_test = SourceLine::Said{at, one.note};
}

void SourceBook::asked(std::string_view source, const ingest::Understood::Confirmation& confirmation, Instant at)
{
    page(source, at).confirmation = confirmation;
}

void SourceBook::heard(std::string_view source, std::string_view topic)
{
    const auto found = pages_.find(source);
    if (found == pages_.end() || !found->second.confirmation || found->second.confirmation->topic != topic) return;
    found->second.confirmation.reset();
}

const SourceLine* SourceBook::find(std::string_view source) const
{
    const auto found = pages_.find(source);
    return found == pages_.end() ? nullptr : &found->second;
}

bool tells_of_a_test(std::string_view note)
{
    const auto words = lowered(note);
    return std::ranges::any_of(std::array<std::string_view, 4>{"test", "ping", "verif", "ssl_check"},
                               [&](auto word) { return words.find(word) != std::string::npos; });
}

wire::json::object to_json(const SourceLine& line, bool to_admin)
{
    const auto said = [](const std::optional<SourceLine::Said>& what) -> wire::json::value {
        if (!what) return nullptr;
        wire::json::object one;
        one["at"] = to_rfc3339(what->at);
        one["words"] = what->words;
        return one;
    };
    wire::json::object one;
    one["events"] = line.events;
    one["unparsed"] = line.unparsed;
    one["refused"] = line.refused;
    one["last_at"] = line.last_at ? wire::json::value(to_rfc3339(*line.last_at)) : wire::json::value(nullptr);
    one["last_event_at"] = line.last_event_at ? wire::json::value(to_rfc3339(*line.last_event_at)) : wire::json::value(nullptr);
    one["note"] = line.note;
    one["last_refused"] = said(line.last_refused);
    one["last_test"] = said(line.last_test);
    one["confirmation"] = nullptr;
    if (line.confirmation) {
        wire::json::object asked;
        asked["topic"] = line.confirmation->topic;
        asked["url"] = to_admin ? wire::json::value(line.confirmation->url) : wire::json::value(nullptr);
        one["confirmation"] = std::move(asked);
    }
    return one;
}

wire::json::array SourceBook::to_json(bool to_admin) const
{
    wire::json::array all;
    for (const auto& [name, page] : pages_) {
        auto one = api::to_json(page, to_admin);
        one["name"] = name;
        all.push_back(std::move(one));
    }
    return all;
}

}  // namespace incident::api
