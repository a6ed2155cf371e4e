#pragma once
#include <optional>

namespace incident::observe {

/// The standard `process_*` figures of this process, from /proc.
struct ProcessFigures {
    double cpu_seconds = 0, resident_bytes = 0, virtual_bytes = 0, open_descriptors = 0, max_descriptors = 0, threads = 0,
           start_unix_seconds = 0;
};
[[nodiscard]] std::optional<ProcessFigures> process_figures();

}  // namespace incident::observe
