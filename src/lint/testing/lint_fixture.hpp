#pragma once

#include "lint/lint.hpp"
#include "template/load.hpp"
#include "template/testing/memory_world.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace kiln::lint {

/// Files in memory, linted.
struct LintFixture {
    tmpl::MemoryWorld memory;
    hcl::FunctionEnvironment world;
    SourceMap sources;
    Diagnostics mistakes;  ///< in the template itself
    Result result;

    /// `path` is the template among `files`, or the folder "." of it.
    LintFixture(
        std::map<std::string, std::string> files,
        const Choice& choice,
        const std::string& path = "."
    ) {
        memory.files = std::move(files);
        world = memory.environment();
        tmpl::LoadRequest request;
        request.path = path;
        const auto source = tmpl::load_template(request, world, sources, mistakes);
        if (source->understood) {
            const Subject subject(*source, {}, world, sources);
            result = run_rules(subject, choice);
        }
    }

    /// "file:line text under the caret" of each finding.
    std::vector<std::string> places() const {
        std::vector<std::string> places;
        for (const Finding& finding : result.findings) {
            const SourceRange& at = finding.diagnostic.subject;
            const std::string text(at.text());
            places.push_back(
                at.file->name() + ":" + std::to_string(at.file->position(at.begin).line) + " " +
                text.substr(0, text.find('\n'))
            );
        }
        return places;
    }
};

/// What `rule` alone finds.
inline std::vector<std::string> places_of(
    const std::string& rule, std::map<std::string, std::string> files
) {
    Choice choice;
    choice.only = {rule};
    const LintFixture fixture(std::move(files), choice);
    std::vector<std::string> places = fixture.places();
    for (const Diagnostic& mistake : fixture.mistakes.list()) {
        places.push_back("mistake: " + mistake.summary);
    }
    return places;
}

}  // namespace kiln::lint
