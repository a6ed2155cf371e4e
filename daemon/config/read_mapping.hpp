#pragma once
#include "auth/verifier.hpp"
#include "config/read_node.hpp"
#include "ingest/mapping.hpp"

/// The mapping language's YAML -> value. Its keys are described in daemon/ingest/README.md.
namespace incident::config {

struct MappingFile {
    std::shared_ptr<const ingest::Mapping> mapping;  ///< never null
    std::string about;                    ///< one line for people
    std::vector<auth::Rule> verify;       ///< how this sender proves itself; empty: it cannot
    bool verify_optional = false;         ///< signs only when its owner asks for it: without a secret the listener's rule decides
};

/// A file, or the value of a source's `mapping:`. What is wrong goes to `problems`; the result is used only without any.
[[nodiscard]] MappingFile read_mapping(const Node& node, Problems& problems);

/// A whole document. @param name for messages: `shop.yml:3:9: unknown key "txet" in a mapping, did you mean "text"?`
/// @return Errc::invalid_input with every problem, one per line, in `detail`.
[[nodiscard]] Result<MappingFile> parse_mapping(std::string_view yaml, std::string_view name);

/// `/alert/title`, `../status`, `header:X-Kind`, `query:kind`, `.`: for tests and messages too.
/// @return Errc::invalid_input with what is wrong.
[[nodiscard]] Result<ingest::Reference> parse_reference(std::string_view text);

}  // namespace incident::config
