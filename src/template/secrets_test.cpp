#include "template/secrets.hpp"

#include <gmock/gmock.h>

namespace kiln::tmpl {
namespace {

using hcl::Value;
using ::testing::ElementsAre;

TEST(Secrets, AreEveryStringInsideAndEachLine) {
    std::vector<std::string> secrets;
    collect_secrets(
        Value::object(
            {{"user", Value::string("root")},
             {"none", Value()},
             {"empty", Value::string("")},
             {"port", Value::number(22)},
             {"keys", Value::tuple({Value::string("line one\nline 2\n\n"), Value::string("root")})}}
        ),
        secrets
    );
    EXPECT_THAT(secrets, ElementsAre("line one\nline 2\n\n", "line one", "line 2", "root", "root"));
}

TEST(Secrets, AreHiddenOneByOne) {
    const Value hidden = hide_secrets(Value::object(
        {{"name", Value::string("root")},
         {"none", Value()},
         {"empty", Value::string("")},
         {"ports", Value::tuple({Value::number(22), Value::unknown()})}}
    ));
    EXPECT_EQ(
        hidden,
        Value::object(
            {{"name", Value::string("<sensitive>")},
             {"none", Value()},
             {"empty", Value::string("")},
             {"ports", Value::tuple({Value::string("<sensitive>"), Value::unknown()})}}
        )
    );
}

TEST(Secrets, AreMaskedInEveryTextAndKey) {
    EXPECT_EQ(
        mask_in_value(
            Value::object(
                {{"root", Value::string("a root")},
                 {"port", Value::number(22)},
                 {"list", Value::tuple({Value::string("root"), Value::boolean(true)})}}
            ),
            {"root", "22"}
        ),
        Value::object(
            {{"<sensitive>", Value::string("a <sensitive>")},
             {"port", Value::number(22)},
             {"list", Value::tuple({Value::string("<sensitive>"), Value::boolean(true)})}}
        )
    );
}

}  // namespace
}  // namespace kiln::tmpl
