#pragma once
#include <atomic>
#include <cstdint>
#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

namespace incident::observe {

/// Writes lines to a descriptor without ever waiting long: a reader that stopped costs one wait, then lines are dropped
/// and counted until it takes something again (RELIABILITY F31). Log thread only, but for dropped().
class StderrSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
    explicit StderrSink(int descriptor) : descriptor_(descriptor) {}
    [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

 private:
    void sink_it_(const spdlog::details::log_msg& message) override;
    void flush_() override {}
    bool write_some(const char* data, std::size_t size, std::size_t& written) noexcept;

    int descriptor_;
    bool stalled_ = false;
    std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace incident::observe
