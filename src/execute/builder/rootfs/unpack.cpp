#include "execute/builder/rootfs/unpack.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/builder/rootfs/tree_writer.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <numeric>
#include <optional>
#include <set>
#include <thread>
#include <utility>

namespace kiln::exec::rootfs {

namespace {

// What waits until all files lie in place.
struct Deferred {
    std::vector<DebEntry> symlinks;
    std::vector<DebEntry> directories;
};

struct Unpacked {
    UnpackedPackage package;
    Deferred deferred;
};

std::set<std::string> conffiles_of(const ControlFiles& files) {
    std::set<std::string> paths;
    if (const auto found = files.find("conffiles"); found != files.end()) {
        for (const std::string& line : split(found->second.content, '\n')) {
            // "remove-on-upgrade /etc/x" names a file the package does not bring
            // (deb-conffiles(5)).
            if (line.starts_with('/')) {
                paths.insert(std::string(trim(line)));
            }
        }
    }
    return paths;
}

class PackageUnpacker {
public:
    PackageUnpacker(const std::filesystem::path& file, TreeWriter& writer)
        : archive_(file), writer_(writer), conffiles_(conffiles_of(archive_.control())) {
        result_.package.stanza = ControlStanza::parse(archive_.control().at("control").content);
        needs_md5sums_ = !archive_.control().contains("md5sums");
    }

    Unpacked run(const std::stop_token& stop) {
        DebEntry entry;
        while (archive_.next(entry)) {
            if (stop.stop_requested()) {
                throw Error(ErrorKind::interrupted, "interrupted while unpacking packages");
            }
            result_.package.paths.push_back(entry.path == "/" ? "/." : entry.path);
            put(entry);
        }
        result_.package.control_files = archive_.control();
        return std::move(result_);
    }

private:
    void put(const DebEntry& entry) {
        const std::string place = TreeWriter::place(entry.path);
        switch (entry.type) {
            case DebEntry::Type::regular:
                put_file(entry, place);
                break;
            case DebEntry::Type::directory:
                writer_.make_directory(place);
                result_.deferred.directories.push_back(entry);
                break;
            case DebEntry::Type::symlink:
                result_.deferred.symlinks.push_back(entry);
                break;
            case DebEntry::Type::hardlink:
                writer_.make_hardlink(TreeWriter::place(entry.link_target), place);
                break;
            case DebEntry::Type::character_device:
            case DebEntry::Type::block_device:
            case DebEntry::Type::fifo:
                writer_.make_device(entry, place);
                break;
        }
    }

    void put_file(const DebEntry& entry, const std::string& place) {
        const bool is_conffile = conffiles_.contains(entry.path);
        std::optional<Digest> md5;
        if (is_conffile || needs_md5sums_) {
            md5.emplace(DigestAlgorithm::md5);
        }
        writer_.begin_file(place);
        for (std::string_view piece = archive_.read(); !piece.empty(); piece = archive_.read()) {
            writer_.write(piece);
            if (md5) {
                md5->update(piece);
            }
        }
        writer_.finish_file(entry);
        if (is_conffile) {
            result_.package.conffile_md5[entry.path] = md5->finish_hex();
        } else if (md5) {
            result_.package.md5sums += md5->finish_hex() + "  " + entry.path.substr(1) + "\n";
        }
    }

    DebArchive archive_;
    TreeWriter& writer_;
    std::set<std::string> conffiles_;
    bool needs_md5sums_ = false;
    Unpacked result_;
};

// A file that is there already was brought by another package.
Error shared_file(const Error& error, const std::filesystem::path& package) {
    Error refused(
        ErrorKind::unsupported,
        "two packages bring the same file (" + error.message() + "), the second is " +
            package.filename().string()
    );
    refused.set_hint("set bootstrap_method = \"mmdebstrap\": it leaves unpacking to dpkg");
    return refused;
}

}  // namespace

std::string UnpackedPackage::info_name() const {
    return stanza.get("Multi-Arch") == "same" ? name() + ":" + stanza.get("Architecture") : name();
}

std::vector<UnpackedPackage> unpack_packages(
    const std::vector<std::filesystem::path>& packages,
    const std::filesystem::path& root,
    unsigned threads,
    const std::function<void(const UnpackProgress&)>& on_progress,
    std::stop_token stop
) {
    // The largest first, so that no thread is left with one of them at the end.
    std::vector<std::size_t> order(packages.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<std::uintmax_t> sizes;
    for (const std::filesystem::path& package : packages) {
        std::error_code unknown;
        sizes.push_back(std::filesystem::file_size(package, unknown));
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return sizes[a] > sizes[b];
    });

    std::vector<Unpacked> results(packages.size());
    std::atomic<std::size_t> next{0};
    std::mutex mutex;  // guards what follows
    std::exception_ptr first_failure;
    UnpackProgress progress{0, static_cast<std::int64_t>(packages.size())};

    const auto work = [&] {
        try {
            TreeWriter writer(root);
            for (std::size_t turn = next++; turn < order.size(); turn = next++) {
                const std::size_t index = order[turn];
                try {
                    results[index] = PackageUnpacker(packages[index], writer).run(stop);
                } catch (const Error& error) {
                    if (error.kind() == ErrorKind::exists) {
                        throw shared_file(error, packages[index]);
                    }
                    throw;
                }
                const std::lock_guard lock(mutex);
                ++progress.packages_done;
                on_progress(progress);
            }
        } catch (...) {
            next = order.size();
            const std::lock_guard lock(mutex);
            if (!first_failure) {
                first_failure = std::current_exception();
            }
        }
    };
    {
        std::vector<std::jthread> workers;
        for (unsigned i = 1; i < threads; ++i) {
            workers.emplace_back(work);
        }
        work();
    }
    if (first_failure) {
        std::rethrow_exception(first_failure);
    }

    TreeWriter writer(root);
    std::set<std::string> settled;  // the first package that names a folder decides, as with dpkg
    std::vector<UnpackedPackage> unpacked;
    for (Unpacked& result : results) {
        for (const DebEntry& entry : result.deferred.symlinks) {
            writer.make_symlink(entry, TreeWriter::place(entry.path));
        }
    }
    for (Unpacked& result : results) {
        for (const DebEntry& entry : result.deferred.directories) {
            const std::string place = TreeWriter::place(entry.path);
            if (settled.insert(place).second) {
                writer.set_directory(entry, place);
            }
        }
        unpacked.push_back(std::move(result.package));
    }
    return unpacked;
}

}  // namespace kiln::exec::rootfs
