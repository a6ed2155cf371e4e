#include "client/endpoint.hpp"

namespace incident::ctl {
namespace {

constexpr std::string_view examples = "write http://host:9780, https://host/base or unix:///run/incidentd/api.sock";

Trouble bad(std::string_view url, std::string_view why)
{
    return {Exit::usage, "cannot use the URL \"" + std::string{url} + "\": " + std::string{why}, std::string{examples}};
}

}  // namespace

Try<Endpoint> parse_endpoint(std::string_view url)
{
    for (const char c : url)
        if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) return bad(url, "it has a space or a control character");
    if (url.starts_with("unix:")) {
        const auto path = url.starts_with("unix://") ? url.substr(7) : url.substr(5);
        if (!path.starts_with('/')) return bad(url, "the socket's path must begin with /");
        if (path.size() > 107) return bad(url, "a socket's path has at most 107 bytes");
        return Endpoint{"unix://" + std::string{path}, std::string{path}, "http://localhost"};
    }
    std::string_view rest = url;
    if (rest.starts_with("http://")) rest.remove_prefix(7);
    else if (rest.starts_with("https://")) rest.remove_prefix(8);
    else return bad(url, url.find("://") == url.npos ? "it has no scheme" : "only http, https and unix are known");
    if (rest.empty() || rest.front() == '/') return bad(url, "it names no host");
    if (rest.find_first_of("?#") != rest.npos) return bad(url, "a query or fragment does not belong here");
    if (rest.substr(0, rest.find('/')).find('@') != rest.npos)
        return bad(url, "a password would show in the process list; use --token-file");
    std::string base{url};
    while (base.ends_with('/')) base.pop_back();
    return Endpoint{base, {}, base};
}

std::vector<Endpoint> default_endpoints(const Environment& environment)
{
    std::vector<Endpoint> endpoints;
    const auto socket = [&](const std::string& path) {
        if (auto endpoint = parse_endpoint("unix://" + path)) endpoints.push_back(std::move(*endpoint));
    };
    if (const auto runtime = environment("XDG_RUNTIME_DIR"); runtime && runtime->starts_with('/'))
        socket(*runtime + "/incidentd/api.sock");
    if (const auto state = environment("XDG_STATE_HOME"); state && state->starts_with('/'))
        socket(*state + "/incidentd/api.sock");
    else if (const auto home = environment("HOME"); home && home->starts_with('/'))
        socket(*home + "/.local/state/incidentd/api.sock");
    socket("/run/incidentd/api.sock");
    endpoints.push_back({"http://127.0.0.1:9780", {}, "http://127.0.0.1:9780"});
    return endpoints;
}

}  // namespace incident::ctl
