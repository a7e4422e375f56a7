#include "sys/process_runner.hpp"

#include "base/error.hpp"
#include "sys/file_system.hpp"
#include "sys/process_identity.hpp"
#include "sys/temp_directory.hpp"
#include "sys/testing/fake_process_runner.hpp"
#include "sys/unique_fd.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <thread>
#include <unistd.h>

namespace kiln::sys {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Command shell(const std::string& script) {
    Command command;
    command.argv = {"/bin/sh", "-c", script};
    command.environment = {{"PATH", "/usr/bin:/bin"}};
    return command;
}

ErrorKind kind_of_failure(const Command& command, std::stop_token stop = {}) {
    try {
        RealProcessRunner().run(command, {}, std::move(stop));
    } catch (const Error& error) {
        return error.kind();
    }
    ADD_FAILURE() << "it ran";
    return ErrorKind::io;
}

class ProcessRunnerTest : public ::testing::Test {
protected:
    CapturedRun run(const Command& command) { return run_and_capture(runner_, command, {}); }

    RealProcessRunner runner_;
    RealFileSystem files_;
    TempDirectory folder_{files_, default_temp_parent()};
};

struct StatusCase {
    const char* script;
    ExitStatus want;
    const char* words;
};
constexpr StatusCase kStatusCases[] = {
    {"true", {0, 0}, "exit status 0"},
    {"exit 3", {3, 0}, "exit status 3"},
    {"kill -9 $$", {137, 9}, "killed by signal 9 (Killed)"},
    {"kill -TERM $$", {143, 15}, "killed by signal 15 (Terminated)"}};

TEST_F(ProcessRunnerTest, TellsHowItEnded) {
    for (const StatusCase& c : kStatusCases) {
        SCOPED_TRACE(c.script);
        const ExitStatus status = run(shell(c.script)).status;
        EXPECT_EQ(status, c.want);
        EXPECT_EQ(describe(status), c.words);
    }
}

TEST_F(ProcessRunnerTest, KeepsTheStreamsApartAndTheirBytesWhole) {
    const CapturedRun ran = run(shell("printf 'a\\0\\377\\n'; printf 'e\\200' >&2"));
    EXPECT_EQ(ran.out, std::string("a\0\377\n", 4));
    EXPECT_EQ(ran.err, "e\200");
    EXPECT_FALSE(ran.truncated);
}

TEST_F(ProcessRunnerTest, GivesTheEnvironmentThatIsSaidAndNoOther) {
    ::setenv("KILN_TEST_LEAK", "1", 1);
    Command command = shell("");
    command.argv = {"env"};
    command.environment["X"] = "a b=c";
    EXPECT_EQ(run(command).out, "PATH=/usr/bin:/bin\nX=a b=c\n");
    ::unsetenv("KILN_TEST_LEAK");
}

TEST_F(ProcessRunnerTest, ReadsItsInput) {
    Command command = shell("cat; cat <&0");
    EXPECT_EQ(run(command).out, "");
    command.input = std::string(3 << 20, 'x') + '\0';
    EXPECT_EQ(run(command).out, *command.input);
    // A program that does not read it is no problem.
    command.argv = {"true"};
    EXPECT_EQ(run(command).status, ExitStatus{});
}

TEST_F(ProcessRunnerTest, RunsInTheFolderAndWithTheUmaskThatAreSaid) {
    Command command = shell("pwd; umask");
    command.working_directory = folder_.path();
    EXPECT_EQ(run(command).out, folder_.path().string() + "\n0022\n");
    command.umask = 077;
    EXPECT_EQ(run(command).out, folder_.path().string() + "\n0077\n");
}

TEST_F(ProcessRunnerTest, InheritsNoDescriptorAndNoIgnoredSignal) {
    const UniqueFd inheritable(::fcntl(STDIN_FILENO, F_DUPFD, 90));
    ASSERT_TRUE(inheritable);
    struct sigaction ignore {};
    struct sigaction before {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, &before);
    const std::string fd = "/proc/self/fd/" + std::to_string(inheritable.get());
    const CapturedRun ran = run(shell("grep SigIgn /proc/self/status; ls " + fd));
    ::sigaction(SIGPIPE, &before, nullptr);
    EXPECT_EQ(ran.out, "SigIgn:\t0000000000000000\n");
    EXPECT_THAT(ran.err, HasSubstr("No such file or directory"));
}

TEST_F(ProcessRunnerTest, NamesTheMissingProgramAndItsPackage) {
    Command command = shell("");
    command.argv = {"no-such-program", "-x"};
    command.debian_package = "no-such-package";
    try {
        run(command);
        FAIL() << "it ran";
    } catch (const Error& error) {
        EXPECT_EQ(
            render(error),
            "error: there is no program no-such-program\n"
            "  hint: install the Debian package no-such-package"
        );
        EXPECT_EQ(error.kind(), ErrorKind::not_found);
    }
}

TEST_F(ProcessRunnerTest, WhatCanNotBeStartedIsAnError) {
    files_.write_file_atomic(folder_.path() / "plain", "no program", 0755);
    files_.write_file_atomic(folder_.path() / "not-executable", "#!/bin/sh\n", 0644);
    Command command = shell("");
    command.argv = {(folder_.path() / "plain").string()};
    EXPECT_EQ(kind_of_failure(command), ErrorKind::io);
    command.argv = {(folder_.path() / "not-executable").string()};
    EXPECT_EQ(kind_of_failure(command), ErrorKind::permission);
    command = shell("true");
    command.working_directory = folder_.path() / "missing";
    EXPECT_EQ(kind_of_failure(command), ErrorKind::not_found);
    command.argv = {};
    EXPECT_EQ(kind_of_failure(command), ErrorKind::input);
}

TEST_F(ProcessRunnerTest, AFloodOfOutputPassesThroughInSmallPieces) {
    std::size_t bytes = 0;
    std::size_t largest = 0;
    const ExitStatus status = runner_.run(
        shell("yes | head -c 1G"),
        [&](OutputStream, std::string_view piece) {
            bytes += piece.size();
            largest = std::max(largest, piece.size());
        },
        {}
    );
    EXPECT_EQ(status, ExitStatus{});
    EXPECT_EQ(bytes, std::size_t{1} << 30);
    EXPECT_LE(largest, std::size_t{64} << 10);
}

TEST_F(ProcessRunnerTest, CaptureKeepsNoMoreThanItsLimit) {
    const CapturedRun ran = run_and_capture(runner_, shell("yes | head -c 1M"), {}, 5);
    EXPECT_EQ(ran.out, "y\ny\ny");
    EXPECT_TRUE(ran.truncated);
}

TEST_F(ProcessRunnerTest, AStopEndsAFloodAndACommandThatIgnoresIt) {
    for (const char* script :
         {"yes",
          "echo x; sleep 1000",
          "trap '' TERM; echo x; while :; do sleep 1000; done",
          "echo x; kill -STOP $$"}) {
        SCOPED_TRACE(script);
        std::stop_source stop;
        Command command = shell(script);
        command.stop_grace = std::chrono::milliseconds(30);
        const auto stop_at_output = [&](OutputStream, std::string_view) { stop.request_stop(); };
        try {
            runner_.run(command, stop_at_output, stop.get_token());
            FAIL() << "it ended by itself";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::interrupted);
            EXPECT_EQ(error.message(), "interrupted while running /bin/sh");
        }
    }
}

TEST_F(ProcessRunnerTest, AStopFromAnotherThreadIsHeard) {
    std::stop_source stop;
    std::jthread stopper;
    try {
        runner_.run(
            shell("echo x; sleep 1000"),
            [&](OutputStream, std::string_view) {
                stopper = std::jthread([&stop] { stop.request_stop(); });
            },
            stop.get_token()
        );
        FAIL() << "it ended by itself";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::interrupted);
    }
}

TEST_F(ProcessRunnerTest, NothingIsStartedAfterAStop) {
    std::stop_source stop;
    stop.request_stop();
    const std::filesystem::path trace = folder_.path() / "trace";
    EXPECT_EQ(
        kind_of_failure(shell("touch " + trace.string()), stop.get_token()), ErrorKind::interrupted
    );
    EXPECT_FALSE(files_.status(trace));
}

TEST_F(ProcessRunnerTest, TheBackgroundOfACommandEndsWithItUnlessItIsKept) {
    for (const bool keep : {false, true}) {
        SCOPED_TRACE(keep);
        Command command = shell("sleep 1000 >/dev/null 2>&1 & echo $!");
        command.keep_background = keep;
        const pid_t background = std::stoi(run(command).out);
        if (keep) {
            EXPECT_EQ(::kill(background, 0), 0);
            ::kill(background, SIGKILL);
            continue;
        }
        // Killed is dying: for a moment it may still be seen.
        while (const auto identity = identify_process(background)) {
            if (!is_running(*identity)) {
                break;
            }
        }
    }
}

TEST_F(ProcessRunnerTest, OutputOfAPipelineThatOutlivesTheShellIsNotLost) {
    EXPECT_EQ(run(shell("(sleep 0.05; echo late) & echo early")).out, "early\nlate\n");
}

TEST_F(ProcessRunnerTest, AnExceptionOfTheSinkEndsTheCommand) {
    struct Enough {};
    EXPECT_THROW(
        runner_.run(shell("yes"), [](OutputStream, std::string_view) { throw Enough{}; }, {}),
        Enough
    );
}

TEST_F(ProcessRunnerTest, CheckedRunsGiveTheOutputOrSayWhatWentWrong) {
    EXPECT_EQ(run_checked(runner_, shell("echo out; echo err >&2"), {}), "out\n");
    try {
        run_checked(
            runner_, shell("echo first >&2; printf 'bad \\377 thing\\n\\n' >&2; exit 4"), {}
        );
        FAIL() << "it succeeded";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::command);
        EXPECT_EQ(error.message(), "/bin/sh failed: exit status 4\nfirst\nbad \xEF\xBF\xBD thing");
    }
}

TEST_F(ProcessRunnerTest, FindsProgramsInTheOrderOfThePath) {
    files_.make_directories(folder_.path() / "a/tool");  // a folder is no program
    files_.make_directories(folder_.path() / "b");
    files_.make_directories(folder_.path() / "c");
    files_.write_file_atomic(folder_.path() / "b/tool", "", 0644);
    files_.write_file_atomic(folder_.path() / "c/tool", "", 0755);
    const std::string at = folder_.path().string();
    const std::string path = at + "/a::" + at + "/b:" + at + "/c";
    EXPECT_EQ(find_program("tool", path), folder_.path() / "c/tool");
    EXPECT_EQ(find_program("other", path), std::nullopt);
}

TEST(FakeProcessRunner, RemembersAndAnswers) {
    FakeProcessRunner runner([](const Command& command, const OutputSink& output) {
        output(OutputStream::out, command.argv.at(1));
        return ExitStatus{7, 0};
    });
    Command command;
    command.argv = {"echo", "hello"};
    const CapturedRun ran = run_and_capture(runner, command, {});
    EXPECT_EQ(ran.status, (ExitStatus{7, 0}));
    EXPECT_EQ(ran.out, "hello");
    EXPECT_THAT(runner.commands(), ElementsAre(command));
}

}  // namespace
}  // namespace kiln::sys
