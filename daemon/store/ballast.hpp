#pragma once
#include <cstdint>
#include <filesystem>

namespace incident::store {

/// A file that keeps room on the disk for the notes of an outage: given up when the disk is full, made again when there
/// is room. One thread.
class Ballast {
 public:
    /// @param bytes 0: none. On a small disk a quarter of what is free when keep() is called first.
    Ballast(std::filesystem::path file, std::uint64_t bytes) : file_(std::move(file)), bytes_(bytes) {}
    /// Makes it if there is room for it twice; else the disk is short already and stays so. @return whether it stands.
    bool keep();
    void give_up();

 private:
    std::filesystem::path file_;
    std::uint64_t bytes_;
    bool sized_ = false;
};

}  // namespace incident::store
