#pragma once
#include "draft/draft.hpp"

namespace incident::draft {

/// Every row of DRAFT.md's table, in its order: what the draft lacks or contradicts, with the command that would fix it.
/// `now` bounds "a time in the future"; pass the newest received_at to stay independent of the clock.
[[nodiscard]] std::vector<timeline::Finding> check(const timeline::Timeline& timeline, Instant now);

}  // namespace incident::draft
