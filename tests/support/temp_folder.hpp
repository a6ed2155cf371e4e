#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace incident::test {

/// A folder of its own for one test, removed afterwards; INCIDENT_KEEP=1 keeps it for a look.
class TempFolder {
 public:
    TempFolder()
    {
        auto name = (std::filesystem::temp_directory_path() / "incident-XXXXXX").string();
        if (!::mkdtemp(name.data())) throw std::runtime_error{"cannot make a folder under " + name};
        path_ = name;
    }
    ~TempFolder()
    {
        std::error_code ignored;
        if (!std::getenv("INCIDENT_KEEP")) std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
    std::filesystem::path path_;
};

[[nodiscard]] inline std::string content_of(const std::filesystem::path& file)
{
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

inline void write_file(const std::filesystem::path& file, std::string_view content)
{
    std::ofstream{file, std::ios::binary} << content;
}

/// A number for long runs, from the environment; the suite's own is small.
[[nodiscard]] inline int number_from_environment(const char* name, int otherwise)
{
    const char* text = std::getenv(name);
    return text ? std::atoi(text) : otherwise;
}

}  // namespace incident::test
