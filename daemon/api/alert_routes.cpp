#include "api/alert_routes.hpp"
#include <algorithm>
#include <re2/re2.h>

namespace incident::api {
namespace {

constexpr std::string_view label_prefix = "$labels.";

/// The end of a label's name that begins at `from`: letters, digits and `_`, as Prometheus names them.
std::size_t name_end(std::string_view text, std::size_t from)
{
    while (from < text.size() && (std::isalnum(static_cast<unsigned char>(text[from])) != 0 || text[from] == '_')) ++from;
    return from;
}

std::string_view label_of(const Event& alert, std::string_view name)
{
    const auto found = alert.labels.find(std::string{name});
    return found == alert.labels.end() ? std::string_view{} : std::string_view{found->second};
}

using Pattern = std::shared_ptr<const RE2>;

Pattern compiled(const std::string& pattern)
{
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);  // a route's matcher is a word or two; 1 MiB refuses bombs early
    auto regex = std::make_shared<const RE2>(pattern, options);
    return regex->ok() ? regex : nullptr;  // config refuses bad ones; one that slipped through fits nothing
}

struct LabelMatcher {
    std::string label;
    Pattern pattern;
};

struct FactMatcher {
    std::string fact;        // `service`, `severity` or `label` of the incident
    std::string text;        // as configured
    Pattern pattern;         // empty when the text names labels of the alert: then it is made for each alert
};

struct Compiled {
    config::Route route;
    std::vector<LabelMatcher> labels;
    std::vector<FactMatcher> facts;
};

std::string_view fact_of(const Incident& incident, std::string_view name)
{
    if (name == "service") return incident.service;
    if (name == "severity") return incident.severity;
    if (name == "label") return incident.label;
    return {};
}

/// The pattern with the alert's labels in it, taken literally. Empty when the alert lacks one of them: an absent label
/// must not fit every incident that lacks a service.
std::optional<std::string> with_labels(std::string_view text, const Event& alert)
{
    std::string pattern;
    while (!text.empty()) {
        const auto at = text.find(label_prefix);
        pattern += text.substr(0, at);
        if (at == std::string_view::npos) break;
        const auto end = name_end(text, at + label_prefix.size());
        const auto value = label_of(alert, text.substr(at + label_prefix.size(), end - at - label_prefix.size()));
        if (value.empty()) return std::nullopt;
        pattern += RE2::QuoteMeta(re2::StringPiece{value.data(), value.size()});
        text.remove_prefix(end);
    }
    return pattern;
}

bool fits(const Pattern& pattern, std::string_view value)
{
    return pattern && RE2::FullMatch(re2::StringPiece{value.data(), value.size()}, *pattern);
}

class Table final : public AlertRoutes {
 public:
    explicit Table(std::vector<config::Route> routes)
    {
        for (auto& route : routes) {
            Compiled one;
            for (const auto& [label, pattern] : route.labels) one.labels.push_back({label, compiled(pattern)});
            for (const auto& [fact, text] : route.incident)
                one.facts.push_back({fact, text, text.find(label_prefix) == std::string::npos ? compiled(text) : nullptr});
            one.route = std::move(route);
            routes_.push_back(std::move(one));
        }
    }

    Verdict decide(const Event& alert, std::span<const Incident* const> open_incidents) const override
    {
        for (const auto& one : routes_) {
            if (!concerns(one, alert)) continue;
            for (const auto* incident : open_incidents)
                if (belongs(one, alert, *incident)) return {incident->key, nullptr};
            // What is over opens nothing: the news came too late to be an incident. Nor does what somebody muted.
            if (one.route.open && alert.status != "resolved" && alert.status != "muted") return {std::nullopt, &one.route};
        }
        return {};
    }

 private:
    static bool concerns(const Compiled& one, const Event& alert)
    {
        const auto& sources = one.route.source;
        if (!sources.empty() && std::ranges::find(sources, alert.source) == sources.end()) return false;
        return std::ranges::all_of(one.labels, [&](const auto& m) { return fits(m.pattern, label_of(alert, m.label)); });
    }

    static bool belongs(const Compiled& one, const Event& alert, const Incident& incident)
    {
        // Into a private incident an alert goes only where the route speaks of its label.
        if (incident.label == "private" && std::ranges::find(one.facts, "label", &FactMatcher::fact) == one.facts.end()) return false;
        return std::ranges::all_of(one.facts, [&](const FactMatcher& matcher) {
            const auto value = fact_of(incident, matcher.fact);
            if (matcher.pattern) return fits(matcher.pattern, value);
            const auto pattern = with_labels(matcher.text, alert);
            return pattern && fits(compiled(*pattern), value);
        });
    }

    std::vector<Compiled> routes_;
};

}  // namespace

std::shared_ptr<const AlertRoutes> AlertRoutes::compile(std::vector<config::Route> routes)
{
    return std::make_shared<const Table>(std::move(routes));
}

std::string fill_in(std::string_view pattern, const Event& alert)
{
    constexpr std::string_view text_word = "$text";
    std::string filled;
    while (!pattern.empty()) {
        const auto at = pattern.find('$');
        filled += pattern.substr(0, at);
        if (at == std::string_view::npos) break;
        pattern.remove_prefix(at);
        if (pattern.starts_with(label_prefix)) {
            const auto end = name_end(pattern, label_prefix.size());
            filled += label_of(alert, pattern.substr(label_prefix.size(), end - label_prefix.size()));
            pattern.remove_prefix(end);
        } else if (pattern.starts_with(text_word)) {
            filled += alert.text;
            pattern.remove_prefix(text_word.size());
        } else {
            filled += '$';
            pattern.remove_prefix(1);
        }
    }
    return filled;
}

}  // namespace incident::api
