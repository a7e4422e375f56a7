#include "execute/postprocessor/provenance.hpp"

#include "artifact/digest_memo.hpp"
#include "execute/postprocessor/output_name.hpp"
#include "execute/postprocessor/provenance_statement.hpp"
#include "execute/postprocessor/signing_key.hpp"
#include "plan/check.hpp"
#include "sys/clock.hpp"
#include "sys/file_system.hpp"

#include <utility>

namespace kiln::exec {

namespace {

class ProvenancePostProcessor final : public PostProcessor {
public:
    explicit ProvenancePostProcessor(plan::ProvenanceOptions options)
        : options_(std::move(options)) {}

    void check(const BuildContext& context) const override;
    Result process(BuildContext& context, const artifact::Artifact& input) override;

private:
    std::optional<SigningKey> key(const BuildContext& context) const;
    ProvenanceFacts facts(const BuildContext& context, const artifact::Artifact& input) const;

    plan::ProvenanceOptions options_;
};

std::optional<SigningKey> ProvenancePostProcessor::key(const BuildContext& context) const {
    if (!options_.key) {
        return std::nullopt;
    }
    return SigningKey::read(
        context.effects.files.read_file(*options_.key), options_.key_password, *options_.key
    );
}

// A key that does not sign would be found after all the work.
void ProvenancePostProcessor::check(const BuildContext& context) const {
    const bool is_known = !plan::is_unknown(options_.key.value_or("")) &&
                          !plan::is_unknown(options_.key_password.value_or(""));
    if (is_known) {
        key(context);
    }
}

ProvenanceFacts ProvenancePostProcessor::facts(
    const BuildContext& context, const artifact::Artifact& input
) const {
    const auto digests = input.digests ? input.digests : std::make_shared<artifact::DigestMemo>();
    ProvenanceFacts facts;
    facts.subjects = subjects_of(input, [&](const std::filesystem::path& file) {
        return digests->file_digest(file, DigestAlgorithm::sha256, context.stop);
    });
    if (facts.subjects.empty()) {
        throw Error(
            ErrorKind::input, "provenance: the artifact has neither files nor images to speak of"
        );
    }
    if (context.inputs) {
        facts.dependencies = context.inputs->list();
    }
    if (context.options.inputs) {
        facts.run = *context.options.inputs;
    }
    facts.build = context.build.name;
    facts.builder_type = context.build.builder_type();
    facts.builder_id = options_.builder_id.value_or("pkg:generic/kiln@" + facts.run.kiln_version);
    facts.run_id = context.options.run_uuid;
    facts.started = context.started;
    facts.finished = context.effects.clock.wall_now();
    facts.parameters["cache"] = context.options.use_cache ? "used" : "not used";
    const auto epoch = context.effects.environment.find("SOURCE_DATE_EPOCH");
    if (epoch != context.effects.environment.end()) {
        facts.parameters["SOURCE_DATE_EPOCH"] = epoch->second;
    }
    return facts;
}

PostProcessor::Result ProvenancePostProcessor::process(
    BuildContext& context, const artifact::Artifact& input
) {
    const std::filesystem::path output = output_name(context, input, options_.output);
    const std::optional<SigningKey> signing_key = key(context);
    std::string text = provenance_statement(facts(context, input));
    if (signing_key) {
        text = signed_envelope(text, *signing_key, options_.key_id.value_or(signing_key->id()));
    }
    if (output.has_parent_path()) {
        context.effects.files.make_directories(output.parent_path());
    }
    context.say(
        std::string("Writing ") + (signing_key ? "signed" : "unsigned") + " provenance to " +
        output.string()
    );
    context.effects.files.write_file_atomic(output, text + "\n");

    artifact::Artifact made = input;
    made.builder_id = "kiln.post-processor.provenance";
    made.files.push_back(output);
    made.text = "Provenance: " + output.string();
    return {made, true, true};
}

}  // namespace

std::unique_ptr<PostProcessor> make_provenance_post_processor(plan::ProvenanceOptions options) {
    return std::make_unique<ProvenancePostProcessor>(std::move(options));
}

}  // namespace kiln::exec
