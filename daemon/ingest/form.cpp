#include "ingest/form.hpp"
#include "model/text.hpp"

namespace incident::ingest {
namespace {

int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string decoded(std::string_view text)
{
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            plain += ' ';
        } else if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
            plain += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            plain += text[i];
        }
    }
    return clean_field(std::move(plain));
}

}  // namespace

std::string clean_field(std::string text)
{
    if (!is_utf8(text)) text = to_valid_utf8(text);
    for (auto nul = text.find('\0'); nul != text.npos; nul = text.find('\0', nul)) text.replace(nul, 1, "\uFFFD");
    return text;
}

std::map<std::string, std::string> read_form(std::string_view bytes)
{
    std::map<std::string, std::string> form;
    for (std::size_t count = 0; !bytes.empty() && count < max_form_fields; ++count) {
        const auto one = bytes.substr(0, bytes.find('&'));
        bytes.remove_prefix(std::min(one.size() + 1, bytes.size()));
        const auto equals = one.find('=');
        auto name = decoded(one.substr(0, equals));
        if (!name.empty()) form.try_emplace(std::move(name), equals == one.npos ? std::string{} : decoded(one.substr(equals + 1)));
    }
    return form;
}

bool is_form(const Body& body)
{
    const auto type = lowered(body.content_type);
    if (type.find("x-www-form-urlencoded") != type.npos) {
        // Many a script posts JSON with `curl -d` and leaves curl's default type.
        const auto bytes = trimmed(body.bytes);
        return !bytes.starts_with('{') && !bytes.starts_with('[');
    }
    if (!trimmed(type).empty()) return false;
    const auto bytes = trimmed(body.bytes);
    const auto equals = bytes.find('=');
    return equals != bytes.npos && bytes.find_first_of("{[\" \n") > equals;
}

std::string field(const std::map<std::string, std::string>& form, const std::string& name)
{
    const auto found = form.find(name);
    return found == form.end() ? std::string{} : found->second;
}

}  // namespace incident::ingest
