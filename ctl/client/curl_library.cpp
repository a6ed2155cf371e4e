#include "client/curl_library.hpp"
#include "client/library_symbol.hpp"
#include <dlfcn.h>

namespace incident::ctl {
Try<const CurlLibrary*> CurlLibrary::load()
{
    static CurlLibrary loaded;
    if (loaded.global_init != nullptr) return &loaded;
    void* library = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    CurlLibrary found;
    const bool whole = library != nullptr && take(library, "curl_easy_init", found.easy_init) &&
                       take(library, "curl_easy_cleanup", found.easy_cleanup) &&
                       take(library, "curl_easy_reset", found.easy_reset) &&
                       take(library, "curl_easy_setopt", found.easy_setopt) &&
                       take(library, "curl_easy_getinfo", found.easy_getinfo) &&
                       take(library, "curl_easy_perform", found.easy_perform) &&
                       take(library, "curl_easy_strerror", found.easy_strerror) &&
                       take(library, "curl_slist_append", found.slist_append) &&
                       take(library, "curl_slist_free_all", found.slist_free_all) &&
                       take(library, "curl_global_init", found.global_init);
    if (!whole) {
        const char* why = ::dlerror();
        return Trouble{Exit::failure,
                       std::string{"cannot load libcurl.so.4: "} + (why != nullptr ? why : "a function is missing"),
                       "install libcurl4, or use the server's Unix socket: --url unix:///run/incidentd/api.sock"};
    }
    loaded = found;
    loaded.global_init(CURL_GLOBAL_DEFAULT);
    return &loaded;
}

}  // namespace incident::ctl
