#include "image/disk_wish.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "image/device_names.hpp"

#include <charconv>
#include <set>

namespace kiln::image {

namespace {

const std::vector<std::string>& disk_keys() {
    static const std::vector<std::string> keys = {
        "size", "type", "iops", "throughput", "device", "snapshot", "encrypted", "keep"};
    return keys;
}

bool is_all_digits(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

/// Reads one disk, word by word.
class DiskParser {
public:
    explicit DiskParser(const std::string& text) : text_(text) { disk_.text = text; }

    DiskWish parse() {
        for (const std::string& word : split(text_, ',')) {
            take(word);
        }
        if (disk_.volume.type.empty()) {
            disk_.volume.type = "gp3";  // EC2 itself would make it the older gp2
        }
        check();
        return disk_;
    }

private:
    void take(const std::string& word) {
        const std::size_t equals = word.find('=');
        std::string key = word.substr(0, equals);
        std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
        if (equals == std::string::npos && is_all_digits(word)) {
            key = "size";
            value = word;
        }
        if (!seen_.insert(key).second) {
            refuse_disk(text_, "\"" + key + "\" stands there twice");
        }
        if (key == "size") {
            disk_.volume.size_gib = number(key, value);
        } else if (key == "iops") {
            disk_.volume.iops = number(key, value);
        } else if (key == "throughput") {
            disk_.volume.throughput_mib_s = number(key, value);
        } else if (key == "type") {
            disk_.volume.type = filled(key, value);
        } else if (key == "device") {
            disk_.device_name = filled(key, value);
        } else if (key == "snapshot") {
            disk_.snapshot_id = filled(key, value);
        } else if (key == "encrypted") {
            disk_.encrypted = yes_or_no(key, equals, value);
        } else if (key == "keep") {
            disk_.is_kept = yes_or_no(key, equals, value);
        } else {
            refuse_key(key);
        }
    }

    [[noreturn]] void refuse_key(const std::string& key) const {
        if (key == "kms-key" || key == "kms") {
            refuse_disk(
                text_,
                "EC2 takes no key with the disks of an AMI that is registered",
                "encrypted takes the account's default key; kiln image copy -kms-key makes a copy "
                "with another"
            );
        }
        const std::string meant = did_you_mean_hint(key, disk_keys());
        refuse_disk(
            text_,
            key.empty() ? "a word of it is empty" : "a disk has no \"" + key + "\"",
            meant.empty() ? "a disk has " + join(disk_keys(), ", ") : meant
        );
    }

    std::int64_t number(const std::string& key, const std::string& value) const {
        std::int64_t found = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), found);
        if (!is_all_digits(value) || error != std::errc() || found == 0) {
            refuse_disk(
                text_,
                key + " must be a whole number above 0, found \"" + value + "\"",
                key == "size" ? "sizes are in GiB, without a unit: size=100" : ""
            );
        }
        return found;
    }

    const std::string& filled(const std::string& key, const std::string& value) const {
        if (value.empty()) {
            refuse_disk(text_, key + " needs a value: " + key + "=...");
        }
        return value;
    }

    bool yes_or_no(const std::string& key, std::size_t equals, const std::string& value) const {
        if (equals == std::string::npos || value == "true") {
            return true;
        }
        if (value != "false") {
            refuse_disk(text_, key + " is true or false, found \"" + value + "\"");
        }
        return false;
    }

    void check() const {
        if (disk_.snapshot_id.empty() && disk_.volume.size_gib == 0) {
            refuse_disk(
                text_, "an empty disk needs a size", "write size=100 for 100 GiB, or snapshot=ID"
            );
        }
        if (!disk_.snapshot_id.empty() && !disk_.snapshot_id.starts_with("snap-")) {
            refuse_disk(
                text_, "\"" + disk_.snapshot_id + "\" is no snapshot's id: they begin with snap-"
            );
        }
        if (!disk_.device_name.empty() && !is_device_name(disk_.device_name)) {
            refuse_disk(
                text_,
                "\"" + disk_.device_name + "\" is no device name of EC2",
                "use /dev/sdb to /dev/sdz or /dev/xvdb to /dev/xvdz, or leave device out: NVMe "
                "names are given by the instance"
            );
        }
        if (const std::string mistake = volume_mistake(disk_.volume); !mistake.empty()) {
            refuse_disk(text_, mistake);
        }
    }

    const std::string& text_;
    DiskWish disk_;
    std::set<std::string> seen_;
};

}  // namespace

DiskWish parse_disk(const std::string& text) {
    return DiskParser(text).parse();
}

void refuse_disk(const std::string& text, const std::string& mistake, const std::string& hint) {
    Error error(ErrorKind::usage, "-disk \"" + text + "\": " + mistake);
    throw error.set_hint(hint);
}

}  // namespace kiln::image
