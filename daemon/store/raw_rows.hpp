#pragma once
#include "store/chain.hpp"
#include "store/side_books.hpp"
#include "store/sqlite.hpp"
#include <functional>

namespace incident::store {

/// What is said of a kept body beside the body itself, as it is stored and committed to: JSON. Pure.
[[nodiscard]] std::string raw_facts(const RawBody& body);
/// @return Errc::unavailable when it is not ours.
[[nodiscard]] Result<RawBody> read_raw_facts(std::string_view facts);

/// Where a kept body stands.
struct RawPlace {
    std::uint64_t first_seq = 0, last_seq = 0;
};

/// One row as verify needs it; the views live until the next row.
struct RawRow {
    RawPlace place;
    Instant received_at;
    std::string_view source, facts, compressed;
    Bytes salt;
};

/// Reading the kept bodies. One connection, one thread.
class RawRows {
 public:
    /// @param database outlives this.
    [[nodiscard]] static Result<RawRows> prepare(Database& database);
    /// The body that the entry at `seq` came with. Empty: none.
    [[nodiscard]] Result<std::optional<RawPlace>> place_of(std::uint64_t seq);
    [[nodiscard]] Result<std::optional<KeptBody>> body(std::uint64_t first_seq);
    /// @see Reader::kept_bodies
    [[nodiscard]] Result<std::vector<KeptBody>> of_source(std::string_view source, Instant since, std::size_t limit, std::uint64_t after, std::uint64_t last);
    /// Bodies whose first entry is in [from, to], in order; false from `each` ends it.
    [[nodiscard]] Result<void> scan(std::uint64_t from, std::uint64_t to, const std::function<bool(const RawRow&)>& each);

 private:
    RawRows() = default;
    Statement place_, body_, of_source_, scan_;
};

}  // namespace incident::store
