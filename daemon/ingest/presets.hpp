#pragma once
#include <span>
#include <string_view>

namespace incident::ingest {

/// A shipped mapping as it is written, daemon/ingest/presets/NAME.yml; config::find_preset() reads it.
struct PresetText {
    std::string_view name, yaml;
};

/// By name, in order.
[[nodiscard]] std::span<const PresetText> preset_texts() noexcept;

}  // namespace incident::ingest
