#include "prove/homes.hpp"

#include "contents/accounts.hpp"

#include <charconv>
#include <map>

namespace kiln::prove {
namespace {

// login.defs(5): what people's accounts begin with; and what nobody has.
constexpr int kFirstPersonalUid = 1000;
constexpr int kNobody = 65534;

bool is_personal_uid(const std::string& text) {
    int uid = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), uid);
    return parsed.ec == std::errc() && uid >= kFirstPersonalUid && uid != kNobody;
}

}  // namespace

std::vector<Home> read_homes(contents::ImageTree& tree) {
    std::map<std::string, bool> personal;
    const auto add = [&](const std::string& path, bool is_personal) {
        const auto folder = tree.resolve(path);
        if (!folder || (!folder->empty() && tree.find(*folder) == nullptr)) {
            return;
        }
        const bool by_place = *folder == "root" || folder->starts_with("home/");
        // All of the system is nobody's own.
        bool& known = personal[*folder];
        known = known || (!folder->empty() && (is_personal || by_place));
    };
    add("root", true);
    for (const auto& [name, user] : contents::read_users(tree)) {
        if (user.home.starts_with('/')) {
            add(user.home, is_personal_uid(user.uid));
        }
    }
    for (const contents::Entry* const entry : tree.children("home")) {
        if (entry->type == sys::FileType::directory) {
            add(entry->path, true);
        }
    }
    std::vector<Home> homes;
    for (const auto& [folder, is_personal] : personal) {
        homes.push_back({folder, is_personal});
    }
    return homes;
}

}  // namespace kiln::prove
