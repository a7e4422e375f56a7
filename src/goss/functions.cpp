#include "goss/functions.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "template/text/go_functions.hpp"
#include "template/text/values.hpp"

#include <algorithm>

namespace kiln::goss {

namespace {

using tmpl::TextContext;
using tmpl::TextList;
using tmpl::TextValue;
using tmpl::text::Arguments;
using tmpl::text::CallFailure;
using tmpl::text::FunctionMap;
using tmpl::text::kAnyNumber;
using tmpl::text::string_argument;

TextValue make_slice(const Arguments& a, const TextContext& /*context*/) {
    return TextList(a.begin(), a.end());
}

TextValue read_file(const Arguments& a, const TextContext& context) {
    if (!context.read_file) {
        throw CallFailure{"files can not be read here"};
    }
    try {
        return std::string(trim(context.read_file(string_argument(a, 0))));
    } catch (const Error& error) {
        throw CallFailure{error.message()};
    }
}

std::string variable(const TextContext& context, const std::string& name) {
    return context.environment_variable ? context.environment_variable(name).value_or("") : "";
}

TextValue get_environment(const Arguments& a, const TextContext& context) {
    const std::string value = variable(context, string_argument(a, 0));
    return value.empty() && a.size() > 1 ? string_argument(a, 1) : value;
}

// "$NAME" and "${NAME}".
TextValue expand_environment(const Arguments& a, const TextContext& context) {
    const std::string& text = string_argument(a, 0);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '$' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        const bool braces = text[i + 1] == '{';
        std::size_t end = i + (braces ? 2 : 1);
        const std::size_t begin = end;
        while (end < text.size() && (is_alphanumeric(text[end]) || text[end] == '_')) {
            ++end;
        }
        if (end == begin) {
            out += text[i];
            continue;
        }
        out += variable(context, text.substr(begin, end - begin));
        i = braces && end < text.size() && text[end] == '}' ? end : end - 1;
    }
    return out;
}

}  // namespace

const FunctionMap& goss_functions() {
    static const FunctionMap all = [] {
        // Of one name the earlier wins: goss's own, then sprig's, then Go's.
        FunctionMap map = {
            {"mkSlice", {0, kAnyNumber, make_slice}},
            {"readFile", {1, 1, read_file}},
            {"getEnv", {1, 2, get_environment}},
            {"env", {1, 1, get_environment}},
            {"expandenv", {1, 1, expand_environment}},
        };
        map.merge(sprig_text_functions());
        map.merge(sprig_regexp_functions());
        map.merge(sprig_number_functions());
        map.merge(sprig_list_functions());
        map.merge(sprig_map_functions());
        map.merge(tmpl::text::go_functions());
        return map;
    }();
    return all;
}

}  // namespace kiln::goss
