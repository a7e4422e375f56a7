#include "base/error.hpp"
#include "base/units.hpp"
#include "cli/commands.hpp"
#include "cli/fetched_disk.hpp"
#include "cli/messages.hpp"
#include "cli/stop_on_signals.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kiln::cli {

namespace {

class Fetch : public Command {
public:
    void declare(CommandLine& line) override {
        access_.declare(line);
        line.option("device", "NAME", wish_.device_name);
        line.flag("whole-volume", wish_.whole_volume);
        line.flag("json", wish_.is_quiet);
        line.argument("IMAGE", wish_.what, CommandLine::Needed::required);
        line.argument("FILE", output_, CommandLine::Needed::required);
    }

    ExitCode run(Session& session) override {
        if (!is_image_id(wish_.what)) {
            throw Error(ErrorKind::usage, "\"" + wish_.what + "\" is neither an AMI nor a snapshot")
                .set_hint("kiln fetch ami-0123456789abcdef0 node.raw");
        }
        if (session.files.status(output_)) {
            throw Error(ErrorKind::exists, output_ + " exists already")
                .set_hint("remove it, or give another name");
        }
        const StopOnSignals signals;
        tell(session, fetch_disk(session, access_, wish_, output_, signals.token()));
        return ExitCode::done;
    }

private:
    void tell(const Session& session, const FetchedDisk& disk) const {
        if (wish_.is_quiet) {
            const nlohmann::ordered_json root = {
                {"file", output_},
                {"snapshot_id", disk.snapshot_id},
                {"volume_gib", disk.got.volume_gib},
                {"data_blocks", disk.got.map.blocks.size()},
                {"map_sha256", disk.got.map.digest()},
                {"verified", disk.is_verified}};
            print_result(session, root.dump(2));
            return;
        }
        print_result(
            session,
            fmt::format(
                "{} is the volume of {}: {} GiB, {} of data{}",
                output_,
                disk.snapshot_id,
                disk.got.volume_gib,
                format_bytes(
                    static_cast<std::int64_t>(disk.got.map.blocks.size()) * disk::kEbsBlockBytes
                ),
                disk.is_verified ? ", as it was published" : ""
            )
        );
    }

    FetchAccess access_;
    FetchWish wish_;
    std::string output_;
};

}  // namespace

std::unique_ptr<Command> make_fetch() {
    return std::make_unique<Fetch>();
}

}  // namespace kiln::cli
