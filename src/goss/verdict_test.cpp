#include "goss/verdict.hpp"

#include "goss/dns_packet.hpp"
#include "goss/report.hpp"

#include <gtest/gtest.h>

namespace kiln::goss {
namespace {

Spec spec_of(const std::string& text, SourceMap& sources) {
    Diagnostics diagnostics;
    const SourceFile& file = sources.add("goss.yaml", text);
    Spec spec = read_spec(*parse_document(file, Syntax::yaml, diagnostics), diagnostics);
    EXPECT_TRUE(diagnostics.empty()) << render(diagnostics);
    return spec;
}

std::string outcomes(const std::string& text, const Facts& facts) {
    SourceMap sources;
    std::string out;
    for (const ResultGroup& group : judge(spec_of(text, sources), facts)) {
        for (const TestResult& result : group) {
            const char* outcome = result.outcome == Outcome::pass   ? "pass"
                                  : result.outcome == Outcome::skip ? "skip"
                                                                    : "FAIL";
            out +=
                result.property + " " + outcome + (result.error ? " " + *result.error : "") + "\n";
        }
    }
    return out;
}

Fact told(std::string out, int status = 0) {
    Fact fact;
    fact.out = std::move(out);
    fact.status = status;
    return fact;
}

TEST(Judge, FilesFromStat) {
    const Facts facts = {
        {"stats 0", told("81a4 0 42 7 root UNKNOWN|/a b\na1ff 0 0 3 root root|/link\n")},
        {"contents /a b", told("one\n")},
        {"link /link", told("/to\n")}};
    EXPECT_EQ(
        outcomes(
            "file:\n  /a b: {exists: true, mode: '0644', owner: root, uid: 0, gid: {gt: 41}, size: "
            "7,"
            " filetype: file, contents: [one], group: x}\n"
            "  /link: {exists: true, linked-to: /to, filetype: symlink}\n"
            "  /no: {exists: false, mode: '0644'}\n",
            facts
        ),
        "exists pass\nmode pass\nowner pass\nuid pass\n"
        "group FAIL Error: no matching entries in group file\ngid pass\nfiletype pass\n"
        "contents pass\nsize pass\nexists pass\nlinkedto pass\nfiletype pass\n"
        "exists pass\nmode skip\n"
    );
}

TEST(Judge, PackagesOfEachManager) {
    const std::string text =
        "package:\n  a: {installed: true, versions: [1.2-3]}\n  b: {installed: false}\n";
    const std::string want = "installed pass\nversion pass\ninstalled pass\n";
    for (const char* answer :
         {"dpkg\na\tamd64\tinstall ok installed\t1.2-3\nb\tamd64\tdeinstall ok config-files\t1\n",
          "rpm\na\t1.2\t3\tx86_64\t1.2-3\npackage b is not installed\n",
          "apk\n@a\nInstalled:   Available:\na-1.2-3 = 1.2-3\n@b\nInstalled:  Available:\n",
          "pacman\n@a\na 1.2-3\n@b\n"}) {
        SCOPED_TRACE(answer);
        EXPECT_EQ(outcomes(text, {{"packages 0", told(answer)}}), want);
    }
}

TEST(Judge, AccountsServicesMountsAndTheRest) {
    const Facts facts = {
        {"passwd", told("root:x:0:0:root:/root:/bin/bash\nme:x:7:8::/home/me:/bin/sh\n")},
        {"group", told("root:x:0:\nmine:x:8:\nadm:x:4:you,me\n")},
        {"services 0", told("ssh|1 0 2 3\n")},
        {"mounts",
         told("22 1 8:1 / / rw,noatime,rw shared:1 - ext4 /dev/sda1 rw,errors=remount-ro\n")},
        {"usage /", told("1000 750\n")},
        {"processes", told("1 (systemd) S 0\n22 (a b) S 1\n")},
        {"sysctl kernel.ostype", told("Linux\n")},
        {"sockets tcp",
         told("  sl  local\n   0: 0100007F:0016 00000000:0000 0A 0\n   1: 0100007F:0050 "
              "00000000:0000 01 0\n")},
        {"sockets tcp6", told("   0: 00000000000000000000000001000000:0016 0:0 0A 0\n")},
        {"interface lo", told("65536\n")},
        {"addresses lo",
         told("1: lo    inet 127.0.0.1/8 scope host lo\n1: lo    inet6 ::1/128 scope host\n")}};
    EXPECT_EQ(
        outcomes(
            "user:\n  me: {exists: true, uid: 7, gid: '8', groups: [adm, mine], home: /home/me, "
            "shell: /bin/sh}\n"
            "group:\n  adm: {exists: true, gid: 4}\n"
            "service:\n  ssh: {enabled: true, running: false, runlevels: ['3']}\n"
            "mount:\n  /: {exists: true, opts: {consist-of: [rw, noatime]}, filesystem: ext4, "
            "usage: {lt: 26}}\n"
            "  /no: {exists: false}\n"
            "process:\n  a b: {running: true}\n  b: {running: false}\n"
            "kernel-param:\n  kernel.ostype: {value: Linux}\n"
            "port:\n  tcp:22: {listening: true, ip: [127.0.0.1]}\n  tcp6:22: {listening: true, ip: "
            "['::1']}\n"
            "  tcp:80: {listening: false, ip: []}\n"
            "interface:\n  lo: {exists: true, mtu: 65536, addrs: {contain-element: 127.0.0.1/8}}\n"
            "matching:\n  m: {content: {a: 1}, matches: {have-key: a}}\n",
            facts
        ),
        "exists pass\nuid pass\ngid pass\nhome pass\ngroups pass\nshell pass\nexists pass\ngid "
        "pass\n"
        "enabled pass\nrunning pass\nrunlevels pass\nexists pass\nopts pass\nfilesystem "
        "pass\nusage pass\n"
        "exists FAIL Mountpoint not found\nrunning pass\nrunning pass\nvalue pass\n"
        "listening pass\nip pass\nlistening pass\nip pass\nlistening pass\nip skip\n"
        "exists pass\naddrs pass\nmtu pass\nmatches pass\n"
    );
}

TEST(Judge, SaysWhichProgramTheMachineLacks) {
    constexpr int kNoProgramThere = 96;
    const Facts facts = {
        {"http http://x/", told("", kNoProgramThere)},
        {"addr tcp://x:1", told("", kNoProgramThere)},
        {"stats 0", told("", kNoProgramThere)}};
    EXPECT_EQ(
        outcomes(
            "http:\n  http://x/: {status: 200}\naddr:\n  tcp://x:1: {reachable: true}\n"
            "file:\n  /a: {exists: true}\n",
            facts
        ),
        "status FAIL the machine has no program curl, which kiln asks HTTP servers with\n"
        "reachable FAIL the machine has neither bash, python3 nor nc, so kiln can not tell what it "
        "reaches\n"
        "exists FAIL the machine has no program stat, so nothing is known of its files\n"
    );
}

TEST(Judge, HttpAnswersBehindRedirects) {
    const Facts facts = {
        {"http http://x/",
         told("HTTP/1.1 301 Moved\r\nlocation: /y\r\n\r\nHTTP/1.1 200 OK\r\ncontent-type: "
              "text/html\r\n\r\nhello\n")}};
    EXPECT_EQ(
        outcomes(
            "http:\n  http://x/: {status: 200, headers: ['Content-Type: text/html', '!Location'], "
            "body: [hello]}\n",
            facts
        ),
        "status pass\nHeaders pass\nBody pass\n"
    );
}

TEST(DnsPacket, ReadsRecordsAndRefusesRubbish) {
    const std::string question = dns_query("a.example", "MX");
    std::string answer = question;
    answer[7] = 1;
    answer +=
        std::string("\xc0\x0c\x00\x0f\x00\x01\x00\x00\x00\x3c\x00\x09\x00\x0a\x04mail\xc0\x0c", 21);
    EXPECT_EQ(dns_records(answer, "MX"), std::vector<std::string>{"10 mail.a.example."});
    EXPECT_EQ(dns_records(answer.substr(0, answer.size() - 3), "MX"), std::nullopt);
    EXPECT_EQ(dns_query("a..b", "A"), "");
    std::string loop = answer;
    loop[loop.size() - 1] = static_cast<char>(loop.size() - 2);
    EXPECT_EQ(dns_records(loop, "MX"), std::nullopt);
}

std::string report(const std::string& format) {
    SourceMap sources;
    const Facts facts = {{"stats 0", told("81a4 0 0 7 root root|/a\n")}};
    const Spec spec = spec_of(
        "file:\n  /a: {exists: true, mode: '0600', title: T, meta: {k: 1}}\n  /b: {exists: false, "
        "size: 1}\n",
        sources
    );
    ReportStyle style;
    style.format = format;
    style.duration = std::chrono::milliseconds(12);
    return write_report(judge(spec, facts), style);
}

TEST(WriteReport, LooksAsGossPrintsIt) {
    EXPECT_EQ(
        report("tap"),
        "1..4\nok 1 - File: /a: exists: matches expectation: true\n"
        "not ok 2 - File: /a: mode: Expected \"0644\" to equal \"0600\"\n"
        "ok 3 - File: /b: exists: matches expectation: false\n"
        "ok 4 - # SKIP File: /b: size: skipped\n"
    );
    EXPECT_EQ(
        report("nagios"), "GOSS CRITICAL - Count: 4, Failed: 1, Skipped: 1, Duration: 0.012s\n"
    );
    EXPECT_EQ(
        report("rspecish"),
        ".F.S\n\nFailures/Skipped:\n\nTitle: T\nMeta:\n    k: 1\nFile: /a: mode:\nExpected\n"
        "    \"0644\"\nto equal\n    \"0600\"\ndiff\n    --- test\n    +++ actual\n    @@ -1,1 "
        "+1,1 @@\n"
        "    -0600\n    +0644\n\nFile: /b: size: skipped\n\n"
        "Total Duration: 0.012s\nCount: 4, Failed: 1, Skipped: 1\n"
    );
    EXPECT_EQ(report("silent"), "");
    EXPECT_NE(
        report("junit").find("<testsuite name=\"goss\" errors=\"0\" tests=\"4\" failures=\"1\" "
                             "skipped=\"1\" time=\"0.012\""),
        std::string::npos
    );
    EXPECT_NE(
        report("json").find("\"summary\":{\"failed-count\":1,\"skipped-count\":1"),
        std::string::npos
    );
}

}  // namespace
}  // namespace kiln::goss
