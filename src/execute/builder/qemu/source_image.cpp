#include "execute/builder/qemu/source_image.hpp"

#include "artifact/digest_memo.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/builder/qemu/iso_checksum.hpp"
#include "execute/stop.hpp"
#include "net/download.hpp"
#include "sys/file_system.hpp"

#include <utility>
#include <vector>

namespace kiln::exec::qemu {

namespace {

constexpr const char* kDownloading = "downloading the image";
constexpr std::int64_t kLongestList = 16 << 20;

bool is_remote(const std::string& url) {
    return url.starts_with("http://") || url.starts_with("https://");
}

std::filesystem::path local_path(const std::string& url) {
    std::string path = url;
    if (path.starts_with("file://")) {
        path.erase(0, 7);
    } else if (path.starts_with("file:")) {
        path.erase(0, 5);
    } else if (const std::size_t scheme = path.find("://"); scheme != std::string::npos) {
        throw Error(
            ErrorKind::unsupported,
            "kiln does not fetch from " + path.substr(0, scheme) + "://, only http, https and files"
        );
    }
    return std::filesystem::absolute(path);
}

std::string file_name_of(const std::string& url) {
    return base_name(url.substr(0, url.find_first_of("?#")));
}

/// The text of a list of digests.
std::string read_list(const std::string& url, const BuildContext& context) {
    if (!is_remote(url)) {
        return context.effects.files.read_file(local_path(url), kLongestList);
    }
    net::CurlTransport transport;
    net::HttpRequest request;
    request.url = url;
    request.follow_redirects = true;
    const net::HttpOutcome outcome = transport.send(request, context.stop);
    if (const auto* failure = std::get_if<net::TransportFailure>(&outcome)) {
        throw Error(ErrorKind::network, failure->message);
    }
    const auto& response = std::get<net::HttpResponse>(outcome);
    if (response.status != net::kHttpOk) {
        throw Error(
            ErrorKind::network,
            url + " answers with status " + std::to_string(response.status) + ", expected 200"
        );
    }
    return response.body;
}

class SourceFetch {
public:
    SourceFetch(const plan::IsoOptions& options, const BuildContext& context)
        : options_(options),
          context_(context),
          memo_(context.effects.cache_directory / "digests") {}

    SourceImage run() {
        std::vector<std::string> urls = options_.iso_urls;
        if (options_.iso_url && !options_.iso_url->empty()) {
            urls = {*options_.iso_url};
        }
        for (std::size_t i = 0;; ++i) {
            try {
                return fetch(urls.at(i));
            } catch (const Error& error) {
                if (i + 1 == urls.size() || error.kind() == ErrorKind::interrupted) {
                    throw;
                }
                context_.say_error(error.message());
            }
        }
    }

private:
    SourceImage fetch(const std::string& url) {
        const std::optional<FileChecksum> wanted = wanted_checksum(url);
        if (!is_remote(url)) {
            const std::filesystem::path file = local_path(url);
            if (!context_.effects.files.status_followed(file)) {
                throw Error(ErrorKind::not_found, "the image " + file.string() + " does not exist");
            }
            if (wanted) {
                require(file, *wanted, url);
            }
            return {file, digest_of(file), url, {}};
        }
        return fetch_remote(url, wanted);
    }

    std::optional<FileChecksum> wanted_checksum(const std::string& url) {
        const std::string text = options_.iso_checksum.value_or("none");
        if (text == "none" || text.empty()) {
            return std::nullopt;
        }
        if (!text.starts_with("file:")) {
            return parse_checksum(text);
        }
        const std::string list = text.substr(5);
        std::optional<FileChecksum> found =
            find_checksum(read_list(list, context_), file_name_of(url));
        if (!found) {
            throw Error(
                ErrorKind::input, "there is no digest of " + file_name_of(url) + " in " + list
            );
        }
        return found;
    }

    std::filesystem::path place_of(
        const std::string& url, const std::optional<FileChecksum>& wanted
    ) const {
        if (options_.iso_target_path) {
            const std::filesystem::path target = *options_.iso_target_path;
            return std::filesystem::absolute(
                std::filesystem::is_directory(target) ? target / file_name_of(url) : target
            );
        }
        Digest name(DigestAlgorithm::sha1);
        name.update(wanted ? wanted->hex : url);
        return context_.effects.cache_directory / "isos" /
               (name.finish_hex() + "." + options_.iso_target_extension);
    }

    SourceImage fetch_remote(const std::string& url, const std::optional<FileChecksum>& wanted) {
        const std::filesystem::path file = place_of(url, wanted);
        const std::filesystem::path partial = file.string() + ".partial";
        sys::FileSystem& files = context_.effects.files;
        files.make_directories(file.parent_path());
        sys::FileLock lock = sys::FileLock::acquire(
            file.string() + ".lock", sys::FileLock::Kind::exclusive, context_.stop
        );
        if (files.status(file) && !options_.iso_skip_cache && (!wanted || fits(file, *wanted))) {
            context_.say("Using the image that was downloaded before: " + file.string());
            return share(file, url, std::move(lock));
        }
        context_.say("Downloading " + url);
        download(url, partial, wanted);
        files.rename(partial, file);
        return share(file, url, std::move(lock));
    }

    /// From here on others may use the image, too.
    SourceImage share(
        const std::filesystem::path& file, const std::string& url, sys::FileLock exclusive
    ) {
        std::string digest = digest_of(file);
        if (!options_.iso_target_path) {
            // For `kiln cache list`; its time is that of the last use.
            context_.effects.files.write_file_atomic(file.string() + ".name", file_name_of(url));
        }
        { const sys::FileLock done = std::move(exclusive); }
        sys::FileLock shared = sys::FileLock::acquire(
            file.string() + ".lock", sys::FileLock::Kind::shared, context_.stop
        );
        return {file, std::move(digest), url, std::move(shared)};
    }

    // What was left by an earlier attempt may be of another file: then once more, from the start.
    void download(
        const std::string& url,
        const std::filesystem::path& partial,
        const std::optional<FileChecksum>& wanted
    ) {
        while (true) {
            const net::DownloadResult result = net::download(
                transport_,
                url,
                partial,
                [this](std::int64_t done, std::int64_t total) { tell(done, total, false); },
                context_.stop
            );
            tell(result.size_bytes, result.size_bytes, true);
            if (!wanted || fits(partial, *wanted)) {
                return;
            }
            if (result.resumed_at == 0) {
                Error error = mismatch(partial, *wanted, url);
                context_.effects.files.remove_file(partial);
                throw error;
            }
            context_.effects.files.remove_file(partial);
        }
    }

    void tell(std::int64_t done, std::int64_t total, bool finished) const {
        context_.events.on_event(Progressed{
            context_.build.name, kDownloading, done, total, Progressed::Unit::bytes, finished});
    }

    bool fits(const std::filesystem::path& file, const FileChecksum& wanted) {
        return memo_.file_digest(file, wanted.algorithm, context_.stop) == wanted.hex;
    }

    Error mismatch(
        const std::filesystem::path& file, const FileChecksum& wanted, const std::string& url
    ) {
        const std::string kind = checksum_name(wanted.algorithm);
        return Error(
                   ErrorKind::input,
                   "the image " + url + " is not the one that iso_checksum means: it has " + kind +
                       ":" + memo_.file_digest(file, wanted.algorithm, context_.stop) +
                       ", expected " + kind + ":" + wanted.hex
        )
            .set_hint("fetch the image again, or correct iso_checksum");
    }

    void require(
        const std::filesystem::path& file, const FileChecksum& wanted, const std::string& url
    ) {
        if (!fits(file, wanted)) {
            throw mismatch(file, wanted, url);
        }
    }

    std::string digest_of(const std::filesystem::path& file) {
        return memo_.file_digest(file, DigestAlgorithm::sha256, context_.stop);
    }

    const plan::IsoOptions& options_;
    const BuildContext& context_;
    artifact::DigestMemo memo_;
    net::CurlTransport transport_;
};

}  // namespace

SourceImage fetch_source(const plan::IsoOptions& options, const BuildContext& context) {
    try {
        return SourceFetch(options, context).run();
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::interrupted) {
            throw;
        }
        const char* option = options.iso_urls.empty() ? "iso_url" : "iso_urls";
        Error here(error.kind(), error.message(), context.build.builder.options.range_of(option));
        here.set_hint(error.hint());
        throw here;
    }
}

}  // namespace kiln::exec::qemu
