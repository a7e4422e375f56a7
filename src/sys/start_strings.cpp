#include "sys/start_strings.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

namespace kiln::sys {

namespace {

constexpr int kFirstFieldAfterName = 3;
constexpr int kArgumentsStart = 48;

char* pointer_to(std::uintptr_t address) {
    return reinterpret_cast<char*>(address);  // NOLINT: the kernel tells it as a number
}

}  // namespace

StartStrings find_start_strings() {
    std::ifstream in("/proc/self/stat");
    std::string line;
    std::getline(in, line);
    const std::size_t name_end = line.rfind(')');
    if (name_end == std::string::npos) {
        return {};
    }
    std::istringstream fields(line.substr(name_end + 1));
    std::string skipped;
    for (int field = kFirstFieldAfterName; field < kArgumentsStart; ++field) {
        fields >> skipped;
    }
    std::uintptr_t arguments = 0;
    std::uintptr_t arguments_end = 0;
    std::uintptr_t environment = 0;
    std::uintptr_t environment_end = 0;
    fields >> arguments >> arguments_end >> environment >> environment_end;
    if (!fields || arguments == 0 || arguments_end < arguments || environment_end < environment) {
        return {};
    }
    return {
        pointer_to(arguments),
        arguments_end - arguments,
        pointer_to(environment),
        environment_end - environment};
}

void erase_start_strings(const StartStrings& strings, const char* title) {
    if (strings.arguments == nullptr) {
        return;
    }
    std::memset(strings.environment, 0, strings.environment_size);
    std::memset(strings.arguments, 0, strings.arguments_size);
    const std::size_t room = std::max<std::size_t>(strings.arguments_size, 1) - 1;
    std::memcpy(strings.arguments, title, std::min(room, std::strlen(title)));
}

}  // namespace kiln::sys
