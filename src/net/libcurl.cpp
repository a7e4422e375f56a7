#include "net/libcurl.hpp"

#include "sys/shared_library.hpp"

namespace kiln::net {

namespace {

Libcurl load() {
    const sys::SharedLibrary library(
        "libcurl.so.4", "kiln speaks HTTP with libcurl 7.85 or newer: install libcurl4"
    );
    return {
        library.function<decltype(&curl_global_init)>("curl_global_init"),
        library.function<decltype(&curl_easy_init)>("curl_easy_init"),
        library.function<decltype(&curl_easy_cleanup)>("curl_easy_cleanup"),
        library.function<decltype(&curl_easy_reset)>("curl_easy_reset"),
        library.function<decltype(&curl_easy_setopt)>("curl_easy_setopt"),
        library.function<decltype(&curl_easy_getinfo)>("curl_easy_getinfo"),
        library.function<decltype(&curl_easy_perform)>("curl_easy_perform"),
        library.function<decltype(&curl_easy_strerror)>("curl_easy_strerror"),
        library.function<decltype(&curl_version_info)>("curl_version_info"),
        library.function<decltype(&curl_slist_append)>("curl_slist_append"),
        library.function<decltype(&curl_slist_free_all)>("curl_slist_free_all"),
    };
}

}  // namespace

const Libcurl& libcurl() {
    static const Libcurl functions = load();
    return functions;
}

}  // namespace kiln::net
