#include "model/result.hpp"
#include "model/assert.hpp"
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace incident {

void throw_exception_from_error(const Failure& failure, const boost::source_location&)
{
    throw std::runtime_error{failure.detail};
}

namespace detail {

void assertion_failed(const char* expression, const char* file, int line) noexcept
{
    std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, expression);
    std::abort();
}

}  // namespace detail
}  // namespace incident
