#pragma once

namespace incident::detail {
/// Prints the broken promise to standard error and aborts; the service manager starts us again from the ledger.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;
}  // namespace incident::detail

/// A bug, not an input: `condition` can only be false when our own code broke a promise. On in release builds too,
/// because going on with a broken invariant could write a wrong record, and the record cannot be rewritten.
#define INCIDENT_ASSERT(condition)                                                                                     \
    (static_cast<bool>(condition) ? void(0) : ::incident::detail::assertion_failed(#condition, __FILE__, __LINE__))
