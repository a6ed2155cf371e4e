#pragma once
#include "store/reader.hpp"
#include "store/raw_rows.hpp"
#include "store/rows.hpp"

namespace incident::store {

struct Range {
    std::uint64_t from, to;
};

/// Recomputes the chain over the range and looks at what each entry says of the side tables. Over the whole ledger
/// (from 1, `to_the_end`) it also finds rows that belong to no entry. A kept body may be gone, but one that is there must be
/// the one that its entry was made from.
/// @param raw nullptr: kept bodies are not looked at.
/// @param pause called between chunks; lets a reader renew its transaction.
[[nodiscard]] Result<ChainReport> verify_chain(Database& database, Rows& rows, RawRows* raw, Range range, bool to_the_end,
                                               const std::function<Result<void>()>& pause);

}  // namespace incident::store
