#include "execute/builder/rootfs/rootfs_machine.hpp"

#include "base/error.hpp"
#include "sys/guest_files.hpp"
#include "sys/open_in_root.hpp"

#include <fcntl.h>
#include <utility>

namespace kiln::exec::rootfs {

namespace {

constexpr const char* kInitramfsMark = "/run/kiln-initramfs-wanted";

}  // namespace

const char* const kUpdateInitramfsStandIn =
    "#!/bin/sh\n"
    ": > /run/kiln-initramfs-wanted\n"
    "echo 'update-initramfs: kiln makes the initramfs behind the last step'\n";

RootfsMachine::RootfsMachine(LayerCache& cache, std::vector<HeldLayer> chain, Settings settings)
    : cache_(cache),
      settings_(std::move(settings)),
      chain_(std::move(chain), settings_.last_chain, settings_.use_cache) {}

RootfsMachine::~RootfsMachine() {
    abandon();
}

const std::map<std::string, std::string>& RootfsMachine::build_values() const {
    return settings_.build_values;
}

Communicator& RootfsMachine::communicator() {
    if (!communicator_) {
        communicator_.emplace(sandbox());
    }
    return *communicator_;
}

sys::Sandbox& RootfsMachine::sandbox() {
    if (!open_) {
        open_.emplace(cache_.begin());
    }
    if (!sandbox_) {
        start_sandbox(settings_.stand_ins);
    }
    return *sandbox_;
}

void RootfsMachine::start_sandbox(const std::map<std::string, std::string>& stand_ins) {
    sys::SandboxSpec spec;
    for (auto layer = chain().rbegin(); layer != chain().rend(); ++layer) {
        spec.lower_directories.push_back(layer->tree());
    }
    // A layer between the finished ones and the new one: a package that is upgraded can replace
    // what is in it, which a mount in its place would prevent.
    if (!stand_ins.empty()) {
        const std::filesystem::path layer = open_->scratch() / "stand-ins";
        std::filesystem::create_directory(layer);
        std::vector<sys::GuestFile> files;
        for (const auto& [path, content] : stand_ins) {
            files.push_back({path.substr(1), content, 0755});
        }
        sys::write_guest_layer(layer, spec.lower_directories, files);
        spec.lower_directories.insert(spec.lower_directories.begin(), layer);
    }
    spec.upper_directory = open_->tree();
    spec.scratch_directory = open_->scratch() / "sandbox";
    std::filesystem::create_directory(spec.scratch_directory);
    spec.hostname = settings_.hostname;
    sandbox_.emplace(sys::Sandbox::start(spec));
}

LayerRecord RootfsMachine::next_record(
    const std::string& step_name, const std::vector<StepInput>& inputs
) const {
    return chain_.next_record(step_name, inputs);
}

StepLayers::Verdict RootfsMachine::reuse(
    const std::string& step_name, const std::vector<StepInput>& inputs
) {
    close();
    return chain_.reuse(cache_, step_name, inputs);
}

void RootfsMachine::begin(const std::string& step_name, const std::vector<StepInput>& inputs) {
    close();
    record_ = next_record(step_name, inputs);
    open_.emplace(cache_.begin());
}

void RootfsMachine::commit() {
    communicator_.reset();
    if (sandbox_) {
        note_wishes();
        sandbox_->close();
        sandbox_.reset();
    }
    PartialLayer layer = std::move(*open_);
    open_.reset();
    LayerRecord record = std::move(*record_);
    record_.reset();
    chain_.push(cache_.publish(std::move(layer), std::move(record)));
}

void RootfsMachine::note_wishes() {
    const sys::UniqueFd mark(sys::try_open_in_root(sandbox_->root_fd(), kInitramfsMark, O_PATH));
    if (mark) {
        record_->facts[kInitramfsWanted] = "yes";
    }
}

void RootfsMachine::extend(
    LayerRecord record,
    const std::map<std::string, std::string>& stand_ins,
    const std::function<void(sys::Sandbox&)>& make
) {
    close();
    if (settings_.use_cache) {
        if (std::optional<HeldLayer> layer = cache_.find(record.key)) {
            chain_.push(std::move(*layer));
            return;
        }
    }
    record_ = std::move(record);
    open_.emplace(cache_.begin());
    start_sandbox(stand_ins);
    make(*sandbox_);
    commit();
}

void RootfsMachine::abandon() noexcept {
    try {
        close();
    } catch (const Error&) {
        // The sandbox ends with kiln at the latest, and the journal names the layer.
    }
}

void RootfsMachine::close() {
    communicator_.reset();
    if (sandbox_) {
        sandbox_->close();
        sandbox_.reset();
    }
    record_.reset();
    open_.reset();
}

}  // namespace kiln::exec::rootfs
