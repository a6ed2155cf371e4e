#pragma once
#include "client/transport.hpp"

namespace incident::ctl {

/// HTTP over one Unix socket, kept open between requests. The framing is Beast's; libcurl would do it too, but loading it
/// with the thirty libraries behind it takes longer than everything else a note needs.
class LocalHttp {
 public:
    LocalHttp() = default;
    ~LocalHttp();
    LocalHttp(const LocalHttp&) = delete;
    LocalHttp& operator=(const LocalHttp&) = delete;
    /// @param reason what went wrong, when something did.
    [[nodiscard]] Delivery exchange(const std::string& socket_path, const Request& request, const std::string& token,
                                    std::chrono::steady_clock::time_point deadline, Reply& reply, std::string& reason);

 private:
    [[nodiscard]] Delivery connect(const std::string& path, std::string& reason);
    void close();
    int fd_ = -1;
};

}  // namespace incident::ctl
