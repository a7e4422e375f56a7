#include "execute/postprocessor/compress.hpp"

#include "execute/postprocessor/compress_format.hpp"
#include "execute/testing/run_fixture.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <filesystem>
#include <gmock/gmock.h>
#include <map>

namespace kiln::exec {
namespace {

using Archive = CompressFormat::Archive;
using Compression = CompressFormat::Compression;

TEST(CompressFormatOf, IsWhatTheEndingSays) {
    struct Case {
        const char* output;
        std::optional<std::string> format;
        CompressFormat want;
    };
    const Case cases[] = {
        {"a.tar", {}, {Archive::tar, Compression::none}},
        {"a.zip", {}, {Archive::zip, Compression::none}},
        {"a.tar.gz", {}, {Archive::tar, Compression::gzip}},
        {"a.tar.bgzf", {}, {Archive::tar, Compression::bgzf}},
        {"a.tar.lz4", {}, {Archive::tar, Compression::lz4}},
        {"a.tar.zst", {}, {Archive::tar, Compression::zstd}},
        {"a.gz", {}, {Archive::none, Compression::gzip}},
        {"a.xz", {}, {Archive::none, Compression::xz}},
        {"a.raw.bz2", {}, {Archive::none, Compression::bzip2}},
        {"a", {}, {Archive::tar, Compression::gzip}},
        {"a.b", {}, {Archive::tar, Compression::gzip}},
        {"folder.xz/a", {}, {Archive::tar, Compression::gzip}},
        {"a", "tar.xz", {Archive::tar, Compression::xz}},
        {"a.zip", "gz", {Archive::none, Compression::gzip}},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.output);
        EXPECT_EQ(compress_format(c.output, c.format), c.want);
    }
}

/// The members of an archive by name, or the one content of a compressed file under "data".
std::map<std::string, std::string> members(const std::string& path) {
    std::map<std::string, std::string> found;
    archive* reader = archive_read_new();
    archive_read_support_filter_all(reader);
    archive_read_support_format_tar(reader);
    archive_read_support_format_zip(reader);
    archive_read_support_format_raw(reader);
    EXPECT_EQ(archive_read_open_filename(reader, path.c_str(), 1 << 16), ARCHIVE_OK)
        << archive_error_string(reader);
    archive_entry* entry = nullptr;
    while (archive_read_next_header(reader, &entry) == ARCHIVE_OK) {
        std::string& content = found[archive_entry_pathname(entry)];
        const void* bytes = nullptr;
        std::size_t size = 0;
        la_int64_t offset = 0;
        while (archive_read_data_block(reader, &bytes, &size, &offset) == ARCHIVE_OK) {
            content.resize(static_cast<std::size_t>(offset), '\0');
            content.append(static_cast<const char*>(bytes), size);
        }
        if (archive_entry_size_is_set(entry) != 0) {
            content.resize(static_cast<std::size_t>(archive_entry_size(entry)), '\0');
        }
    }
    archive_read_free(reader);
    return found;
}

class Compress : public testing::Test {
protected:
    RunFixture run;
    plan::CompressOptions options;
    artifact::Artifact input;

    void SetUp() override {
        input.builder_type = "rootfs";
        add("node.raw", "begin" + std::string(300'000, 'x'));
        // A hole of 40 MiB in the middle.
        std::filesystem::resize_file(run.at("node.raw"), 40 << 20);
    }
    void add(const std::string& name, const std::string& text) {
        input.files.emplace_back(run.write(name, text));
    }
    PostProcessor::Result go() {
        BuildContext context = run.context();
        return make_compress_post_processor(options)->process(context, input);
    }
    std::string error() {
        try {
            go();
        } catch (const Error& error) {
            return error.message() + " / " + error.hint();
        }
        return {};
    }
};

TEST_F(Compress, WritesEachFormatAndLevel) {
    const std::string whole = run.files.read_file(run.at("node.raw"));
    for (const char* ending :
         {"tar", "zip", "tar.gz", "tar.zst", "tar.bgzf", "gz", "bgzf", "lz4", "xz", "bz2", "zst"}) {
        for (const int level : {0, 1, 9}) {
            SCOPED_TRACE(std::string(ending) + " " + std::to_string(level));
            options.output = run.at("out/{{.BuildName}}_{{.BuilderType}}.") + ending;
            options.compression_level = level;
            const PostProcessor::Result result = go();
            const std::string path = run.at("out/base_rootfs.") + ending;
            ASSERT_TRUE(result.artifact);
            EXPECT_EQ(result.artifact->text, "compressed artifacts in: " + path);
            EXPECT_FALSE(result.keep_input_by_default);
            const auto found = members(path);
            ASSERT_EQ(found.size(), 1U);
            EXPECT_TRUE(found.begin()->second == whole);
            EXPECT_FALSE(run.files.status(path + ".partial"));
        }
    }
    EXPECT_TRUE(run.journal.leftovers().empty());
}

TEST_F(Compress, KeepsHolesInATar) {
    options.output = run.at("node.tar");
    go();
    EXPECT_LT(std::filesystem::file_size(run.at("node.tar")), 1'000'000U);
}

TEST_F(Compress, PutsSeveralFilesInAnArchiveOnly) {
    add("node.sum", "digest");
    options.output = run.at("two.tar.gz");
    go();
    EXPECT_EQ(members(run.at("two.tar.gz")).at("node.sum"), "digest");
    options.output = run.at("two.gz");
    EXPECT_EQ(
        error(),
        "compress: gz holds one file, and the artifact has 2 / use an archive: .tar.gz or .zip"
    );
    EXPECT_FALSE(run.files.status(run.at("two.gz")));
}

TEST_F(Compress, MakesTheSameBytesOfTheSameFiles) {
    options.output = run.at("a.tar.gz");
    go();
    const std::string first = run.files.read_file(run.at("a.tar.gz"));
    go();
    EXPECT_TRUE(run.files.read_file(run.at("a.tar.gz")) == first);
}

TEST_F(Compress, LeavesNothingOfAFailure) {
    options.output = run.at("a.tar.gz");
    input.files.emplace_back(run.at("missing"));
    EXPECT_NE(error().find("missing"), std::string::npos);
    input.files = {};
    EXPECT_EQ(error(), "compress: the artifact has no files / ");
    input.files = {run.at("node.raw")};
    run.stop.request_stop();
    EXPECT_NE(error(), "");
    EXPECT_FALSE(run.files.status(run.at("a.tar.gz")));
    EXPECT_FALSE(run.files.status(run.at("a.tar.gz.partial")));
    input.files = {run.at("a.tar.gz")};
    EXPECT_NE(error().find("is a file of the artifact itself"), std::string::npos);
    EXPECT_TRUE(run.journal.leftovers().empty());
}

}  // namespace
}  // namespace kiln::exec
