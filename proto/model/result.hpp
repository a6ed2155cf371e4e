#pragma once
#include <boost/system/result.hpp>
#include <string>
#include <vector>

namespace incident {

/// What a caller can react to. Add a code only when some caller would act differently.
enum class Errc {
    malformed,        ///< cannot be parsed at all; HTTP 400
    invalid_input,    ///< parsed, but a field is wrong or unknown; HTTP 422
    key_reused,       ///< an idempotency key was used before with another body; HTTP 422
    not_found,        ///< no such event, incident or route; HTTP 404
    conflict,         ///< the state forbids it (closing a closed incident); HTTP 409
    stale,            ///< If-Match names an older version; HTTP 412
    unauthenticated,  ///< the sender did not prove who it is; HTTP 401
    forbidden,        ///< known, but may not; HTTP 403
    limit_exceeded,   ///< larger than a named limit; HTTP 413
    unsupported,      ///< a content type we do not read; HTTP 415
    unavailable,      ///< not stored, try again; HTTP 503
    unknown_outcome   ///< may or may not be stored, send it again with the same key; HTTP 503
};

/// One wrong field: where (a JSON Pointer, RFC 6901, empty for the whole document) and what, with the fix.
struct FieldError {
    std::string pointer;
    std::string detail;
    bool operator==(const FieldError&) const = default;
};

struct Failure {
    Errc code = Errc::invalid_input;
    std::string detail;              ///< cause, value, fix, for a person; no secrets: it is logged and sent to clients
    std::vector<FieldError> fields;  ///< one per bad field; empty when no field is to blame
    Failure() = default;             ///< Boost's `result::error()` asks for it
    Failure(Errc code_, std::string detail_, std::vector<FieldError> fields_ = {})
        : code(code_), detail(std::move(detail_)), fields(std::move(fields_))
    {}
};

template <class T>
using Result = boost::system::result<T, Failure>;  // std::expected needs C++23; this one is already linked

/// Lets `.value()` compile; call that only in tests and in main(). Throws std::runtime_error with the detail.
[[noreturn]] void throw_exception_from_error(const Failure& failure, const boost::source_location& where);

}  // namespace incident
