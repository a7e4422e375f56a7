#include "execute/builder/rootfs/apt_sources.hpp"

#include "base/strings.hpp"
#include "execute/builder/rootfs/control_stanza.hpp"

#include <algorithm>

namespace kiln::exec::rootfs {

namespace {

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> out;
    std::string word;
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\n') {
            if (!word.empty()) {
                out.push_back(std::move(word));
                word.clear();
            }
        } else {
            word += c;
        }
    }
    if (!word.empty()) {
        out.push_back(std::move(word));
    }
    return out;
}

void apply_option(const std::string& option, AptSource& source) {
    const std::size_t equals = option.find('=');
    const std::string value = equals == std::string::npos ? "" : option.substr(equals + 1);
    if (option.starts_with("signed-by=")) {
        source.signed_by = replace_all(value, ",", " ");
    } else if (option.starts_with("trusted=")) {
        source.trusted = value == "yes";
    }
}

bool belongs_to(const std::string& candidate, const std::string& suite) {
    return candidate == suite || candidate == suite + "-updates" ||
           candidate == suite + "-security" || candidate == suite + "/updates";
}

}  // namespace

std::vector<AptSource> parse_one_line_sources(std::string_view text) {
    std::vector<AptSource> sources;
    for (const std::string& raw : split(text, '\n')) {
        std::string line(trim(raw.substr(0, raw.find('#'))));
        if (!line.starts_with("deb ") && !line.starts_with("deb\t")) {
            continue;
        }
        line.erase(0, 4);
        AptSource source;
        if (const std::size_t open = line.find('['); open != std::string::npos) {
            const std::size_t close = line.find(']', open);
            if (close == std::string::npos) {
                continue;
            }
            for (const std::string& option : words(line.substr(open + 1, close - open - 1))) {
                apply_option(option, source);
            }
            line.erase(0, close + 1);
        }
        const std::vector<std::string> fields = words(line);
        if (fields.size() < 2) {
            continue;
        }
        source.uris = {fields[0]};
        source.suites = {fields[1]};
        source.components.assign(fields.begin() + 2, fields.end());
        sources.push_back(std::move(source));
    }
    return sources;
}

std::vector<AptSource> parse_deb822_sources(std::string_view text) {
    // A line with a comment is no end of a stanza; an empty one is.
    std::vector<std::string> stanzas(1);
    for (const std::string& line : split(text, '\n')) {
        if (trim(line).empty()) {
            stanzas.emplace_back();
        } else if (line[0] != '#') {
            stanzas.back() += line + "\n";
        }
    }
    std::vector<AptSource> sources;
    for (const std::string& text_of_one : stanzas) {
        const ControlStanza stanza = ControlStanza::parse(text_of_one);
        const std::vector<std::string> types = words(stanza.get("Types"));
        if (std::find(types.begin(), types.end(), "deb") == types.end() ||
            stanza.get("Enabled") == "no") {
            continue;
        }
        AptSource source;
        source.uris = words(stanza.get("URIs"));
        source.suites = words(stanza.get("Suites"));
        source.components = words(stanza.get("Components"));
        source.signed_by = stanza.get("Signed-By");
        source.trusted = stanza.get("Trusted") == "yes";
        sources.push_back(std::move(source));
    }
    return sources;
}

std::vector<AptSource> sources_of_suite(
    const std::vector<AptSource>& sources, const std::string& suite
) {
    std::vector<AptSource> out;
    for (AptSource source : sources) {
        std::erase_if(source.suites, [&](const std::string& candidate) {
            return !belongs_to(candidate, suite);
        });
        if (!source.suites.empty() && std::find(out.begin(), out.end(), source) == out.end()) {
            out.push_back(std::move(source));
        }
    }
    return out;
}

std::string render_deb822(const std::vector<AptSource>& sources) {
    std::string out;
    for (const AptSource& source : sources) {
        out += out.empty() ? "" : "\n";
        out += "Types: deb\nURIs: " + join(source.uris, " ") +
               "\nSuites: " + join(source.suites, " ") + "\n";
        if (!source.components.empty()) {
            out += "Components: " + join(source.components, " ") + "\n";
        }
        if (!source.signed_by.empty()) {
            const bool is_key = source.signed_by.starts_with('\n');
            out += "Signed-By:" + std::string(is_key ? "" : " ") + source.signed_by + "\n";
        }
        if (source.trusted) {
            out += "Trusted: yes\n";
        }
    }
    return out;
}

}  // namespace kiln::exec::rootfs
