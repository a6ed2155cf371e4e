#include "net/target.hpp"
#include "model/text.hpp"
#include <boost/url/decode_view.hpp>
#include <boost/url/parse.hpp>
#include <algorithm>

namespace incident::net {
namespace {

bool is_clean(std::string_view text)
{
    for (const char c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
    return is_utf8(text);
}

/// A query value may hold line feeds and tabs, never NUL.
bool is_clean_value(std::string_view text) { return text.find('\0') == std::string_view::npos && is_utf8(text); }

std::string decoded(std::string_view encoded, bool plus_is_space)
{
    boost::urls::encoding_opts options;
    options.space_as_plus = plus_is_space;
    const boost::urls::decode_view view{boost::urls::string_view{encoded.data(), encoded.size()}, options};
    return {view.begin(), view.end()};
}
std::string decoded_value(std::string_view encoded) { return decoded(encoded, true); }
std::string decoded_segment(std::string_view encoded) { return decoded(encoded, false); }

/// What stands before the first `mark`; `rest` is what stands behind it, or empty.
std::string_view split_off(std::string_view& rest, char mark)
{
    const auto at = rest.find(mark);
    const auto first = rest.substr(0, at);
    rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
    return first;
}

// Boost.URL checks the characters and decodes; the pieces are cut here, because its iterator over parameters reads
// beyond the text for some targets (1.81, found by tests/fuzz/gate_fuzz.cpp).
Result<void> read_query(std::string_view query, Target& target)
{
    while (!query.empty()) {
        auto parameter = split_off(query, '&');
        auto name = decoded_value(split_off(parameter, '='));
        auto value = decoded_value(parameter);
        if (name.empty() && value.empty()) continue;  // `?` and `&&`
        if (!is_clean(name)) return Failure{Errc::malformed, "a query name is not clean UTF-8 text"};
        if (!is_clean_value(value)) return Failure{Errc::malformed, "the value of query \"" + name + "\" is not UTF-8 text"};
        if (target.query.contains(name))
            return Failure{Errc::malformed, "query \"" + shortened(name, 64) + "\" is given twice; give it once"};
        target.query.emplace(std::move(name), std::move(value));
    }
    return {};
}

/// `http://host/path` as a proxy would write it: the authority is set, `text` becomes the origin form.
Result<void> take_authority(std::string_view& text, Target& target)
{
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (lowered(text.substr(0, scheme.size())) != scheme) continue;
        const auto rest = text.substr(scheme.size());
        const auto end = std::min(rest.find_first_of("/?"), rest.size());
        if (end == 0) break;
        target.authority = rest.substr(0, end);
        text = rest.substr(end);
        return {};
    }
    return Failure{Errc::malformed, "the request line needs a path like /api/v1/events"};
}

}  // namespace

Result<Target> read_target(std::string_view text)
{
    Target target;
    if (text == "*") {
        target.path = "*";
        return target;
    }
    if (!text.starts_with('/'))
        if (auto taken = take_authority(text, target); !taken) return taken.error();
    std::string form{text.starts_with('/') ? "" : "/"};  // `http://host?x=1` has no path
    form += text;
    if (!boost::urls::parse_origin_form(boost::urls::string_view{form.data(), form.size()}))
        return Failure{Errc::malformed, "the path or query has a bad escape or character; write others as %XX"};
    std::string_view query{form};
    auto path = split_off(query, '?').substr(1);
    for (bool more = true; more;) {
        more = path.find('/') != std::string_view::npos;
        target.segments.push_back(decoded_segment(split_off(path, '/')));
    }
    // A slash at the end makes one empty segment more; `/a/` and `/a` are one path here.
    if (!target.segments.empty() && target.segments.back().empty()) target.segments.pop_back();
    for (const auto& segment : target.segments) {
        if (!is_clean(segment)) return Failure{Errc::malformed, "a path segment is not clean UTF-8 text"};
        target.path += '/';
        target.path += segment;
    }
    if (target.path.empty()) target.path = "/";
    if (auto read = read_query(query, target); !read) return read.error();
    return target;
}

}  // namespace incident::net
