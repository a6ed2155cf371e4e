#pragma once
#include "model/entry.hpp"
#include <vector>

namespace incident::timeline {

/// Leaves what was known at `instant`: the entries received at or before it, whenever the things they tell of happened.
/// What was corrected, struck or moved later stands as it did then. One thing holds for every instant: a redaction, since
/// what it took is gone for good.
/// A repeat count is as old as its newest tally, so it may lack what was told again in the minute before.
void keep_as_of(std::vector<Entry>& entries, Instant instant);

}  // namespace incident::timeline
