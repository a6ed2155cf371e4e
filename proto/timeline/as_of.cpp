#include "timeline/as_of.hpp"

namespace incident::timeline {
namespace {

/// Nothing of the amendment but that it redacts: its reason, or a text in the same breath, came later.
void keep_redaction(Amendment& amendment)
{
    Amendment bare;
    bare.event = amendment.event;
    bare.redact = true;
    amendment = std::move(bare);
}

}  // namespace

void keep_as_of(std::vector<Entry>& entries, Instant instant)
{
    std::erase_if(entries, [&](Entry& entry) {
        if (entry.received_at <= instant) return false;
        auto* amendment = std::get_if<Amendment>(&entry.what);
        if (amendment == nullptr || !amendment->redact) return true;
        keep_redaction(*amendment);
        return false;
    });
}

}  // namespace incident::timeline
