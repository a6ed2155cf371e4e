#include "client/outside.hpp"
#include "client/curl_library.hpp"
#include "model/text.hpp"
#include <memory>

namespace incident::ctl {
namespace {

struct Fetched {
    std::string body;
    bool too_long = false;
};

std::size_t on_bytes(char* data, std::size_t size, std::size_t count, void* user)
{
    auto& fetched = *static_cast<Fetched*>(user);
    if (fetched.body.size() + size * count > max_outside_bytes) {
        fetched.too_long = true;
        return 0;
    }
    fetched.body.append(data, size * count);
    return size * count;
}

}  // namespace

Try<OutsideAnswer> fetch_outside(const std::string& url, const OutsideOptions& options)
{
    const auto loaded = CurlLibrary::load();
    if (!loaded) return loaded.error();
    const auto& library = **loaded;
    const std::unique_ptr<CURL, decltype(library.easy_cleanup)> handle{library.easy_init(), library.easy_cleanup};
    if (!handle) return Trouble{Exit::failure, "libcurl does not start", "try again"};
    const std::unique_ptr<curl_slist, decltype(library.slist_free_all)> places{
        options.connect_to.empty() ? nullptr : library.slist_append(nullptr, options.connect_to.c_str()), library.slist_free_all};
    Fetched fetched;
    char reason[CURL_ERROR_SIZE] = {};
    const auto set = [&](CURLoption option, auto value) { return library.easy_setopt(handle.get(), option, value) == CURLE_OK; };
    const bool ready = set(CURLOPT_ERRORBUFFER, &reason[0]) && set(CURLOPT_URL, url.c_str()) && set(CURLOPT_PROTOCOLS_STR, "https") &&
                       set(CURLOPT_FOLLOWLOCATION, 0L) && set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED)) &&
                       set(CURLOPT_SSL_VERIFYPEER, 1L) && set(CURLOPT_SSL_VERIFYHOST, 2L) && set(CURLOPT_PATH_AS_IS, 1L) &&
                       set(CURLOPT_USERAGENT, "incidentctl/" INCIDENT_VERSION) && set(CURLOPT_WRITEFUNCTION, &on_bytes) &&
                       set(CURLOPT_WRITEDATA, &fetched) && set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count())) &&
                       (options.ca_file.empty() || set(CURLOPT_CAINFO, options.ca_file.c_str())) &&
                       (places == nullptr || set(CURLOPT_CONNECT_TO, places.get()));
    if (!ready) return Trouble{Exit::failure, "this libcurl lacks an option that keeps the request where it belongs", "install libcurl4 7.85 or newer"};
    const auto code = library.easy_perform(handle.get());
    if (fetched.too_long)
        return Trouble{Exit::failure, "the answer is longer than " + std::to_string(max_outside_bytes) + " bytes", "it is not what was asked for; look at the address"};
    if (code != CURLE_OK) {
        const std::string why = reason[0] != '\0' ? std::string{&reason[0]} : std::string{library.easy_strerror(code)};
        return Trouble{code == CURLE_OPERATION_TIMEDOUT ? Exit::timed_out : Exit::unreachable, "no answer from " + visible(shortened(url, 120)) + ": " + visible(why),
                       "try from a machine that reaches it; a proxy is taken from https_proxy"};
    }
    OutsideAnswer answer;
    long status = 0;
    library.easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<unsigned>(status);
    answer.body = std::move(fetched.body);
    return answer;
}

}  // namespace incident::ctl
