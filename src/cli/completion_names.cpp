#include "base/error.hpp"
#include "base/sensitive.hpp"
#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/world.hpp"
#include "template/load.hpp"

#include <algorithm>
#include <set>

namespace kiln::cli {

namespace {

// Nothing that a shell would take for more than a word: what a template says must not be run by the
// key that completes.
bool is_plain_word(const std::string& text) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+@:/";
    return !text.empty() && text.front() != '-' &&
           text.find_first_not_of(kPlain) == std::string::npos;
}

/// The template on a line that is not finished: its first word that is neither a flag nor the value
/// of one. The folder where the user is when there is none yet.
std::string template_on(const std::vector<std::string>& words) {
    const FoundCommand found = find_command(words);
    CommandLine line{std::string(found.entry->name)};
    found.entry->make()->declare(line);  // asked for its flags only, as the completions are
    const auto takes_value = [&](const std::string& word) {
        const std::string name = word.substr(word.find_first_not_of('-'));
        return std::any_of(line.flags().begin(), line.flags().end(), [&](const FlagInfo& flag) {
            return flag.name == name && !flag.value_name.empty();
        });
    };
    for (std::size_t i = found.words_used; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word.find_first_not_of('-') == std::string::npos) {
            continue;
        }
        if (word.front() != '-') {
            return word;
        }
        // bash hands "-only=x" over as three words.
        const bool is_cut = i + 1 < words.size() && words[i + 1] == "=";
        if (is_cut || takes_value(word)) {
            i += is_cut ? 2 : 1;
        }
    }
    return ".";
}

/// For the completions of the shells: what -only or -except may name on a line.
class CompletionNames : public Command {
public:
    void declare(CommandLine& line) override {
        line.flag("except", except_);
        line.arguments("WORD", words_);
    }

    ExitCode run(Session& session) override {
        tmpl::LoadRequest request;
        request.path = template_on(words_);
        request.look_only = true;
        Diagnostics mistakes;  // of no use to somebody who is typing
        const auto source =
            tmpl::load_template(request, real_world(session), session.sources, mistakes);
        for (const tmpl::BuildBlock& build : source->builds) {
            for (const tmpl::SourceUse& use : build.sources) {
                offer(session, *source, tmpl::full_build_name(build, use));
            }
            if (except_) {
                offer_post_processors(session, *source, build);
            }
        }
        return ExitCode::done;
    }

private:
    void offer_post_processors(
        const Session& session, const tmpl::Template& source, const tmpl::BuildBlock& build
    ) {
        for (const auto& chain : build.post_processors) {
            for (const tmpl::PostProcessorBlock& step : chain) {
                offer(
                    session, source, step.arguments.name.empty() ? step.type : step.arguments.name
                );
            }
        }
    }

    void offer(const Session& session, const tmpl::Template& source, const std::string& name) {
        const bool is_shown = mask_secrets(name, source.secrets) == name && is_plain_word(name);
        if (is_shown && offered_.insert(name).second) {
            print_result(session, name);
        }
    }

    bool except_ = false;
    std::vector<std::string> words_;
    std::set<std::string> offered_;
};

}  // namespace

std::unique_ptr<Command> make_completion_names() {
    return std::make_unique<CompletionNames>();
}

}  // namespace kiln::cli
