#include "execute/provisioner/file.hpp"

#include "base/ascii.hpp"
#include "base/digest.hpp"
#include "base/strings.hpp"
#include "execute/output_lines.hpp"
#include "execute/provisioner/local_tree.hpp"
#include "execute/run_text.hpp"
#include "execute/stop.hpp"
#include "sys/file_system.hpp"

#include <functional>
#include <utility>

namespace kiln::exec {

namespace {

// What Packer's temporary file has, and so the file that it is copied to.
constexpr unsigned kContentMode = 0600;

std::string last_name(const std::string& path) {
    const std::size_t end = path.find_last_not_of('/');
    if (end == std::string::npos) {
        return {};
    }
    const std::size_t slash = path.rfind('/', end);
    return path.substr(slash + 1, end - slash);
}

std::string below(const std::string& folder, const std::string& name) {
    return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

bool is_pattern(const std::string& path) {
    return path.find_first_of("*?[") != std::string::npos;
}

// The pattern for a shell: its wildcards work, nothing else in it does.
std::string pattern_for_shell(const std::string& pattern) {
    std::string out;
    for (const char c : pattern) {
        const bool plain =
            is_alphanumeric(c) || std::string_view("*?[]!^-_./~").find(c) != std::string_view::npos;
        out += plain ? std::string(1, c) : "\\" + std::string(1, c);
    }
    return out;
}

class FileProvisioner final : public Provisioner {
public:
    explicit FileProvisioner(plan::FileProvisionerOptions options) : options_(std::move(options)) {}

    bool shapes_machine() const override { return !is_download(); }
    std::vector<StepInput> inputs(const BuildContext& context) const override;
    void run(BuildContext& context, Machine& machine) override;

private:
    bool is_download() const { return options_.direction == "download"; }
    std::vector<std::string> sources(const BuildContext& context) const;
    std::string destination(const BuildContext& context) const;

    void upload(BuildContext& context, Communicator& communicator) const;
    void upload_content(
        BuildContext& context, Communicator& communicator, const std::string& destination
    ) const;
    void download(BuildContext& context, Communicator& communicator) const;

    plan::FileProvisionerOptions options_;
};

std::vector<std::string> FileProvisioner::sources(const BuildContext& context) const {
    std::vector<std::string> all = options_.sources;
    if (options_.source) {
        all.push_back(*options_.source);
    }
    for (std::string& source : all) {
        source = render_at_run(context, "source", source);
    }
    return all;
}

std::string FileProvisioner::destination(const BuildContext& context) const {
    return render_at_run(context, "destination", options_.destination);
}

std::vector<StepInput> FileProvisioner::inputs(const BuildContext& context) const {
    std::vector<StepInput> inputs = {{"destination", destination(context)}};
    if (is_download()) {
        return inputs;
    }
    if (options_.content) {
        inputs.push_back({"content", sha256_hex(*options_.content)});
    }
    for (const std::string& source : sources(context)) {
        for (StepInput& input : local_tree_inputs(context, source)) {
            inputs.push_back(std::move(input));
        }
    }
    return inputs;
}

// A failure is told at once and under the name that people look for, then ends the build.
void telling_failure(
    BuildContext& context, const char* what, const std::function<void()>& transfer
) {
    try {
        throw_if_stopped(context.stop);
        transfer();
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::interrupted) {
            context.say_error(std::string(what) + " failed: " + error.message());
        }
        throw;
    }
}

void FileProvisioner::run(BuildContext& context, Machine& machine) {
    if (!options_.content && !options_.source && options_.sources.empty()) {
        return;
    }
    Communicator& communicator = machine.communicator();
    if (is_download()) {
        download(context, communicator);
    } else {
        upload(context, communicator);
    }
}

void upload_source(
    BuildContext& context,
    Communicator& communicator,
    const std::string& source,
    const std::string& destination
) {
    const auto status = context.effects.files.status_followed(source);
    if (!status) {
        throw Error(ErrorKind::not_found, "source \"" + source + "\" does not exist");
    }
    const std::string name = last_name(source);
    if (status->type != sys::FileType::directory) {
        communicator.upload_file(
            source, destination.ends_with('/') ? destination + name : destination, context.stop
        );
        return;
    }
    // A folder without the slash goes into the destination under its own name; "." has none. Where
    // there is no destination yet it becomes that itself, as with cp and with Packer's scp.
    const bool contents_only = source.ends_with('/') || name == "." || name == ".." ||
                               !communicator.is_directory(destination);
    communicator.upload_directory(
        source, contents_only ? destination : below(destination, name), context.stop
    );
}

void FileProvisioner::upload(BuildContext& context, Communicator& communicator) const {
    const std::string to = destination(context);
    if (options_.content) {
        upload_content(context, communicator, to);
    }
    for (const std::string& source : sources(context)) {
        context.say("Uploading " + source + " => " + to);
        telling_failure(context, "Upload", [&] {
            upload_source(context, communicator, source, to);
        });
    }
}

void FileProvisioner::upload_content(
    BuildContext& context, Communicator& communicator, const std::string& destination
) const {
    // A name of its own for each content, the same in every run.
    const std::string name = "pkr-file-content" + sha256_hex(*options_.content).substr(0, 10);
    const std::string to = destination.ends_with('/') ? destination + name : destination;
    context.say("Uploading content => " + to);
    telling_failure(context, "Upload", [&] {
        communicator.upload_content(*options_.content, to, kContentMode);
    });
}

// What a pattern stands for on the machine.
std::vector<std::string> expand(
    BuildContext& context, Communicator& communicator, const std::string& pattern
) {
    std::string out;
    const sys::ExitStatus status = communicator.run(
        "for f in " + pattern_for_shell(pattern) +
            R"(; do [ -e "$f" ] && printf '%s\n' "$f"; done; :)",
        [&](sys::OutputStream stream, std::string_view bytes) {
            if (stream == sys::OutputStream::out) {
                out += bytes;
            }
        },
        context.stop
    );
    std::vector<std::string> paths;
    for (const std::string& line : split(out, '\n')) {
        if (!line.empty()) {
            paths.push_back(line);
        }
    }
    if (!status.ok() || paths.empty()) {
        throw Error(ErrorKind::not_found, "nothing on the machine matches \"" + pattern + "\"");
    }
    return paths;
}

void download_pattern(
    BuildContext& context,
    Communicator& communicator,
    const std::string& pattern,
    const std::string& folder
) {
    for (const std::string& path : expand(context, communicator, pattern)) {
        const std::string to = below(folder, last_name(path));
        if (communicator.is_directory(path)) {
            communicator.download_directory(path, to, context.stop);
        } else {
            communicator.download_file(path, to, context.stop);
        }
    }
}

void FileProvisioner::download(BuildContext& context, Communicator& communicator) const {
    const std::string to = destination(context);
    for (const std::string& source : sources(context)) {
        context.say("Downloading " + source + " => " + to);
        const bool is_folder = source.ends_with('/');
        telling_failure(context, "Download", [&] {
            if (is_pattern(source)) {
                download_pattern(context, communicator, source, to);
            } else if (is_folder) {
                communicator.download_directory(source, to, context.stop);
            } else {
                communicator.download_file(
                    source, to.ends_with('/') ? to + last_name(source) : to, context.stop
                );
            }
        });
        if (is_folder || is_pattern(source)) {
            return;  // Packer stops here too, whatever sources follow
        }
    }
}

}  // namespace

std::unique_ptr<Provisioner> make_file_provisioner(plan::FileProvisionerOptions options) {
    return std::make_unique<FileProvisioner>(std::move(options));
}

}  // namespace kiln::exec
