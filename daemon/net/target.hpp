#pragma once
#include "model/result.hpp"
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace incident::net {

/// A request target, decoded once: what is an escaped slash stays inside its segment.
struct Target {
    std::string path;                          ///< decoded, begins with `/`; `*` for OPTIONS *
    std::vector<std::string> segments;         ///< decoded; empty for `/`
    std::map<std::string, std::string> query;  ///< decoded, `+` is a space
    std::string authority;                     ///< of `GET http://host/path`: then it stands for the Host field (RFC 9112 §3.2.2)
};

/// Reads origin form, absolute form and `*`.
/// @return Errc::malformed naming what is wrong: bad escape, not UTF-8, a control character, a query name given twice.
[[nodiscard]] Result<Target> read_target(std::string_view text);

}  // namespace incident::net
