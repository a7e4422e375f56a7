#include "execute/postprocessor/manifest.hpp"

#include "base/strings.hpp"
#include "execute/run_text.hpp"
#include "sys/clock.hpp"
#include "sys/file_lock.hpp"
#include "sys/file_system.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace kiln::exec {

namespace {

using Json = nlohmann::ordered_json;

class ManifestPostProcessor final : public PostProcessor {
public:
    explicit ManifestPostProcessor(plan::ManifestOptions options) : options_(std::move(options)) {}

    Result process(BuildContext& context, const artifact::Artifact& input) override;

private:
    Json entry(const BuildContext& context, const artifact::Artifact& input) const;
    Json files(const BuildContext& context, const artifact::Artifact& input) const;
    Json custom_data(const BuildContext& context) const;

    plan::ManifestOptions options_;
};

Json ManifestPostProcessor::files(const BuildContext& context, const artifact::Artifact& input)
    const {
    if (input.files.empty()) {
        return nullptr;
    }
    Json files = Json::array();
    for (const std::filesystem::path& file : input.files) {
        const auto status = context.effects.files.status_followed(file);
        if (!status) {
            throw Error(ErrorKind::not_found, "manifest: " + file.string() + " is not there");
        }
        const std::string name = options_.strip_path ? file.filename().string() : file.string();
        files.push_back({{"name", to_valid_utf8(name)}, {"size", status->size_bytes}});
    }
    return files;
}

Json ManifestPostProcessor::custom_data(const BuildContext& context) const {
    if (options_.custom_data.empty()) {
        return nullptr;
    }
    Json data = Json::object();
    for (const auto& [name, value] : options_.custom_data) {
        data[name] = to_valid_utf8(render_at_run(context, "custom_data." + name, value));
    }
    return data;
}

Json ManifestPostProcessor::entry(const BuildContext& context, const artifact::Artifact& input)
    const {
    Json entry = Json::object();
    entry["name"] = context.build.source_name;
    entry["builder_type"] = context.build.builder_type();
    if (!options_.strip_time) {
        entry["build_time"] =
            std::chrono::system_clock::to_time_t(context.effects.clock.wall_now());
    }
    entry["files"] = files(context, input);
    entry["artifact_id"] = to_valid_utf8(input.id);
    entry["packer_run_uuid"] = context.options.run_uuid;
    entry["custom_data"] = custom_data(context);
    return entry;
}

// What an earlier run wrote, or this one for another build.
Json read_manifest(BuildContext& context, const std::filesystem::path& path) {
    const Json fresh = {{"builds", Json::array()}, {"last_run_uuid", ""}};
    sys::FileSystem& files = context.effects.files;
    if (!files.status_followed(path)) {
        return fresh;
    }
    Json manifest = Json::parse(files.read_file(path), nullptr, false);
    const bool is_one =
        manifest.is_object() && manifest.contains("builds") && manifest["builds"].is_array();
    if (!is_one) {
        throw Error(
            ErrorKind::input, "manifest: " + path.string() + " is there and is no manifest"
        );
    }
    const Json last_run = manifest.value("last_run_uuid", Json(""));
    if (context.options.force && last_run != context.options.run_uuid) {
        return fresh;
    }
    return manifest;
}

// As Go writes JSON: these are escaped, so that a manifest can stand in a web page. Outside of
// strings none of them occurs.
std::string go_json(const Json& value) {
    std::string text = value.dump(2);
    constexpr std::pair<const char*, const char*> kEscapes[] = {
        {"<", "\\u003c"},
        {">", "\\u003e"},
        {"&", "\\u0026"},
        {"\xE2\x80\xA8", "\\u2028"},
        {"\xE2\x80\xA9", "\\u2029"},
    };
    for (const auto& [from, to] : kEscapes) {
        text = replace_all(std::move(text), from, to);
    }
    return text;
}

PostProcessor::Result ManifestPostProcessor::process(
    BuildContext& context, const artifact::Artifact& input
) {
    const std::filesystem::path path = options_.output;
    if (path.has_parent_path()) {
        context.effects.files.make_directories(path.parent_path());
    }
    const Json added = entry(context, input);
    // Builds of this run and of others may write the same manifest at the same time.
    const std::filesystem::path lock_path = path.string() + ".lock";
    const sys::FileLock lock =
        sys::FileLock::acquire(lock_path, sys::FileLock::Kind::exclusive, context.stop);
    Json manifest = read_manifest(context, path);
    manifest["builds"].push_back(added);
    manifest["last_run_uuid"] = context.options.run_uuid;
    context.effects.files.write_file_atomic(path, go_json(manifest));
    context.effects.files.remove_file(lock_path);
    return {input, true, true};
}

}  // namespace

std::unique_ptr<PostProcessor> make_manifest_post_processor(plan::ManifestOptions options) {
    return std::make_unique<ManifestPostProcessor>(std::move(options));
}

}  // namespace kiln::exec
