#pragma once
#include "client/trouble.hpp"
#include <curl/curl.h>

namespace incident::ctl {

/// The functions of libcurl that we call, from the library loaded when the first of them is needed: its thirty
/// dependencies would otherwise be loaded for every note over the Unix socket too.
struct CurlLibrary {
    decltype(&curl_global_init) global_init = nullptr;
    decltype(&curl_easy_init) easy_init = nullptr;
    decltype(&curl_easy_cleanup) easy_cleanup = nullptr;
    decltype(&curl_easy_reset) easy_reset = nullptr;
    decltype(&curl_easy_setopt) easy_setopt = nullptr;
    decltype(&curl_easy_getinfo) easy_getinfo = nullptr;
    decltype(&curl_easy_perform) easy_perform = nullptr;
    decltype(&curl_easy_strerror) easy_strerror = nullptr;
    decltype(&curl_slist_append) slist_append = nullptr;
    decltype(&curl_slist_free_all) slist_free_all = nullptr;

    /// Loaded once and kept. @return Exit::failure naming the package when it is not there.
    [[nodiscard]] static Try<const CurlLibrary*> load();
};

}  // namespace incident::ctl
