#include "execute/provisioner/local_tree.hpp"

#include "artifact/file_digest.hpp"
#include "execute/stop.hpp"
#include "sys/file_system.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace kiln::exec {

namespace {

using sys::FileStatus;
using sys::FileType;

class Walk {
public:
    explicit Walk(const BuildContext& context) : context_(context) {}

    void visit(const std::string& path) {
        throw_if_stopped(context_.stop);
        sys::FileSystem& files = context_.effects.files;
        const std::optional<FileStatus> own = files.status(path);
        if (own && own->type == FileType::symlink) {
            inputs_.push_back({path, "-> " + files.read_symlink(path)});
        }
        const std::optional<FileStatus> status = files.status_followed(path);
        if (!status) {
            return;  // a link that leads nowhere: its text is all there is
        }
        if (status->type == FileType::directory) {
            visit_directory(path, *status);
        } else if (status->type == FileType::regular) {
            inputs_.push_back(
                {path,
                 fmt::format(
                     "{:o} {}",
                     status->mode,
                     artifact::file_digest(path, DigestAlgorithm::sha256, context_.stop)
                 )}
            );
        } else {
            inputs_.push_back({path, "neither a file nor a folder"});
        }
    }

    std::vector<StepInput> take() { return std::move(inputs_); }

private:
    void visit_directory(const std::string& path, const FileStatus& status) {
        const std::pair identity(status.device, status.inode);
        if (std::find(above_.begin(), above_.end(), identity) != above_.end()) {
            return;  // a link to a folder above: the walk would not end
        }
        const std::string prefix = path.ends_with('/') ? path : path + "/";
        inputs_.push_back({prefix, fmt::format("{:o}", status.mode)});
        above_.push_back(identity);
        for (const sys::DirectoryEntry& entry : context_.effects.files.list_directory(path)) {
            visit(prefix + entry.name);
        }
        above_.pop_back();
    }

    const BuildContext& context_;
    std::vector<StepInput> inputs_;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> above_;
};

}  // namespace

std::vector<StepInput> local_tree_inputs(const BuildContext& context, const std::string& source) {
    if (!context.effects.files.status_followed(source)) {
        throw Error(ErrorKind::not_found, "source \"" + source + "\" does not exist");
    }
    Walk walk(context);
    walk.visit(source);
    return walk.take();
}

}  // namespace kiln::exec
