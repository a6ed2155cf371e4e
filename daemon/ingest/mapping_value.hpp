#pragma once
#include "ingest/lenient.hpp"
#include "ingest/mapping.hpp"

/// A mapping's references, conditions and values against one element. Private to the mapping.
namespace incident::ingest {

struct Scope {
    const json::value& element;
    const json::value& document;
    const Body& body;
};

/// What stands at a reference: a value of the document, or a text (a header, a query parameter, an entry of a list).
struct Found {
    const json::value* value = nullptr;
    std::string_view text{};
    [[nodiscard]] bool there() const noexcept { return value != nullptr || !text.empty(); }
};

[[nodiscard]] Found find(const Reference& reference, const Scope& scope);
/// Scalars as they are, a list of them joined by ", "; without white space at the ends. Empty for a placeholder.
[[nodiscard]] std::string words_of(const Found& found);
[[nodiscard]] bool holds(const Condition& condition, const Scope& scope);
/// Empty when its condition does not hold, too.
[[nodiscard]] std::string said_by(const Candidate& candidate, const Scope& scope);
/// The first candidate that says something; at most max_details_bytes.
[[nodiscard]] std::string text_of(const Value& value, const Scope& scope);
/// The parts with `|` between, without empty ones at the end; empty when none says anything.
[[nodiscard]] std::string joined_key(const std::vector<Value>& parts, const Scope& scope);

}  // namespace incident::ingest
