#include "goss/spec.hpp"

#include "base/ascii.hpp"
#include "base/strings.hpp"
#include "goss/kinds.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace kiln::goss {

std::string Resource::id() const {
    return kind == Kind::command || name == key ? key : key + ": " + name;
}

std::int64_t Resource::number(std::string_view setting, std::int64_t otherwise) const {
    const auto found = settings.find(setting);
    const auto value =
        found == settings.end() ? 0 : static_cast<std::int64_t>(found->second.as_double());
    return value == 0 ? otherwise : value;
}

std::string Resource::text(std::string_view setting) const {
    const auto found = settings.find(setting);
    return found == settings.end() ? "" : to_text(found->second);
}

bool Resource::flag(std::string_view setting) const {
    const auto found = settings.find(setting);
    return found != settings.end() && found->second == Value(true);
}

bool Resource::expects(std::string_view attribute) const {
    return std::any_of(expectations.begin(), expectations.end(), [&](const Expectation& e) {
        return e.attribute == attribute;
    });
}

void Spec::merge(const Spec& other, Diagnostics& diagnostics) {
    for (const Resource& resource : other.resources) {
        const auto same = std::find_if(resources.begin(), resources.end(), [&](const Resource& r) {
            return r.kind == resource.kind && r.key == resource.key;
        });
        if (same == resources.end()) {
            resources.push_back(resource);
            continue;
        }
        diagnostics.warning(
            resource.range,
            std::string(key_of(resource.kind)) + " \"" + resource.key +
                "\" is in another file too; this one counts"
        );
        *same = resource;
    }
}

namespace {

std::string what_it_is(const Node& node) {
    return node.is_list ? "a list" : node.is_map ? "a map" : type_name(node.scalar);
}

class SpecReader {
public:
    explicit SpecReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    Spec read(const Node& document) {
        if (document.is_null()) {
            return {};
        }
        if (!document.is_map) {
            diagnostics_.error(
                document.range,
                "a file of tests is a map of kinds (file, package, ...), not " +
                    what_it_is(document)
            );
            return {};
        }
        for (const Node::Entry& section : document.entries) {
            if (section.key == "gossfile") {
                read_includes(section.value);
                continue;
            }
            const auto kind =
                std::find_if(kinds().begin(), kinds().end(), [&](const KindInfo& info) {
                    return info.key == section.key;
                });
            if (kind == kinds().end()) {
                tell_unknown_kind(section);
            } else {
                read_section(*kind, section.value);
            }
        }
        return std::move(spec_);
    }

private:
    // goss takes no notice of other names, and anchors are kept under them.
    void tell_unknown_kind(const Node::Entry& section) {
        std::vector<std::string> names = {"gossfile"};
        for (const KindInfo& info : kinds()) {
            names.emplace_back(info.key);
        }
        diagnostics_.warning(
            section.key_range,
            "there is no kind of test \"" + section.key + "\"; nothing in it is tested",
            did_you_mean_hint(section.key, names)
        );
    }

    bool require_map(const Node& node, const std::string& what) {
        if (!node.is_map) {
            diagnostics_.error(node.range, what + " must be a map, not " + what_it_is(node));
        }
        return node.is_map;
    }

    void read_includes(const Node& section) {
        if (section.is_null() || !require_map(section, "gossfile")) {
            return;
        }
        for (const Node::Entry& entry : section.entries) {
            Include include;
            include.path = entry.key;
            include.range = entry.key_range;
            for (const Node::Entry& attribute : entry.value.entries) {
                if (attribute.key == "file" && attribute.value.scalar.string() != nullptr) {
                    include.path = *attribute.value.scalar.string();
                    include.range = attribute.value.range;
                } else if (attribute.key == "skip") {
                    include.skip = attribute.value.scalar == Value(true);
                } else if (attribute.key != "title" && attribute.key != "meta") {
                    tell_unknown_attribute(
                        attribute, "gossfile", {"file", "skip", "title", "meta"}
                    );
                }
            }
            spec_.includes.push_back(std::move(include));
        }
    }

    void tell_unknown_attribute(
        const Node::Entry& attribute, std::string_view kind, const std::vector<std::string>& known
    ) {
        diagnostics_.error(
            attribute.key_range,
            "a " + std::string(kind) + " has no attribute \"" + attribute.key + "\"",
            did_you_mean_hint(attribute.key, known)
        );
    }

    void read_section(const KindInfo& kind, const Node& section) {
        if (section.is_null() || !require_map(section, std::string(kind.key))) {
            return;
        }
        for (const Node::Entry& entry : section.entries) {
            if (require_map(entry.value, std::string(kind.key) + " \"" + entry.key + "\"")) {
                read_resource(kind, entry);
            }
        }
    }

    static const AttributeInfo* find_attribute(const KindInfo& kind, std::string_view name) {
        const auto found = std::find_if(
            kind.attributes.begin(),
            kind.attributes.end(),
            [&](const AttributeInfo& a) { return a.name == name; }
        );
        return found == kind.attributes.end() ? nullptr : &*found;
    }

    void read_resource(const KindInfo& kind, const Node::Entry& entry) {
        Resource resource;
        resource.kind = kind.kind;
        resource.key = entry.key;
        resource.name = entry.key;
        resource.range = entry.key_range;
        for (const Node::Entry& attribute : entry.value.entries) {
            read_common(kind, attribute, resource);
        }
        for (const AttributeInfo& info : kind.attributes) {
            read_attribute(info, entry, resource);
        }
        spec_.resources.push_back(std::move(resource));
    }

    // title, meta, skip and the attribute that names.
    void read_common(const KindInfo& kind, const Node::Entry& attribute, Resource& resource) {
        const Node& value = attribute.value;
        if (attribute.key == "title") {
            resource.title = value.is_null() ? "" : text_setting(attribute);
        } else if (attribute.key == "meta") {
            if (!value.is_null() && require_map(value, "meta")) {
                resource.meta = to_value(value);
            }
        } else if (attribute.key == "skip") {
            resource.skip = setting(attribute, Takes::flag) == Value(true);
        } else if (!kind.name_attribute.empty() && attribute.key == kind.name_attribute) {
            const std::string name = text_setting(attribute);
            resource.name = name.empty() ? resource.key : name;
        } else if (find_attribute(kind, attribute.key) == nullptr) {
            std::vector<std::string> known = {"title", "meta", "skip"};
            if (!kind.name_attribute.empty()) {
                known.emplace_back(kind.name_attribute);
            }
            for (const AttributeInfo& info : kind.attributes) {
                known.emplace_back(info.name);
            }
            tell_unknown_attribute(attribute, kind.key, known);
        }
    }

    void read_attribute(const AttributeInfo& info, const Node::Entry& entry, Resource& resource) {
        const auto found = std::find_if(
            entry.value.entries.begin(),
            entry.value.entries.end(),
            [&](const Node::Entry& e) { return e.key == info.name; }
        );
        const bool given = found != entry.value.entries.end() && !found->value.is_null();
        if (!given) {
            const bool other_name =
                info.name == "resolvable" && entry.value.find("resolveable") != nullptr;
            if (info.required && !other_name) {
                diagnostics_.error(
                    entry.key_range,
                    std::string(key_of(resource.kind)) + " \"" + entry.key + "\" does not say \"" +
                        std::string(info.name) + "\"",
                    "add " + std::string(info.name) + ": and what is expected"
                );
            }
            return;
        }
        if (info.takes >= Takes::text) {
            resource.settings[std::string(info.name)] = setting(*found, info.takes);
            return;
        }
        if (info.takes == Takes::lines && found->value.is_list && found->value.items.empty()) {
            return;  // an empty list of patterns tests nothing
        }
        if (!info.stands_for.empty() && resource.expects(info.stands_for)) {
            return;
        }
        add_expectation(info, found->value, resource);
    }

    void add_expectation(const AttributeInfo& info, Node value, Resource& resource) {
        if (info.takes == Takes::number && value.scalar.string() != nullptr) {
            value.scalar = to_number(value);
        }
        const bool lines = info.takes == Takes::lines ||
                           (resource.kind == Kind::matching && resource.flag("as-reader"));
        Expectation expectation;
        expectation.attribute = info.stands_for.empty() ? info.name : info.stands_for;
        expectation.property =
            info.property.empty() ? expectation.attribute : std::string(info.property);
        expectation.expected = to_value(value);
        expectation.matcher =
            make_matcher(value, lines ? Subject::lines : Subject::value, diagnostics_);
        if (expectation.matcher != nullptr) {
            resource.expectations.push_back(std::move(expectation));
        }
    }

    Value to_number(const Node& node) {
        const std::string& text = *node.scalar.string();
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || end != text.data() + text.size()) {
            diagnostics_.error(node.range, "\"" + text + "\" is no whole number");
        }
        return static_cast<double>(number);
    }

    std::string text_setting(const Node::Entry& attribute) {
        return to_text(setting(attribute, Takes::text));
    }

    Value setting(const Node::Entry& attribute, Takes takes) {
        const Node& node = attribute.value;
        const auto wrong = [&](const char* wanted) {
            diagnostics_.error(
                node.range,
                "\"" + attribute.key + "\" takes " + wanted + ", not " + what_it_is(node)
            );
            return takes == Takes::integer ? Value(std::int64_t{0}) : Value();
        };
        switch (takes) {
            case Takes::text:
                return node.is_list || node.is_map || node.is_null() ? wrong("a text")
                                                                     : Value(to_text(node.scalar));
            case Takes::integer:
                return node.scalar.is_number() && node.scalar.as_double() >= 0 &&
                               node.scalar.as_double() < 1e9
                           ? node.scalar
                           : wrong("a number of milliseconds");
            case Takes::flag:
                return node.scalar.boolean() != nullptr ? node.scalar : wrong("true or false");
            case Takes::texts: {
                for (const Node& item : node.items) {
                    if (item.is_list || item.is_map ||
                        to_text(item.scalar).find(": ") == std::string::npos) {
                        diagnostics_.error(item.range, "a header is written \"Name: value\"");
                    }
                }
                return node.is_list ? to_value(node) : wrong("a list of texts");
            }
            case Takes::anything:
            case Takes::matcher:
            case Takes::lines:
            case Takes::number:
                break;
        }
        return to_value(node);
    }

    Diagnostics& diagnostics_;
    Spec spec_;
};

}  // namespace

Spec read_spec(const Node& document, Diagnostics& diagnostics) {
    return SpecReader(diagnostics).read(document);
}

}  // namespace kiln::goss
