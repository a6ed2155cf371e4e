#include "ingest/form.hpp"
#include "ingest/parts.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::ingest {
namespace {

std::string decoded(std::string_view text)
{
    std::string spaced{text};
    std::ranges::replace(spaced, '+', ' ');
    return clean_field(percent_decoded(spaced));
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
