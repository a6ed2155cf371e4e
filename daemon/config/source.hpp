#pragma once
#include "auth/verifier.hpp"
#include "ingest/dialects.hpp"

namespace incident::config {

/// One sender: how it proves itself and how what it sends is read. An entry of `sources:`, or what is built in under its name.
struct Source {
    ingest::Source reads;
    auth::Verifier verifier;
    ingest::Proof proof = ingest::Proof::none;  ///< `secret`: everything is refused while no secret is configured
    std::size_t body_bytes = 0;                 ///< 413 above; 0: what `limits` say
    bool keep_raw = true;                       ///< bodies are kept beside the events made from them

    /// Whether it must prove itself before anything it sends is looked at; who need not follows the listener's rule.
    [[nodiscard]] bool proves_itself() const noexcept { return proof == ingest::Proof::secret || !verifier.secrets.empty(); }
};

/// What is reachable under its own name without a word in the configuration: every dialect and every shipped mapping.
/// @return nullptr: nothing is built in under this name.
[[nodiscard]] const Source* built_in_source(std::string_view name);

/// The names of all of them, in order.
[[nodiscard]] std::vector<std::string_view> built_in_names();

}  // namespace incident::config
