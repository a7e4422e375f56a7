#include "disk/uuid.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace kiln::disk {
namespace {

TEST(Uuid, ReadsAndWritesTheTextForm) {
    const UuidBytes want{
        0x01,
        0x23,
        0x45,
        0x67,
        0x89,
        0xab,
        0xcd,
        0xef,
        0x01,
        0x23,
        0x45,
        0x67,
        0x89,
        0xab,
        0xcd,
        0xef};
    EXPECT_EQ(parse_uuid("01234567-89AB-cdef-0123-456789abcdef"), want);
    EXPECT_EQ(format_uuid(want), "01234567-89ab-cdef-0123-456789abcdef");
}

TEST(Uuid, RefusesWhatIsNone) {
    for (const char* text :
         {"",
          "0123456789abcdef0123456789abcdef",
          "01234567-89ab-cdef-0123-456789abcde",
          "01234567-89ab-cdef-0123-456789abcdeg",
          "01234567189ab-cdef-0123-456789abcdef"}) {
        SCOPED_TRACE(text);
        try {
            parse_uuid(text);
            FAIL() << "no error";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::input);
            EXPECT_EQ(error.message(), "\"" + std::string(text) + "\" is not a UUID");
        }
    }
}

// Images that exist were made with these: they must never change.
TEST(Uuid, DerivesTheSameForEver) {
    EXPECT_EQ(derive_uuid("seed", "root"), "836609fe-7cfc-4a8b-9ef4-cefa8fe357d4");
    EXPECT_EQ(derive_serial("seed", "ESP"), 3277626140U);
}

TEST(Uuid, DerivesAnotherForAnotherSeedOrPurpose) {
    EXPECT_NE(derive_uuid("seed", "root"), derive_uuid("seed", "ESP"));
    EXPECT_NE(derive_uuid("seed", "root"), derive_uuid("seeds", "root"));
    EXPECT_NE(derive_uuid("seed", "root"), derive_uuid("see", "droot"));
}

}  // namespace
}  // namespace kiln::disk
