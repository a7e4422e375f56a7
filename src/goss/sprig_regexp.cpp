#include "goss/functions.hpp"
#include "template/text/values.hpp"

#include <re2/re2.h>

namespace kiln::goss {

namespace {

using tmpl::TextContext;
using tmpl::TextList;
using tmpl::TextMap;
using tmpl::TextValue;
using tmpl::text::Arguments;
using tmpl::text::CallFailure;
using tmpl::text::FunctionMap;
using tmpl::text::integer_argument;
using tmpl::text::string_argument;

/// The regular expression of the first argument.
class Regexp {
public:
    explicit Regexp(const Arguments& arguments)
        : regexp_(string_argument(arguments, 0), re2::RE2::Quiet) {
        if (!regexp_.ok()) {
            throw CallFailure{"no regular expression: " + regexp_.error()};
        }
    }
    const re2::RE2& operator*() const { return regexp_; }

    /// What matches from `from` on, the whole first; empty when nothing does.
    std::vector<re2::StringPiece> find(const std::string& text, std::size_t from) const {
        std::vector<re2::StringPiece> groups(
            static_cast<std::size_t>(regexp_.NumberOfCapturingGroups()) + 1
        );
        if (from > text.size() || !regexp_.Match(
                                      text,
                                      from,
                                      text.size(),
                                      re2::RE2::UNANCHORED,
                                      groups.data(),
                                      static_cast<int>(groups.size())
                                  )) {
            return {};
        }
        return groups;
    }

private:
    re2::RE2 regexp_;
};

struct Span {
    std::size_t begin, end;
};

std::vector<Span> all_matches(const Regexp& regexp, const std::string& text, std::int64_t limit) {
    std::vector<Span> spans;
    std::size_t from = 0;
    while (limit < 0 || static_cast<std::int64_t>(spans.size()) < limit) {
        const auto groups = regexp.find(text, from);
        if (groups.empty()) {
            break;
        }
        const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
        spans.push_back({begin, begin + groups[0].size()});
        from = spans.back().end + (groups[0].empty() ? 1 : 0);
    }
    return spans;
}

TextValue regexp_match(const Arguments& a, const TextContext& /*context*/) {
    return re2::RE2::PartialMatch(string_argument(a, 1), *Regexp(a));
}

TextValue regexp_find(const Arguments& a, const TextContext& /*context*/) {
    const auto groups = Regexp(a).find(string_argument(a, 1), 0);
    return groups.empty() ? std::string() : groups[0].as_string();
}

TextValue regexp_find_all(const Arguments& a, const TextContext& /*context*/) {
    const std::string& text = string_argument(a, 1);
    TextList list;
    for (const Span& span : all_matches(Regexp(a), text, integer_argument(a, 2))) {
        list.emplace_back(text.substr(span.begin, span.end - span.begin));
    }
    return list;
}

TextValue regexp_split(const Arguments& a, const TextContext& /*context*/) {
    const std::string& text = string_argument(a, 1);
    const std::int64_t limit = integer_argument(a, 2);
    TextList list;
    std::size_t from = 0;
    for (const Span& span : all_matches(Regexp(a), text, limit < 0 ? limit : limit - 1)) {
        list.emplace_back(text.substr(from, span.begin - from));
        from = span.end;
    }
    list.emplace_back(text.substr(from));
    return list;
}

// Go's "${1}" and "$1" are RE2's "\1".
std::string rewrite_of(const std::string& text, bool literal) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            out += "\\\\";
            continue;
        }
        const bool braces = !literal && text[i] == '$' && i + 3 < text.size() &&
                            text[i + 1] == '{' && text[i + 3] == '}';
        const std::size_t digit = i + (braces ? 2 : 1);
        if (!literal && text[i] == '$' && digit < text.size() && text[digit] >= '0' &&
            text[digit] <= '9') {
            out += std::string("\\") + text[digit];
            i = digit + (braces ? 1 : 0);
            continue;
        }
        out += text[i];
    }
    return out;
}

TextValue replaced(const Arguments& a, bool literal) {
    const Regexp regexp(a);
    std::string text = string_argument(a, 1);
    const std::string rewrite = rewrite_of(string_argument(a, 2), literal);
    std::string problem;
    if (!(*regexp).CheckRewriteString(rewrite, &problem)) {
        throw CallFailure{problem};
    }
    re2::RE2::GlobalReplace(&text, *regexp, rewrite);
    return text;
}

TextValue regexp_replace(const Arguments& a, const TextContext& /*context*/) {
    return replaced(a, false);
}

TextValue regexp_replace_literal(const Arguments& a, const TextContext& /*context*/) {
    return replaced(a, true);
}

// The named groups; without any, all by number.
TextValue find_submatch(const Arguments& a, const TextContext& /*context*/) {
    const Regexp regexp(a);
    const auto groups = regexp.find(string_argument(a, 1), 0);
    TextMap numbered;
    TextMap named;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        numbered.insert_or_assign(std::to_string(i), groups[i].as_string());
        const auto& names = (*regexp).CapturingGroupNames();
        const auto name = names.find(static_cast<int>(i));
        if (name != names.end()) {
            named.insert_or_assign(name->second, groups[i].as_string());
        }
    }
    return named.empty() ? numbered : named;
}

}  // namespace

FunctionMap sprig_regexp_functions() {
    return {
        {"findStringSubmatch", {2, 2, find_submatch}},
        {"regexFind", {2, 2, regexp_find}},
        {"regexFindAll", {3, 3, regexp_find_all}},
        {"regexMatch", {2, 2, regexp_match}},
        {"regexReplaceAll", {3, 3, regexp_replace}},
        {"regexReplaceAllLiteral", {3, 3, regexp_replace_literal}},
        {"regexSplit", {3, 3, regexp_split}},
    };
}

}  // namespace kiln::goss
