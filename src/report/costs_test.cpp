#include "report/costs.hpp"

#include "report/html_report.hpp"

#include <gmock/gmock.h>

namespace kiln::report {
namespace {

using testing::HasSubstr;
using testing::Not;

RunRecord run_with_costs(bool listed) {
    RunRecord run;
    run.id = "11111111-2222-3333-4444-555555555555";
    BuildRecord build;
    build.name = "amazon-ebs.node";
    build.costs = CostRecord{
        {{"m5.large for 3 min <5 s>", exec::Price{0.252, listed}},
         {"a public IPv4 address", exec::Price{0.005, false}}},
        {{"snapshots in us-east-1, at most 108 GiB", std::nullopt}}};
    run.builds = {build, BuildRecord{}};
    return run;
}

TEST(Costs, AreKeptInTheRecord) {
    const RunRecord run = run_with_costs(true);
    EXPECT_EQ(read_run_record(to_json(run)), run);
}

TEST(Costs, AreOnThePageWhenThereAreAny) {
    const std::string page = html_report(run_with_costs(true));
    EXPECT_THAT(page, HasSubstr("<h2 id=\"costs\">Costs</h2>"));
    EXPECT_THAT(
        page,
        HasSubstr("<tr><td>m5.large for 3 min &lt;5 s&gt;</td><td class=\"number\">0.2520</td></tr>"
        )
    );
    EXPECT_THAT(page, HasSubstr("<strong>more than 0.00 USD</strong>"));
    EXPECT_THAT(page, Not(HasSubstr("The price list could not be had")));
    EXPECT_THAT(html_report(run_with_costs(false)), HasSubstr("The price list could not be had"));
    EXPECT_THAT(html_report(RunRecord{}), Not(HasSubstr("Costs")));
}

TEST(Costs, AreText) {
    EXPECT_EQ(
        costs_text(run_with_costs(false)),
        "amazon-ebs.node\n"
        "  once: 0.26 USD\n"
        "       0.2520  m5.large for 3 min <5 s>\n"
        "       0.0050  a public IPv4 address\n"
        "  a month, for what it leaves: more than 0.00 USD\n"
        "      unknown  snapshots in us-east-1, at most 108 GiB\n"
        "  The price list could not be had: prices are of the built-in table for us-east-1.\n"
    );
    EXPECT_EQ(costs_text(RunRecord{}), "");
    const CostRecord costs = *run_with_costs(true).builds[0].costs;
    EXPECT_EQ(
        cost_line(costs.once, costs.monthly),
        "An estimate of its cost: 0.26 USD, and more than 0.00 USD a month for what it leaves"
    );
    EXPECT_EQ(
        cost_line(run_with_costs(false).builds[0].costs->once, {}),
        "An estimate of its cost: 0.26 USD (the price list could not be had)"
    );
}

}  // namespace
}  // namespace kiln::report
