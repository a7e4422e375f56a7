#include "execute/provisioner/goss_judge.hpp"

#include "base/duration.hpp"
#include "base/strings.hpp"
#include "execute/output_lines.hpp"
#include "execute/stop.hpp"
#include "goss/load.hpp"
#include "goss/report.hpp"
#include "goss/verdict.hpp"
#include "sys/clock.hpp"
#include "sys/file_system.hpp"

#include <fmt/format.h>
#include <random>
#include <utility>

namespace kiln::exec {

FactReader::FactReader(
    Communicator& communicator,
    std::map<std::string, std::string> environment,
    bool as_root,
    std::string nonce,
    std::stop_token stop
)
    : communicator_(communicator),
      environment_(std::move(environment)),
      as_root_(as_root),
      nonce_(std::move(nonce)),
      stop_(std::move(stop)) {}

goss::Facts FactReader::read(const std::vector<goss::FactRequest>& requests) {
    goss::Facts facts;
    for (const goss::Batch& batch : goss::make_batches(requests, nonce_, environment_)) {
        throw_if_stopped(stop_);
        read_batch(batch, facts);
    }
    return facts;
}

void FactReader::read_batch(const goss::Batch& batch, goss::Facts& facts) {
    std::string answer;
    std::string errors;
    const sys::ExitStatus status = communicator_.run(
        as_root_ ? "sudo sh -c " + shell_quote(batch.script) : batch.script,
        [&](sys::OutputStream stream, std::string_view bytes) {
            (stream == sys::OutputStream::out ? answer : errors) += bytes;
        },
        stop_
    );
    if (!goss::read_answer(batch, nonce_, answer, facts)) {
        constexpr std::size_t kShown = 400;
        std::string said(trim(errors));
        if (said.size() > kShown) {
            said = "..." + said.substr(said.size() - kShown);
        }
        throw Error(
            ErrorKind::command,
            "the machine's shell did not answer the questions of the tests (" +
                sys::describe(status) + ")" + (said.empty() ? "" : ": " + printable_line(said))
        );
    }
}

namespace {

std::string unguessable() {
    std::random_device device;
    std::string text;
    for (int i = 0; i < 4; ++i) {
        text += fmt::format("{:08x}", device());
    }
    return text;
}

goss::LocalFiles local_files(sys::FileSystem& files) {
    goss::LocalFiles local;
    local.read = [&files](const std::string& path) -> std::optional<std::string> {
        try {
            return files.read_file(path);
        } catch (const Error&) {
            return std::nullopt;
        }
    };
    local.list = [&files](const std::string& path) {
        std::vector<std::string> names;
        const auto status = files.status_followed(path);
        if (status && status->type == sys::FileType::directory) {
            for (const sys::DirectoryEntry& entry : files.list_directory(path)) {
                names.push_back(entry.name);
            }
        }
        return names;
    };
    return local;
}

std::map<std::string, std::string> parse_environment(const std::string& text) {
    std::map<std::string, std::string> environment;
    for (const std::string& entry : split(text, '\0')) {
        const std::size_t equals = entry.find('=');
        if (equals != std::string::npos && equals > 0) {
            environment.insert_or_assign(entry.substr(0, equals), entry.substr(equals + 1));
        }
    }
    return environment;
}

// What templates ask the machine for is asked, until nothing more is; a file may lead to another.
goss::Spec load_tests(
    BuildContext& context, const plan::GossOptions& options, FactReader& reader, SourceMap& sources
) {
    constexpr int kMaxRounds = 20;
    goss::MachineView machine;
    for (int round = 0; round < kMaxRounds; ++round) {
        Diagnostics mistakes;
        goss::Loaded loaded = goss::load_spec(
            options.sources(), local_files(context.effects.files), machine, sources, mistakes
        );
        if (mistakes.has_errors()) {
            throw Error(ErrorKind::input, "the tests hold mistakes:\n" + render(mistakes));
        }
        if (loaded.spec) {
            return std::move(*loaded.spec);
        }
        std::vector<goss::FactRequest> requests;
        if (loaded.needs_environment) {
            requests.push_back(goss::environment_request());
        }
        for (const std::string& path : loaded.needs_files) {
            requests.push_back(goss::file_request(path));
        }
        const goss::Facts facts = reader.read(requests);
        for (const auto& [key, fact] : facts) {
            if (key == "environment") {
                machine.environment = parse_environment(fact.out);
            }
        }
        for (const std::string& path : loaded.needs_files) {
            const goss::Fact& fact = facts.at(goss::contents_key(path));
            machine.files[path] = fact.ok() ? std::optional(fact.out) : std::nullopt;
        }
    }
    throw Error(ErrorKind::input, "templates of the tests keep asking for more of the machine");
}

std::string format_of_file(const std::string& path, const std::string& otherwise) {
    for (const auto& [ending, format] :
         {std::pair(".xml", "junit"), std::pair(".json", "json"), std::pair(".tap", "tap")}) {
        if (path.ends_with(ending)) {
            return format;
        }
    }
    return otherwise;
}

void write_report_file(
    BuildContext& context,
    const std::string& path,
    const std::vector<goss::ResultGroup>& groups,
    goss::ReportStyle style
) {
    style.format = format_of_file(path, style.format);
    sys::FileSystem& files = context.effects.files;
    const std::filesystem::path parent = std::filesystem::path(path).parent_path();
    if (!parent.empty()) {
        files.make_directories(parent);
    }
    files.write_file_atomic(path, goss::write_report(groups, style));
    context.say("The report of the tests is in " + path);
}

void print(BuildContext& context, const std::string& report) {
    OutputLines lines(context);
    lines.sink()(sys::OutputStream::out, report);
    lines.finish();
}

}  // namespace

bool judge_machine(
    BuildContext& context, Communicator& communicator, const plan::GossOptions& options
) {
    sys::Clock& clock = context.effects.clock;
    FactReader reader(
        communicator, options.vars_env, options.use_sudo, unguessable(), context.stop
    );
    SourceMap sources;
    const goss::Spec spec = load_tests(context, options, reader, sources);
    const std::vector<goss::FactRequest> requests = goss::fact_requests(spec);
    const auto timeout =
        parse_go_duration(options.retry_timeout).value_or(std::chrono::nanoseconds(0));
    const auto pause = parse_go_duration(options.sleep).value_or(std::chrono::seconds(1));
    const auto begin = clock.steady_now();
    for (int attempt = 1;; ++attempt) {
        const auto started = clock.steady_now();
        const goss::Facts facts = reader.read(requests);
        const std::vector<goss::ResultGroup> groups = goss::judge(spec, facts);
        goss::ReportStyle style;
        style.format = options.format.value_or("rspecish");
        style.options = split(options.format_options.value_or(""), ',');
        style.duration =
            std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady_now() - started);
        style.now = clock.wall_now();
        print(context, goss::write_report(groups, style));
        const bool passed = goss::count(groups).failed == 0;
        const auto elapsed = clock.steady_now() - begin;
        const bool last = passed || timeout.count() == 0 || elapsed + pause > timeout;
        if (last && options.report_file) {
            write_report_file(context, *options.report_file, groups, style);
        }
        if (last) {
            if (!passed && timeout.count() != 0) {
                context.say_error(
                    "timeout of " + format_go_duration(timeout) +
                    " reached before tests entered a passing state"
                );
            }
            return passed;
        }
        context.say(
            "Retrying in " + format_go_duration(pause) + "; the next is attempt " +
            std::to_string(attempt + 1)
        );
        if (!clock.sleep_for(pause, context.stop)) {
            throw cancelled();
        }
    }
}

}  // namespace kiln::exec
