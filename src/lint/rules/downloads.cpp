#include "lint/findings.hpp"
#include "lint/rules/checks.hpp"
#include "lint/rules/each_run.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace kiln::lint {

namespace {

using shell::Invocation;
using shell::Word;

bool is_url(std::string_view text) {
    return text.starts_with("http://") || text.starts_with("https://") ||
           text.starts_with("ftp://");
}

// The instance's own metadata service, or the machine itself.
bool is_local_url(std::string_view url) {
    const std::string_view host = url.substr(std::min(url.find("://") + 3, url.size()));
    return host.starts_with("169.254.") || host.starts_with("[fd00:ec2::") ||
           host.starts_with("localhost") || host.starts_with("127.");
}

const Word* find_url(const Invocation& run) {
    for (const Word& word : run.arguments) {
        if (is_url(word.text)) {
            return is_local_url(word.text) ? nullptr : &word;
        }
    }
    return nullptr;
}

// Signatures, digests, keys and repository files are what other things are checked with.
bool is_for_checking(std::string_view path) {
    constexpr std::array<std::string_view, 12> kEndings = {
        ".repo",
        ".asc",
        ".gpg",
        ".key",
        ".list",
        ".sig",
        ".pem",
        ".sha256",
        ".sha512",
        ".sha1",
        "sums",
        ".sha256sum"};
    std::string lower(path);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) {
        return lower.ends_with(ending);
    });
}

bool is_fetcher(const Invocation& run) {
    return run.is_one_of({"curl", "wget"});
}

// curl's one-letter flags, up to one that takes the rest of the word as its value.
bool has_curl_letter(const Invocation& run, char letter) {
    constexpr std::string_view kWithValue = "AbcCdDeEFhHKmoPQrtTuUwxXyYz";
    for (const Word& word : run.arguments) {
        if (word.text.size() < 2 || word.text[0] != '-' || word.text[1] == '-') {
            continue;
        }
        for (const char c : word.text.substr(1)) {
            if (c == letter) {
                return true;
            }
            if (kWithValue.find(c) != std::string_view::npos) {
                break;
            }
        }
    }
    return false;
}

bool writes_to_standard_output(const Invocation& run) {
    if (run.program == "curl") {
        return !has_curl_letter(run, 'o') && !has_curl_letter(run, 'O') &&
               !run.has_any_flag({"--output", "--remote-name", "--remote-name-all"});
    }
    for (std::size_t i = 0; i < run.arguments.size(); ++i) {
        const std::string& text = run.arguments[i].text;
        const bool names_output =
            text.starts_with('-') && (text.ends_with("O") || text == "--output-document");
        if (text.ends_with("O-") || text == "--output-document=-" || text == "--spider" ||
            (names_output && i + 1 < run.arguments.size() && run.arguments[i + 1].text == "-")) {
            return true;
        }
    }
    return false;
}

bool goes_nowhere(const Invocation& run) {
    return std::any_of(run.arguments.begin(), run.arguments.end(), [](const Word& word) {
        return word.text == "/dev/null" || word.text == "-I" || word.text == "--head";
    });
}

/// Whether what is fetched is kept: in a file, or unpacked by another command of the pipeline.
class Keeping {
public:
    explicit Keeping(const Script& script) : unpacks_(script.shell.pipelines.size()) {
        each_run(script, [&](const shell::Command& command, const Invocation& run) {
            if (run.is_one_of({"tar", "bsdtar", "gunzip", "unzip", "cpio", "dd", "xz", "zstd"})) {
                unpacks_[command.pipeline] = true;
            }
        });
    }

    bool keeps(const shell::Command& command, const Invocation& run) const {
        if (goes_nowhere(run)) {
            return false;
        }
        if (!writes_to_standard_output(run) || unpacks_[command.pipeline]) {
            return true;
        }
        const std::vector<WrittenFile> files = written_files(command);
        return std::any_of(files.begin(), files.end(), [](const WrittenFile& file) {
            return file.path.text != "/dev/null" && !is_for_checking(file.path.text);
        });
    }

private:
    std::vector<bool> unpacks_;  ///< by pipeline
};

bool checks_digests(const Script& script) {
    bool checks = false;
    each_run(script, [&](const shell::Command&, const Invocation& run) {
        checks |= run.is_one_of(
                      {"sha256sum",
                       "sha512sum",
                       "sha1sum",
                       "sha384sum",
                       "md5sum",
                       "b2sum",
                       "shasum",
                       "gpg",
                       "gpg2",
                       "gpgv",
                       "cosign",
                       "minisign",
                       "slsa-verifier"}
                  ) ||
                  (run.program == "openssl" && run.first_operand() != nullptr &&
                   run.first_operand()->text == "dgst") ||
                  (run.program == "rpm" && run.has_any_flag({"-K", "--checksig"}));
    });
    return checks;
}

bool is_interpreter(const Invocation& run) {
    if (!shell::is_shell(run.program) &&
        !run.is_one_of({"python", "python3", "perl", "ruby", "node"})) {
        return false;
    }
    // With a program of its own it only reads what comes.
    return run.arguments.empty() ||
           (run.arguments.front().text.starts_with("-") &&
            !run.has_any_flag({"-c", "-m", "-e", "-n"}) && run.program != "node");
}

bool fetches(std::string_view text) {
    for (const char* begin : {"<(curl ", "<(wget ", "$(curl ", "$(wget ", "`curl ", "`wget "}) {
        if (text.starts_with(begin)) {
            return true;
        }
    }
    return false;
}

std::string_view host_of(std::string_view url) {
    const std::size_t begin = url.find("://");
    const std::string_view rest = begin == std::string_view::npos ? url : url.substr(begin + 3);
    return rest.substr(0, rest.find('/'));
}

}  // namespace

void check_git_protocol(const Subject& subject, Findings& findings) {
    each_run(subject, [&](const Script& script, const shell::Command&, const Invocation& run) {
        for (const Word& word : run.arguments) {
            if (word.text.starts_with("git://") && word.text.size() > 6 && run.program == "git" &&
                run.first_operand()->text != "config") {
                findings.add(
                    script.range(word),
                    "git:// is neither encrypted nor authenticated, and many networks block it",
                    "use https://" + word.text.substr(6)
                );
            }
        }
    });
}

void check_git_unpinned(const Subject& subject, Findings& findings) {
    for (const auto& script : subject.scripts()) {
        bool pins = false;
        each_run(*script, [&](const shell::Command&, const Invocation& run) {
            pins |= run.program == "git" &&
                    std::any_of(run.arguments.begin(), run.arguments.end(), [](const Word& word) {
                        return word.text == "checkout" || word.text == "reset" ||
                               word.text == "switch" || word.text == "fetch";
                    });
        });
        each_run(*script, [&](const shell::Command&, const Invocation& run) {
            const Word* verb = run.first_operand();
            if (pins || run.program != "git" || verb == nullptr || verb->text != "clone") {
                return;
            }
            std::optional<Word> branch = run.value_of("--branch");
            branch = branch ? branch : run.value_of("-b");
            const bool has_version =
                branch &&
                (branch->expands || branch->text.find_first_of("0123456789") != std::string::npos);
            const bool is_remote =
                std::any_of(run.arguments.begin(), run.arguments.end(), [](const Word& word) {
                    return word.text.find("://") != std::string::npos ||
                           word.text.starts_with("git@");
                });
            if (is_remote && !has_version) {
                findings.add(
                    script->range(run),
                    "git clone takes whatever the branch holds on the day of the build",
                    "check out a commit or a tag afterwards, or clone with --branch TAG"
                );
            }
        });
    }
}

void check_unchecked_download(const Subject& subject, Findings& findings) {
    for (const auto& script : subject.scripts()) {
        if (checks_digests(*script)) {
            continue;
        }
        const Keeping keeping(*script);
        each_run(*script, [&](const shell::Command& command, const Invocation& run) {
            const Word* url = find_url(run);
            if (url == nullptr || is_for_checking(url->text)) {
                return;
            }
            const bool installs_package =
                run.is_one_of({"dnf", "yum", "rpm"}) && url->text.ends_with(".rpm");
            if (installs_package || (is_fetcher(run) && keeping.keeps(command, run))) {
                findings.add(
                    script->range(*url),
                    "what comes from " + std::string(host_of(url->text)) +
                        " is used without a look at its digest or signature",
                    "compare it: echo \"SHA256  FILE\" | sha256sum -c"
                );
            }
        });
    }
}

void check_pipe_to_shell(const Subject& subject, Findings& findings) {
    for (const auto& script : subject.scripts()) {
        for (const shell::Pipeline& pipeline : script->shell.pipelines) {
            bool fetched = false;
            for (const std::size_t index : pipeline.commands) {
                const auto& run = script->shell.commands[index].run;
                if (!run) {
                    continue;
                }
                const bool takes_fetched =
                    (fetched && is_interpreter(*run)) ||
                    ((shell::is_shell(run->program) ||
                      run->is_one_of({"eval", "source", ".", "python", "python3"})) &&
                     std::any_of(run->arguments.begin(), run->arguments.end(), [](const Word& w) {
                         return fetches(w.text);
                     }));
                if (takes_fetched) {
                    findings.add(
                        script->range(*run),
                        run->program + " runs what was fetched, unseen and perhaps cut short",
                        "fetch it to a file, check its digest, then run it"
                    );
                }
                fetched |= is_fetcher(*run);
            }
        }
    }
}

void check_insecure_transport(const Subject& subject, Findings& findings) {
    for (const auto& script : subject.scripts()) {
        const bool checked = checks_digests(*script);
        const Keeping keeping(*script);
        each_run(*script, [&](const shell::Command& command, const Invocation& run) {
            const bool trusts_anybody =
                (run.program == "curl" && (has_curl_letter(run, 'k') || run.has_flag("--insecure"))
                ) ||
                (run.program == "wget" && run.has_flag("--no-check-certificate")) ||
                (run.is_one_of({"pip", "pip3"}) && run.has_flag("--trusted-host"));
            if (trusts_anybody) {
                findings.add(
                    script->range(run),
                    run.program + " is told not to check who it talks to",
                    "install the certificate of the server instead"
                );
            }
            const Word* url = find_url(run);
            if (url != nullptr && url->text.starts_with("http://") && is_fetcher(run) && !checked &&
                keeping.keeps(command, run)) {
                findings.add(
                    script->range(*url),
                    "fetched over http: anybody on the way can change it",
                    "use https, or check a digest"
                );
            }
        });
    }
}

void check_unsigned_packages(const Subject& subject, Findings& findings) {
    each_run(
        subject,
        [&](const Script& script, const shell::Command& command, const Invocation& run) {
            for (const Word& word : run.arguments) {
                if (word.text == "--nogpgcheck" || word.text == "--allow-unauthenticated" ||
                    word.text == "--no-gpg-checks" || word.text == "--force-yes") {
                    findings.add(
                        script.range(word),
                        word.text + " installs packages that nobody signed",
                        "import the key of the repository and leave the flag out"
                    );
                }
            }
            const std::string text = written_text(script, command);
            for (const std::string_view mark : {"\ngpgcheck=0", "[trusted=yes", " trusted=yes"}) {
                if (text.find(mark) != std::string::npos) {
                    findings.add(
                        script.range(run),
                        "a repository is set up whose packages are not checked",
                        "import its key: gpgcheck=1 and gpgkey=, or signed-by= for apt"
                    );
                }
            }
        }
    );
}

}  // namespace kiln::lint
