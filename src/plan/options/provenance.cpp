#include "plan/options/provenance.hpp"

#include "plan/check.hpp"
#include "plan/private_key.hpp"

namespace kiln::plan {

namespace {

void key_can_be_read(const ProvenanceOptions& values, const CheckContext& context) {
    if (!values.key) {
        for (const char* option : {"key_password", "key_id"}) {
            if (context.is_set(option)) {
                context.error(
                    option, std::string(option) + " is of no use without \"key\"", "set key too"
                );
            }
        }
        return;
    }
    check_regular_file("key", *values.key, context);
    if (is_unknown(*values.key) || !context.facts().read_file) {
        return;
    }
    const std::optional<std::string> text = context.facts().read_file(*values.key);
    if (!text) {
        return;  // not there, or not to be read: told above, or when it is used
    }
    const bool is_pem = text->find("-----BEGIN ") != std::string::npos &&
                        text->find("-----BEGIN OPENSSH") == std::string::npos;
    const std::string problem = private_key_problem(*text);
    if (!is_pem || problem == "it is no private key") {
        context.error(
            "key",
            "\"" + *values.key + "\" is no private key in PEM",
            "`openssl genpkey -algorithm ed25519 -out FILE` makes one"
        );
    } else if (!problem.empty() && !context.is_set("key_password")) {
        context.error(
            "key",
            "\"" + *values.key + "\" is locked with a passphrase",
            "give key_password, from a variable that is sensitive"
        );
    }
}

void builder_id_is_a_uri(const ProvenanceOptions& values, const CheckContext& context) {
    if (values.builder_id && !is_unknown(*values.builder_id) &&
        (values.builder_id->find(':') == std::string::npos ||
         values.builder_id->find_first_of(" \t\n") != std::string::npos)) {
        context.error(
            "builder_id",
            "\"" + *values.builder_id + "\" is no URI",
            "such as \"https://ci.example.org/images\""
        );
    }
}

}  // namespace

const OptionTable& ProvenanceOptions::options() {
    using O = ProvenanceOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::output>(
            "output",
            {.help = "path of the file; knows .BuildName and .BuilderType",
             .render = Render::at_run}
        ),
        option<&O::key>(
            "key",
            {.help = "PEM file with the private key to sign with, ed25519 or ECDSA on P-256",
             .default_text = "the statement is not signed"}
        ),
        option<&O::key_password>(
            "key_password", {.help = "passphrase of that file", .secret = true}
        ),
        option<&O::key_id>(
            "key_id",
            {.help = "how the signature names the key",
             .default_text = "the SHA-256 of the public key as DER"}
        ),
        option<&O::builder_id>(
            "builder_id",
            {.help = "URI of who builds, as verifiers know it",
             .default_text = "the package URL of this kiln"}
        ),
        rule<&key_can_be_read>("`key` is a private key in PEM; a locked one needs a `key_password`."
        ),
        rule<&builder_id_is_a_uri>("`builder_id` is a URI."),
    });
    return table;
}

}  // namespace kiln::plan
