#pragma once

#include "base/diagnostics.hpp"
#include "goss/document.hpp"
#include "goss/matcher.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::goss {

enum class Kind {
    command,
    http,
    addr,
    dns,
    package,
    service,
    file,
    process,
    user,
    group,
    port,
    kernel_param,
    mount,
    interface,
    matching,
};

/// "kernel-param", as files write it, and "KernelParam", as results name it.
std::string_view key_of(Kind kind);
std::string_view type_of(Kind kind);

/// What is expected of one attribute of a resource.
struct Expectation {
    std::string attribute;  ///< "linked-to"
    std::string property;   ///< as results name it: "linkedto"
    MatcherPtr matcher;
    Value expected;
};

struct Resource {
    Kind kind = Kind::file;
    std::string key;   ///< in the file
    std::string name;  ///< what is looked at: the key, or what `path`, `url`, ... say
    std::string title;
    Value meta;  ///< a map, or null
    bool skip = false;
    std::vector<Expectation> expectations;  ///< in goss's order
    std::map<std::string, Value, std::less<>> settings;
    SourceRange range;

    /// "key: name" where the two differ.
    std::string id() const;
    std::int64_t number(std::string_view setting, std::int64_t otherwise) const;
    std::string text(std::string_view setting) const;  ///< "" when it is not set
    bool flag(std::string_view setting) const;
    bool expects(std::string_view attribute) const;
};

/// A `gossfile:` entry.
struct Include {
    std::string path;  ///< may hold * ? [ ]
    bool skip = false;
    SourceRange range;
};

/// What one file says. Resources are in the order of the file.
struct Spec {
    std::vector<Resource> resources;
    std::vector<Include> includes;

    /// Takes the resources of another file; one of the same kind and key replaces (with a warning).
    void merge(const Spec& other, Diagnostics& diagnostics);
};

/// Reads a file of tests. Reports every mistake: unknown attributes and matchers (with what was
/// meant), missing ones, wrong types.
Spec read_spec(const Node& document, Diagnostics& diagnostics);

}  // namespace kiln::goss
