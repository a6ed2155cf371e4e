#pragma once
#include "ingest/lenient.hpp"
#include "ingest/mapping.hpp"

/// What arrived, as documents. Private to the mapping.
namespace incident::ingest {

inline constexpr std::size_t max_parts = 64;

struct Document {
    Result<json::value> value;        ///< or why it is none
    std::string_view bytes;           ///< what it was read from
    bool whole_body = false;          ///< the body is this JSON document: pointers into one are pointers into the other
    bool form = false;                ///< its fields were percent-encoded
};

/// At most max_items_per_body and one; none for a body without anything in it.
[[nodiscard]] std::vector<Document> documents_of(const Mapping& mapping, const Body& body);

/// How a form's bytes spell this value, where that is not how it reads.
[[nodiscard]] std::vector<std::string> spellings_of(std::string_view form, const std::string& value);

}  // namespace incident::ingest
