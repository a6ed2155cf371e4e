#include "wire/members.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::wire {

void FieldErrors::add(std::string pointer, std::string detail)
{
    ++count_;
    if (fields_.size() < max_field_errors) fields_.push_back({std::move(pointer), std::move(detail)});
}

Failure FieldErrors::failure() const
{
    const auto& first = fields_.front();
    auto detail = (first.pointer.empty() ? "" : first.pointer + ": ") + first.detail;
    if (count_ > 1) detail = std::to_string(count_) + " fields are wrong; the first: " + detail;
    return {Errc::invalid_input, std::move(detail), fields_};
}

Members::Members(const json::value& value, std::string pointer, FieldErrors& errors)
    : object_(value.if_object()), pointer_(std::move(pointer)), errors_(errors)
{
    if (object_ == nullptr) errors_.add(pointer_, "must be an object, not " + std::string{type_word(value)});
}

const json::value* Members::find(std::string_view name) const
{
    const auto* value = object_ == nullptr ? nullptr : object_->if_contains(name);
    return value == nullptr || value->is_null() ? nullptr : value;
}

bool Members::given(std::string_view name) const { return object_ != nullptr && object_->if_contains(name) != nullptr; }

std::string Members::pointer(std::string_view name) const { return pointer_ + "/" + pointer_token(name); }

void Members::bad(std::string_view name, std::string detail) { errors_.add(pointer(name), std::move(detail)); }

bool Members::text(std::string_view name, std::string& out, std::size_t max_bytes, Characters characters)
{
    const auto* value = find(name);
    if (value == nullptr) return false;
    const auto* string = value->if_string();
    if (string == nullptr) {
        bad(name, "must be a string, not " + std::string{type_word(*value)});
        return false;
    }
    if (string->size() > max_bytes) {
        bad(name, "has " + std::to_string(string->size()) + " bytes; at most " + std::to_string(max_bytes) +
                      " are kept");
        return false;
    }
    if (auto why = bad_characters(view_of(*string), characters); !why.empty()) {
        bad(name, std::move(why));
        return false;
    }
    out.assign(string->data(), string->size());
    return true;
}

bool Members::flag(std::string_view name, bool& out)
{
    const auto* value = find(name);
    if (value == nullptr) return false;
    if (const auto* truth = value->if_bool()) {
        out = *truth;
        return true;
    }
    bad(name, "must be true or false, not " + std::string{type_word(*value)});
    return false;
}

bool Members::number(std::string_view name, std::uint64_t& out)
{
    const auto* value = find(name);
    if (value == nullptr) return false;
    if (const auto* large = value->if_uint64()) {
        out = *large;
        return true;
    }
    if (const auto* small = value->if_int64(); small != nullptr && *small >= 0) {
        out = static_cast<std::uint64_t>(*small);
        return true;
    }
    bad(name, "must be a whole number from 0, not " +
                  std::string{value->is_number() ? "a negative or broken one" : type_word(*value)});
    return false;
}

bool Members::time(std::string_view name, Instant& out)
{
    return word(name, out, [](std::string_view typed) { return parse_rfc3339(typed); });
}

const json::array* Members::array_of(std::string_view name, std::size_t most)
{
    const auto* value = find(name);
    if (value == nullptr) return nullptr;
    const auto* array = value->if_array();
    if (array == nullptr)
        bad(name, "must be an array, not " + std::string{type_word(*value)});
    else if (array->size() > most) {
        bad(name, "has " + std::to_string(array->size()) + " elements; at most " + std::to_string(most) + " are kept");
        return nullptr;
    }
    return array;
}

void Members::only(std::span<const std::string_view> known, std::span<const std::string_view> ours)
{
    if (object_ == nullptr) return;
    for (const auto& member : *object_) {
        const std::string_view name{member.key().data(), member.key().size()};
        if (std::ranges::find(known, name) != known.end()) continue;
        if (std::ranges::find(ours, name) != ours.end()) {
            bad(name, "is given by the recorder; leave it out");
            continue;
        }
        if (errors_.full()) {  // counted, but no longer worth the search for what was meant
            errors_.add({}, {});
            continue;
        }
        const auto near = nearest(name, known);
        std::string all;
        for (const auto& word : known) all += (all.empty() ? "" : ", ") + std::string{word};
        bad(shortened(name, 64), near.empty() ? "is not known here; known are " + all
                                              : "is not known; did you mean \"" + std::string{near} + "\"?");
    }
}

std::string_view type_word(const json::value& value) noexcept
{
    switch (value.kind()) {
        case json::kind::null: return "null";
        case json::kind::bool_: return "true or false";
        case json::kind::int64:
        case json::kind::uint64:
        case json::kind::double_: return "a number";
        case json::kind::string: return "a string";
        case json::kind::array: return "an array";
        case json::kind::object: return "an object";
    }
    return "something else";
}

std::string bad_characters(std::string_view text, Characters characters)
{
    const auto refused = [characters](char c) {
        const auto byte = static_cast<unsigned char>(c);
        switch (characters) {
            case Characters::any: return false;
            case Characters::no_nul: return byte == 0;
            case Characters::prose: return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
            case Characters::one_line: return byte < 0x20 || byte == 0x7f;
        }
        return false;
    };
    const auto found = std::ranges::find_if(text, refused);
    if (found == text.end()) return {};
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(*found);
    const std::string code{'0', '0', digits[byte >> 4], digits[byte & 15]};
    const auto rest = characters == Characters::prose ? "; only line feeds and tabs may stand in it" : "";
    return "holds the control character \\u" + code + " at byte " + std::to_string(found - text.begin()) + rest;
}

std::string pointer_token(std::string_view name)
{
    std::string token;
    token.reserve(name.size());
    for (const char c : name) {
        if (c == '~') token += "~0";
        else if (c == '/') token += "~1";
        else token += c;
    }
    return token;
}

}  // namespace incident::wire
