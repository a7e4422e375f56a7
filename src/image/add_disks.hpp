#pragma once

#include "execute/aws/session.hpp"
#include "execute/journal.hpp"
#include "image/disk_addition.hpp"

#include <stop_token>
#include <string>

namespace kiln::image {

/// The variables of the source's UEFI, where its boot mode has any.
std::string gather_uefi_data(
    exec::AwsSession& session, const OwnImage& source, std::stop_token stop
);

/// Who makes it, and what it is to be besides.
struct DiskAdditionDoor {
    exec::AwsSession& session;
    exec::Journal& journal;
    std::string account;
    std::string profile;       ///< "" for none
    std::string mark;          ///< the value of its tag kiln:run
    std::string deprecate_at;  ///< RFC 3339; "": it is not
};
/// Registers it and waits until it can be launched; returns its id. A failure leaves no AMI; where
/// it can not be removed, or nobody knows whether it is there, the journal tells `kiln sweep`.
/// Error{exists} when the name is in use, before anything is done.
std::string add_disks(const DiskAdditionDoor& door, const DiskAddition& plan, std::stop_token stop);

}  // namespace kiln::image
