#pragma once

#include "cli/command_line.hpp"
#include "cli/session.hpp"
#include "cli/stop_on_signals.hpp"
#include "execute/aws/session.hpp"
#include "image/gather.hpp"
#include "image/inventory.hpp"
#include "image/records.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kiln::cli {

/// Where to look, and whose account it has to be: of every command that keeps images.
struct ImageAccessOptions {
    std::vector<std::string> regions;
    std::string profile;
    std::string account;

    void declare(CommandLine& line);
};

/// AWS as such a command sees it: opened, with the account checked before anything else is asked.
class ImageAccess {
public:
    /// `listing` is what the inventory has. Error{permission} when the keys are of another account
    /// than the one that is named.
    ImageAccess(
        Session& session,
        const ImageAccessOptions& options,
        image::Listing listing = image::Listing::images_and_snapshots
    );
    ~ImageAccess();

    exec::AwsSession& aws() { return *aws_; }
    std::stop_token stop() const { return signals_.token(); }
    const std::string& account() const { return account_; }
    const std::string& profile() const { return options_.profile; }

    /// Of the regions that are meant, asked once. What one of them did not answer is printed as a
    /// warning.
    const image::Inventory& inventory();
    /// Names of the regions that are meant.
    const std::vector<std::string>& regions();
    /// The images that the words of a command line name (image::find_images). Error{permission}
    /// that says whose it is for the id of somebody else's.
    std::vector<image::OwnImage> find_images(const std::vector<std::string>& words);
    /// The same, and their copies in other regions.
    std::vector<image::OwnImage> with_copies(const std::vector<image::OwnImage>& images);
    /// Whether every region answered.
    bool is_complete() { return inventory().problems.empty(); }

    image::RecordStore& records();
    /// Writes down what the inventory shows, and that what it does not show any more is gone.
    void remember_inventory();

private:
    void throw_if_of_others(const std::vector<std::string>& words);

    Session& session_;
    const ImageAccessOptions& options_;
    image::Listing listing_;
    StopOnSignals signals_;
    struct Doors;
    std::unique_ptr<Doors> doors_;
    std::shared_ptr<exec::AwsSession> aws_;
    std::string account_;
    std::optional<std::vector<std::string>> regions_;
    std::optional<image::Inventory> inventory_;
    std::unique_ptr<image::RecordStore> records_;
};

}  // namespace kiln::cli
