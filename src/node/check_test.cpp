#include "node/check.hpp"

#include <gtest/gtest.h>

namespace kiln::node {
namespace {

CheckResults results() {
    Checks checks;
    checks.expect(true, CheckStatus::fail, "a", "/a", "1", "1", "r");
    checks.expect(false, CheckStatus::fail, "b", "/b", "<2> \"x\"", "3", "do & so");
    checks.expect(false, CheckStatus::warn, "c", "/c", "", "4", "then");
    checks.info("d", "/d", "5");
    return checks.results;
}

TEST(PrintChecks, AsText) {
    EXPECT_EQ(print_checks_text(results()), R"(pass  a  1
fail  b
      /b: found <2> "x", expected 3
      do & so
warn  c
      /c: found nothing, expected 4
      then
info  d  5
1 passed, 1 warnings, 1 failed
)");
}

TEST(PrintChecks, AsJunit) {
    EXPECT_EQ(print_checks_junit(results()), R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="kiln-node" tests="4" failures="1" skipped="1">
  <testcase classname="kiln-node" name="a"/>
  <testcase classname="kiln-node" name="b">
    <failure message="/b: found &lt;2&gt; &quot;x&quot;, expected 3">do &amp; so</failure>
  </testcase>
  <testcase classname="kiln-node" name="c">
    <system-out>warning: /c: found nothing, expected 4; then</system-out>
  </testcase>
  <testcase classname="kiln-node" name="d">
    <skipped message="5"/>
  </testcase>
</testsuite>
)");
}

TEST(PrintChecks, AsPrometheusText) {
    EXPECT_EQ(
        print_checks_prometheus(results()),
        R"(# HELP kiln_node_check Checks of the node's tuning: 1 passed, 0 did not.
# TYPE kiln_node_check gauge
kiln_node_check{id="a",status="pass"} 1
kiln_node_check{id="b",status="fail"} 0
kiln_node_check{id="c",status="warn"} 0
kiln_node_check{id="d",status="info"} 1
# HELP kiln_node_checks Number of checks by how they came out.
# TYPE kiln_node_checks gauge
kiln_node_checks{status="pass"} 1
kiln_node_checks{status="info"} 1
kiln_node_checks{status="warn"} 1
kiln_node_checks{status="fail"} 1
)"
    );
}

TEST(PrintChecks, AsJson) {
    EXPECT_EQ(print_checks_json({results()[1]}), R"({
  "status": "fail",
  "checks": [
    {
      "id": "b",
      "status": "fail",
      "path": "/b",
      "found": "<2> \"x\"",
      "expected": "3",
      "remedy": "do & so"
    }
  ]
}
)");
}

}  // namespace
}  // namespace kiln::node
