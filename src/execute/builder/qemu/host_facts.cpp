#include "execute/builder/qemu/host_facts.hpp"

#include "base/environment.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/builder/qemu/media.hpp"
#include "sys/file_system.hpp"
#include "sys/process_runner.hpp"

#include <arpa/inet.h>
#include <array>
#include <ifaddrs.h>
#include <memory>
#include <netinet/in.h>
#include <utility>
#include <vector>

namespace kiln::exec::qemu {

namespace {

std::string ask_qemu(
    const plan::QemuOptions& options, std::vector<std::string> words, const BuildContext& context
) {
    words.insert(words.begin(), options.qemu_binary);
    sys::Command command{.argv = std::move(words), .environment = sys::tool_environment()};
    command.debian_package = "qemu-system-x86";
    return sys::run_checked(context.effects.processes, command, context.stop);
}

bool uses_cd(const plan::MediaOptions& media) {
    return !media.cd_files.empty() || !media.cd_content.empty();
}

bool uses_floppy(const plan::MediaOptions& media) {
    return !media.floppy_files.empty() || !media.floppy_dirs.empty() ||
           !media.floppy_content.empty();
}

void check_programs(const plan::QemuOptions& options) {
    std::vector<std::pair<std::string, std::string>> wanted = {{"qemu-img", "qemu-utils"}};
    if (options.firmware_options.vtpm) {
        wanted.emplace_back("swtpm", "swtpm");
    }
    if (uses_floppy(options.media)) {
        wanted.emplace_back("mcopy", "mtools");
    }
    if (uses_cd(options.media) && cd_program().empty()) {
        wanted.emplace_back("xorriso", "xorriso");
    }
    std::vector<std::string> missing;
    std::vector<std::string> packages;
    for (const auto& [program, package] : wanted) {
        if (!sys::find_program(program, sys::tool_environment().at("PATH"))) {
            missing.push_back(program);
            packages.push_back(package);
        }
    }
    if (!missing.empty()) {
        throw Error(ErrorKind::unsupported, "this host lacks " + join(missing, ", "))
            .set_hint("apt-get install " + join(packages, " "));
    }
}

bool has_variable(const BuildContext& context, const char* name) {
    return !variable(context.effects.environment, name).empty();
}

void choose_display(
    const plan::QemuOptions& options, const BuildContext& context, HostFacts& facts
) {
    facts.display = "none";
    if (options.headless) {
        return;
    }
    if (options.use_default_display) {
        facts.display = "";
        return;
    }
    const std::string wanted = options.display.value_or("gtk");
    if (wanted == "none") {
        return;
    }
    if (!has_variable(context, "DISPLAY") && !has_variable(context, "WAYLAND_DISPLAY")) {
        facts.display_note = "There is no display here: the machine gets no window";
        return;
    }
    const std::string name = wanted.substr(0, wanted.find(','));
    if (ask_qemu(options, {"-display", "help"}, context).find(name) == std::string::npos) {
        facts.display_note =
            "This QEMU has no display \"" + name + "\": the machine gets no window";
        return;
    }
    facts.display = wanted;
}

}  // namespace

HostFacts check_host(const plan::QemuOptions& options, const BuildContext& context) {
    check_programs(options);
    HostFacts facts;
    const std::string version = ask_qemu(options, {"--version"}, context);
    facts.version = version.substr(0, version.find('\n'));
    facts.accelerator = choose_accelerator(
        options.accelerator.value_or(""),
        {accelerators_in_help(ask_qemu(options, {"-accel", "help"}, context)), kvm_problem()}
    );
    choose_display(options, context, facts);
    return facts;
}

std::string address_of_interface(const std::string& interface) {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) == 0) {
        const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
        for (const ifaddrs* at = list; at != nullptr; at = at->ifa_next) {
            if (interface != at->ifa_name || at->ifa_addr == nullptr ||
                at->ifa_addr->sa_family != AF_INET) {
                continue;
            }
            std::array<char, INET_ADDRSTRLEN> text{};
            const auto* address = reinterpret_cast<const sockaddr_in*>(at->ifa_addr);
            if (::inet_ntop(AF_INET, &address->sin_addr, text.data(), text.size()) != nullptr) {
                return text.data();
            }
        }
    }
    throw Error(ErrorKind::not_found, "this host has no IPv4 address on \"" + interface + "\"");
}

// "IP address  HW type  Flags  HW address  Mask  Device" (proc(5)).
std::string address_behind(const std::string& table, const std::string& mac) {
    for (const std::string& line : split(table, '\n')) {
        std::vector<std::string> words = split(line, ' ');
        std::erase_if(words, [](const std::string& word) { return word.empty(); });
        constexpr std::size_t kMac = 3;
        if (words.size() > kMac && equal_ignoring_case(words[kMac], mac)) {
            return words.front();
        }
    }
    return "";
}

}  // namespace kiln::exec::qemu
