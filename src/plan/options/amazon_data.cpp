#include "plan/options/amazon_data.hpp"

#include "plan/check.hpp"

namespace kiln::plan {

namespace {

void owners_are_named(const AmazonAmiDataOptions& options, const CheckContext& context) {
    if (options.filter.owners.empty()) {
        context.error("", "a lookup of AMIs must name \"owners\": anybody may publish any name");
    }
}

}  // namespace

const OptionTable& AmazonAmiDataOptions::options() {
    using O = AmazonAmiDataOptions;
    static const OptionTable table = OptionTable::of<O>({
        include<&O::access>(),
        include<&O::filter>(),
        rule<&owners_are_named>("`owners` is required."),
    });
    return table;
}

const OptionTable& AmazonParameterDataOptions::options() {
    using O = AmazonParameterDataOptions;
    static const OptionTable table = OptionTable::of<O>({
        include<&O::access>(),
        option<&O::name>("name", {.help = "name of the parameter", .required = true}),
        option<&O::with_decryption>("with_decryption", {.help = "decrypt a SecureString"}),
    });
    return table;
}

const OptionTable& AmazonSecretDataOptions::options() {
    using O = AmazonSecretDataOptions;
    static const OptionTable table = OptionTable::of<O>({
        include<&O::access>(),
        option<&O::name>("name", {.help = "name or ARN of the secret", .required = true}),
        option<&O::key>(
            "key",
            {.help = "member of a secret that is a JSON object", .default_text = "one of them"}
        ),
        option<&O::version_id>("version_id", {.help = "version of the secret"}),
        option<&O::version_stage>("version_stage", {.help = "stage of the version"}),
    });
    return table;
}

}  // namespace kiln::plan
