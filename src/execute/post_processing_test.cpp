#include "execute/post_processing.hpp"

#include "execute/testing/run_fixture.hpp"

#include <gmock/gmock.h>

namespace kiln::exec {
namespace {

using artifact::Artifact;
using testing::ElementsAreArray;

Artifact made(const std::string& id, const std::vector<std::filesystem::path>& files = {}) {
    Artifact artifact;
    artifact.id = id;
    artifact.files = files;
    return artifact;
}

/// What a post-processor of a test does.
struct Behaviour {
    bool fails = false;
    bool ends_chain = false;
    bool keep = false;
    bool force = false;
    bool adds_file = true;
};

struct FakePostProcessor : PostProcessor {
    std::string type;
    Behaviour behaviour;

    Result process(BuildContext& context, const Artifact& input) override {
        if (behaviour.fails) {
            throw Error(ErrorKind::command, type + " broke");
        }
        if (behaviour.ends_chain) {
            return {};
        }
        Artifact output = made(input.id + "+" + type, input.files);
        if (behaviour.adds_file) {
            const std::filesystem::path file =
                input.files.front().parent_path() / (type + std::to_string(count++));
            context.effects.files.write_file_atomic(file, "x", 0644);
            output.files = {file};
        }
        return {output, behaviour.keep, behaviour.force};
    }
    static inline int count = 0;
};

const std::map<std::string, Behaviour> kBehaviours = {
    {"keeps", {.keep = true}},
    {"insists", {.keep = true, .force = true, .adds_file = false}},
    {"replaces", {}},
    {"fails", {.fails = true}},
    {"ends", {.ends_chain = true}},
};

/// Who wrote the other files that lie beside the image.
std::vector<std::string> others_beside(const std::filesystem::path& image) {
    std::vector<std::string> others;
    for (const auto& entry : std::filesystem::directory_iterator(image.parent_path())) {
        const std::string name = entry.path().filename();
        if (kBehaviours.contains(name.substr(0, name.find_first_of("0123456789")))) {
            others.push_back(name.substr(0, name.find_first_of("0123456789")));
        }
    }
    return others;
}

struct Member {
    std::string type;
    std::optional<bool> keep_input = {};
    std::string name = "";
};

struct ChainCase {
    const char* name;
    std::vector<std::vector<Member>> chains;
    std::vector<std::string> want_artifacts;
    bool want_built_file;
    std::string want_error = "";
    OnError on_error = OnError::cleanup;
    std::optional<std::vector<std::string>> want_others = {};  ///< files, by who wrote them
};

TEST(PostProcessing, DecidesWhatIsKept) {
    const ChainCase cases[] = {
        {"no chain", {}, {"img"}, true},
        {"nobody wants the builder's", {{{"replaces"}}}, {"img+replaces"}, false},
        {"kept by default, and listed first", {{{"keeps"}}}, {"img", "img+keeps"}, true},
        {"the user does not want it", {{{"keeps", false}}}, {"img+keeps"}, false},
        {"the user wants it", {{{"replaces", true}}}, {"img", "img+replaces"}, true},
        {"the user is not asked", {{{"insists", false}}}, {"img", "img+insists"}, true},
        {"one of two chains wants it",
         {{{"replaces"}}, {{"keeps"}}},
         {"img", "img+replaces", "img+keeps"},
         true},
        {"later members decide on the one before",
         {{{"keeps"}, {"replaces"}, {"keeps"}}},
         {"img", "img+keeps+replaces", "img+keeps+replaces+keeps"},
         true},
        {"nothing ends the chain", {{{"keeps"}, {"ends"}, {"fails"}}}, {"img", "img+keeps"}, true},
        {"nothing at once", {{{"ends"}}}, {}, false},
        {"a failure lets other chains run",
         {{{"fails"}, {"keeps"}}, {{"keeps"}}},
         {},
         true,
         "1 error(s) occurred:\n\n* Post-processor failed: fails broke"},
        {"each failure is told",
         {{{"fails"}}, {{"fails"}}},
         {},
         false,
         "2 error(s) occurred:\n\n* Post-processor failed: fails broke\n* Post-processor failed: "
         "fails broke"},
        {"what failed keeps its input when it shall",
         {{{"fails", true}}},
         {},
         true,
         "1 error(s) occurred:\n\n* Post-processor failed: fails broke"},
        {"what came before the failure goes with it",
         {{{"replaces"}, {"fails"}}},
         {},
         false,
         "1 error(s) occurred:\n\n* Post-processor failed: fails broke",
         OnError::cleanup,
         std::vector<std::string>{}},
        {"unless what failed shall keep it",
         {{{"replaces"}, {"fails", true}}},
         {},
         false,
         "1 error(s) occurred:\n\n* Post-processor failed: fails broke",
         OnError::cleanup,
         std::vector<std::string>{"replaces"}},
        {"or the user wants to look at it",
         {{{"replaces"}, {"fails"}}},
         {},
         false,
         "1 error(s) occurred:\n\n* Post-processor failed: fails broke",
         OnError::abort,
         std::vector<std::string>{"replaces"}},
        {"with -on-error=abort what was built stays",
         {{{"fails"}}},
         {},
         true,
         "1 error(s) occurred:\n\n* Post-processor failed: fails broke",
         OnError::abort},
    };
    for (const ChainCase& c : cases) {
        SCOPED_TRACE(c.name);
        RunFixture run;
        run.options.on_error = c.on_error;
        Components components;
        for (const auto& [type, behaviour] : kBehaviours) {
            components.post_processors[type] = [type = type, behaviour = behaviour](const auto&) {
                auto processor = std::make_unique<FakePostProcessor>();
                processor->type = type;
                processor->behaviour = behaviour;
                return processor;
            };
        }
        for (const std::vector<Member>& chain : c.chains) {
            plan::PostProcessorChain& steps = run.build.post_processors.emplace_back();
            for (const Member& member : chain) {
                plan::PostProcessorStep& step = steps.emplace_back();
                step.component.type = member.type;
                step.keep_input_artifact = member.keep_input;
            }
        }
        const std::filesystem::path image = run.write("img", "x");
        BuildContext context = run.context();
        std::string error;
        std::vector<std::string> ids;
        try {
            for (const Artifact& artifact :
                 run_post_processors(context, components, made("img", {image}))) {
                ids.push_back(artifact.id);
                for (const auto& file : artifact.files) {
                    EXPECT_TRUE(std::filesystem::exists(file)) << file;
                }
            }
        } catch (const Error& caught) {
            error = caught.message();
        }
        EXPECT_EQ(error, c.want_error);
        EXPECT_THAT(ids, ElementsAreArray(c.want_artifacts));
        EXPECT_EQ(std::filesystem::exists(image), c.want_built_file);
        if (c.want_others) {
            EXPECT_EQ(others_beside(image), *c.want_others);
        }
    }
}

TEST(PostProcessing, NamesWhatRuns) {
    RunFixture run;
    Components components;
    components.post_processors["ends"] = [](const auto&) {
        auto processor = std::make_unique<FakePostProcessor>();
        processor->behaviour.ends_chain = true;
        return processor;
    };
    for (const char* name : {"", "mine", "ends"}) {
        plan::PostProcessorStep step;
        step.name = name;
        step.component.type = "ends";
        run.build.post_processors.push_back({step});
    }
    BuildContext context = run.context();
    run_post_processors(context, components, made("img"));
    EXPECT_THAT(
        run.events.take(),
        testing::ElementsAre(
            "say null.base: Running post-processor:  (type ends)",
            "say null.base: Running post-processor: mine (type ends)",
            "say null.base: Running post-processor: ends"
        )
    );
}

TEST(PostProcessing, StopsAtAnInterrupt) {
    RunFixture run;
    Components components;
    plan::PostProcessorStep step;
    step.component.type = "never";
    run.build.post_processors.push_back({step});
    run.stop.request_stop();
    BuildContext context = run.context();
    const std::filesystem::path image = run.write("img", "x");
    try {
        run_post_processors(context, components, made("img", {image}));
        FAIL() << "did not throw";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::interrupted);
    }
    EXPECT_FALSE(std::filesystem::exists(image)) << "a cancelled build leaves nothing";
}

}  // namespace
}  // namespace kiln::exec
