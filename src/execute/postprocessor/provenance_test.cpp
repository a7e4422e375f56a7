#include "execute/postprocessor/provenance.hpp"

#include "artifact/digest_memo.hpp"
#include "base/base64.hpp"
#include "execute/builder/rootfs/package_inputs.hpp"
#include "execute/local_file_inputs.hpp"
#include "execute/postprocessor/provenance_statement.hpp"
#include "execute/testing/run_fixture.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace kiln::exec {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

class Provenance : public testing::Test {
protected:
    RunFixture run;
    plan::ProvenanceOptions options;
    artifact::Artifact input;

    void SetUp() override {
        options.output = run.at("out/{{.BuildName}}.json");
        RunInputs inputs;
        inputs.kiln_version = "1.2.3";
        inputs.template_path = "node.pkr.hcl";
        inputs.files = {{.name = "node.pkr.hcl", .digests = {{"sha256", "aa"}}}};
        inputs.variables = {{"size", "3"}, {"words", R"(["a secret b", {"secret": null}])"}};
        inputs.sensitive_variables = {"password"};
        inputs.secrets = {"secret"};
        run.options.inputs = std::make_shared<const RunInputs>(inputs);
    }
    json statement() {
        BuildContext context = run.context();
        context.inputs = std::make_shared<BuildInputs>();
        context.inputs->add({.name = "x", .uri = "https://secret.example.org/x"});
        make_provenance_post_processor(options)->process(context, input);
        return json::parse(run.read("out/base.json"));
    }
    std::string error() {
        try {
            make_provenance_post_processor(options)->check(run.context());
            statement();
        } catch (const Error& error) {
            return error.message();
        }
        return {};
    }
};

TEST_F(Provenance, NamesFilesByDigestAndMasksSecrets) {
    input.files = {run.write("image.raw", "x")};
    const json made = statement();
    EXPECT_EQ(
        made["subject"],
        json::parse(R"([{"name": "image.raw", "digest": {"sha256":)"
                    R"("2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}}])")
    );
    const json& definition = made["predicate"]["buildDefinition"];
    EXPECT_EQ(
        definition["externalParameters"]["variables"],
        json::parse(R"({"size": 3, "words": ["a <sensitive> b", {"<sensitive>": null}]})")
    );
    EXPECT_EQ(
        definition["externalParameters"]["sensitiveVariables"], json::parse(R"(["password"])")
    );
    EXPECT_EQ(
        definition["resolvedDependencies"],
        json::parse(R"([{"name": "node.pkr.hcl", "digest": {"sha256": "aa"}},)"
                    R"({"name": "x", "uri": "https://<sensitive>.example.org/x"}])")
    );
    EXPECT_EQ(
        made["predicate"]["runDetails"]["builder"],
        json::parse(R"({"id": "pkg:generic/kiln@1.2.3", "version": {"kiln": "1.2.3"}})")
    );
}

TEST_F(Provenance, NamesImagesOfEc2ByTheirArn) {
    input.id = "us-east-1:ami-0a,eu-west-1:ami-0b";
    EXPECT_EQ(
        statement()["subject"],
        json::parse(R"([{"name": "ami-0a", "uri": "arn:aws:ec2:us-east-1::image/ami-0a",)"
                    R"("digest": {"ec2-ami-id": "0a"}},)"
                    R"({"name": "ami-0b", "uri": "arn:aws:ec2:eu-west-1::image/ami-0b",)"
                    R"("digest": {"ec2-ami-id": "0b"}}])")
    );
    input.id = "VM";
    EXPECT_EQ(error(), "provenance: the artifact has neither files nor images to speak of");
}

TEST_F(Provenance, RefusesAKeyThatDoesNotSign) {
    input.files = {run.write("image.raw", "x")};
    options.key =
        run.write("key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    EXPECT_EQ(error(), *options.key + " is no private key in PEM");
    EXPECT_FALSE(run.files.status(run.at("out/base.json")));
    options.key = run.at("missing");
    EXPECT_THAT(error(), HasSubstr("missing"));
    // Known when the build runs.
    options.key = "<unknown>";
    EXPECT_NO_THROW(make_provenance_post_processor(options)->check(run.context()));
}

TEST_F(Provenance, KnowsWhichInputsOfAStepAreFiles) {
    const std::string script = run.write("s.sh", "a\r\nb\n");
    const std::string digest = sha256_hex("a\nb\n");
    BuildContext context = run.context();
    context.inputs = std::make_shared<BuildInputs>();
    add_local_files(
        context,
        {{"inline[0]", digest},
         {script, digest},
         {run.write("other", "x"), digest},
         {"tree/a", "100644 " + digest},
         {"tree/", "40755"}}
    );
    EXPECT_THAT(
        context.inputs->list(),
        ElementsAre(
            Resource{.name = script, .digests = {{"sha256", sha256_hex("a\r\nb\n")}}},
            Resource{.name = "tree/a", .digests = {{"sha256", digest}}}
        )
    );
}

TEST(InstalledPackages, AreThoseOfTheStatusFile) {
    EXPECT_THAT(
        rootfs::installed_packages(
            "debian",
            "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2\n"
            "Description: shell\n more\n\n"
            "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\n"
            "Package: tzdata\nStatus: install ok installed\nArchitecture: all\nVersion: 1+2"
        ),
        ElementsAre(
            Resource{.name = "bash", .uri = "pkg:deb/debian/bash@5.2?arch=amd64"},
            Resource{.name = "tzdata", .uri = "pkg:deb/debian/tzdata@1%2B2?arch=all"}
        )
    );
}

}  // namespace
}  // namespace kiln::exec
