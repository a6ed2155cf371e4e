#include "api/guard.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace incident::api {
namespace {

/// `[::1]:9780`, `localhost:9780`, `127.0.0.1` -> the name or address.
std::string_view without_port(std::string_view host)
{
    if (host.starts_with('[')) {
        const auto end = host.find(']');
        return end == std::string_view::npos ? std::string_view{} : host.substr(1, end - 1);
    }
    return host.substr(0, host.find(':'));
}

}  // namespace

bool host_allowed(std::string_view host, std::span<const std::string> allowed)
{
    auto name = lowered(without_port(host));
    if (name.ends_with('.')) name.pop_back();  // the DNS root, which browsers keep
    if (name.empty()) return false;
    if (name == "localhost") return true;
    boost::system::error_code bad;
    const auto address = boost::asio::ip::make_address(name, bad);
    if (!bad && address.is_loopback()) return true;
    return std::ranges::any_of(allowed, [&](const auto& known) { return lowered(without_port(known)) == name; });
}

bool origin_allowed(std::string_view origin, std::span<const std::string> allowed)
{
    const auto host = host_of_url(origin);
    return !host.empty() && host_allowed(host, allowed);
}

std::string host_of_url(std::string_view url)
{
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    auto host = url.substr(scheme + 3);
    host = host.substr(0, host.find_first_of("/?#"));
    if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
    return std::string{host};
}

std::string media_type(std::string_view content_type)
{
    return lowered(trimmed(content_type.substr(0, content_type.find(';'))));
}

bool is_cloudevent(const net::Request& head)
{
    const auto type = media_type(head.header("content-type"));
    return type == "application/cloudevents+json" || type == "application/cloudevents-batch+json" || !head.header("ce-specversion").empty();
}

bool accepts(std::string_view accept, std::string_view produced)
{
    if (trimmed(accept).empty()) return true;
    const auto family = std::string{produced.substr(0, produced.find('/'))} + "/*";
    while (!accept.empty()) {
        const auto comma = accept.find(',');
        const auto range = accept.substr(0, comma);
        const auto type = media_type(range);
        const auto weight = range.find("q=0");
        const bool excluded = weight != std::string_view::npos &&
                              range.substr(weight + 2).find_first_not_of("0. ") == std::string_view::npos;
        if (!excluded && (type == "*/*" || type == family || type == produced)) return true;
        if (comma == std::string_view::npos) break;
        accept.remove_prefix(comma + 1);
    }
    return false;
}

}  // namespace incident::api
