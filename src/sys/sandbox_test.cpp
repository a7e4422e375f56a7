#include "sys/sandbox.hpp"

#include "base/error.hpp"
#include "sys/open_in_root.hpp"
#include "sys/process_identity.hpp"
#include "sys/testing/host_tree.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <gmock/gmock.h>
#include <sstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace kiln::sys {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Ran {
    ExitStatus status;
    std::string out;
    std::string err;
    bool operator==(const Ran&) const = default;
};

Ran run_in(Sandbox& sandbox, const Command& command) {
    Ran ran;
    ran.status = sandbox.run(
        command,
        [&](OutputStream stream, std::string_view piece) {
            (stream == OutputStream::out ? ran.out : ran.err) += piece;
        },
        {}
    );
    return ran;
}

Ran run_in(Sandbox& sandbox, const std::string& script) {
    return run_in(sandbox, in_shell(script));
}

std::string host_mounts() {
    std::ifstream in("/proc/self/mountinfo");
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

class SandboxTest : public ::testing::Test {
protected:
    void SetUp() override {
        if (const auto reason = HostTree::missing()) {
            GTEST_SKIP() << *reason;
        }
    }
    // Everything below `folder`, sorted.
    std::vector<std::string> tree_of(const std::filesystem::path& folder) {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
            names.push_back(entry.path().lexically_relative(folder));
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    HostTree tree_;
    RealFileSystem files_;
};

TEST_F(SandboxTest, CommandsSeeTheirOwnWorld) {
    Sandbox sandbox = Sandbox::start(tree_.layered());
    EXPECT_EQ(run_in(sandbox, "uname -n"), (Ran{{}, "kiln-test\n", ""}));
    EXPECT_EQ(run_in(sandbox, "pwd; id -u"), (Ran{{}, "/root\n0\n", ""}));
    EXPECT_EQ(
        run_in(sandbox, "cd /proc; cat 1/comm; set -- [0-9]*; echo $#"),
        (Ran{{}, "kiln-init\n2\n", ""})  // init and the shell
    );
    EXPECT_EQ(
        run_in(sandbox, "env -u PWD env | sort"),
        (Ran{
            {},
            "HOME=/root\nLANG=C.UTF-8\nLOGNAME=root\n"
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
            "SHELL=/bin/sh\nTERM=dumb\nUSER=root\n",
            ""})
    );
    EXPECT_EQ(run_in(sandbox, "cat /etc/resolv.conf").out, "nameserver 192.0.2.1\n");
    EXPECT_EQ(
        run_in(sandbox, "ls /dev").out,
        "fd\nfull\nnull\nptmx\npts\nrandom\nshm\nstderr\nstdin\nstdout\ntty\nurandom\nzero\n"
    );
    EXPECT_EQ(
        run_in(sandbox, "head -c 3 /dev/zero | wc -c; echo x > /dev/null; echo y > /dev/stderr"),
        (Ran{{}, "3\n", "y\n"})
    );
}

TEST_F(SandboxTest, NothingOfTheHostIsReached) {
    Sandbox sandbox = Sandbox::start(tree_.layered());
    struct Case {
        const char* what;
        const char* script;
    };
    constexpr Case kCases[] = {
        {"kernel settings", "echo 1 > /proc/sys/vm/swappiness"},
        {"sysfs", "echo 1 > /sys/kernel/uevent_seqnum"},
        {"device nodes", "mknod /dev/loop0 b 7 0"},
        {"device nodes elsewhere", "mknod /root/n c 1 3 && echo > /root/n"},
        {"raw memory", "mknod /root/mem c 1 1; head -c 1 /root/mem"},
        {"the clock", "date -s 2001-01-01"},
        {"firmware", "ls /sys/firmware/* "},
    };
    for (const Case& c : kCases) {
        SCOPED_TRACE(c.what);
        EXPECT_NE(run_in(sandbox, c.script).status, ExitStatus{});
    }
}

TEST_F(SandboxTest, KilnsVariablesAndArgumentsDoNotShow) {
    ::setenv("KILN_TEST_SECRET", "hunter2", 1);
    Sandbox sandbox = Sandbox::start(tree_.layered());
    EXPECT_EQ(run_in(sandbox, "tr -d '\\0' < /proc/1/environ"), (Ran{{}, "", ""}));
    EXPECT_EQ(run_in(sandbox, "tr -d '\\0' < /proc/1/cmdline"), (Ran{{}, "kiln-init", ""}));
    ::unsetenv("KILN_TEST_SECRET");
}

TEST_F(SandboxTest, ProgramsFindThatTheyAreInAChroot) {
    Sandbox sandbox = Sandbox::start(tree_.layered());
    EXPECT_EQ(run_in(sandbox, "[ /proc/1/root -ef / ] && echo same || echo other").out, "other\n");
    EXPECT_EQ(run_in(sandbox, "/usr/sbin/policy-rc.d ssh start").status, (ExitStatus{101, 0}));
}

TEST_F(SandboxTest, TheUpperDirectoryHoldsWhatCommandsChangedAndNothingElse) {
    Sandbox sandbox = Sandbox::start(tree_.layered());
    ASSERT_EQ(
        run_in(sandbox, "echo hi > /tmp/kept; echo x > /run/gone; echo x > /dev/shm/gone"),
        (Ran{{}, "", ""})
    );
    sandbox.close();
    // The mount points that the tree lacked are made, as they would be in any image.
    EXPECT_THAT(
        tree_of(tree_.upper()),
        ElementsAre(
            "dev", "proc", "run", "sys", "tmp", "tmp/kept", "usr", "usr/bin", "usr/lib", "usr/lib64"
        )
    );
}

TEST_F(SandboxTest, AFolderThatIsCopiedUpKeepsItsAttributes) {
    ASSERT_EQ(::chmod((tree_.lower() / "etc").c_str(), 0751), 0);
    ASSERT_EQ(::chown((tree_.lower() / "etc").c_str(), 12, 34), 0);
    Sandbox sandbox = Sandbox::start(tree_.layered());
    EXPECT_EQ(run_in(sandbox, "stat -c '%a %u %g' /etc").out, "751 12 34\n");
    EXPECT_EQ(run_in(sandbox, "touch /etc/new").status, ExitStatus{});
    sandbox.close();
    const std::optional<FileStatus> status = files_.status(tree_.upper() / "etc");
    ASSERT_TRUE(status);
    EXPECT_EQ(status->mode, 0751U);
    EXPECT_EQ(status->uid, 12U);
    EXPECT_THAT(tree_of(tree_.upper() / "etc"), ElementsAre("new"));
}

TEST_F(SandboxTest, ACommandMayReplaceTheResolverSettings) {
    Sandbox sandbox = Sandbox::start(tree_.layered());
    EXPECT_EQ(
        run_in(sandbox, "mv /etc/resolv.conf /etc/old && ln -s ../run/x /etc/resolv.conf").status,
        ExitStatus{}
    );
    sandbox.close();
    EXPECT_EQ(files_.read_symlink(tree_.upper() / "etc/resolv.conf"), "../run/x");
}

// What the package systemd-resolved does when it is installed.
TEST_F(SandboxTest, NamesResolveWhenAPackageTakesOverTheResolver) {
    const std::string link = "../run/systemd/resolve/stub-resolv.conf";
    Sandbox installing = Sandbox::start(tree_.layered());
    EXPECT_EQ(
        run_in(installing, "ln -sf " + link + " /etc/resolv.conf && cat /etc/resolv.conf"),
        (Ran{{}, "nameserver 192.0.2.1\n", ""})
    );
    installing.close();
    EXPECT_EQ(files_.read_symlink(tree_.upper() / "etc/resolv.conf"), link);

    SandboxSpec later = tree_.layered();
    later.lower_directories = {tree_.upper(), tree_.lower()};
    later.upper_directory = tree_.folder() / "later";
    files_.make_directories(later.upper_directory, 0755);
    Sandbox sandbox = Sandbox::start(later);
    EXPECT_EQ(
        run_in(sandbox, "cat /etc/resolv.conf; : > /etc/new"),
        (Ran{{}, "nameserver 192.0.2.1\n", ""})
    );
    sandbox.close();
    EXPECT_THAT(tree_of(later.upper_directory / "etc"), ElementsAre("new"));
}

TEST_F(SandboxTest, ATreeInPlaceIsLeftAsItWas) {
    for (const char* folder : {"dev", "proc", "run", "sys", "usr/bin", "usr/lib", "usr/lib64"}) {
        files_.make_directories(tree_.lower() / folder, 0755);
    }
    struct Case {
        const char* name;
        const char* link;     // target of /etc/resolv.conf, or none
        const char* content;  // or what it holds, or none
    };
    constexpr Case kCases[] = {
        {"no resolver settings", nullptr, nullptr},
        {"a file", nullptr, "nameserver 203.0.113.9\n"},
        {"a link into /run", "../run/systemd/resolve/stub-resolv.conf", nullptr},
        {"a link to another file there", "../run/NetworkManager/resolv.conf", nullptr},
        {"an absolute link into /run", "/run/resolvconf/resolv.conf", nullptr}};
    for (const Case& c : kCases) {
        SCOPED_TRACE(c.name);
        const std::filesystem::path conf = tree_.lower() / "etc/resolv.conf";
        files_.remove_file(conf);
        if (c.link != nullptr) {
            files_.make_symlink(c.link, conf);
        }
        if (c.content != nullptr) {
            files_.write_file_atomic(conf, c.content, 0644);
        }
        const std::vector<std::string> before = tree_of(tree_.lower());
        Sandbox sandbox = Sandbox::start(tree_.in_place());
        EXPECT_EQ(
            run_in(sandbox, "cat /etc/resolv.conf; /usr/sbin/policy-rc.d x start; echo $?").out,
            "nameserver 192.0.2.1\n101\n"
        );
        sandbox.close();
        EXPECT_EQ(tree_of(tree_.lower()), before);
        if (c.content != nullptr) {
            EXPECT_EQ(files_.read_file(conf), c.content);
        }
    }
}

TEST_F(SandboxTest, StatusAndSignalsComeBack) {
    Sandbox sandbox = Sandbox::start(tree_.layered());
    EXPECT_EQ(run_in(sandbox, "exit 3").status, (ExitStatus{3, 0}));
    EXPECT_EQ(run_in(sandbox, "kill -9 $$").status, (ExitStatus{137, 9}));
    Command command = in_shell("cat; pwd");
    command.input = std::string("from \0 outside", 14);
    command.working_directory = "/etc";
    EXPECT_EQ(run_in(sandbox, command).out, std::string("from \0 outside/etc\n", 19));
}

TEST_F(SandboxTest, AMissingProgramOrFolderIsAnError) {
    Sandbox sandbox = Sandbox::start(tree_.layered());
    Command command = in_shell("true");
    command.argv = {"no-such-program"};
    try {
        run_in(sandbox, command);
        FAIL() << "it ran";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::not_found);
        EXPECT_EQ(error.message(), "there is no program no-such-program");
    }
    command = in_shell("true");
    command.working_directory = "/nowhere";
    EXPECT_THROW(run_in(sandbox, command), Error);
    // The sandbox is still good.
    EXPECT_EQ(run_in(sandbox, "true").status, ExitStatus{});
}

TEST_F(SandboxTest, BackgroundProcessesEndWithTheStep) {
    Sandbox sandbox = Sandbox::start(tree_.layered());
    Command command = in_shell(
        "(trap '' TERM HUP; setsid sh -c 'setsid sleep 1000 & sleep 1000' >/dev/null 2>&1 &) ; true"
    );
    command.keep_background = true;
    EXPECT_EQ(run_in(sandbox, command).status, ExitStatus{});
    const std::string count = "ls /proc/*/comm | xargs grep -l sleep | wc -l";
    while (run_in(sandbox, count).out != "2\n") {
        // They are about to start.
    }
    sandbox.kill_processes();
    EXPECT_EQ(run_in(sandbox, "cat /proc/[0-9]*/comm | grep -c sleep").out, "0\n");
    EXPECT_EQ(run_in(sandbox, "echo still here").out, "still here\n");
}

TEST_F(SandboxTest, ProcessesThatForkWithoutEndAreKilled) {
    Sandbox sandbox = Sandbox::start(tree_.layered());
    Command command = in_shell("f() { while :; do sh -c :; done; }; f & f & f & f & true");
    command.keep_background = true;
    EXPECT_EQ(run_in(sandbox, command).status, ExitStatus{});
    sandbox.kill_processes();
    EXPECT_EQ(run_in(sandbox, "set -- /proc/[0-9]*; echo $#").out, "2\n");
}

TEST_F(SandboxTest, AStopEndsACommandThatWillNotEnd) {
    Sandbox sandbox = Sandbox::start(tree_.layered());
    std::stop_source stop;
    Command command = in_shell("trap '' TERM INT HUP; echo ready; while :; do sleep 1000; done");
    command.stop_grace = std::chrono::milliseconds(50);
    try {
        sandbox.run(
            command, [&](OutputStream, std::string_view) { stop.request_stop(); }, stop.get_token()
        );
        FAIL() << "it ended by itself";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::interrupted);
    }
    sandbox.kill_processes();
    EXPECT_EQ(run_in(sandbox, "cat /proc/[0-9]*/comm | grep -c sleep").out, "0\n");
}

TEST_F(SandboxTest, CloseLeavesNoProcessAndNoMount) {
    const std::string before = host_mounts();
    const SandboxSpec spec = tree_.layered();
    Sandbox sandbox = Sandbox::start(spec);
    EXPECT_EQ(host_mounts(), before);
    const auto init = identify_process(sandbox.init_pid());
    ASSERT_TRUE(init);
    Command command = in_shell("mkdir -p /mnt && mount -t tmpfs x /mnt && setsid sleep 1000 &");
    command.keep_background = true;
    run_in(sandbox, command);
    sandbox.close();
    sandbox.close();
    EXPECT_FALSE(is_running(*init));
    EXPECT_EQ(host_mounts(), before);
    EXPECT_FALSE(files_.status(spec.scratch_directory));
}

TEST_F(SandboxTest, FilesAreReachedFromOutsideWithinTheTreeOnly) {
    files_.write_file_atomic(tree_.folder() / "secret", "of the host", 0600);
    Sandbox sandbox = Sandbox::start(tree_.layered());
    const std::string outside = (tree_.folder() / "secret").string();
    ASSERT_EQ(
        run_in(
            sandbox,
            "ln -s " + outside + " /absolute; ln -s ../../../../../.." + outside +
                " /root/relative; echo own > /own; ln -s /own /root/inside"
        )
            .status,
        ExitStatus{}
    );
    EXPECT_EQ(try_open_in_root(sandbox.root_fd(), "/absolute", O_RDONLY), -ENOENT);
    EXPECT_EQ(try_open_in_root(sandbox.root_fd(), "/root/relative", O_RDONLY), -ENOENT);
    EXPECT_EQ(try_open_in_root(sandbox.root_fd(), "../.." + outside, O_RDONLY), -ENOENT);
    const UniqueFd own = open_in_root(sandbox.root_fd(), "/root/inside", O_RDONLY);
    char text[4] = {};
    EXPECT_EQ(::read(own.get(), text, 3), 3);
    EXPECT_STREQ(text, "own");
}

TEST_F(SandboxTest, ASecondLayerCoversTheFirst) {
    const std::filesystem::path top = tree_.folder() / "top";
    files_.make_directories(top / "etc", 0755);
    files_.write_file_atomic(top / "etc/passwd", "root:x:0:0:top:/root:/bin/sh\n", 0644);
    SandboxSpec spec = tree_.layered();
    spec.lower_directories = {top, tree_.lower()};
    Sandbox sandbox = Sandbox::start(spec);
    EXPECT_EQ(run_in(sandbox, "cut -d: -f5 /etc/passwd").out, "top\n");
}

TEST_F(SandboxTest, ManyLayersCanBeStacked) {
    SandboxSpec spec = tree_.layered();
    for (int i = 0; i < 150; ++i) {
        const std::filesystem::path layer =
            tree_.folder() / ("layer, with: \\" + std::to_string(i));
        files_.make_directories(layer / "var" / std::to_string(i), 0755);
        spec.lower_directories.insert(spec.lower_directories.begin(), layer);
    }
    Sandbox sandbox = Sandbox::start(spec);
    EXPECT_EQ(run_in(sandbox, "ls /var | wc -l").out, "150\n");
}

TEST_F(SandboxTest, TooManyLayersAreRefused) {
    SandboxSpec spec = tree_.layered();
    spec.lower_directories.resize(300, tree_.lower());
    EXPECT_THROW(Sandbox::start(spec), Error);
    EXPECT_FALSE(files_.status(spec.scratch_directory));
}

TEST_F(SandboxTest, AMissingLayerIsAnErrorAndLeavesNothing) {
    const std::string before = host_mounts();
    SandboxSpec spec = tree_.layered();
    spec.lower_directories.push_back(tree_.folder() / "missing");
    try {
        Sandbox::start(spec);
        FAIL() << "it started";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::not_found);
        EXPECT_EQ(
            error.message(),
            "opening " + (tree_.folder() / "missing").string() + ": No such file or directory"
        );
        EXPECT_THAT(error.context(), ElementsAre("setting up the sandbox"));
    }
    EXPECT_EQ(host_mounts(), before);
    EXPECT_FALSE(files_.status(spec.scratch_directory));
}

TEST_F(SandboxTest, AnUpperDirectoryOnOverlayfsIsRefusedWithTheRemedy) {
    Sandbox outer = Sandbox::start(tree_.layered());
    const std::string inside = "/proc/" + std::to_string(outer.init_pid()) + "/root/tree/var";
    try {
        Sandbox::check_host(inside);
        FAIL() << "it was accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::unsupported);
        EXPECT_EQ(
            error.message(), inside + " is on overlayfs, which can not hold the layers of overlayfs"
        );
        EXPECT_EQ(error.hint(), "set XDG_CACHE_HOME to a folder on ext4, xfs, btrfs or tmpfs");
    }
}

TEST_F(SandboxTest, SeveralThreadsHaveSandboxesOfTheirOwn) {
    std::vector<std::string> outputs(3);
    std::vector<SandboxSpec> specs;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        SandboxSpec spec = tree_.layered();
        spec.upper_directory = tree_.folder() / ("upper" + std::to_string(i));
        spec.hostname = "host" + std::to_string(i);
        files_.make_directories(spec.upper_directory, 0755);
        specs.push_back(spec);
    }
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            threads.emplace_back([&, i] {
                Sandbox sandbox = Sandbox::start(specs[i]);
                for (int round = 0; round < 5; ++round) {
                    outputs[i] += run_in(sandbox, "uname -n").out;
                }
                sandbox.kill_processes();
                sandbox.close();
            });
        }
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        std::string want;
        for (int round = 0; round < 5; ++round) {
            want += "host" + std::to_string(i) + "\n";
        }
        EXPECT_EQ(outputs[i], want);
    }
}

TEST(SandboxWithoutRoot, IsRefusedBeforeAnyEffect) {
    if (::geteuid() == 0) {
        // Checked in a child, as there is no way back to root.
        EXPECT_EXIT(
            {
                if (::setuid(65534) != 0) {
                    ::_exit(9);
                }
                try {
                    Sandbox::check_host("/tmp");
                } catch (const Error& error) {
                    ::_exit(error.kind() == ErrorKind::permission ? 0 : 1);
                }
                ::_exit(2);
            },
            ::testing::ExitedWithCode(0),
            ""
        );
        return;
    }
    EXPECT_THROW(Sandbox::check_host("/tmp"), Error);
}

}  // namespace
}  // namespace kiln::sys
