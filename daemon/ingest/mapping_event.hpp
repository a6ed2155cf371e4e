#pragma once
#include "ingest/mapping_value.hpp"

namespace incident::ingest {

/// Who sends, as far as one element's event depends on it.
struct Sending {
    const std::string& source;
    const std::string& zone;      ///< for times without one
    const std::string& delivery;  ///< the sender's own id of this delivery; empty: none
    std::size_t place;            ///< of the event in the delivery
};

/// One element as an event, or as a new text of one. Empty when it says nothing at all: no text, status, key or time.
[[nodiscard]] std::optional<Item> element_item(const Shape& shape, const Scope& scope, const Sending& sending);

}  // namespace incident::ingest
