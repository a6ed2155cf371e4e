#pragma once
#include <cstddef>
#include <vector>

/// File descriptors as the scarce thing they are.
namespace incident::net {

/// Lifts the soft limit of open files to the hard one. @return the limit that holds now.
std::size_t raise_descriptor_limit() noexcept;
/// How many this process has open; 0 when /proc does not say.
[[nodiscard]] std::size_t open_descriptors() noexcept;

/// Descriptors kept open for nothing, so that some can be had when there are no more (RELIABILITY F15). One thread.
class DescriptorReserve {
 public:
    explicit DescriptorReserve(std::size_t count);
    DescriptorReserve(const DescriptorReserve&) = delete;
    DescriptorReserve& operator=(const DescriptorReserve&) = delete;
    ~DescriptorReserve();
    /// Gives one up to the next open() or accept(). False: none left.
    bool give() noexcept;
    /// Takes back what was given, as far as the system lets us.
    void refill() noexcept;

 private:
    std::size_t wanted_;
    std::vector<int> held_;
};

}  // namespace incident::net
