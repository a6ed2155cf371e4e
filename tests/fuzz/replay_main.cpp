// Sends every file of the given folders through a fuzz target once: what a fuzzer found stays fixed, without a fuzzer.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int count, char** arguments)
{
    std::size_t replayed = 0;
    for (int i = 1; i < count; ++i) {
        std::error_code missing;
        for (const auto& file : std::filesystem::directory_iterator{arguments[i], missing}) {
            std::ifstream in{file.path(), std::ios::binary};
            const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
            std::fprintf(stderr, "%s\n", file.path().c_str());  // the last line names the file that broke it
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
            ++replayed;
        }
        if (missing) std::fprintf(stderr, "%s: %s\n", arguments[i], missing.message().c_str());
    }
    std::fprintf(stderr, "%zu inputs\n", replayed);
    return replayed > 0 ? 0 : 1;  // a corpus that nobody finds proves nothing
}
