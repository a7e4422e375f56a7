#pragma once

#include <curl/curl.h>

namespace kiln::net {

/// The functions of libcurl that kiln calls.
struct Libcurl {
    decltype(&curl_global_init) global_init;
    decltype(&curl_easy_init) easy_init;
    decltype(&curl_easy_cleanup) easy_cleanup;
    decltype(&curl_easy_reset) easy_reset;
    decltype(&curl_easy_setopt) easy_setopt;
    decltype(&curl_easy_getinfo) easy_getinfo;
    decltype(&curl_easy_perform) easy_perform;
    decltype(&curl_easy_strerror) easy_strerror;
    decltype(&curl_version_info) version_info;
    decltype(&curl_slist_append) slist_append;
    decltype(&curl_slist_free_all) slist_free_all;
};

/// Loaded, with some twenty libraries that it needs in turn, by the first call: most commands never
/// speak HTTP. Throws Error{not_found} where it is not installed.
const Libcurl& libcurl();

}  // namespace kiln::net
