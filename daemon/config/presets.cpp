#include "config/presets.hpp"
#include "model/assert.hpp"
#include <algorithm>
#include <mutex>

namespace incident::config {

namespace {

struct Slot {
    std::once_flag once;
    MappingFile file;
};

}  // namespace

const MappingFile* find_preset(std::string_view name)
{
    const auto texts = ingest::preset_texts();
    const auto text = std::ranges::find(texts, name, &ingest::PresetText::name);
    if (text == texts.end()) return nullptr;
    static const auto slots = std::make_unique<Slot[]>(texts.size());
    auto& slot = slots[static_cast<std::size_t>(text - texts.begin())];
    std::call_once(slot.once, [&] {
        auto file = parse_mapping(text->yaml, text->name);
        INCIDENT_ASSERT(file.has_value());  // a test reads every one
        slot.file = std::move(*file);
    });
    return &slot.file;
}

}  // namespace incident::config
