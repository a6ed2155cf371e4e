#include "config/config.hpp"
#include "config/presets.hpp"
#include <algorithm>
#include <mutex>

namespace incident::config {

namespace {

using BuiltIn = std::map<std::string, Source, std::less<>>;

BuiltIn make_built_in()
{
    BuiltIn all;
    for (const auto& dialect : ingest::dialects()) {
        if (dialect.name == ingest::mapping_dialect) continue;  // reads nothing without a mapping
        Source source;
        source.reads.name = source.reads.dialect = dialect.name;
        source.verifier.any_of = auth::rules_of(dialect.name);
        source.proof = dialect.proof;
        all.emplace(dialect.name, std::move(source));
    }
    return all;
}

const BuiltIn& built_in()
{
    static const auto all = make_built_in();
    return all;
}

struct PresetSource {
    std::once_flag once;
    Source source;
};

/// A shipped mapping as a source, made at its first use: most sites use two or three of them.
const Source* preset_source(std::string_view name)
{
    const auto* const file = find_preset(name);
    if (file == nullptr) return nullptr;
    const auto texts = ingest::preset_texts();
    static const auto made = std::make_unique<PresetSource[]>(texts.size());
    auto& preset = made[static_cast<std::size_t>(std::ranges::find(texts, name, &ingest::PresetText::name) - texts.begin())];
    std::call_once(preset.once, [&] {
        auto& source = preset.source;
        source.reads.name = name;
        source.reads.dialect = ingest::mapping_dialect;
        source.reads.mapping = file->mapping;
        source.verifier.any_of = file->verify;
        source.proof = file->verify.empty() || file->verify_optional ? ingest::Proof::none : ingest::Proof::secret;
    });
    return &preset.source;
}

}  // namespace

const Source* built_in_source(std::string_view name)
{
    const auto found = built_in().find(name);
    return found == built_in().end() ? preset_source(name) : &found->second;
}

std::vector<std::string_view> built_in_names()
{
    std::vector<std::string_view> names;
    for (const auto& [name, source] : built_in()) names.emplace_back(name);
    for (const auto& preset : ingest::preset_texts())
        if (!built_in().contains(preset.name)) names.push_back(preset.name);
    std::ranges::sort(names);
    return names;
}

const Source* find_source(const Config& config, std::string_view name)
{
    const auto found = config.sources.find(name);
    return found == config.sources.end() ? built_in_source(name) : &found->second;
}

}  // namespace incident::config
