#pragma once
#include <array>
#include <map>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <string>
#include <string_view>
#include <vector>

/// Series with bounded labels, all made at the start: counting is a look-up and an atomic add, and what is not in the
/// known set counts as the last value, `other`. Any thread.
namespace incident::observe {

/// A label and every value it may have; the last one stands for all others.
struct Label {
    std::string name;
    const std::vector<std::string>& values;
    [[nodiscard]] std::size_t index(std::string_view value) const noexcept;
};

class Counters {
 public:
    Counters(prometheus::Registry& registry, const std::string& name, const std::string& help, const Label& label);
    [[nodiscard]] prometheus::Counter& at(std::string_view value) const { return *series_[label_.index(value)]; }

 private:
    Label label_;
    std::vector<prometheus::Counter*> series_;
};

class CounterPairs {
 public:
    CounterPairs(prometheus::Registry& registry, const std::string& name, const std::string& help, const Label& first,
                 const Label& second);
    [[nodiscard]] prometheus::Counter& at(std::string_view first, std::string_view second) const
    {
        return *series_[first_.index(first) * second_.values.size() + second_.index(second)];
    }

 private:
    Label first_, second_;
    std::vector<prometheus::Counter*> series_;
};

class Histograms {
 public:
    Histograms(prometheus::Registry& registry, const std::string& name, const std::string& help, const Label& label,
               const prometheus::Histogram::BucketBoundaries& bounds);
    [[nodiscard]] prometheus::Histogram& at(std::string_view value) const { return *series_[label_.index(value)]; }

 private:
    Label label_;
    std::vector<prometheus::Histogram*> series_;
};

/// Requests by route template, method and class of status, and their times by route template.
class RequestSeries {
 public:
    RequestSeries(prometheus::Registry& registry, const prometheus::Histogram::BucketBoundaries& bounds);
    void count(std::string_view route_template, std::string_view method, unsigned status, double seconds) const;

 private:
    struct One {
        std::array<prometheus::Counter*, 4> by_class{};  // 2xx to 5xx
        prometheus::Histogram* seconds = nullptr;
    };
    std::map<std::pair<std::string_view, std::string_view>, One> routes_;  // (template, method)
    One other_;
};

}  // namespace incident::observe
