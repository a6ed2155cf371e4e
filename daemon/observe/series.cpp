#include "observe/series.hpp"
#include "wire/routes.hpp"
#include <algorithm>

namespace incident::observe {
namespace {

constexpr std::array status_classes{"2xx", "3xx", "4xx", "5xx"};

std::size_t class_of(unsigned status) { return std::clamp(status / 100, 2U, 5U) - 2U; }

}  // namespace

std::size_t Label::index(std::string_view value) const noexcept
{
    const auto found = std::find(values.begin(), values.end(), value);
    return static_cast<std::size_t>((found == values.end() ? values.end() - 1 : found) - values.begin());
}

Counters::Counters(prometheus::Registry& registry, const std::string& name, const std::string& help, const Label& label)
    : label_(label)
{
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(registry);
    for (const auto& value : label.values) series_.push_back(&family.Add({{label.name, value}}));
}

CounterPairs::CounterPairs(prometheus::Registry& registry, const std::string& name, const std::string& help, const Label& first,
                           const Label& second)
    : first_(first), second_(second)
{
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(registry);
    for (const auto& one : first.values)
        for (const auto& two : second.values) series_.push_back(&family.Add({{first.name, one}, {second.name, two}}));
}

Histograms::Histograms(prometheus::Registry& registry, const std::string& name, const std::string& help, const Label& label,
                       const prometheus::Histogram::BucketBoundaries& bounds)
    : label_(label)
{
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
    for (const auto& value : label.values) series_.push_back(&family.Add({{label.name, value}}, bounds));
}

RequestSeries::RequestSeries(prometheus::Registry& registry, const prometheus::Histogram::BucketBoundaries& bounds)
{
    auto& counters = prometheus::BuildCounter()
                         .Name("incidentd_http_requests_total")
                         .Help("Requests answered, by route template, method and class of status.")
                         .Register(registry);
    auto& histograms = prometheus::BuildHistogram()
                           .Name("incidentd_http_request_duration_seconds")
                           .Help("From the whole request to its answer.")
                           .Register(registry);
    const auto make = [&](std::string_view route, std::string_view method) {
        One one;
        const std::map<std::string, std::string> labels{{"route", std::string{route}}, {"method", std::string{method}}};
        for (std::size_t i = 0; i < status_classes.size(); ++i) {
            auto with_class = labels;
            with_class.emplace("code", status_classes[i]);
            one.by_class[i] = &counters.Add(with_class);
        }
        one.seconds = &histograms.Add(labels, bounds);
        return one;
    };
    for (const auto& route : wire::routes) routes_.emplace(std::pair{route.path, route.method}, make(route.path, route.method));
    other_ = make("other", "other");
}

void RequestSeries::count(std::string_view route_template, std::string_view method, unsigned status, double seconds) const
{
    if (method == "HEAD") method = "GET";
    const auto found = routes_.find({route_template, method});
    const auto& series = found == routes_.end() ? other_ : found->second;
    series.by_class[class_of(status)]->Increment();
    series.seconds->Observe(seconds);
}

}  // namespace incident::observe
