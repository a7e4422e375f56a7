#include "execute/communicator/none_communicator.hpp"

#include "base/error.hpp"

namespace kiln::exec {

namespace {

[[noreturn]] void refuse(const std::string& attempted) {
    throw Error(ErrorKind::unsupported, attempted + ": the build has communicator \"none\"")
        .set_hint("use a communicator, or provisioners that run on this host (shell-local)");
}

}  // namespace

sys::ExitStatus NoneCommunicator::run(
    const std::string& /*command_line*/, const sys::OutputSink& /*output*/, std::stop_token /*stop*/
) {
    refuse("running a command on the machine");
}

sys::ExitStatus NoneCommunicator::run_with_input(
    const std::string& /*command_line*/,
    std::string_view /*input*/,
    const sys::OutputSink& /*output*/,
    std::stop_token /*stop*/
) {
    refuse("running a command on the machine");
}

void NoneCommunicator::upload_content(
    std::string_view /*content*/, const std::string& remote_path, unsigned /*mode*/
) {
    refuse("uploading " + remote_path);
}

void NoneCommunicator::upload_file(
    const std::filesystem::path& /*local*/, const std::string& remote_path, std::stop_token /*stop*/
) {
    refuse("uploading " + remote_path);
}

void NoneCommunicator::upload_directory(
    const std::filesystem::path& /*local*/, const std::string& remote_path, std::stop_token /*stop*/
) {
    refuse("uploading " + remote_path);
}

bool NoneCommunicator::is_directory(const std::string& remote_path) {
    refuse("looking at " + remote_path);
}

void NoneCommunicator::download_file(
    const std::string& remote_path, const std::filesystem::path& /*local*/, std::stop_token /*stop*/
) {
    refuse("downloading " + remote_path);
}

void NoneCommunicator::download_directory(
    const std::string& remote_path, const std::filesystem::path& /*local*/, std::stop_token /*stop*/
) {
    refuse("downloading " + remote_path);
}

}  // namespace kiln::exec
