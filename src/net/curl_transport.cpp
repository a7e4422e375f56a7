#include "net/curl_transport.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "net/libcurl.hpp"
#include "net/trust_store.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

namespace kiln::net {

namespace {

// A far end that vanishes without a word is noticed after this long without a byte,
// also where the request as a whole may take as long as it likes.
constexpr long kStallSeconds = 60;

struct FreeList {
    void operator()(curl_slist* list) const { libcurl().slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

void initialize_once() {
    static const CURLcode done = libcurl().global_init(CURL_GLOBAL_DEFAULT);
    if (done != CURLE_OK) {
        throw Error(ErrorKind::unsupported, "libcurl does not start on this host");
    }
}

/// What the callbacks of one transfer write to.
struct Transfer {
    HttpResponse response;
    std::stop_token stop;
    CURL* handle = nullptr;
    const CurlTransport::BodySink* sink = nullptr;  ///< null: the body is gathered
    const BodySource* body = nullptr;               ///< null: it has none from outside
    std::int64_t sent_bytes = 0;                    ///< of that
    std::exception_ptr thrown{};                    ///< by the sink, or the body
};

int status_of(CURL* handle) {
    long status = 0;
    libcurl().easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return static_cast<int>(status);
}

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* object) {
    auto& transfer = *static_cast<Transfer*>(object);
    const std::string_view piece(data, size * count);
    if (transfer.sink == nullptr) {
        transfer.response.body.append(piece);
        return piece.size();
    }
    try {
        (*transfer.sink)(status_of(transfer.handle), transfer.response.headers, piece);
    } catch (...) {  // it must not pass through C
        transfer.thrown = std::current_exception();
        return 0;
    }
    return piece.size();
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* transfer) {
    const std::string_view line(data, size * count);
    Headers& headers = static_cast<Transfer*>(transfer)->response.headers;
    if (line.starts_with("HTTP/")) {
        headers.clear();  // a "100 Continue" or the proxy's answer came before the real one
    } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
        headers.push_back(
            {std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1)))}
        );
    }
    return size * count;
}

std::size_t give_body(char* buffer, std::size_t size, std::size_t count, void* object) {
    auto& transfer = *static_cast<Transfer*>(object);
    const auto left = static_cast<std::size_t>(transfer.body->size_bytes() - transfer.sent_bytes);
    const std::span<char> piece(buffer, std::min(size * count, left));
    try {
        transfer.body->read(transfer.sent_bytes, piece);
    } catch (...) {  // it must not pass through C
        transfer.thrown = std::current_exception();
        return CURL_READFUNC_ABORT;
    }
    transfer.sent_bytes += static_cast<std::int64_t>(piece.size());
    return piece.size();
}

/// A connection that was kept can turn out to be closed when a part of the body is gone.
int rewind_body(void* object, curl_off_t offset_bytes, int origin) {
    auto& transfer = *static_cast<Transfer*>(object);
    if (origin != SEEK_SET) {
        return CURL_SEEKFUNC_CANTSEEK;
    }
    transfer.sent_bytes = offset_bytes;
    return CURL_SEEKFUNC_OK;
}

int watch_stop(void* transfer, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Transfer*>(transfer)->stop.stop_requested() ? 1 : 0;
}

List header_list(const HttpRequest& request) {
    List list;
    const auto add = [&list](const std::string& line) {
        curl_slist* longer = libcurl().slist_append(list.get(), line.c_str());
        static_cast<void>(list.release());
        list.reset(longer);
    };
    for (const Header& header : request.headers) {
        // With a semicolon libcurl sends a header without a value; with a colon it would drop it.
        add(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
    }
    // Asking whether the body is welcome costs a round trip for each block of a snapshot.
    add("Expect:");
    if (!find_header(request.headers, "Content-Type")) {
        add("Content-Type:");  // not libcurl's guess, which would be a form
    }
    return list;
}

void prepare(CURL* handle, const CurlOptions& options, const HttpRequest& request) {
    libcurl().easy_setopt(handle, CURLOPT_URL, request.url.c_str());
    libcurl().easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    libcurl().easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    libcurl().easy_setopt(handle, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2TLS});
    libcurl().easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
    libcurl().easy_setopt(
        handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count())
    );
    libcurl().easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
    libcurl().easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    libcurl().easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, kStallSeconds);
    libcurl().easy_setopt(handle, CURLOPT_FRESH_CONNECT, request.fresh_connection ? 1L : 0L);
    if (request.follow_redirects) {
        libcurl().easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
        libcurl().easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
        libcurl().easy_setopt(handle, CURLOPT_MAXREDIRS, 10L);
    }
    if (!options.ca_bundle.empty()) {
        libcurl().easy_setopt(handle, CURLOPT_CAINFO, options.ca_bundle.c_str());
    }
    if (!options.verify) {
        libcurl().easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
        libcurl().easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (request.method == "HEAD") {
        libcurl().easy_setopt(handle, CURLOPT_NOBODY, 1L);
    } else if (request.outside_body != nullptr) {
        libcurl().easy_setopt(handle, CURLOPT_UPLOAD, 1L);
        libcurl().easy_setopt(
            handle,
            CURLOPT_INFILESIZE_LARGE,
            static_cast<curl_off_t>(request.outside_body->size_bytes())
        );
        libcurl().easy_setopt(handle, CURLOPT_READFUNCTION, give_body);
        libcurl().easy_setopt(handle, CURLOPT_SEEKFUNCTION, rewind_body);
        libcurl().easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    } else if (request.method != "GET" || !request.body.empty()) {
        libcurl().easy_setopt(
            handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size())
        );
        libcurl().easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
        libcurl().easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
}

/// Whether the far end can have seen anything of the request.
bool may_have_arrived(CURL* handle) {
    long sent_bytes = 0;
    libcurl().easy_getinfo(handle, CURLINFO_REQUEST_SIZE, &sent_bytes);
    return sent_bytes > 0;
}

}  // namespace

/// Handles that are not in use. Each keeps the connections it opened, so that the next request to
/// the same place needs no new one.
class CurlTransport::HandlePool {
public:
    struct CloseHandle {
        void operator()(CURL* handle) const { libcurl().easy_cleanup(handle); }
    };
    using Handle = std::unique_ptr<CURL, CloseHandle>;

    Handle take() {
        {
            const std::lock_guard lock(mutex_);
            if (!handles_.empty()) {
                Handle handle = std::move(handles_.back());
                handles_.pop_back();
                return handle;
            }
        }
        Handle handle(libcurl().easy_init());
        if (!handle) {
            throw Error(ErrorKind::io, "libcurl can not make a handle: out of memory");
        }
        return handle;
    }

    void give_back(Handle handle) {
        libcurl().easy_reset(handle.get());  // the options go, the connections stay
        const std::lock_guard lock(mutex_);
        handles_.push_back(std::move(handle));
    }

private:
    std::mutex mutex_;
    std::vector<Handle> handles_;
};

CurlTransport::CurlTransport(CurlOptions options) : options_(std::move(options)) {
    initialize_once();
    trust_ = std::make_unique<TrustStore>();
    idle_ = std::make_unique<HandlePool>();
}

CurlTransport::~CurlTransport() = default;

HttpOutcome CurlTransport::send(const HttpRequest& request, std::stop_token stop) {
    return transfer(request, nullptr, std::move(stop));
}

HttpOutcome CurlTransport::receive(
    const HttpRequest& request, const BodySink& sink, std::stop_token stop
) {
    return transfer(request, &sink, std::move(stop));
}

HttpOutcome CurlTransport::transfer(
    const HttpRequest& request, const BodySink* sink, std::stop_token stop
) {
    HandlePool::Handle handle = idle_->take();
    Transfer transfer{{}, std::move(stop), handle.get(), sink, request.outside_body};
    std::array<char, CURL_ERROR_SIZE> reason{};
    const List headers = header_list(request);
    prepare(handle.get(), options_, request);
    if (options_.verify) {
        trust_->use_for(handle.get());
    }
    libcurl().easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
    libcurl().easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, reason.data());
    libcurl().easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, take_body);
    libcurl().easy_setopt(handle.get(), CURLOPT_WRITEDATA, &transfer);
    libcurl().easy_setopt(handle.get(), CURLOPT_READDATA, &transfer);
    libcurl().easy_setopt(handle.get(), CURLOPT_SEEKDATA, &transfer);
    libcurl().easy_setopt(handle.get(), CURLOPT_HEADERFUNCTION, take_header);
    libcurl().easy_setopt(handle.get(), CURLOPT_HEADERDATA, &transfer);
    libcurl().easy_setopt(handle.get(), CURLOPT_NOPROGRESS, 0L);
    libcurl().easy_setopt(handle.get(), CURLOPT_XFERINFOFUNCTION, watch_stop);
    libcurl().easy_setopt(handle.get(), CURLOPT_XFERINFODATA, &transfer);

    const CURLcode code = libcurl().easy_perform(handle.get());
    if (transfer.thrown) {
        std::rethrow_exception(transfer.thrown);
    }
    if (code == CURLE_ABORTED_BY_CALLBACK) {
        throw Error(ErrorKind::interrupted, "interrupted while asking " + request.url);
    }
    if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
        throw Error(ErrorKind::input, "\"" + request.url + "\" is not an http or https address");
    }
    if (code != CURLE_OK) {
        const std::string why = reason[0] != '\0' ? reason.data() : libcurl().easy_strerror(code);
        // Not given back: what a broken connection left in the handle goes with it.
        return TransportFailure{
            "asking " + request.url + ": " + why,
            code == CURLE_OPERATION_TIMEDOUT,
            may_have_arrived(handle.get())};
    }
    transfer.response.status = status_of(handle.get());
    idle_->give_back(std::move(handle));
    return std::move(transfer.response);
}

}  // namespace kiln::net
