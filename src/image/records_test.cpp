#include "image/records.hpp"

#include "base/error.hpp"
#include "image/testing/account.hpp"
#include "sys/file_system.hpp"

#include <fstream>
#include <gmock/gmock.h>

namespace kiln::image {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Records : public ::testing::Test {
protected:
    ~Records() override { files_.remove_tree(folder_); }

    sys::RealFileSystem files_;
    std::filesystem::path folder_ =
        files_.make_temporary_directory(std::filesystem::temp_directory_path(), "kiln-records-");
    std::filesystem::path path_ = folder_ / "state" / "images.db";
};

ImageRecord seen(const std::string& id) {
    ImageRecord record;
    record.account = "1";
    record.region = "eu-west-1";
    record.id = id;
    return record;
}

TEST_F(Records, OutliveTheirStoreAndKeepWhatIsNotSeenAnyMore) {
    ImageRecord first = seen("ami-1");
    first.name = "node";
    first.run = "r";
    first.notes.author = "Ada";
    first.notes.reason = "t2.small => t2.medium";
    first.clusters = {"prod"};
    first.snapshots = {"snap-1"};
    first.gib = 8;
    RecordStore(path_).remember({first, seen("ami-2")});
    // The tags are lost, another cluster uses it, and then it is gone.
    ImageRecord later = seen("ami-1");
    later.notes.support = "ops@example.org";
    later.clusters = {"lab"};
    later.removed = "2026-11-21T00:00:00Z";
    RecordStore(path_).remember({later});

    ImageRecord want = first;
    want.notes.support = "ops@example.org";
    want.clusters = {"lab", "prod"};
    want.removed = "2026-11-21T00:00:00Z";
    RecordStore store(path_);
    EXPECT_THAT(store.all("1"), ElementsAre(want, seen("ami-2")));
    EXPECT_THAT(store.all("2"), ElementsAre());
    EXPECT_EQ(
        remembered_snapshots(store.all("1")),
        (RememberedSnapshots{{{"eu-west-1", "snap-1"}, "ami-1 (node)"}})
    );
}

TEST_F(Records, AreNotReadFromADamagedFile) {
    files_.make_directories(path_.parent_path());
    std::ofstream(path_) << "this is no database, and it is longer than its header would be";
    try {
        RecordStore store(path_);
        store.all("1");
        ADD_FAILURE() << "no error";
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), HasSubstr(path_.string()));
        EXPECT_FALSE(error.hint().empty());
    }
}

TEST(RecordOfAnImage, ReadsKilnsTagsAndThoseOfOthers) {
    aws::ec2::Image image = testing::make_image(
        "ami-1",
        "xrd-1.33-1763000000",
        "2026-11-01T00:00:00.000Z",
        {"snap-1"},
        {{"Generated_By", "xrd-packer"},
         {"Kubernetes_Version", "1.33"},
         {"Base_AMI_ID", "ami-base"},
         {"Base_AMI_Name", "amazon-eks-node-1.33"},
         {"kiln:author", "Ada"},
         {"author", "somebody else"},
         {"kiln:clusters", "prod,lab  test"}}
    );
    image.description = "as EC2 knows it";
    ImageRecord record = record_of("1", {"eu-west-1", &image}, 3);
    EXPECT_EQ(record.notes.author, "Ada") << "kiln's own tag wins";
    EXPECT_EQ(record.notes.kubernetes, "1.33");
    EXPECT_EQ(record.notes.source_image, "ami-base");
    EXPECT_EQ(record.notes.source_name, "amazon-eks-node-1.33");
    EXPECT_EQ(record.notes.description, "as EC2 knows it");
    EXPECT_THAT(record.clusters, ElementsAre("lab", "prod", "test"));
    EXPECT_EQ(record.gib, 3);
    image.tags.clear();
    image.source_image_id = "ami-copied";
    EXPECT_EQ(record_of("1", {"eu-west-1", &image}, 0).notes.source_image, "")
        << "what a copy was copied from is no source";
    image.source_instance_id = "i-1";
    EXPECT_EQ(record_of("1", {"eu-west-1", &image}, 0).notes.source_image, "ami-copied");
}

}  // namespace
}  // namespace kiln::image
