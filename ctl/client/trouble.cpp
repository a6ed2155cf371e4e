#include "client/trouble.hpp"
#include <stdexcept>

namespace incident::ctl {

void throw_exception_from_error(const Trouble& trouble, const boost::source_location&)
{
    throw std::runtime_error(trouble.cause);
}

Exit exit_for_status(unsigned status) noexcept
{
    switch (status) {
    case 401:
    case 403: return Exit::unauthenticated;
    case 404: return Exit::not_found;
    case 409:
    case 412: return Exit::conflict;
    case 400:
    case 422: return Exit::invalid;
    case 503: return Exit::unreachable;
    default: return status >= 200 && status < 300 ? Exit::ok : Exit::failure;  // a redirect stores nothing
    }
}

Exit exit_for(Errc code) noexcept
{
    switch (code) {
    case Errc::malformed:
    case Errc::invalid_input:
    case Errc::key_reused: return Exit::invalid;
    case Errc::not_found: return Exit::not_found;
    case Errc::conflict:
    case Errc::stale: return Exit::conflict;
    case Errc::unauthenticated:
    case Errc::forbidden: return Exit::unauthenticated;
    case Errc::unavailable:
    case Errc::unknown_outcome: return Exit::unreachable;
    case Errc::limit_exceeded:
    case Errc::unsupported: return Exit::failure;
    }
    return Exit::failure;
}

Trouble usage(const Failure& failure, std::string fix) { return {Exit::usage, failure.detail, std::move(fix)}; }

}  // namespace incident::ctl
