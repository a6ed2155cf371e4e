#pragma once
#include "ingest/dialect.hpp"

/// Cuts known secrets out of what is kept. Pure.
namespace incident::ingest {

inline constexpr std::string_view scrubbed_mark = "[scrubbed]";
/// A shorter word stands everywhere: cutting it out would destroy the text and hide nothing.
inline constexpr std::size_t min_secret_bytes = 4;

class Scrubber {
 public:
    /// @param secrets as they are when decoded; those that are too short are left alone.
    explicit Scrubber(std::vector<std::string> secrets);
    [[nodiscard]] bool empty() const noexcept { return secrets_.empty(); }

    /// Text that is decoded already. @return whether anything was cut out.
    bool clean(std::string& text) const;
    /// Bytes as they arrived, where a secret may be written with JSON's escapes, a form's, or one within the other.
    bool clean_raw(std::string& bytes) const;
    /// Everything in it that can be read: text, details, labels, links, key, author and what the sender called its state.
    void clean(Event& event) const;
    void clean(Item& item) const;

 private:
    std::vector<std::string> secrets_;  // longest first: one may be part of another
    bool with_space_ = false;           // then a form's + matters
};

/// A body as it may be kept.
struct CleanBody {
    std::string bytes;
    bool scrubbed = false;  ///< else it is byte for byte what arrived
};

/// Without the secrets, and without the members that `drop` names by JSON Pointer: of a JSON document, of each line of
/// NDJSON, of a form (`/field`, or a member of a field that holds JSON).
/// @return empty when members must be dropped from a body that cannot be read: better nothing than too much.
[[nodiscard]] std::optional<CleanBody> cleaned_body(std::string_view bytes, std::string_view content_type, const Scrubber& scrubber,
                                                    std::span<const std::string> drop);

}  // namespace incident::ingest
