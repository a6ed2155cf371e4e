#include "config/config.hpp"

namespace incident::config {

namespace {

using BuiltIn = std::map<std::string, Source, std::less<>>;

std::vector<auth::Rule> rules_of(std::string_view dialect)
{
    if (dialect != "slack") return {};
    auth::HmacRule rule;
    rule.header = "x-slack-signature";
    rule.timestamp_header = "x-slack-request-timestamp";
    rule.signed_text = "v0:{timestamp}:{body}";
    rule.prefix = "v0=";
    return {rule};
}

BuiltIn make_built_in()
{
    BuiltIn all;
    for (const auto& dialect : ingest::dialects()) {
        if (dialect.name == ingest::mapping_dialect) continue;  // reads nothing without a mapping
        Source source;
        source.reads.name = source.reads.dialect = dialect.name;
        source.verifier.any_of = rules_of(dialect.name);
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

}  // namespace

const Source* built_in_source(std::string_view name)
{
    const auto found = built_in().find(name);
    return found == built_in().end() ? nullptr : &found->second;
}

std::vector<std::string_view> built_in_names()
{
    std::vector<std::string_view> names;
    for (const auto& [name, source] : built_in()) names.emplace_back(name);
    return names;
}

const Source* find_source(const Config& config, std::string_view name)
{
    const auto found = config.sources.find(name);
    return found == config.sources.end() ? built_in_source(name) : &found->second;
}

}  // namespace incident::config
