#include "net/download.hpp"

#include "base/error.hpp"
#include "sys/unique_fd.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <variant>

namespace kiln::net {

namespace {

constexpr int kPartialContent = 206;
constexpr int kRangeNotSatisfiable = 416;
// Attempts in a row that bring not one byte.
constexpr int kFruitlessAttempts = 3;

class Download {
public:
    Download(
        const std::string& url,
        const std::filesystem::path& file,
        const DownloadProgress& on_progress
    )
        : url_(url),
          file_(file),
          on_progress_(on_progress),
          fd_(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644)) {
        struct stat status {};
        if (!fd_ || ::fstat(fd_.get(), &status) != 0) {
            throw system_error("opening " + file_.string(), errno);
        }
        done_ = status.st_size;
        result_.resumed_at = done_;
    }

    DownloadResult run(CurlTransport& transport, const std::stop_token& stop) {
        int fruitless = 0;
        while (true) {
            const std::int64_t before = done_;
            const HttpOutcome outcome = attempt(transport, stop);
            if (const auto* response = std::get_if<HttpResponse>(&outcome)) {
                if (is_complete(*response)) {
                    result_.size_bytes = done_;
                    return result_;
                }
                continue;  // from the start
            }
            fruitless = done_ > before ? 0 : fruitless + 1;
            if (fruitless == kFruitlessAttempts) {
                throw Error(ErrorKind::network, std::get<TransportFailure>(outcome).message);
            }
        }
    }

private:
    HttpOutcome attempt(CurlTransport& transport, const std::stop_token& stop) {
        HttpRequest request;
        request.url = url_;
        request.follow_redirects = true;
        request.timeout = std::chrono::milliseconds(0);
        begun_ = false;
        if (done_ > 0) {
            request.headers.push_back({"Range", "bytes=" + std::to_string(done_) + "-"});
        }
        return transport.receive(
            request,
            [this](int status, const Headers& headers, std::string_view piece) {
                take(status, headers, piece);
            },
            stop
        );
    }

    /// False when the attempt must be made anew, without what is there.
    bool is_complete(const HttpResponse& response) {
        if (response.status == kRangeNotSatisfiable && done_ > 0 && !is_whole(response)) {
            restart();
            return false;
        }
        if (response.status != kHttpOk && response.status != kPartialContent &&
            response.status != kRangeNotSatisfiable) {
            throw Error(
                ErrorKind::network,
                url_ + " answers with status " + std::to_string(response.status) +
                    ", expected 200 or 206"
            );
        }
        if (response.status == kHttpOk && !begun_) {
            restart();  // an empty file
        }
        return true;
    }

    // "Content-Range: bytes */SIZE" (RFC 9110, 14.4): there is nothing behind what is here.
    bool is_whole(const HttpResponse& response) const {
        const std::string range = find_header(response.headers, "Content-Range").value_or("");
        return range == "bytes */" + std::to_string(done_);
    }

    void take(int status, const Headers& headers, std::string_view piece) {
        if (status != kHttpOk && status != kPartialContent) {
            return;  // a page that says why not
        }
        if (!begun_) {
            begun_ = true;
            if (status == kHttpOk && done_ > 0) {
                restart();  // the server sends all of it
            }
            const std::string length = find_header(headers, "Content-Length").value_or("0");
            total_ = done_ + std::strtoll(length.c_str(), nullptr, 10);
        }
        write(piece);
        on_progress_(done_, total_);
    }

    void restart() {
        if (::ftruncate(fd_.get(), 0) != 0) {
            throw system_error("emptying " + file_.string(), errno);
        }
        done_ = 0;
        result_.resumed_at = 0;
    }

    void write(std::string_view piece) {
        while (!piece.empty()) {
            const ssize_t count = ::pwrite(fd_.get(), piece.data(), piece.size(), done_);
            if (count < 0 && errno != EINTR) {
                throw system_error("writing " + file_.string(), errno);
            }
            if (count > 0) {
                done_ += count;
                piece.remove_prefix(static_cast<std::size_t>(count));
            }
        }
    }

    const std::string& url_;
    const std::filesystem::path& file_;
    const DownloadProgress& on_progress_;
    sys::UniqueFd fd_;
    DownloadResult result_;
    std::int64_t done_ = 0;
    std::int64_t total_ = 0;
    bool begun_ = false;  ///< the body of this attempt
};

}  // namespace

DownloadResult download(
    CurlTransport& transport,
    const std::string& url,
    const std::filesystem::path& file,
    const DownloadProgress& on_progress,
    const std::stop_token& stop
) {
    return Download(url, file, on_progress).run(transport, stop);
}

}  // namespace kiln::net
