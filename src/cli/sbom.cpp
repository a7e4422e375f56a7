#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/fetched_disk.hpp"
#include "cli/messages.hpp"
#include "cli/stop_on_signals.hpp"
#include "contents/bill.hpp"
#include "sys/process_runner.hpp"
#include "sys/temp_directory.hpp"

namespace kiln::cli {

namespace {

class Sbom : public Command {
public:
    void declare(CommandLine& line) override {
        line.choice("format", {"spdx", "cyclonedx"}, format_);
        line.option("out", "FILE", out_);
        access_.declare(line);
        line.argument("IMAGE", image_, CommandLine::Needed::required);
    }

    ExitCode run(Session& session) override {
        // Checked before an image is read, which may take long.
        const std::optional<std::int64_t> time = source_date_epoch(session.environment);
        sys::RealProcessRunner processes;
        const StopOnSignals signals;
        const contents::ReadDoors doors{processes, sys::default_temp_parent(), signals.token()};
        const ReadableImage image(session, access_, image_, signals.token());
        contents::ImageTree tree = contents::open_image(image.path(), doors);
        const contents::Contents found = contents::read_contents(tree, doors);
        const contents::Bill bill = contents::make_bill(tree, found, time, signals.token());
        const std::string text = contents::bill_json(
            bill,
            format_ == "cyclonedx" ? contents::BillFormat::cyclonedx : contents::BillFormat::spdx
        );
        if (out_.empty()) {
            print_result(session, text);
        } else {
            session.files.write_file_atomic(out_, text);
        }
        return ExitCode::done;
    }

private:
    std::string format_ = "spdx";
    std::string out_;
    FetchAccess access_;
    std::string image_;
};

}  // namespace

std::unique_ptr<Command> make_sbom() {
    return std::make_unique<Sbom>();
}

}  // namespace kiln::cli
