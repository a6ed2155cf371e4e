#include "build_info.hpp"
#include "observe/metrics.hpp"

namespace incident::observe {

const BuildInfo& build_info() noexcept
{
    static constexpr BuildInfo info{INCIDENT_VERSION, INCIDENT_REVISION, INCIDENT_COMPILER, INCIDENT_BUILD_DATE};
    return info;
}

}  // namespace incident::observe
