#include "contents/privileges.hpp"

#include <gtest/gtest.h>
#include <string>

namespace kiln::contents {
namespace {

/// What setcap(8) stores.
std::string attribute(unsigned magic, std::initializer_list<unsigned> words) {
    std::string bytes;
    const auto add = [&bytes](unsigned word) {
        for (unsigned shift = 0; shift < 32; shift += 8) {
            bytes += static_cast<char>(word >> shift & 0xffU);
        }
    };
    add(magic);
    for (const unsigned word : words) {
        add(word);
    }
    return bytes;
}

TEST(CapabilityText, SaysWhatGetcapSays) {
    EXPECT_EQ(capability_text(""), "");
    EXPECT_EQ(capability_text(attribute(0x02000001, {1U << 13, 0, 0, 0})), "cap_net_raw=ep");
    EXPECT_EQ(
        capability_text(attribute(0x02000001, {3U << 12, 0, 0, 0})), "cap_net_admin,cap_net_raw=ep"
    );
    EXPECT_EQ(capability_text(attribute(0x02000000, {0, 0, 1U << 7, 0})), "cap_bpf=p");
    EXPECT_EQ(
        capability_text(attribute(0x03000000, {1U, 3U, 0, 0, 1000})),
        "cap_chown=ip cap_dac_override=i"
    );
    EXPECT_EQ(capability_text(attribute(0x01000001, {1U << 31, 0})), "cap_setfcap=ep");
    EXPECT_EQ(capability_text(attribute(0x02000000, {0, 0, 1U << 30, 0})), "cap_62=p");
    EXPECT_EQ(capability_text(attribute(0x09000000, {1, 0, 0, 0})), "invalid");
    EXPECT_EQ(capability_text(attribute(0x02000001, {1, 0})), "invalid");
}

}  // namespace
}  // namespace kiln::contents
