#pragma once
#include "model/instant.hpp"
#include <cstdint>
#include <span>

namespace incident {

/// The only source of wall-clock time in the daemon; tests set it. Any thread.
class Clock {
 public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
    [[nodiscard]] Instant now() const override;
};

/// Randomness. Any thread.
class Entropy {
 public:
    virtual ~Entropy() = default;
    /// Fills `bytes`. @return Errc::unavailable when the system has none; then nothing is made with weaker ones.
    [[nodiscard]] virtual Result<void> fill(std::span<std::uint8_t> bytes) = 0;
};

class SystemEntropy final : public Entropy {
 public:
    [[nodiscard]] Result<void> fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace incident
