// Any bytes, loaded and planned as a legacy JSON template and as its file of variables: must end,
// with a plan or with mistakes that can be printed.

#include "plan/inspect_legacy.hpp"
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
    const tmpl::MemoryWorld memory{
        {{"t.json", text}, {"v.json", text}, {"files/a", "a"}}, {{"HOME", "/root"}}};
    SourceMap sources;
    Diagnostics diagnostics;
    const auto loaded = tmpl::load_template(
        {"t.json", {"v={{user `a`}}"}, {"v.json"}}, memory.environment(), sources, diagnostics
    );
    plan::inspect_legacy(*loaded);
    if (loaded->understood) {
        const plan::Facts facts{[&](const std::string& file) { return memory.kind(file); }};
        const plan::RunFacts run{{}, [] { return std::string("uuid"); }, "/srv"};
        const plan::BuildPlan plan = plan::make_plan(loaded, {}, facts, run, diagnostics);
        plan::print_plan(plan);
        plan::print_plan_json(plan);
    }
    render(diagnostics);
    return 0;
}
