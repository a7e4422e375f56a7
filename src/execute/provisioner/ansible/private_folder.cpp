#include "execute/provisioner/ansible/private_folder.hpp"

#include "execute/communicator/communicator_server.hpp"
#include "execute/provisioner/local_script.hpp"
#include "sys/file_system.hpp"

namespace kiln::exec {

namespace {

std::filesystem::path new_name(
    const BuildContext& context, const std::string& prefix, std::size_t longest_name
) {
    const std::string name = prefix + temporary_digits(context);
    const std::filesystem::path wanted = context.effects.temp_directory / name;
    const bool fits =
        wanted.native().size() + 1 + longest_name <= CommunicatorServer::kMaxSocketName;
    return fits ? wanted : std::filesystem::path("/tmp") / name;
}

}  // namespace

PrivateFolder::PrivateFolder(
    BuildContext& context, const std::string& prefix, std::size_t longest_name
)
    : context_(context),
      path_(new_name(context, prefix, longest_name)),
      entry_(context.effects.journal, ResourceKind::directory, path_.string()) {
    context_.effects.files.make_directories(path_, 0700);
}

PrivateFolder::~PrivateFolder() {
    try {
        context_.effects.files.remove_tree(path_);
        entry_.release();
    } catch (const Error& error) {
        context_.warn("the temporary folder " + path_.string() + " is left: " + error.message());
    }
}

}  // namespace kiln::exec
