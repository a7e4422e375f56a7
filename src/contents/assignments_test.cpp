#include "contents/assignments.hpp"

#include <gtest/gtest.h>

namespace kiln::contents {
namespace {

struct AssignmentCase {
    const char* name;
    const char* text;
    Assignments want;
};

const AssignmentCase kAssignmentCases[] = {
    {"plain and quoted",
     "A=1\nB=\"two words\"\nC='$A'\n",
     {{"A", "1"}, {"B", "two words"}, {"C", "$A"}}},
    {"parts of one word", "A=a\"b c\"'d'\\ e", {{"A", "ab cd e"}}},
    {"variables in both forms",
     "A=x\nB=\"$A-${A}y\"\nC=$NONE.",
     {{"A", "x"}, {"B", "x-xy"}, {"C", "."}}},
    {"added to", "A=1\nA+=\" 2\"\nB+=3", {{"A", "1 2"}, {"B", "3"}}},
    {"the last wins", "A=1\nA=2", {{"A", "2"}}},
    {"comments, export, other shell",
     "# A=1\nexport B=2\nif true; then\nC=3; D=4\n",
     {{"B", "2"}, {"C", "3"}, {"D", "4"}}},
    {"quotes that never end", "A=\"x\nB=1", {{"A", "x\nB=1"}}},
    {"a brace that never ends", "A=${B", {{"A", ""}}},
    {"nothing", "", {}},
};

TEST(ReadAssignments, TakesWhatAShellWould) {
    for (const AssignmentCase& c : kAssignmentCases) {
        SCOPED_TRACE(c.name);
        Assignments variables;
        read_assignments(c.text, variables);
        EXPECT_EQ(variables, c.want);
    }
}

}  // namespace
}  // namespace kiln::contents
