# cmake -DOUTPUT=shipped_profiles.cpp -DPROFILES="a.yaml;b.yaml" -P EmbedProfiles.cmake
#
# Writes kiln::node::shipped_profiles() with the text of each file under its name.
set(text "// Made by cmake/EmbedProfiles.cmake from src/node/profiles.\n#include \"node/profile.hpp\"\n\n")
string(APPEND text
    "namespace kiln::node {\n\nconst std::vector<ShippedProfile>& shipped_profiles() {\n")
string(APPEND text "    static const std::vector<ShippedProfile> profiles = {\n")
foreach(profile IN LISTS PROFILES)
    get_filename_component(name "${profile}" NAME_WE)
    file(READ "${profile}" content)
    string(APPEND text "        {\"${name}\", R\"kiln_profile(${content})kiln_profile\"},\n")
endforeach()
string(APPEND text "    };\n    return profiles;\n}\n\n}  // namespace kiln::node\n")
file(WRITE "${OUTPUT}" "${text}")
