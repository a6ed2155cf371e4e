#include "ingest/mapping_value.hpp"
#include "ingest/html_text.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <re2/re2.h>

namespace incident::ingest {

namespace {

/// `env:prod` among the entries of a comma list or a list of texts.
std::string_view entry_of(const json::value& value, std::string_view name)
{
    const auto behind = [name](std::string_view entry) -> std::string_view {
        entry = trimmed(entry);
        return entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == ':' ? trimmed(entry.substr(name.size() + 1)) : std::string_view{};
    };
    if (const auto* const list = value.if_array()) {
        for (const auto& element : *list)
            if (const auto* const text = element.if_string())
                if (const auto found = behind(*text); !found.empty()) return found;
        return {};
    }
    const auto* const string = value.if_string();
    std::string_view rest = string == nullptr ? std::string_view{} : std::string_view{*string};
    while (!rest.empty()) {
        const auto entry = rest.substr(0, rest.find(','));
        if (const auto found = behind(entry); !found.empty()) return found;
        rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
    }
    return {};
}

const json::value* step_into(const json::value& value, const Step& step)
{
    if (const auto* const object = value.if_object()) return step.kind == Step::Kind::name ? object->if_contains(step.name) : nullptr;
    const auto* const list = value.if_array();
    if (list == nullptr || list->empty()) return nullptr;
    switch (step.kind) {
    case Step::Kind::name: return step.index < list->size() ? &(*list)[step.index] : nullptr;
    case Step::Kind::last: return &list->back();
    case Step::Kind::where:
        for (const auto& element : *list)
            if (const auto* const object = element.if_object())
                if (const auto* const member = object->if_contains(step.name); member != nullptr && text_of(*member) == step.equals) return &element;
        return nullptr;
    case Step::Kind::entry: return nullptr;
    }
    return nullptr;
}

std::string flat(const json::value& value)
{
    const auto* const list = value.if_array();
    if (list == nullptr) return text_of(value);
    std::string joined;
    std::size_t taken = 0;
    for (const auto& element : *list) {
        if (taken++ == max_joined || joined.size() > max_details_bytes) break;
        if (const auto text = text_of(element); !text.empty()) joined += (joined.empty() ? "" : ", ") + text;
    }
    return joined;
}

bool is_there(const Found& found)
{
    if (found.value == nullptr) return !trimmed(found.text).empty() && !is_placeholder(found.text);
    if (const auto* const object = found.value->if_object()) return !object->empty();
    if (const auto* const list = found.value->if_array()) return !list->empty();
    return !words_of(found).empty();
}

bool passes(const Test& test, const Scope& scope)
{
    const auto found = find(test.at, scope);
    const auto one_of = [&] { return std::ranges::find(test.words, lowered(words_of(found))) != test.words.end(); };
    const auto time = [&] { return read_foreign_time(words_of(found), {}); };
    switch (test.op) {
    case Test::Op::is: return one_of();
    case Test::Op::is_not: return !one_of();
    case Test::Op::present: return is_there(found);
    case Test::Op::absent: return !is_there(found);
    case Test::Op::matches: return re2::RE2::PartialMatch(words_of(found), *test.pattern);
    case Test::Op::before_now: {
        const auto at = time();
        return at && at->at < scope.body.received_at;
    }
    case Test::Op::after_now: {
        const auto at = time();
        return at && at->at >= scope.body.received_at;
    }
    }
    return false;
}

/// A backslash and an n, as some senders write a line feed.
std::string with_newlines(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool pair = text[i] == '\\' && i + 1 < text.size() && text[i + 1] == 'n';
        out += pair ? '\n' : text[i];
        i += pair ? 1 : 0;
    }
    return out;
}

std::string undone(std::string_view text, Undo what)
{
    switch (what) {
    case Undo::newlines: return with_newlines(text);
    case Undo::html: return std::string{trimmed(plain_html(text))};
    }
    return std::string{text};
}

/// The pieces one behind the other; nothing when one of the references says nothing.
std::string filled(const std::vector<Piece>& pieces, const Scope& scope)
{
    if (pieces.size() == 1 && pieces.front().reference) return words_of(find(*pieces.front().reference, scope));
    std::string text;
    for (const auto& piece : pieces) {
        if (!piece.reference) {
            text += piece.words;
            continue;
        }
        const auto words = words_of(find(*piece.reference, scope));
        if (words.empty()) return {};
        text += words;
        if (text.size() > max_details_bytes) break;
    }
    return text;
}

}  // namespace

Found find(const Reference& reference, const Scope& scope)
{
    Found found;
    switch (reference.of) {
    case Reference::Of::header:
        if (const auto header = scope.body.headers.find(reference.name); header != scope.body.headers.end()) found.text = header->second;
        return found;
    case Reference::Of::query:
        if (const auto given = scope.body.query.find(reference.name); given != scope.body.query.end()) found.text = given->second;
        return found;
    case Reference::Of::element:
    case Reference::Of::document: break;
    }
    const auto* value = reference.of == Reference::Of::element ? &scope.element : &scope.document;
    for (const auto& step : reference.steps) {
        if (step.kind == Step::Kind::entry) {
            found.text = entry_of(*value, step.name);
            return found;
        }
        value = step_into(*value, step);
        if (value == nullptr || value->is_null()) return found;
    }
    found.value = value;
    return found;
}

std::string words_of(const Found& found)
{
    if (found.value == nullptr) return is_placeholder(found.text) ? std::string{} : std::string{trimmed(found.text)};
    if (const auto* const string = found.value->if_string()) {
        const auto text = trimmed(*string);
        return is_placeholder(text) ? std::string{} : std::string{text};
    }
    return flat(*found.value);
}

bool holds(const Condition& condition, const Scope& scope)
{
    if (condition.empty()) return true;
    return std::ranges::any_of(condition.any_of, [&](const auto& tests) { return std::ranges::all_of(tests, [&](const Test& test) { return passes(test, scope); }); });
}

std::string said_by(const Candidate& candidate, const Scope& scope)
{
    if (!holds(candidate.when, scope)) return {};
    std::string text;
    if (candidate.as_json) {
        const auto found = find(*candidate.pieces.front().reference, scope);
        text = found.value != nullptr && found.value->is_structured() && is_there(found) ? json::serialize(*found.value) : words_of(found);
    } else if (candidate.join.empty()) {
        text = filled(candidate.pieces, scope);
    } else {
        for (const auto& part : candidate.join)
            if (const auto words = text_of(part, scope); !words.empty()) text += (text.empty() ? std::string{} : candidate.between) + words;
    }
    if (candidate.match != nullptr && !text.empty()) {
        re2::StringPiece found[2];
        const int groups = std::min(candidate.match->NumberOfCapturingGroups(), 1) + 1;
        if (!candidate.match->Match(text, 0, text.size(), re2::RE2::UNANCHORED, found, groups)) return {};
        const auto& taken = found[groups - 1];
        text = std::string{trimmed({taken.data(), taken.size()})};
    }
    for (const auto undo : candidate.undo) text = undone(text, undo);
    return shortened(text, max_details_bytes);
}

std::string text_of(const Value& value, const Scope& scope)
{
    for (const auto& candidate : value.candidates)
        if (auto text = said_by(candidate, scope); !text.empty()) return text;
    return {};
}

std::string joined_key(const std::vector<Value>& parts, const Scope& scope)
{
    std::string key;
    bool says_something = false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto part = text_of(parts[i], scope);
        says_something = says_something || !part.empty();
        if (i != 0) key += '|';
        key += part;
    }
    while (key.ends_with('|')) key.pop_back();  // a host without a service is the host
    return says_something ? key : std::string{};
}

}  // namespace incident::ingest
