#include "wire/routes.hpp"

namespace incident::wire {

std::string path_segment(std::string_view text)
{
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr std::string_view digits = "0123456789ABCDEF";
    if (text == "." || text == "..") return text == "." ? "%2E" : "%2E%2E";  // else it would walk up the path
    std::string segment;
    for (const char c : text) {
        if (plain.find(c) != std::string_view::npos) segment += c;
        else {
            const auto byte = static_cast<unsigned char>(c);
            segment += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return segment;
}

}  // namespace incident::wire
