#include "api/router.hpp"
#include "model/text.hpp"
#include <optional>
#include <set>

namespace incident::api {
namespace {

std::vector<std::string_view> split(std::string_view path)
{
    std::vector<std::string_view> parts;
    path.remove_prefix(1);  // every template begins with a slash
    while (!path.empty()) {
        const auto slash = path.find('/');
        parts.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) break;
        path.remove_prefix(slash + 1);
    }
    return parts;
}

struct Template {
    const wire::Route* route;
    std::vector<std::string_view> parts;
};

const std::vector<Template>& templates()
{
    static const auto all = [] {
        std::vector<Template> made;
        for (const auto& route : wire::routes) made.push_back({&route, split(route.path)});
        return made;
    }();
    return all;
}

bool is_param(std::string_view part) { return part.starts_with('{'); }

constexpr std::string_view rest_mark = "...}";

std::optional<std::map<std::string, std::string>> fit(const Template& candidate, std::span<const std::string> segments)
{
    const bool open_end = !candidate.parts.empty() && candidate.parts.back().ends_with(rest_mark);
    if (open_end ? candidate.parts.size() > segments.size() : candidate.parts.size() != segments.size()) return std::nullopt;
    std::map<std::string, std::string> params;
    for (std::size_t i = 0; i < candidate.parts.size(); ++i) {
        const auto part = candidate.parts[i];
        if (part.ends_with(rest_mark)) {
            std::string rest = segments[i];
            for (auto j = i + 1; j < segments.size(); ++j) rest += '/' + segments[j];
            params.emplace(part.substr(1, part.size() - 1 - rest_mark.size()), std::move(rest));
        } else if (is_param(part)) {
            if (segments[i].empty()) return std::nullopt;
            params.emplace(part.substr(1, part.size() - 2), segments[i]);
        } else if (part != segments[i]) {
            return std::nullopt;
        }
    }
    if (!candidate.route->source.empty()) params.emplace("source", candidate.route->source);
    return params;
}

std::string joined(const std::set<std::string_view>& words)
{
    std::string list;
    for (const auto word : words) list += (list.empty() ? "" : ", ") + std::string{word};
    return list;
}

}  // namespace

Routed route(std::string_view method, std::span<const std::string> segments)
{
    if (segments.size() == 1 && segments.front().empty()) segments = {};
    std::set<std::string_view> allowed;
    std::optional<Match> match;
    const auto wanted = method == "HEAD" ? std::string_view{"GET"} : method;
    for (const auto& candidate : templates()) {
        auto params = fit(candidate, segments);
        if (!params) continue;
        allowed.insert(candidate.route->method);
        if (candidate.route->method == wanted && !match) match = Match{candidate.route, std::move(*params)};
    }
    if (match) return std::move(*match);
    if (allowed.empty()) {
        std::string path;
        for (const auto& segment : segments) path += '/' + segment;
        std::vector<std::string_view> known;
        for (const auto& route : wire::routes) known.push_back(route.path);
        return NoRoute{std::string{nearest(path, known)}};
    }
    if (allowed.contains("GET")) allowed.insert("HEAD");
    allowed.insert("OPTIONS");
    if (method == "OPTIONS") return Asked{joined(allowed)};
    return WrongMethod{joined(allowed)};
}

}  // namespace incident::api
