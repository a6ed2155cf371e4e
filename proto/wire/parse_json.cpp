#include "model/text.hpp"
#include "wire/json.hpp"
#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <cmath>
#include <cstring>
#include <deque>

namespace incident::wire {
namespace {

/// Builds values as json::parser does, and refuses what that one lets through: a key given twice, infinity, and
/// documents that cost more than the limits allow.
class Builder {
 public:
    // Boost.JSON wants these at compile time; ours come with the request and are checked below.
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    Builder(std::string_view text, const JsonLimits& limits, json::storage_ptr storage)
        : text_(text), limits_(limits), stack_(json::storage_ptr{}, buffer_, sizeof buffer_)
    {
        stack_.reset(std::move(storage));
    }

    [[nodiscard]] json::value release() { return stack_.release(); }
    /// What this class refused; the parser itself refused when it is empty.
    [[nodiscard]] const std::string& reason() const noexcept { return reason_; }
    [[nodiscard]] Errc code() const noexcept { return code_; }
    /// Where, if better known than by the parser's own position.
    [[nodiscard]] const char* place() const noexcept { return place_; }

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_array_begin(json::error_code& ec) { return count_value(ec); }
    bool on_array_end(std::size_t n, json::error_code&)
    {
        stack_.push_array(n);
        return true;
    }
    bool on_object_begin(json::error_code& ec)
    {
        if (!count_value(ec)) return false;
        objects_.push_back(keys_.size());
        return true;
    }
    bool on_object_end(std::size_t n, json::error_code&)
    {
        keys_.resize(objects_.back());
        objects_.pop_back();
        stack_.push_object(n);
        return true;
    }
    bool on_key_part(json::string_view part, std::size_t n, json::error_code& ec)
    {
        if (n > limits_.string_bytes) return too_long(ec, "a key");
        key_start_.append(part.data(), part.size());
        stack_.push_chars(part);
        return true;
    }
    bool on_key(json::string_view part, std::size_t n, json::error_code& ec)
    {
        if (n > limits_.string_bytes) return too_long(ec, "a key");
        if (!remember_key({part.data(), part.size()}, ec)) return false;
        stack_.push_key(part);
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t n, json::error_code& ec)
    {
        if (n > limits_.string_bytes) return too_long(ec, "a string");
        stack_.push_chars(part);
        return true;
    }
    bool on_string(json::string_view part, std::size_t n, json::error_code& ec)
    {
        if (n > limits_.string_bytes) return too_long(ec, "a string");
        if (!count_value(ec)) return false;
        stack_.push_string(part);
        return true;
    }
    bool on_number_part(json::string_view, json::error_code&) { return true; }
    bool on_int64(std::int64_t number, json::string_view, json::error_code& ec)
    {
        if (!count_value(ec)) return false;
        stack_.push_int64(number);
        return true;
    }
    bool on_uint64(std::uint64_t number, json::string_view, json::error_code& ec)
    {
        if (!count_value(ec)) return false;
        stack_.push_uint64(number);
        return true;
    }
    bool on_double(double number, json::string_view, json::error_code& ec)
    {
        if (!std::isfinite(number)) return refuse(ec, Errc::malformed, "a number is too large for a double");
        if (!count_value(ec)) return false;
        stack_.push_double(number);
        return true;
    }
    bool on_bool(bool truth, json::error_code& ec)
    {
        if (!count_value(ec)) return false;
        stack_.push_bool(truth);
        return true;
    }
    bool on_null(json::error_code& ec)
    {
        if (!count_value(ec)) return false;
        stack_.push_null();
        return true;
    }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
    struct Key {
        const char* data;
        std::uint32_t size, hash;
    };

    bool refuse(json::error_code& ec, Errc code, std::string reason)
    {
        code_ = code;
        reason_ = std::move(reason);
        ec = json::error::input_error;  // any code: reason_ is what counts
        return false;
    }
    bool too_long(json::error_code& ec, std::string_view what)
    {
        return refuse(ec, Errc::limit_exceeded,
                      std::string{what} + " is longer than " + std::to_string(limits_.string_bytes) + " bytes");
    }
    bool count_value(json::error_code& ec)
    {
        if (++values_ <= limits_.values) [[likely]] return true;
        return refuse(ec, Errc::limit_exceeded, "more than " + std::to_string(limits_.values) + " values");
    }

    static std::uint32_t hash_of(const char* data, std::size_t size) noexcept
    {
        // Quick, not strong: equal hashes are compared in full, and an object has few keys.
        std::uint64_t mixed = size, word = 0;
        for (std::size_t at = 0; at < size; at += sizeof word) {
            word = 0;
            std::memcpy(&word, data + at, std::min(sizeof word, size - at));
            mixed = (mixed ^ word) * 0x9E3779B97F4A7C15u;
            mixed ^= mixed >> 29;
        }
        mixed *= 0xD6E8FEB86659FD93u;
        return static_cast<std::uint32_t>(mixed >> 32);
    }

    /// Compares unescaped keys, so that `"a"` and `"\u0061"` are the same.
    bool remember_key(std::string_view part, json::error_code& ec)
    {
        std::string_view key = part;
        const bool in_text = key_start_.empty() && std::less_equal<>{}(text_.data(), part.data()) &&
                             std::less_equal<>{}(part.data() + part.size(), text_.data() + text_.size());
        if (!in_text) {  // unescaped into the parser's own buffer, which it will reuse
            key_start_.append(part);
            key = unescaped_keys_.emplace_back(std::move(key_start_));
            key_start_.clear();
        }
        const auto first = objects_.back();
        if (keys_.size() - first >= limits_.keys_per_object)
            return refuse(ec, Errc::limit_exceeded,
                          "more than " + std::to_string(limits_.keys_per_object) + " keys in one object");
        const auto hash = hash_of(key.data(), key.size());
        for (auto i = first; i < keys_.size(); ++i)
            if (keys_[i].hash == hash && std::string_view{keys_[i].data, keys_[i].size} == key) [[unlikely]] {
                if (in_text) place_ = part.data() - 1;  // its opening quote
                return refuse(ec, Errc::malformed,
                              "the key \"" + shortened(visible(key), 80) + "\" stands twice in one object");
            }
        keys_.push_back(Key{key.data(), static_cast<std::uint32_t>(key.size()), hash});
        return true;
    }

    std::string_view text_;
    const JsonLimits& limits_;
    alignas(16) unsigned char buffer_[8 * 1024];  // temporary values of an ordinary document
    json::value_stack stack_;
    std::size_t values_ = 0;
    boost::container::small_vector<std::size_t, 32> objects_;  // open objects: where their keys begin
    boost::container::small_vector<Key, 64> keys_;
    std::string key_start_;
    std::deque<std::string> unescaped_keys_;  // a deque keeps its strings in place
    Errc code_ = Errc::malformed;
    std::string reason_;
    const char* place_ = nullptr;
};

std::string hex(unsigned char byte)
{
    constexpr std::string_view digits = "0123456789abcdef";
    return {'0', 'x', digits[byte >> 4], digits[byte & 15]};
}

constexpr std::string_view half_pair = "half of a surrogate pair; \\ud800 to \\udfff only come in pairs";

/// Does `text` end in `\ud83d` or the like, the first half of a pair?
bool ends_in_leading_surrogate(std::string_view text)
{
    if (text.size() < 6) return false;
    const auto escape = lowered(text.substr(text.size() - 6));
    return escape.starts_with("\\ud") && std::string_view{"89ab"}.find(escape[3]) != std::string_view::npos;
}

/// Why the parser stopped at `position`, in words that help the one who wrote the document.
std::string plain_reason(json::error_code error, std::string_view text, std::size_t position)
{
    if (error == json::error::incomplete || (error == json::error::syntax && position >= text.size()))
        return "the document ends too early";
    if (error == json::error::extra_data) return "something follows the document; one request holds one JSON document";
    if (error == json::error::exponent_overflow) return "a number is too large for a double";
    if (error == json::error::illegal_leading_surrogate || error == json::error::illegal_trailing_surrogate ||
        error == json::error::expected_utf16_escape)
        return std::string{half_pair};
    if (error == json::error::expected_hex_digit) return "\\u needs four hexadecimal digits";
    if (position >= text.size()) return error.message();

    if (ends_in_leading_surrogate(text.substr(0, position))) return std::string{half_pair};
    const auto byte = static_cast<unsigned char>(text[position]);
    const auto before = text.find_last_not_of(" \t\r\n", position == 0 ? 0 : position - 1);
    if (byte < 0x20) return "the control character " + hex(byte) + " must be escaped inside a string";
    if (byte >= 0x80) {
        const auto rest = text.substr(position, 4);
        for (std::size_t length = 2; length <= rest.size(); ++length)
            if (is_utf8(rest.substr(0, length)))
                return "\"" + visible(rest.substr(0, length)) + "\" is not expected outside a string";
        return "the byte " + hex(byte) + " is not UTF-8 here";
    }
    if ((byte == '}' || byte == ']') && position > 0 && before != std::string_view::npos && text[before] == ',')
        return "nothing follows the comma before this bracket";
    if (byte == '\'') return "strings and keys stand in double quotes, not single ones";
    if (byte == '/') return "JSON has no comments";
    if (byte == 'N' || byte == 'I') return "JSON has no NaN or Infinity";
    return std::string{"\""} + static_cast<char>(byte) + "\" is not expected here";
}

/// `2:14`: line and column, both from 1, columns in characters.
std::string place_of(std::string_view text, std::size_t position, std::size_t first_line)
{
    const auto before = text.substr(0, position);
    const auto line = first_line + static_cast<std::size_t>(std::ranges::count(before, '\n'));
    const auto line_start = before.find_last_of('\n') == std::string_view::npos ? 0 : before.find_last_of('\n') + 1;
    const auto column = 1 + std::ranges::count_if(before.substr(line_start), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    });
    return std::to_string(line) + ":" + std::to_string(column);
}

Result<json::value> parse_from_line(std::string_view text, const JsonLimits& limits, json::storage_ptr storage,
                                    std::size_t first_line)
{
    if (text.starts_with("\xEF\xBB\xBF"))
        return Failure{Errc::malformed, "1:1: the document begins with a byte order mark; send UTF-8 without one"};
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return Failure{Errc::malformed, "1:1: the document is empty"};
    json::parse_options options;
    options.max_depth = limits.depth;
    json::basic_parser<Builder> parser{options, text, limits, std::move(storage)};
    json::error_code error;
    auto position = parser.write_some(false, text.data(), text.size(), error);
    if (!error && position < text.size()) error = json::error::extra_data;
    if (!error) return parser.handler().release();

    const auto& builder = parser.handler();
    if (builder.place() != nullptr) position = static_cast<std::size_t>(builder.place() - text.data());
    const auto place = place_of(text, std::min(position, text.size()), first_line) + ": ";
    if (!builder.reason().empty()) return Failure{builder.code(), place + builder.reason()};
    if (error == json::error::too_deep)
        return Failure{Errc::limit_exceeded, place + "nested deeper than " + std::to_string(limits.depth) + " levels"};
    return Failure{Errc::malformed, place + plain_reason(error, text, position)};
}

std::size_t count_values(const json::value& value)
{
    std::size_t count = 1;
    if (const auto* object = value.if_object())
        for (const auto& member : *object) count += count_values(member.value());
    else if (const auto* array = value.if_array())
        for (const auto& element : *array) count += count_values(element);
    return count;
}

}  // namespace

Result<json::value> parse_json(std::string_view text, const JsonLimits& limits, json::storage_ptr storage)
{
    return parse_from_line(text, limits, std::move(storage), 1);
}

Result<json::array> parse_ndjson(std::string_view text, const JsonLimits& limits)
{
    json::array documents;
    JsonLimits left = limits;  // the values of all lines together stay under one limit
    for (std::size_t line = 1; !text.empty(); ++line) {
        const auto end = text.find('\n');
        const auto row = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (row.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        const auto pointer = "/" + std::to_string(documents.size());
        auto document = parse_from_line(row, left, {}, line);
        if (!document) {
            auto failure = document.error();
            failure.fields.push_back({pointer, failure.detail});
            return failure;
        }
        left.values -= std::min(left.values, count_values(*document));
        documents.push_back(std::move(*document));
    }
    if (documents.empty()) return Failure{Errc::malformed, "1:1: the document is empty"};
    return documents;
}

}  // namespace incident::wire
