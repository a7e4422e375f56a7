#include "base/error.hpp"
#include "base/strings.hpp"
#include "node/commands.hpp"
#include "node/help_pages.hpp"

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace kiln::node {

namespace {

void print(std::FILE* to, const std::string& text) {
    std::fputs(text.c_str(), to);
}

bool asks_for_help(const std::string& word) {
    return word == "-h" || word == "--help" || word == "help";
}

std::string summary() {
    std::string text = "usage: kiln-node COMMAND [FLAGS]\n\n";
    for (const NodeCommand& command : node_commands()) {
        text += "  " + std::string(command.name) +
                std::string(14 - std::min<std::size_t>(command.name.size(), 13), ' ') +
                std::string(command.summary) + "\n";
    }
    return text + "\nkiln-node COMMAND --help shows the page of a command.\n";
}

ExitCode run(std::vector<std::string> words) {
    if (words.empty()) {
        print(stderr, summary());
        return ExitCode::wrong_usage;
    }
    if (asks_for_help(words[0])) {
        print(stdout, summary());
        return ExitCode::done;
    }
    if (words[0] == "--version" || words[0] == "version") {
        print(stdout, "kiln-node " KILN_VERSION "\n");
        return ExitCode::done;
    }
    std::vector<std::string> names;
    for (const NodeCommand& command : node_commands()) {
        names.emplace_back(command.name);
        if (command.name != words[0]) {
            continue;
        }
        words.erase(words.begin());
        for (const std::string& word : words) {
            if (word == "-h" || word == "--help") {
                print(stdout, help_page(command.name));
                return ExitCode::done;
            }
        }
        return command.run(Arguments(std::move(words)));
    }
    throw Error(ErrorKind::usage, "kiln-node has no command \"" + words[0] + "\"")
        .set_hint(did_you_mean_hint(words[0], names));
}

ExitCode run_and_report(std::vector<std::string> words) {
    try {
        return run(std::move(words));
    } catch (const Error& error) {
        print(stderr, "kiln-node: " + render(error) + "\n");
        return error.kind() == ErrorKind::usage ? ExitCode::wrong_usage : ExitCode::failed;
    } catch (const std::exception& error) {
        print(stderr, std::string("kiln-node: unexpected: ") + error.what() + "\n");
        return ExitCode::failed;
    }
}

}  // namespace

}  // namespace kiln::node

int main(int argc, char** argv) {
    return static_cast<int>(kiln::node::run_and_report({argv + 1, argv + argc}));
}
