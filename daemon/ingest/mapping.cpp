#include "ingest/mapping.hpp"
#include "ingest/mapping_event.hpp"
#include "ingest/mapping_input.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::ingest {

namespace {

constexpr std::size_t max_hidden_values = 100, min_hidden_bytes = 6;

/// Every text below a value that is dropped: what cannot be cut out by a pointer is cut out by what it says.
void hide_texts(const json::value& value, std::vector<std::string>& hidden)
{
    if (hidden.size() >= max_hidden_values) return;
    if (const auto* const object = value.if_object()) {
        for (const auto& [name, member] : *object) hide_texts(member, hidden);
    } else if (const auto* const list = value.if_array()) {
        for (const auto& element : *list) hide_texts(element, hidden);
    } else if (auto text = text_of(value); text.size() >= min_hidden_bytes) {
        hidden.push_back(std::move(text));
    }
}

/// Takes the member away. False when there is none.
bool erase(json::value& document, const std::string& pointer)
{
    const auto slash = pointer.rfind('/');
    boost::system::error_code error;
    auto* const parent = document.find_pointer(pointer.substr(0, slash), error);
    if (error || parent == nullptr || !parent->is_object()) return false;
    std::string name = pointer.substr(slash + 1);
    for (std::size_t tilde = name.find('~'); tilde != name.npos && tilde + 1 < name.size(); tilde = name.find('~', tilde + 1)) name.replace(tilde, 2, name[tilde + 1] == '1' ? "/" : "~");
    return parent->get_object().erase(name) > 0;
}

class Reader {
 public:
    Reader(const Body& body, const Source& source, const Mapping& mapping)
        : body_(body), source_(source), mapping_(mapping), delivery_(ingest::delivery_id(mapping, body))
    {}

    Understood read()
    {
        understood_.delivery_id = delivery_;
        auto documents = documents_of(mapping_, body_);
        for (auto& document : documents) read_document(document);
        if (understood_.items.empty() && understood_.note.empty() && understood_.reply.empty())
            understood_.note = documents.empty() ? "an empty body" : "nothing in it for us";
        std::ranges::sort(understood_.secrets);
        understood_.secrets.erase(std::ranges::unique(understood_.secrets).begin(), understood_.secrets.end());
        return std::move(understood_);
    }

 private:
    void read_document(Document& document)
    {
        if (!document.value) return refuse(document.bytes, document.value.error().detail);
        auto* const list = document.value->if_array();
        if (list == nullptr) return read_value(*document.value, document, {});
        if (list->empty() && understood_.note.empty()) understood_.note = "an empty list";
        for (std::size_t i = 0; i < list->size() && room(); ++i) read_value((*list)[i], document, '/' + std::to_string(i));
    }

    void read_value(json::value& value, const Document& document, const std::string& place)
    {
        if (!value.is_object()) return refuse(json::serialize(value), "expected an object");
        hide(value, document, place);
        const Scope scope{value, value, body_};
        const auto shape = std::ranges::find_if(mapping_.shapes, [&](const Shape& one) { return holds(one.when, scope); });
        if (shape == mapping_.shapes.end()) return refuse(json::serialize(value), nothing_fits(scope));
        answer(*shape, scope);
        if (!shape->each) return read_element(*shape, scope);
        const auto found = find(*shape->each, scope);
        const auto* const elements = found.value == nullptr ? nullptr : found.value->if_array();
        if (elements == nullptr) return refuse(json::serialize(value), "there is no list at " + shape->each->written);
        if (elements->empty() && understood_.note.empty()) understood_.note = "an empty list";
        for (const auto& element : *elements) {
            if (!room()) return;
            if (element.is_null()) refuse("null", "expected an object");
            else read_element(*shape, {element, value, body_});
        }
    }

    void read_element(const Shape& shape, const Scope& scope)
    {
        if (!room()) return;
        for (const auto& ignored : shape.ignore)
            if (holds(ignored.when, scope)) {
                understood_.note = ignored.note;
                return;
            }
        auto item = element_item(shape, scope, {source_.name, source_.zone.empty() ? mapping_.zone : source_.zone, delivery_, understood_.items.size()});
        if (item) understood_.items.push_back(std::move(*item));
        else refuse(json::serialize(scope.element), "none of the places that the mapping names says anything");
    }

    /// What a person needs to see why: the values that the shapes ask for.
    std::string nothing_fits(const Scope& scope) const
    {
        std::string why = "no part of the mapping fits";
        std::vector<std::string> said;
        for (const auto& shape : mapping_.shapes)
            for (const auto& tests : shape.when.any_of)
                for (const auto& test : tests) {
                    const auto words = words_of(find(test.at, scope));
                    auto one = test.at.written + (words.empty() ? " says nothing" : " says \"" + shortened(words, 60) + '"');
                    if (said.size() < 3 && std::ranges::find(said, one) == said.end()) said.push_back(std::move(one));
                }
        for (std::size_t i = 0; i < said.size(); ++i) why += (i == 0 ? ": " : ", ") + said[i];
        return why;
    }

    /// Takes what is never kept out of the document, and tells whoever stores the body.
    void hide(json::value& value, const Document& document, const std::string& place)
    {
        const Scope scope{value, value, body_};
        const auto remember = [&](const std::string& text) {
            if (text.empty() || understood_.secrets.size() >= max_hidden_values) return;
            understood_.secrets.push_back(text);
            if (document.form)
                for (auto& spelling : spellings_of(document.bytes, text)) understood_.secrets.push_back(std::move(spelling));
        };
        for (const auto& secret : mapping_.secrets) remember(words_of(find(secret, scope)));
        for (const auto& pointer : mapping_.drop) {
            if (!document.whole_body) {
                boost::system::error_code error;
                std::vector<std::string> texts;
                if (const auto* const found = value.find_pointer(pointer, error); !error && found != nullptr) hide_texts(*found, texts);
                for (const auto& text : texts) remember(text);
            }
            if (erase(value, pointer) && document.whole_body) understood_.drop.push_back(place + pointer);
        }
    }

    void answer(const Shape& shape, const Scope& scope)
    {
        if (!shape.reply || !understood_.reply.empty()) return;
        const auto& reply = *shape.reply;
        understood_.status = reply.status;
        understood_.reply = reply.body;
        understood_.reply_type = reply.type;
        if (reply.echo.empty()) return;
        const auto challenge = text_of(reply.echo, scope);
        if (challenge.empty()) return;
        if (reply.echo_as.empty()) {
            understood_.reply = challenge;
            understood_.reply_type = "text/plain; charset=utf-8";
        } else {
            json::object object;
            object[reply.echo_as] = challenge;
            understood_.reply = json::serialize(object);
            understood_.reply_type = "application/json";
        }
    }

    bool room()
    {
        if (understood_.items.size() < max_items_per_body) return true;
        if (!full_) {
            full_ = true;
            add_overflow(understood_, source_.name, body_);
        }
        return false;
    }

    void refuse(std::string_view bytes, std::string_view reason)
    {
        if (!room()) return;
        const Body part{bytes, body_.content_type, {}, body_.received_at};
        const auto kind = mapping_.shapes.empty() ? Kind::alert : mapping_.shapes.front().kind;
        add_unparsed(understood_, source_.name, kind, part, reason);
    }

    const Body& body_;
    const Source& source_;
    const Mapping& mapping_;
    std::string delivery_;
    Understood understood_;
    bool full_ = false;
};

}  // namespace

Understood read_mapping(const Body& body, const Source& source)
{
    if (source.mapping != nullptr) return Reader{body, source, *source.mapping}.read();
    Understood understood;
    add_unparsed(understood, source.name, Kind::alert, body, "this source has no mapping");
    return understood;
}

std::string delivery_id(const Mapping& mapping, const Body& body)
{
    static const json::value nothing;
    return text_of(mapping.delivery, {nothing, nothing, body});
}

}  // namespace incident::ingest
