#include "goss/matcher.hpp"

#include "base/strings.hpp"
#include "goss/json_path.hpp"
#include "goss/matchers.hpp"

#include <map>
#include <re2/re2.h>
#include <utility>

namespace kiln::goss {

namespace {

/// Reads matchers from nodes. A mistake is reported and gives null.
class MatcherReader {
public:
    explicit MatcherReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    MatcherPtr read(const Node& node) {
        if (node.is_map) {
            return read_named(node);
        }
        if (node.is_list) {
            return elements(node, "a list of expectations", [](Matchers all) {
                return have_elements(std::move(all), false);
            });
        }
        const Value& value = node.scalar;
        if (value.is_null()) {
            return mistake(node.range, "nothing is expected here", "write what the fact should be");
        }
        if (value.string() != nullptr) {
            return as_text(equal_to(value));
        }
        return value.is_number() ? as_number(numerically("eq", value)) : equal_to(value);
    }

    MatcherPtr patterns(const Node& node, const std::string& name) {
        if (!node.is_list) {
            return wrong_argument(node, name, "a list of texts");
        }
        Patterns patterns;
        for (const Node& item : node.items) {
            if (item.scalar.string() == nullptr) {
                return mistake(
                    item.range,
                    "a pattern must be a text, not " + described(item),
                    "write it in quotes, or use one matcher instead of a list"
                );
            }
            const std::string problem = patterns.add(*item.scalar.string());
            if (!problem.empty()) {
                return mistake(item.range, problem);
            }
        }
        return have_patterns(std::move(patterns), to_value(node));
    }

private:
    using Read = MatcherPtr (MatcherReader::*)(const Node& argument, const std::string& name);

    static std::string described(const Node& node) {
        return node.is_list ? "a list" : node.is_map ? "a map" : type_name(node.scalar);
    }

    MatcherPtr mistake(SourceRange range, std::string summary, std::string hint = {}) {
        diagnostics_.error(range, std::move(summary), std::move(hint));
        return nullptr;
    }
    MatcherPtr wrong_argument(const Node& node, const std::string& name, const char* wanted) {
        return mistake(node.range, name + " takes " + wanted + ", not " + described(node));
    }

    MatcherPtr read_named(const Node& node) {
        if (node.entries.empty()) {
            return mistake(node.range, "an empty map is no matcher");
        }
        if (node.entries.size() > 1) {
            return mistake(
                node.entries[1].key_range,
                "only one matcher may stand here, and there is \"" + node.entries[0].key +
                    "\" already",
                "put both in a list below and: or or:"
            );
        }
        const Node::Entry& entry = node.entries.front();
        const auto reader = readers().find(entry.key);
        if (reader == readers().end()) {
            return mistake(
                entry.key_range,
                "there is no matcher \"" + entry.key + "\"",
                did_you_mean_hint(entry.key, matcher_names())
            );
        }
        return (this->*reader->second)(entry.value, entry.key);
    }

    template <class Make>
    MatcherPtr elements(const Node& node, const std::string& name, Make make) {
        if (!node.is_list) {
            return wrong_argument(node, name, "a list");
        }
        Matchers all;
        bool complete = true;
        for (const Node& item : node.items) {
            all.push_back(read(item));
            complete = complete && all.back() != nullptr;
        }
        return complete ? make(std::move(all)) : nullptr;
    }

    MatcherPtr read_equal(const Node& node, const std::string& /*name*/) {
        return equal_to(to_value(node));
    }
    MatcherPtr read_text_matcher(const Node& node, const std::string& name) {
        const std::string* text = node.scalar.string();
        if (node.is_list || node.is_map || text == nullptr) {
            return wrong_argument(node, name, "a text");
        }
        const auto simple = [&](const char* known, const char* message, auto test) {
            return as_text(make_simple(
                known,
                message,
                *text,
                [test, wanted = *text](const Value& actual) {
                    return MatchResult{test(*actual.string(), wanted)};
                }
            ));
        };
        if (name == "have-prefix") {
            return simple(
                "have-prefix",
                "to have prefix",
                [](const std::string& a, const std::string& b) { return a.starts_with(b); }
            );
        }
        if (name == "have-suffix") {
            return simple(
                "have-suffix",
                "to have suffix",
                [](const std::string& a, const std::string& b) { return a.ends_with(b); }
            );
        }
        return simple(
            "contain-substring",
            "to contain substring",
            [](const std::string& a, const std::string& b) {
                return a.find(b) != std::string::npos;
            }
        );
    }
    MatcherPtr read_regexp(const Node& node, const std::string& name) {
        const std::string* text = node.scalar.string();
        if (node.is_list || node.is_map || text == nullptr) {
            return wrong_argument(node, name, "a text");
        }
        re2::RE2::Options options;
        options.set_log_errors(false);
        const auto regexp = std::make_shared<re2::RE2>(*text, options);
        if (!regexp->ok()) {
            return mistake(node.range, "no regular expression: " + regexp->error());
        }
        return as_text(match_regexp(*text, regexp));
    }
    MatcherPtr read_length(const Node& node, const std::string& name) {
        if (!node.scalar.is_number() || node.scalar.as_double() < 0) {
            return wrong_argument(node, name, "a whole number");
        }
        return have_length(static_cast<std::size_t>(node.scalar.as_double()));
    }
    MatcherPtr read_patterns(const Node& node, const std::string& name) {
        MatcherPtr matcher = patterns(node, name);
        return matcher == nullptr ? nullptr : as_text(std::move(matcher));
    }
    MatcherPtr read_key(const Node& node, const std::string& /*name*/) {
        MatcherPtr key = read(node);
        return key == nullptr ? nullptr : have_key(std::move(key));
    }
    MatcherPtr read_element(const Node& node, const std::string& name) {
        if (!node.is_map && node.scalar.string() == nullptr && !node.scalar.is_number()) {
            return wrong_argument(node, name, "a matcher, a text or a number");
        }
        MatcherPtr element = read(node);
        return element == nullptr ? nullptr : as_list(contain_element(std::move(element)));
    }
    MatcherPtr read_elements(const Node& node, const std::string& name) {
        return elements(node, name, [](Matchers all) {
            return as_list(have_elements(std::move(all), false));
        });
    }
    MatcherPtr read_consist(const Node& node, const std::string& name) {
        return elements(node, name, [](Matchers all) {
            return have_elements(std::move(all), true);
        });
    }
    MatcherPtr read_not(const Node& node, const std::string& /*name*/) {
        MatcherPtr inner = read(node);
        return inner == nullptr ? nullptr : negated(std::move(inner));
    }
    MatcherPtr read_and(const Node& node, const std::string& name) {
        return elements(node, name, [](Matchers all) { return all_of(std::move(all)); });
    }
    MatcherPtr read_or(const Node& node, const std::string& name) {
        return elements(node, name, [](Matchers all) { return any_of(std::move(all)); });
    }
    MatcherPtr read_comparison(const Node& node, const std::string& name) {
        if (!node.scalar.is_number()) {
            return wrong_argument(node, name, "a number");
        }
        return as_number(numerically(name, node.scalar));
    }
    MatcherPtr read_semver(const Node& node, const std::string& name) {
        const std::string* text = node.scalar.string();
        if (node.is_list || node.is_map || text == nullptr) {
            return wrong_argument(node, name, "a text");
        }
        const auto range = VersionRange::parse(*text);
        if (!range) {
            return mistake(
                node.range,
                "no range of versions",
                "versions have three numbers or an x: \">=1.2.0 <2.0.0\", \"1.2.x\""
            );
        }
        return satisfy_versions(*text, *range);
    }
    MatcherPtr read_gjson(const Node& node, const std::string& name) {
        if (!node.is_map) {
            return wrong_argument(node, name, "a map of paths");
        }
        Matchers all;
        for (const Node::Entry& entry : node.entries) {
            if (!is_known_path(entry.key)) {
                return mistake(
                    entry.key_range,
                    "kiln does not know modifiers, pipes and multipaths of gjson",
                    "use a path of names, numbers, # and #(...)"
                );
            }
            MatcherPtr inner = read(entry.value);
            if (inner == nullptr) {
                return nullptr;
            }
            all.push_back(at_json_path(entry.key, std::move(inner)));
        }
        return all_of(std::move(all));
    }

public:
    static const std::map<std::string, Read>& readers() {
        using R = MatcherReader;
        static const std::map<std::string, Read> all = {
            {"and", &R::read_and},
            {"consist-of", &R::read_consist},
            {"contain-element", &R::read_element},
            {"contain-elements", &R::read_elements},
            {"contain-substring", &R::read_text_matcher},
            {"equal", &R::read_equal},
            {"ge", &R::read_comparison},
            {"gjson", &R::read_gjson},
            {"gt", &R::read_comparison},
            {"have-key", &R::read_key},
            {"have-len", &R::read_length},
            {"have-patterns", &R::read_patterns},
            {"have-prefix", &R::read_text_matcher},
            {"have-suffix", &R::read_text_matcher},
            {"le", &R::read_comparison},
            {"lt", &R::read_comparison},
            {"match-regexp", &R::read_regexp},
            {"not", &R::read_not},
            {"or", &R::read_or},
            {"semver-constraint", &R::read_semver},
        };
        return all;
    }

private:
    Diagnostics& diagnostics_;
};

}  // namespace

MatcherPtr make_matcher(const Node& node, Subject subject, Diagnostics& diagnostics) {
    MatcherReader reader(diagnostics);
    return subject == Subject::lines && node.is_list ? reader.patterns(node, "a list of patterns")
                                                     : reader.read(node);
}

const std::vector<std::string>& matcher_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const auto& [name, reader] : MatcherReader::readers()) {
            all.push_back(name);
        }
        return all;
    }();
    return names;
}

}  // namespace kiln::goss
