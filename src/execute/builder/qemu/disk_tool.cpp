#include "execute/builder/qemu/disk_tool.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "disk/partial_file.hpp"
#include "sys/process_runner.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace kiln::exec::qemu {

namespace {

sys::Command image_command(std::vector<std::string> argv) {
    sys::Command command{.argv = std::move(argv), .environment = sys::tool_environment()};
    command.debian_package = "qemu-utils";
    return command;
}

}  // namespace

std::string with_unit(const std::string& size) {
    return !size.empty() && is_digit(size.back()) ? size + "M" : size;
}

DiskTool::DiskTool(sys::ProcessRunner& processes, plan::QemuImgOptions extra, std::stop_token stop)
    : processes_(processes), extra_(std::move(extra)), stop_(std::move(stop)) {}

std::string DiskTool::run(
    const std::string& command,
    const std::vector<std::string>& extra,
    std::vector<std::string> arguments,
    const std::string& doing
) const {
    std::vector<std::string> argv = {"qemu-img", command};
    argv.insert(argv.end(), extra.begin(), extra.end());
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    try {
        return sys::run_checked(processes_, image_command(std::move(argv)), stop_);
    } catch (Error& error) {
        error.add_context(doing);
        // qemu-img has one exit code for everything.
        if (error.kind() == ErrorKind::command &&
            error.message().find("No space left on device") != std::string::npos) {
            throw Error(ErrorKind::no_space, doing + ": " + error.message());
        }
        throw;
    }
}

ImageInfo DiskTool::info(const std::filesystem::path& image) const {
    const std::string text =
        run("info", {}, {"--output=json", "-U", image.string()}, "looking at " + image.string());
    try {
        const nlohmann::json json = nlohmann::json::parse(text);
        return {json.at("format").get<std::string>(), json.at("virtual-size").get<std::int64_t>()};
    } catch (const nlohmann::json::exception& error) {
        throw Error(
            ErrorKind::command, "qemu-img tells nothing of " + image.string() + ": " + error.what()
        );
    }
}

void DiskTool::check(const std::filesystem::path& image, const std::string& format) const {
    constexpr int kDamaged = 2;  // qemu-img(1): corruptions; 3 is leaks only
    const sys::CapturedRun result = sys::run_and_capture(
        processes_,
        image_command({"qemu-img", "check", "-q", "-U", "-f", format, image.string()}),
        stop_
    );
    constexpr int kFailed = 1;
    if (result.status.code == kDamaged || result.status.code == kFailed) {
        std::string why(trim(result.err.empty() ? result.out : result.err));
        why = why.substr(0, why.find('\n'));
        throw Error(
            ErrorKind::input,
            image.string() + " is damaged, says qemu-img check: " + to_valid_utf8(why)
        )
            .set_hint("fetch it again");
    }
}

void DiskTool::create(
    const std::filesystem::path& image, const std::string& format, const std::string& size
) const {
    run("create",
        extra_.create,
        {"-q", "-f", format, image.string(), with_unit(size)},
        "making the disk " + image.string());
}

void DiskTool::create_overlay(
    const std::filesystem::path& image,
    const std::filesystem::path& backing,
    const std::string& backing_format,
    const std::string& size,
    bool backing_is_there
) const {
    std::vector<std::string> arguments = {
        "-q", "-f", "qcow2", "-b", backing.string(), "-F", backing_format};
    if (!backing_is_there) {
        arguments.emplace_back("-u");
    }
    arguments.push_back(image.string());
    if (!size.empty()) {
        arguments.push_back(with_unit(size));
    }
    run("create", extra_.create, std::move(arguments), "making the disk " + image.string());
}

void DiskTool::resize(
    const std::filesystem::path& image, const std::string& format, const std::string& size
) const {
    run("resize",
        extra_.resize,
        {"-q", "-f", format, image.string(), with_unit(size)},
        "resizing the disk " + image.string());
}

void DiskTool::convert(const Conversion& conversion) const {
    disk::PartialFile partial(conversion.to);
    std::vector<std::string> arguments;
    if (conversion.compress) {
        arguments.emplace_back("-c");
    }
    if (!conversion.backing.empty()) {
        arguments.insert(
            arguments.end(), {"-B", conversion.backing.string(), "-F", conversion.backing_format}
        );
    }
    arguments.insert(
        arguments.end(),
        {"-f",
         conversion.from_format,
         "-O",
         conversion.to_format,
         conversion.from.string(),
         partial.path().string()}
    );
    run("convert",
        extra_.convert,
        std::move(arguments),
        "writing the disk " + conversion.to.string());
    partial.finish();
}

}  // namespace kiln::exec::qemu
