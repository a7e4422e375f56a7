// Any bytes as a file of tests (its first byte picks YAML or JSON): rendering, reading, asking and
// judging must each end, with results or with mistakes that can be shown. The same bytes are also
// the answer of a machine, and of a DNS server.

#include "base/diagnostics.hpp"
#include "goss/dns_packet.hpp"
#include "goss/load.hpp"
#include "goss/report.hpp"
#include "goss/script.hpp"
#include "goss/verdict.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace kiln;

void judge_file(const std::string& text, bool json) {
    const std::string name = json ? "goss.json" : "goss.yaml";
    goss::Sources what;
    what.tests = {name};
    what.goss_file = name;
    what.vars_inline = {{"a", "text"}};
    const goss::LocalFiles files = {
        [&](const std::string& path) {
            return path == name ? std::optional(text) : std::optional<std::string>();
        },
        [](const std::string&) { return std::vector<std::string>(); }};
    goss::MachineView machine;
    machine.environment = std::map<std::string, std::string>{{"HOME", "/root"}};
    SourceMap sources;
    Diagnostics diagnostics;
    const goss::Loaded loaded = goss::load_spec(what, files, machine, sources, diagnostics);
    render(diagnostics);
    if (!loaded.spec) {
        return;
    }
    goss::Facts facts;
    for (const goss::FactRequest& request : goss::fact_requests(*loaded.spec)) {
        facts[request.key].out = text;
    }
    const auto groups = goss::judge(*loaded.spec, facts);
    for (const char* format : {"documentation", "json", "junit", "tap"}) {
        goss::ReportStyle style;
        style.format = format;
        goss::write_report(groups, style);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    judge_file(text, data[0] == '{');
    static const std::vector<goss::Batch> batches =
        goss::make_batches({{"a", "true"}, {"b", "true", 1}}, "n", {});
    goss::Facts facts;
    goss::read_answer(batches.front(), "n", text, facts);
    for (const char* type : {"A", "AAAA", "MX", "SRV", "TXT", "CAA", "NS"}) {
        goss::dns_records(text, type);
        goss::dns_query(text, type);
    }
    return 0;
}
