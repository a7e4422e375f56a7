#include "sys/shared_library.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace kiln::sys {
namespace {

TEST(SharedLibrary, FindsAFunction) {
    const SharedLibrary math("libm.so.6", "install libc6");
    const auto cosine = math.function<double (*)(double)>("cos");
    EXPECT_EQ(cosine(0.0), 1.0);
}

TEST(SharedLibrary, AMissingLibraryIsNamedWithTheRemedy) {
    try {
        const SharedLibrary missing("libkiln-none.so.1", "install none");
        FAIL() << "a library that is not there was loaded";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::not_found);
        EXPECT_NE(error.message().find("libkiln-none.so.1"), std::string::npos) << error.message();
        EXPECT_EQ(error.hint(), "install none");
    }
}

TEST(SharedLibrary, AMissingFunctionIsNamed) {
    const SharedLibrary math("libm.so.6", "install libc6");
    try {
        math.function<double (*)()>("kiln_none");
        FAIL() << "a function that is not there was found";
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "libm.so.6 has no function kiln_none");
    }
}

}  // namespace
}  // namespace kiln::sys
