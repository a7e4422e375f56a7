// Any bytes, loaded and planned as a whole template: must end, with a plan or with mistakes that
// can be printed.

#include "base/error.hpp"
#include "plan/inspect.hpp"
#include "plan/make_plan.hpp"
#include "plan/print_plan.hpp"
#include "template/load.hpp"
#include "template/testing/memory_world.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace kiln;
    const std::string text(reinterpret_cast<const char*>(data), size);
    for (const char* path : {"t.pkr.hcl", "t.pkr.json"}) {
        const tmpl::MemoryWorld memory{{{path, text}, {"files/a", "a"}}, {}};
        SourceMap sources;
        Diagnostics diagnostics;
        const auto loaded =
            tmpl::load_template({path, {"v=1"}, {}}, memory.environment(), sources, diagnostics);
        plan::print_inspection(*loaded);
        if (loaded->understood) {
            const plan::Facts facts{[&](const std::string& file) { return memory.kind(file); }};
            const plan::RunFacts run{{}, [] { return std::string("uuid"); }, "/srv"};
            const plan::BuildPlan plan = plan::make_plan(loaded, {}, facts, run, diagnostics);
            plan::print_plan(plan);
            plan::print_plan_json(plan);
        }
        render(diagnostics);
    }
    return 0;
}
