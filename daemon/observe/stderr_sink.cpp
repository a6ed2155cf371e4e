#include "observe/stderr_sink.hpp"
#include <algorithm>
#include <cerrno>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

namespace incident::observe {
namespace {

constexpr int patience_ms = 200;  // once; while the reader stands still, not at all

}  // namespace

/// A pipe that poll() calls writable takes PIPE_BUF bytes without blocking, so no write is larger.
bool StderrSink::write_some(const char* data, std::size_t size, std::size_t& written) noexcept
{
    pollfd ready{descriptor_, POLLOUT, 0};
    if (::poll(&ready, 1, stalled_ ? 0 : patience_ms) <= 0) return false;
    const auto count = ::write(descriptor_, data, std::min<std::size_t>(size, PIPE_BUF));
    if (count < 0) return errno == EINTR;
    written += static_cast<std::size_t>(count);
    return true;
}

void StderrSink::sink_it_(const spdlog::details::log_msg& message)
{
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    std::size_t written = 0;
    while (written < line.size())
        if (!write_some(line.data() + written, line.size() - written, written)) {
            stalled_ = true;
            ++dropped_;
            return;
        }
    stalled_ = false;
}

}  // namespace incident::observe
