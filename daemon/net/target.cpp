#include "net/target.hpp"
#include "model/text.hpp"
#include <boost/url/decode_view.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

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

std::string decoded_value(boost::urls::string_view encoded)
{
    boost::urls::encoding_opts options;
    options.space_as_plus = true;
    const boost::urls::decode_view view{encoded, options};
    return {view.begin(), view.end()};
}

Result<void> read_query(const boost::urls::url_view& url, Target& target)
{
    for (const auto parameter : url.encoded_params()) {
        auto name = decoded_value(parameter.key);
        auto value = decoded_value(parameter.value);
        if (name.empty() && value.empty()) continue;  // `?` and `&&`
        if (!is_clean(name)) return Failure{Errc::malformed, "a query name is not clean UTF-8 text"};
        if (!is_clean_value(value)) return Failure{Errc::malformed, "the value of query \"" + name + "\" is not UTF-8 text"};
        if (target.query.contains(name))
            return Failure{Errc::malformed, "query \"" + shortened(name, 64) + "\" is given twice; give it once"};
        target.query.emplace(std::move(name), std::move(value));
    }
    return {};
}

}  // namespace

Result<Target> read_target(std::string_view text)
{
    Target target;
    if (text == "*") {
        target.path = "*";
        return target;
    }
    const boost::urls::string_view input{text.data(), text.size()};
    const auto url = text.starts_with('/') ? boost::urls::parse_origin_form(input) : boost::urls::parse_uri(input);
    if (!url) return Failure{Errc::malformed, "the path or query has a bad escape or character; write others as %XX"};
    if (!text.starts_with('/')) {
        if (url->scheme_id() != boost::urls::scheme::http && url->scheme_id() != boost::urls::scheme::https)
            return Failure{Errc::malformed, "the request line needs a path like /api/v1/events"};
        const auto authority = url->encoded_host_and_port();
        target.authority.assign(authority.data(), authority.size());
    }
    for (const auto segment : url->segments()) target.segments.emplace_back(segment);
    // A slash at the end makes one empty segment more; `/a/` and `/a` are one path here.
    if (!target.segments.empty() && target.segments.back().empty()) target.segments.pop_back();
    for (const auto& segment : target.segments) {
        if (!is_clean(segment)) return Failure{Errc::malformed, "a path segment is not clean UTF-8 text"};
        target.path += '/';
        target.path += segment;
    }
    if (target.path.empty()) target.path = "/";
    if (auto query = read_query(*url, target); !query) return query.error();
    return target;
}

}  // namespace incident::net
