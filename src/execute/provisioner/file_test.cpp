#include "execute/provisioner/file.hpp"

#include "execute/testing/fake_machine.hpp"
#include "execute/testing/host_communicator.hpp"
#include "execute/testing/run_fixture.hpp"

#include <gmock/gmock.h>

namespace kiln::exec {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

/// "local" holds what is uploaded, "machine" stands for the machine.
struct File : testing::Test {
    RunFixture run;
    HostCommunicator host{run.files, run.processes};
    FakeMachine machine{&host};
    plan::FileProvisionerOptions options;

    File() {
        run.write("local/a.txt", "a");
        run.write("local/dir/b.txt", "b");
        run.write("local/dir/sub/c.txt", "c", 0755);
        run.write("machine/there/x", "x");
        run.write("machine/there/y.log", "y");
        run.write("machine/there/sub/z.log", "z");
    }
    std::string local(const std::string& name) { return run.at("local/" + name); }
    std::string remote(const std::string& name) { return run.at("machine/" + name); }

    std::string error() {
        BuildContext context = run.context();
        try {
            make_file_provisioner(options)->run(context, machine);
        } catch (const Error& caught) {
            return caught.message();
        }
        return "";
    }
};

struct UploadCase {
    const char* name;
    std::vector<const char*> sources;
    const char* destination;
    std::vector<std::string> want;  ///< below "machine"
};

TEST_F(File, UploadsByTheTrailingSlashRule) {
    const UploadCase cases[] = {
        {"a file under its new name", {"a.txt"}, "new", {"new"}},
        {"a file into a folder", {"a.txt"}, "there/", {"there/a.txt"}},
        {"a folder under its own name", {"dir"}, "there", {"there/dir/"}},
        {"the same with a slash", {"dir"}, "there/", {"there/dir/"}},
        {"the contents of a folder", {"dir/"}, "fresh", {"fresh/"}},
        {"a folder that becomes the destination", {"dir"}, "fresh", {"fresh/"}},
        {"the same with a slash", {"dir"}, "fresh/", {"fresh//"}},
        {"several, in order", {"dir", "a.txt"}, "fresh/", {"fresh/dir/", "fresh/a.txt"}},
    };
    for (const UploadCase& c : cases) {
        SCOPED_TRACE(c.name);
        std::filesystem::remove_all(remote("fresh"));
        std::filesystem::remove_all(remote("there/dir"));
        if (c.sources.size() > 1) {
            std::filesystem::create_directory(remote("fresh"));
        }
        host.uploads.clear();
        options.sources.clear();
        options.source.reset();
        for (const char* source : c.sources) {
            options.sources.push_back(local(source));
        }
        options.destination = remote(c.destination);
        EXPECT_EQ(error(), "");
        std::vector<std::string> want;
        for (const std::string& path : c.want) {
            want.push_back(remote(path));
        }
        EXPECT_THAT(host.uploads, ElementsAreArray(want));
        EXPECT_EQ(
            run.events.take().at(0),
            "say null.base: Uploading " + local(c.sources[0]) + " => " + remote(c.destination)
        );
    }
    EXPECT_EQ(run.read("machine/fresh/dir/sub/c.txt"), "c");
}

TEST_F(File, UploadsSourcesBeforeSource) {
    options.sources = {local("dir/b.txt")};
    options.source = local("a.txt");
    options.destination = remote("there/");
    EXPECT_EQ(error(), "");
    EXPECT_THAT(host.uploads, ElementsAre(remote("there/b.txt"), remote("there/a.txt")));
}

TEST_F(File, UploadsContent) {
    options.content = "hello";
    options.destination = remote("there/greeting");
    EXPECT_EQ(error(), "");
    EXPECT_EQ(run.read("machine/there/greeting"), "hello");
    EXPECT_EQ(run.files.status(remote("there/greeting"))->mode, 0600U);
    host.uploads.clear();
    options.destination = remote("there/");
    EXPECT_EQ(error(), "");
    EXPECT_THAT(
        host.uploads,
        ElementsAre(testing::MatchesRegex(".*/machine/there/pkr-file-content[0-9a-f]+"))
    );
}

TEST_F(File, DoesNothingWithoutASource) {
    options.destination = "/";
    EXPECT_EQ(error(), "");
    EXPECT_THAT(run.events.take(), ElementsAre());
}

TEST_F(File, NamesASourceThatIsMissing) {
    options.source = local("nowhere");
    options.destination = remote("x");
    const std::string message = "source \"" + local("nowhere") + "\" does not exist";
    EXPECT_EQ(error(), message);
    EXPECT_EQ(run.events.take().at(1), "error null.base: Upload failed: " + message);
    try {
        make_file_provisioner(options)->inputs(run.context());
        FAIL() << "did not throw";
    } catch (const Error& caught) {
        EXPECT_EQ(caught.message(), message);
    }
}

struct DownloadCase {
    const char* name;
    std::vector<std::string> sources;
    const char* destination;
    std::vector<std::string> want;  ///< files below "local/got"
};

TEST_F(File, DownloadsByTheTrailingSlashRule) {
    const DownloadCase cases[] = {
        {"a file under its new name", {"there/x"}, "deep/new", {"deep/new"}},
        {"a file into a folder", {"there/x"}, "", {"x"}},
        {"several", {"there/x", "there/y.log"}, "", {"x", "y.log"}},
        {"a folder's contents", {"there/"}, "d", {"d/sub/z.log", "d/x", "d/y.log"}},
        {"a pattern", {"there/*.log"}, "p", {"p/y.log"}},
        {"a pattern that takes a folder", {"there/s?b"}, "p", {"p/sub/z.log"}},
        {"nothing comes after a folder", {"there/sub/", "there/x"}, "", {"z.log"}},
    };
    options.direction = "download";
    EXPECT_FALSE(make_file_provisioner(options)->shapes_machine());
    for (const DownloadCase& c : cases) {
        SCOPED_TRACE(c.name);
        std::filesystem::remove_all(local("got"));
        options.sources.clear();
        for (const std::string& source : c.sources) {
            options.sources.push_back(remote(source));
        }
        options.destination = local(std::string("got/") + c.destination);
        EXPECT_EQ(error(), "");
        std::vector<std::string> got;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(local("got"))) {
            if (entry.is_regular_file()) {
                got.push_back(entry.path().lexically_relative(local("got")));
            }
        }
        EXPECT_THAT(got, testing::UnorderedElementsAreArray(c.want));
    }
}

TEST_F(File, TellsADownloadThatFails) {
    options.direction = "download";
    options.source = remote("nothing*");
    options.destination = local("x");
    const std::string message = "nothing on the machine matches \"" + remote("nothing*") + "\"";
    EXPECT_EQ(error(), message);
    EXPECT_EQ(run.events.take().at(1), "error null.base: Download failed: " + message);
}

TEST_F(File, APatternRunsNoCommand) {
    options.direction = "download";
    options.source = remote("*; touch " + remote("oops") + " #");
    options.destination = local("x");
    EXPECT_NE(error(), "");
    EXPECT_FALSE(std::filesystem::exists(remote("oops")));
}

TEST_F(File, NamesEveryFileThatItsResultDependsOn) {
    std::filesystem::create_symlink("sub", local("dir/loop-free"));
    std::filesystem::create_symlink("../dir", local("dir/above"));
    std::filesystem::create_symlink("nowhere", local("dir/dangling"));
    options.sources = {local("dir/")};
    options.source = local("a.txt");
    options.destination = "/x";
    const auto inputs = [&] { return make_file_provisioner(options)->inputs(run.context()); };
    std::vector<std::string> names;
    const std::vector<StepInput> before = inputs();
    for (const StepInput& input : before) {
        names.push_back(input.name);
    }
    EXPECT_THAT(
        names,
        ElementsAre(
            "destination",
            local("dir/"),
            local("dir/above"),
            local("dir/b.txt"),
            local("dir/dangling"),
            local("dir/loop-free"),
            local("dir/loop-free/"),
            local("dir/loop-free/c.txt"),
            local("dir/sub/"),
            local("dir/sub/c.txt"),
            local("a.txt")
        )
    );
    EXPECT_EQ(before, inputs());
    std::filesystem::permissions(local("a.txt"), std::filesystem::perms::owner_all);
    const std::vector<StepInput> after = inputs();
    EXPECT_NE(before.back(), after.back()) << "the mode is uploaded too";
}

}  // namespace
}  // namespace kiln::exec
