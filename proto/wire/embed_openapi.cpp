// Build tool: turns openapi.yaml into a C++ source that holds the same document as JSON.
//   embed_openapi openapi.yaml openapi.cpp
#include <boost/json.hpp>
#include <charconv>
#include <cstdio>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <yaml-cpp/yaml.h>

namespace {
namespace json = boost::json;

constexpr std::size_t max_depth = 64;         // the document is ours; this only ends a cycle of anchors
constexpr std::size_t literal_bytes = 8'000;  // compilers must take 65,536; short ones keep the source readable

std::string place_of(const YAML::Node& node)
{
    const auto mark = node.Mark();
    return std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1) + ": ";
}

/// YAML 1.2's core schema: a plain scalar may be null, a boolean or a number; a quoted one is a string.
json::value scalar_of(const YAML::Node& node)
{
    const auto& text = node.Scalar();
    if (node.Tag() == "!") return json::value(text);
    if (text.empty() || text == "null" || text == "~") return nullptr;
    if (text == "true") return true;
    if (text == "false") return false;
    const auto* end = text.data() + text.size();
    std::int64_t whole = 0;
    if (const auto read = std::from_chars(text.data(), end, whole); read.ec == std::errc{} && read.ptr == end)
        return whole;
    double real = 0;
    if (const auto read = std::from_chars(text.data(), end, real); read.ec == std::errc{} && read.ptr == end)
        return real;
    return json::value(text);
}

json::value value_of(const YAML::Node& node, std::size_t depth);

json::object object_of(const YAML::Node& node, std::size_t depth)
{
    json::object object, merged;
    for (const auto& member : node) {
        const auto& key = member.first.Scalar();
        auto value = value_of(member.second, depth);
        if (key == "<<") {  // what a mapping shares with others; its own members win
            for (auto& shared : value.as_object()) merged.insert_or_assign(shared.key(), std::move(shared.value()));
        }
        else if (!object.emplace(key, std::move(value)).second)
            throw std::runtime_error(place_of(member.first) + "the key " + key + " stands twice");
    }
    for (auto& shared : merged) object.emplace(shared.key(), std::move(shared.value()));
    return object;
}

json::value value_of(const YAML::Node& node, std::size_t depth)
{
    if (depth == 0) throw std::runtime_error(place_of(node) + "nested too deep");
    switch (node.Type()) {
        case YAML::NodeType::Undefined:
        case YAML::NodeType::Null: return nullptr;
        case YAML::NodeType::Scalar: return scalar_of(node);
        case YAML::NodeType::Sequence: {
            json::array array;
            for (const auto& element : node) array.push_back(value_of(element, depth - 1));
            return array;
        }
        case YAML::NodeType::Map: return object_of(node, depth - 1);
    }
    return nullptr;
}

std::string source_of(const std::string& text)
{
    std::string source = "// Made from openapi.yaml by embed_openapi; do not edit.\n"
                         "#include \"wire/openapi.hpp\"\n\nnamespace incident::wire {\nnamespace {\n\n"
                         "constexpr std::string_view openapi_document =";
    for (std::size_t from = 0; from < text.size(); from += literal_bytes)
        source += "\n    R\"openapi(" + text.substr(from, literal_bytes) + ")openapi\"";
    return source + ";\n\n}  // namespace\n\nstd::string_view openapi_json() noexcept { return openapi_document; }\n\n"
                    "}  // namespace incident::wire\n";
}

void write(const char* path, const std::string& text)
{
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path, "wb"), &std::fclose};
    if (!file || std::fwrite(text.data(), 1, text.size(), file.get()) != text.size() || std::fflush(file.get()) != 0)
        throw std::runtime_error(std::string{path} + ": cannot be written");
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 3) {
        std::cerr << "usage: embed_openapi YAML CPP\n";
        return 2;
    }
    try {
        auto document = value_of(YAML::LoadFile(argv[1]), max_depth);
        document.as_object().erase("x-any-route");  // only there to be merged
        write(argv[2], source_of(json::serialize(document)));
    }
    catch (const std::exception& error) {
        std::cerr << argv[1] << ": " << error.what() << '\n';
        return 1;
    }
    return 0;
}
