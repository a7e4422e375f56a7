#include "execute/provisioner/local_script.hpp"

#include "base/digest.hpp"
#include "base/strings.hpp"
#include "sys/file_system.hpp"

#include <atomic>

namespace kiln::exec {

std::string temporary_digits(const BuildContext& context) {
    static std::atomic<unsigned> count{0};
    const std::string hex = Digest()
                                .field(context.options.run_uuid)
                                .field(context.build.name)
                                .field(std::to_string(count++))
                                .finish_hex();
    const std::string digits = std::to_string(std::stoull(hex.substr(0, 15), nullptr, 16));
    return digits.substr(0, 10);
}

std::string script_text(std::string_view shebang, const std::vector<std::string>& lines) {
    std::string text = shebang.empty() ? "" : "#!" + std::string(shebang) + "\n";
    for (const std::string& line : lines) {
        text += line + "\n";
    }
    return text;
}

LocalScript::LocalScript(BuildContext& context, std::string_view text, const std::string& extension)
    : context_(context),
      path_(
          context.effects.temp_directory / ("packer-shell" + temporary_digits(context) + extension)
      ),
      entry_(context.effects.journal, ResourceKind::file, path_.string()) {
    context_.effects.files.write_file_atomic(path_, text, 0700);
}

LocalScript::~LocalScript() {
    try {
        context_.effects.files.remove_file(path_);
        entry_.release();
    } catch (const Error& error) {
        context_.warn("the temporary script " + path_.string() + " is left: " + error.message());
    }
}

}  // namespace kiln::exec
