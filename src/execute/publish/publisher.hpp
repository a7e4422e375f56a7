#pragma once

#include "execute/builder/amazon/ec2_build.hpp"
#include "execute/builder/amazon/make_ami.hpp"
#include "plan/options/amazon_publish.hpp"
#include "publish/disk_source.hpp"
#include "publish/image_record.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kiln::exec {

/// Makes an AMI of disk images: their blocks become snapshots, and the snapshots an image, which is
/// copied, shared and kept as those of the Amazon builders are. No instance, no bucket.
class Publisher {
public:
    /// Opens the session; asks nobody yet.
    Publisher(BuildContext& context, plan::AmazonPublishOptions options);
    ~Publisher();

    /// What can be known without the disks: account, regions, whether the name is free.
    void check_account();
    /// Opens the disks, the root first, and looks whether EC2 could start from them. Changes
    /// nothing.
    void check_disks(const std::vector<std::filesystem::path>& disks);

    /// What sending them would take: snapshots have no ids. Changes nothing.
    std::vector<publish::PublishedDisk> forecast();

    struct Published {
        RegionImages images;
        publish::ImageRecord record;
    };
    /// After the checks. A failure leaves nothing, or what an interrupt or a lost network leaves:
    /// then the same call goes on where this one was, or `kiln sweep` removes it.
    Published run();

private:
    struct Part;
    bool is_encrypted() const { return options_.ami.encrypt_boot == true; }
    std::string key_arn() const;
    std::unique_ptr<Part> part_of(std::size_t number);
    void send_all();
    void await_snapshots();
    aws::ec2::Registration registration(const std::string& name, const aws::ec2::Tags& tags) const;
    publish::ImageRecord record_of(const RegionImages& images) const;
    void keep(const publish::ImageRecord& record) const;
    void clear_after(const Error& error) noexcept;

    BuildContext& context_;
    plan::AmazonPublishOptions options_;
    Ec2Build build_;
    std::filesystem::path folder_;
    std::vector<std::unique_ptr<publish::DiskSource>> disks_;
    std::vector<std::unique_ptr<Part>> parts_;
    std::string boot_mode_;
    bool is_sending_ = false;
};

}  // namespace kiln::exec
