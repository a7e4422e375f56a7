#include "execute/communicator/ssh/ssh_login.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/output_lines.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace kiln::exec {

namespace {

struct FreeSshString {
    void operator()(char* text) const { ssh_string_free_char(text); }
};

/// A key with a passphrase is refused: nobody is there to type it.
int no_passphrase(const char*, char*, std::size_t, int, int, void*) {
    return -1;
}

SshKeyHandle read_key(const SshLogin& login) {
    ssh_key key = nullptr;
    const int code =
        login.private_key_file
            ? ssh_pki_import_privkey_file(
                  login.private_key_file->c_str(), nullptr, no_passphrase, nullptr, &key
              )
            : ssh_pki_import_privkey_base64(
                  login.private_key.reveal().c_str(), nullptr, no_passphrase, nullptr, &key
              );
    if (code != SSH_OK) {
        const std::string what =
            login.private_key_file ? login.private_key_file->string() : "the key in memory";
        throw Error(
            ErrorKind::input,
            code == SSH_EOF ? "the private key " + what + " does not exist or may not be read"
                            : "the private key " + what + " can not be read"
        )
            .set_hint("it must be a private key without a passphrase; ssh-agent serves one with it"
            );
    }
    return SshKeyHandle(key);
}

class Login {
public:
    Login(ssh_session session, const SshLogin& login, const std::stop_token& stop)
        : session_(session), login_(login), stop_(stop) {}

    void run() {
        // Asking for nothing tells what the server takes.
        if (ssh_userauth_none(session_, nullptr) == SSH_AUTH_SUCCESS) {
            return;
        }
        offered_ = ssh_userauth_list(session_, nullptr);
        if (by_key() || by_agent() || by_password() || by_question()) {
            return;
        }
        throw Error(
            ErrorKind::permission,
            login_.host + " does not let " + login_.username + " in; tried " +
                (tried_.empty() ? "nothing that it offers" : join(tried_, ", ")) + "; it offers " +
                offered_names()
        );
    }

private:
    bool accepted(const std::string& way, int code) {
        tried_.push_back(way);
        if (code == SSH_AUTH_ERROR) {
            throw Error(
                ErrorKind::network, "logging in to " + login_.host + ": " + ssh_get_error(session_)
            );
        }
        if (code == SSH_AUTH_PARTIAL) {
            offered_ = ssh_userauth_list(session_, nullptr);  // what it wants besides
        }
        return code == SSH_AUTH_SUCCESS;
    }

    bool offers(unsigned method) const { return (static_cast<unsigned>(offered_) & method) != 0; }

    bool by_key() {
        if (!login_.private_key_file && login_.private_key.empty()) {
            return false;
        }
        const SshKeyHandle key = read_key(login_);
        if (!offers(SSH_AUTH_METHOD_PUBLICKEY)) {
            return false;
        }
        return (login_.certificate_file && by_certificate(key.get())) ||
               accepted("the private key", ssh_userauth_publickey(session_, nullptr, key.get()));
    }

    bool by_certificate(ssh_key key) {
        ssh_key certificate = nullptr;
        if (ssh_pki_import_cert_file(login_.certificate_file->c_str(), &certificate) != SSH_OK) {
            throw Error(
                ErrorKind::input,
                "the certificate " + login_.certificate_file->string() + " can not be read"
            );
        }
        const SshKeyHandle owned(certificate);
        if (ssh_pki_copy_cert_to_privkey(certificate, key) != SSH_OK) {
            throw Error(
                ErrorKind::input,
                "the certificate " + login_.certificate_file->string() +
                    " does not belong to the private key"
            );
        }
        const int code = ssh_userauth_try_publickey(session_, nullptr, certificate);
        return code == SSH_AUTH_SUCCESS &&
               accepted("the certificate", ssh_userauth_publickey(session_, nullptr, key));
    }

    bool by_agent() {
        return login_.use_agent && offers(SSH_AUTH_METHOD_PUBLICKEY) &&
               accepted("the agent's keys", ssh_userauth_agent(session_, nullptr));
    }

    bool by_password() {
        return !login_.password.empty() && offers(SSH_AUTH_METHOD_PASSWORD) &&
               accepted(
                   "the password",
                   ssh_userauth_password(session_, nullptr, login_.password.reveal().c_str())
               );
    }

    /// Every question is answered by the person, or with the password.
    bool by_question() {
        if ((login_.password.empty() && login_.person == nullptr) ||
            !offers(SSH_AUTH_METHOD_INTERACTIVE)) {
            return false;
        }
        int code = ssh_userauth_kbdint(session_, nullptr, nullptr);
        constexpr int kRounds = 10;
        for (int round = 0; code == SSH_AUTH_INFO && round < kRounds; ++round) {
            const auto questions =
                static_cast<unsigned>(std::max(0, ssh_userauth_kbdint_getnprompts(session_)));
            for (unsigned i = 0; i < questions; ++i) {
                ssh_userauth_kbdint_setanswer(session_, i, answer_to(i).reveal().c_str());
            }
            code = ssh_userauth_kbdint(session_, nullptr, nullptr);
        }
        return accepted(
            login_.person == nullptr ? "the password (keyboard-interactive)" : "your answers", code
        );
    }

    Secret answer_to(unsigned question) {
        if (login_.person == nullptr) {
            return login_.password;
        }
        char answer_is_shown = 0;
        const char* text = ssh_userauth_kbdint_getprompt(session_, question, &answer_is_shown);
        // The server wrote it: it must not move the cursor, or pass for a line of kiln.
        const std::string asked = "(" + login_.username + "@" + login_.host + ") " +
                                  printable_line(text != nullptr ? text : "");
        const auto answer = login_.person->answer(asked, answer_is_shown != 0, stop_);
        if (!answer) {
            throw Error(ErrorKind::input, "nobody answered what " + login_.host + " asks: " + asked)
                .set_hint("the answer is read from standard input");
        }
        return *answer;
    }

    std::string offered_names() const {
        std::vector<std::string> names;
        for (const auto& [method, name] :
             {std::pair{SSH_AUTH_METHOD_PUBLICKEY, "publickey"},
              std::pair{SSH_AUTH_METHOD_PASSWORD, "password"},
              std::pair{SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive"},
              std::pair{SSH_AUTH_METHOD_HOSTBASED, "hostbased"},
              std::pair{SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi-with-mic"}}) {
            if (offers(method)) {
                names.emplace_back(name);
            }
        }
        return names.empty() ? "nothing" : join(names, ", ");
    }

    ssh_session session_;
    const SshLogin& login_;
    const std::stop_token& stop_;
    int offered_ = 0;
    std::vector<std::string> tried_;
};

}  // namespace

void ssh_log_in(ssh_session session, const SshLogin& login, const std::stop_token& stop) {
    Login(session, login, stop).run();
}

std::string ssh_host_key(ssh_session session) {
    ssh_key key = nullptr;
    if (ssh_get_server_publickey(session, &key) != SSH_OK) {
        throw Error(ErrorKind::network, "the server showed no host key");
    }
    const SshKeyHandle owned(key);
    char* text = nullptr;
    if (ssh_pki_export_pubkey_base64(key, &text) != SSH_OK) {
        throw Error(ErrorKind::network, "the server showed a host key that can not be read");
    }
    const std::unique_ptr<char, FreeSshString> base64(text);
    return std::string(ssh_key_type_to_char(ssh_key_type(key))) + " " + base64.get();
}

}  // namespace kiln::exec
