#include "plan/options/docker.hpp"

#include "plan/check.hpp"

namespace kiln::plan {

namespace {

void dockerfile_exists(const DockerfileOptions& build, const CheckContext& context) {
    check_local_file("path", build.path, context);
}

}  // namespace

const OptionTable& DockerLoginOptions::options() {
    using O = DockerLoginOptions;
    static const OptionTable table = OptionTable::of<O>({
        SharedTable{"docker-login", "Docker registry"},
        option<&O::login>("login", {.help = "log in before pulling or pushing"}),
        option<&O::login_username>("login_username", {.help = "user of the registry"}),
        option<&O::login_password>(
            "login_password", {.help = "password of that user", .secret = true}
        ),
        option<&O::login_server>(
            "login_server", {.help = "address of the registry", .default_text = "Docker Hub"}
        ),
        option<&O::ecr_login>("ecr_login", {.help = "log in to Amazon's registry"}),
        option<&O::aws_access_key>(
            "aws_access_key", {.help = "access key id for it", .secret = true}
        ),
        option<&O::aws_secret_key>("aws_secret_key", {.help = "secret access key", .secret = true}),
        option<&O::aws_token>("aws_token", {.help = "session token", .secret = true}),
        option<&O::aws_profile>("aws_profile", {.help = "profile of the shared configuration"}),
        option<&O::aws_force_use_public_ecr>(
            "aws_force_use_public_ecr", {.help = "Amazon's public registry"}
        ),
        option<&O::docker_path>("docker_path", {.help = "program to run"}),
        option<&O::platform>("platform", {.help = "platform of the image"}),
        needs("ecr_login", {"login_server"}),
    });
    return table;
}

const OptionTable& DockerfileOptions::options() {
    using O = DockerfileOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::path>("path", {.help = "path of the Dockerfile", .required = true}),
        option<&O::build_dir>(
            "build_dir", {.help = "folder it is built in", .default_text = "\".\""}
        ),
        option<&O::arguments>("arguments", {.help = "build arguments"}),
        option<&O::pull>("pull", {.help = "pull its base image", .default_text = "true"}),
        option<&O::compress>("compress", {.help = "compress what is sent to Docker"}),
        rule<&dockerfile_exists>("`path` exists."),
    });
    return table;
}

const OptionTable& DockerOptions::options() {
    using O = DockerOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::image>("image", {.help = "image to start from"}),
        option<&O::build>("build", {.help = "make the image to start from"}),
        option<&O::pull>("pull", {.help = "pull the image first", .default_text = "true"}),
        option<&O::commit>("commit", {.help = "make an image of the container"}),
        option<&O::discard>("discard", {.help = "make nothing"}),
        option<&O::export_path>("export_path", {.help = "tar archive to export the container to"}),
        option<&O::changes>(
            "changes", {.help = "changes to the image's configuration, as a Dockerfile writes them"}
        ),
        option<&O::author>("author", {.help = "author of the image"}),
        option<&O::message>("message", {.help = "message of the commit"}),
        option<&O::run_command>(
            "run_command",
            {.help = "arguments of docker run; know .Image",
             .render = Render::at_run,
             .default_text = "-d -i -t --entrypoint=/bin/sh -- {{.Image}}"}
        ),
        option<&O::container_dir>("container_dir", {.help = "folder of uploads in the container"}),
        option<&O::exec_user>("exec_user", {.help = "user of commands"}),
        option<&O::fix_upload_owner>(
            "fix_upload_owner", {.help = "give uploads to the user of the container"}
        ),
        option<&O::pty>("pty", {.help = "ask for a terminal"}),
        option<&O::privileged>("privileged", {.help = "no isolation of the container"}),
        option<&O::runtime>("runtime", {.help = "runtime of the container"}),
        option<&O::cap_add>("cap_add", {.help = "capabilities to add"}),
        option<&O::cap_drop>("cap_drop", {.help = "capabilities to drop"}),
        option<&O::device>("device", {.help = "devices to share"}),
        option<&O::tmpfs>("tmpfs", {.help = "places of temporary file systems"}),
        option<&O::volumes>("volumes", {.help = "by folder here: folder in the container"}),
        option<&O::windows_container>("windows_container", {.help = "a container of Windows"}),
        include<&O::docker_login>(),
        include<&O::communicator>(),
        exactly_one({"image", "build"}),
        exactly_one({"commit", "discard", "export_path"}),
    });
    return table;
}

const OptionTable& DockerImportOptions::options() {
    using O = DockerImportOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::repository>("repository", {.help = "name of the image", .required = true}),
        option<&O::tag>("tag", {.help = "its tag"}),
        option<&O::changes>(
            "changes", {.help = "changes to its configuration, as a Dockerfile writes them"}
        ),
        option<&O::docker_path>("docker_path", {.help = "program to run"}),
        option<&O::platform>("platform", {.help = "platform of the image"}),
    });
    return table;
}

const OptionTable& DockerTagOptions::options() {
    using O = DockerTagOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::repository>("repository", {.help = "name of the image", .required = true}),
        option<&O::tags>("tags", {.help = "its tags"}),
        option<&O::tag>("tag", {.help = "older name of tags", .deprecated = "use tags"}),
        option<&O::force>("force", {.help = "take the tag from another image"}),
        option<&O::docker_path>("docker_path", {.help = "program to run"}),
    });
    return table;
}

const OptionTable& DockerSaveOptions::options() {
    using O = DockerSaveOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::path>("path", {.help = "path of the archive", .required = true}),
        option<&O::docker_path>("docker_path", {.help = "program to run"}),
    });
    return table;
}

const OptionTable& DockerPushOptions::options() {
    using O = DockerPushOptions;
    static const OptionTable table = OptionTable::of<O>({
        include<&O::login>(),
    });
    return table;
}

}  // namespace kiln::plan
