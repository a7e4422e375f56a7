#include "base/base64.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

struct Base64Case {
    std::string bytes;
    const char* text;
};

TEST(Base64, GoesThereAndBack) {
    const Base64Case cases[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {std::string("\0\xff\xfe", 3), "AP/+"},
    };
    for (const Base64Case& c : cases) {
        EXPECT_EQ(encode_base64(c.bytes), c.text);
        EXPECT_EQ(decode_base64(c.text), c.bytes) << c.text;
    }
}

TEST(Base64, IgnoresLineEnds) {
    EXPECT_EQ(decode_base64("Zm\r\n9v\n"), "foo");
}

TEST(Base64, RefusesWhatIsNone) {
    for (const char* text : {"Zg", "Zg=", "Z===", "Zg==Zg==", "Zm9v=", "Z g=", "Zm9_", "===="}) {
        EXPECT_EQ(decode_base64(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace kiln
