#include "ingest/mapping_input.hpp"
#include "ingest/form.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::ingest {

namespace {

using Input = Mapping::Input;

/// A field of the same name twice keeps its first value.
void put(json::object& fields, const std::string& name, std::string value)
{
    if (fields.size() < max_form_fields && !name.empty() && !fields.contains(name)) fields[name] = std::move(value);
}

Document form_of(std::string_view bytes)
{
    json::object fields;
    for (auto& [name, value] : read_form(trimmed(bytes))) put(fields, name, std::move(value));
    if (fields.empty()) return {Failure{Errc::malformed, "a form without fields"}, bytes};
    return {json::value(std::move(fields)), bytes, false, true};
}

/// The value of a parameter of a header: `name="data"`, `boundary=x`.
std::string parameter(std::string_view header, std::string_view name)
{
    const auto lower = lowered(header);
    for (auto place = lower.find(name); place != lower.npos; place = lower.find(name, place + 1)) {
        const bool begins = place == 0 || lower[place - 1] == ' ' || lower[place - 1] == ';';
        auto value = header.substr(place + name.size());
        if (!begins || !value.starts_with('=')) continue;
        value.remove_prefix(1);
        if (value.starts_with('"')) return std::string{value.substr(1, std::min(value.find('"', 1), value.size()) - 1)};
        return std::string{trimmed(value.substr(0, value.find(';')))};
    }
    return {};
}

/// RFC 7578 as far as senders need it: a part's name and its text.
Document multipart_of(std::string_view bytes, std::string_view content_type)
{
    Document document{json::value{}, bytes};
    const auto boundary = parameter(content_type, "boundary");
    if (boundary.empty()) {
        document.value = Failure{Errc::malformed, "multipart without a boundary"};
        return document;
    }
    const auto mark = "--" + boundary;
    json::object fields;
    auto rest = bytes.substr(std::min(bytes.find(mark), bytes.size()));
    for (std::size_t parts = 0; parts < max_parts && rest.starts_with(mark); ++parts) {
        rest.remove_prefix(mark.size());
        if (rest.starts_with("--")) break;
        const auto end = std::min(rest.find("\n" + mark), rest.size());
        auto part = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        auto gap = part.find("\r\n\r\n");
        std::size_t gap_size = 4;
        if (gap == part.npos) {
            gap = part.find("\n\n");
            gap_size = 2;
        }
        if (gap == part.npos) continue;
        auto value = part.substr(gap + gap_size);
        if (value.ends_with('\r')) value.remove_suffix(1);
        std::string text = is_utf8(value) ? std::string{value} : to_valid_utf8(value);
        put(fields, parameter(part.substr(0, gap), "name"), std::move(text));
    }
    if (fields.empty()) document.value = Failure{Errc::malformed, "multipart without a named part"};
    else document.value = json::value(std::move(fields));
    return document;
}

Document query_of(const Body& body)
{
    json::object fields;
    for (const auto& [name, value] : body.query) put(fields, name, value);
    if (fields.empty()) return {Failure{Errc::malformed, "a query without parameters"}, body.bytes};
    return {json::value(std::move(fields)), body.bytes};
}

std::vector<Document> lines_of(std::string_view bytes)
{
    std::vector<Document> documents;
    while (!bytes.empty() && documents.size() <= max_items_per_body) {
        const auto line = bytes.substr(0, bytes.find('\n'));
        bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
        const auto text = trimmed(line);
        if (!text.empty()) documents.push_back({parse_body(text), text});
    }
    return documents;
}

bool looks_like_a_form(std::string_view bytes)
{
    const auto text = trimmed(bytes);
    const auto equals = text.find('=');
    return equals != text.npos && equals > 0 && text.substr(0, equals).find_first_of(" \t\r\n{}[]\"<>&") == text.npos && text.find('\n') == text.npos;
}

Input input_of(const Body& body)
{
    const auto type = lowered(body.content_type);
    const auto says = [&](std::string_view word) { return type.find(word) != type.npos; };
    if (says("ndjson") || says("jsonl") || says("json-seq")) return Input::lines;
    if (says("x-www-form-urlencoded") && is_form(body)) return Input::form;
    if (says("multipart/")) return Input::multipart;
    if (trimmed(body.bytes).empty() && !body.query.empty()) return Input::query;
    return Input::automatic;
}

/// JSON by the looks of it; lines and forms under the name application/json, or under none, are common.
std::vector<Document> guessed(const Body& body)
{
    std::vector<Document> documents;
    if (trimmed(body.bytes).empty()) return documents;
    auto whole = parse_body(body.bytes);
    if (!whole) {
        const auto first = body.bytes.substr(0, body.bytes.find('\n'));
        if (first.size() < body.bytes.size() && parse_body(first)) return lines_of(body.bytes);
        if (looks_like_a_form(body.bytes)) {
            documents.push_back(form_of(body.bytes));
            return documents;
        }
    }
    documents.push_back({std::move(whole), body.bytes, true});
    return documents;
}

/// Puts the JSON that one field of a form carries in the form's place.
void take_json_field(Document& document, const std::vector<std::string>& names)
{
    const auto* const fields = document.value ? document.value->if_object() : nullptr;
    if (fields == nullptr) return;
    for (const auto& name : names)
        if (const auto* const field = fields->if_contains(name); field != nullptr && field->is_string()) {
            auto inside = parse_body(field->get_string());
            document.value = std::move(inside);
            return;
        }
}

/// Puts the document that a string holds in the string's place; a text that is no document stays.
void unwrap(Document& document, const std::vector<std::string>& pointers)
{
    if (!document.value) return;
    for (const auto& pointer : pointers) {
        boost::system::error_code error;
        auto* const found = document.value->find_pointer(pointer, error);
        if (error || found == nullptr || !found->is_string()) continue;
        if (auto inside = parse_body(found->get_string()); inside && inside->is_structured()) {
            *found = std::move(*inside);
            document.whole_body = false;
        }
    }
}

}  // namespace

std::vector<Document> documents_of(const Mapping& mapping, const Body& body)
{
    std::vector<Document> documents;
    const auto input = mapping.input == Input::automatic ? input_of(body) : mapping.input;
    switch (input) {
    case Input::automatic: documents = guessed(body); break;
    case Input::json:
        if (!trimmed(body.bytes).empty()) documents.push_back({parse_body(body.bytes), body.bytes, true});
        break;
    case Input::lines: documents = lines_of(body.bytes); break;
    case Input::form:
        if (!trimmed(body.bytes).empty()) documents.push_back(form_of(body.bytes));
        break;
    case Input::query: documents.push_back(query_of(body)); break;
    case Input::multipart: documents.push_back(multipart_of(body.bytes, body.content_type)); break;
    }
    for (auto& document : documents) {
        if (document.form || input == Input::query || input == Input::multipart) take_json_field(document, mapping.json_fields);
        unwrap(document, mapping.unwrap);
    }
    return documents;
}

std::vector<std::string> spellings_of(std::string_view form, const std::string& value)
{
    std::vector<std::string> spellings;
    for (std::size_t pairs = 0; !form.empty() && pairs < max_form_fields; ++pairs) {
        const auto pair = form.substr(0, form.find('&'));
        form.remove_prefix(std::min(pair.size() + 1, form.size()));
        const auto sent = pair.substr(std::min(pair.find('=') + 1, pair.size()));
        if (sent == value) continue;
        if (const auto read = read_form("x=" + std::string{sent}); field(read, "x") == value) spellings.emplace_back(sent);
    }
    return spellings;
}

}  // namespace incident::ingest
