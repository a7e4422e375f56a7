#include "net/local_port.hpp"

#include <cerrno>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace kiln::net {
namespace {

TEST(LocalPort, IsReadFromTheKernelsTable) {
    const char* table =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
        "timeout\n"
        "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        "
        "0\n"
        "   1: 00000000:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        "
        "0\n"
        "   2: 0100007F:1F92 0100007F:0016 01 00000000:00000000 00:00000000 00000000  1000        "
        "0\n"
        "   3: 0200007F:1F93 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        "
        "0\n";
    EXPECT_TRUE(is_listened_to(table, 8080, 1000));
    EXPECT_TRUE(is_listened_to(table, 8081, 1000));
    EXPECT_FALSE(is_listened_to(table, 8080, 0)) << "somebody else's";
    EXPECT_FALSE(is_listened_to(table, 8082, 1000)) << "a connection";
    EXPECT_FALSE(is_listened_to(table, 8083, 1000)) << "another address";
    EXPECT_FALSE(is_listened_to("", 8080, 1000));
}

TEST(LocalPort, IsFreeUntilSomebodyListens) {
    const int port = free_local_port(0);
    ASSERT_GT(port, 0);
    EXPECT_EQ(free_local_port(port), port);
    const sys::UniqueFd socket = bind_to_loopback(port);
    ASSERT_TRUE(socket);
    EXPECT_EQ(port_of(socket), port);
    ASSERT_EQ(::listen(socket.get(), 1), 0);
    EXPECT_FALSE(bind_to_loopback(port));
    EXPECT_EQ(errno, EADDRINUSE);
    EXPECT_EQ(free_local_port(port), 0);
    std::ifstream file("/proc/net/tcp");
    const std::string table{std::istreambuf_iterator<char>(file), {}};
    EXPECT_TRUE(is_listened_to(table, port, ::getuid()));
}

}  // namespace
}  // namespace kiln::net
