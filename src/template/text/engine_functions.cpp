#include "template/text/engine_functions.hpp"

#include "base/error.hpp"
#include "base/go_time.hpp"
#include "base/strings.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/unicode.hpp"
#include "template/packer_version.hpp"
#include "template/text/values.hpp"

#include <optional>
#include <utility>

namespace kiln::tmpl::text {

namespace {

TextValue known(const std::optional<std::string>& value, const char* missing) {
    if (!value) {
        throw CallFailure{missing};
    }
    return *value;
}

TextValue timestamp(const Arguments& /*a*/, const TextContext& context) {
    const auto seconds =
        std::chrono::floor<std::chrono::seconds>(context.start.time_since_epoch()).count();
    return std::to_string(seconds);
}

TextValue iso_time(const Arguments& a, const TextContext& context) {
    const std::string layout = a.empty() ? std::string(kRfc3339Layout) : string_argument(a, 0);
    return format_go_time(layout, context.start);
}

TextValue strftime(const Arguments& a, const TextContext& context) {
    return format_strftime(string_argument(a, 0), context.start);
}

TextValue uuid(const Arguments& /*a*/, const TextContext& context) {
    if (!context.make_uuid) {
        throw CallFailure{"no UUID can be made here"};
    }
    return context.make_uuid();
}

TextValue working_directory(const Arguments& /*a*/, const TextContext& context) {
    return context.working_directory;
}

TextValue template_directory(const Arguments& /*a*/, const TextContext& context) {
    return known(
        context.template_directory, "not available in an HCL2 template; use ${path.root} there"
    );
}

TextValue packer_version(const Arguments& /*a*/, const TextContext& /*context*/) {
    return std::string(kPackerVersion);
}

TextValue build_name(const Arguments& /*a*/, const TextContext& context) {
    return known(context.build_name, "there is no build here");
}

TextValue build_type(const Arguments& /*a*/, const TextContext& context) {
    return known(context.build_type, "there is no build here");
}

TextValue build_value(const Arguments& a, const TextContext& context) {
    const std::string& name = string_argument(a, 0);
    if (!context.build_value) {
        throw CallFailure{"not available in an HCL2 template; use ${build." + name + "} there"};
    }
    const std::optional<std::string> value = context.build_value(name);
    if (!value) {
        throw CallFailure{"there is no build value \"" + name + "\""};
    }
    return *value;
}

TextValue user_variable(const Arguments& a, const TextContext& context) {
    const std::string& name = string_argument(a, 0);
    if (!context.user_variable) {
        throw CallFailure{"not available in an HCL2 template; use ${var." + name + "} there"};
    }
    return context.user_variable(name).value_or("");
}

TextValue environment_variable(const Arguments& a, const TextContext& context) {
    const std::string& name = string_argument(a, 0);
    if (!context.environment_variable) {
        throw CallFailure{"only available in the variables of a JSON template"};
    }
    return context.environment_variable(name).value_or("");
}

TextValue lower(const Arguments& a, const TextContext& /*context*/) {
    return hcl::to_lower(string_argument(a, 0));
}

TextValue upper(const Arguments& a, const TextContext& /*context*/) {
    return hcl::to_upper(string_argument(a, 0));
}

TextValue split_part(const Arguments& a, const TextContext& /*context*/) {
    const std::string& text = string_argument(a, 0);
    const std::string& separator = string_argument(a, 1);
    const std::int64_t wanted = integer_argument(a, 2);
    std::vector<std::string> parts;
    if (separator.empty()) {
        for (const std::string_view point : hcl::code_points(text)) {
            parts.emplace_back(point);
        }
    } else {
        std::size_t begin = 0;
        for (std::size_t end = 0; (end = text.find(separator, begin)) != std::string::npos;
             begin = end + separator.size()) {
            parts.push_back(text.substr(begin, end - begin));
        }
        parts.push_back(text.substr(begin));
    }
    if (wanted < 0 || static_cast<std::uint64_t>(wanted) >= parts.size()) {
        throw CallFailure{
            "part " + std::to_string(wanted) + " of \"" + text + "\" does not exist, it has " +
            std::to_string(parts.size())};
    }
    return parts[static_cast<std::size_t>(wanted)];
}

void append_checked(std::string& out, std::string_view text) {
    if (out.size() + text.size() > hcl::kMaxTextBytes) {
        throw CallFailure{"the result is larger than 64 MiB"};
    }
    out += text;
}

// At most `count` times from the left; negative: everywhere. An empty `from` stands before every
// character and at the end.
std::string replace_some(
    std::string_view text, std::string_view from, std::string_view to, std::int64_t count
) {
    std::string out;
    if (from.empty()) {
        for (const std::string_view point : hcl::code_points(text)) {
            append_checked(out, count != 0 ? to : "");
            count -= count != 0 ? 1 : 0;
            append_checked(out, point);
        }
        append_checked(out, count != 0 ? to : "");
        return out;
    }
    std::size_t begin = 0;
    for (std::size_t end = 0; count != 0 && (end = text.find(from, begin)) != std::string::npos;
         begin = end + from.size(), --count) {
        append_checked(out, text.substr(begin, end - begin));
        append_checked(out, to);
    }
    append_checked(out, text.substr(begin));
    return out;
}

TextValue replace(const Arguments& a, const TextContext& /*context*/) {
    return replace_some(
        string_argument(a, 3), string_argument(a, 0), string_argument(a, 1), integer_argument(a, 2)
    );
}

TextValue replace_everywhere(const Arguments& a, const TextContext& /*context*/) {
    return replace_some(string_argument(a, 2), string_argument(a, 0), string_argument(a, 1), -1);
}

TextValue clean_resource_name(const Arguments& a, const TextContext& context) {
    if (!context.clean_resource_name) {
        throw CallFailure{"this builder has no rule for resource names"};
    }
    return context.clean_resource_name(string_argument(a, 0));
}

TextValue removed(const Arguments& /*a*/, const TextContext& /*context*/) {
    throw CallFailure{"the function was removed; use replace or replace_all"};
}

TextValue secret_store(const Arguments& /*a*/, const TextContext& context) {
    if (!context.environment_variable) {
        throw CallFailure{"only available in the variables of a JSON template"};
    }
    throw CallFailure{
        "kiln asks no secret store but AWS Secrets Manager; give the variable a value "
        "with -var, a var-file or {{env `NAME`}}"};
}

TextValue aws_secret(const Arguments& a, const TextContext& context) {
    if (!context.aws_secret) {
        return secret_store(a, context);
    }
    try {
        const bool has_key = a.size() > 1;
        return context.aws_secret(
            string_argument(a, 0), has_key ? std::optional(string_argument(a, 1)) : std::nullopt
        );
    } catch (const Error& error) {
        throw CallFailure{error.message()};
    }
}

TextValue aws_secret_text(const Arguments& a, const TextContext& context) {
    if (!context.aws_secret_text) {
        return secret_store(a, context);
    }
    try {
        return context.aws_secret_text(string_argument(a, 0));
    } catch (const Error& error) {
        throw CallFailure{error.message()};
    }
}

}  // namespace

FunctionMap engine_functions() {
    return {
        {"timestamp", {0, 0, timestamp}},
        {"isotime", {0, 1, iso_time}},
        {"strftime", {1, 1, strftime}},
        {"uuid", {0, 0, uuid}},
        {"pwd", {0, 0, working_directory}},
        {"template_dir", {0, 0, template_directory}},
        {"packer_version", {0, 0, packer_version}},
        {"build_name", {0, 0, build_name}},
        {"build_type", {0, 0, build_type}},
        {"build", {1, 1, build_value}},
        {"user", {1, 1, user_variable}},
        {"env", {1, 1, environment_variable}},
        {"lower", {1, 1, lower}},
        {"upper", {1, 1, upper}},
        {"split", {3, 3, split_part}},
        {"replace", {4, 4, replace}},
        {"replace_all", {3, 3, replace_everywhere}},
        {"clean_resource_name", {1, 1, clean_resource_name}},
        {"clean_ami_name", {1, 1, clean_resource_name}},
        {"sed", {0, kAnyNumber, removed}},
        {"consul_key", {1, 1, secret_store}},
        {"vault", {2, 2, secret_store}},
        {"aws_secretsmanager", {1, 2, aws_secret}},
        {"aws_secretsmanager_raw", {1, 1, aws_secret_text}},
    };
}

}  // namespace kiln::tmpl::text
