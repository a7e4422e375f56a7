// The functions of libssh that kiln calls, each by its own name: the library is loaded by the
// first call of one. Loaded at the start, it and what it needs in turn (Kerberos, all of OpenSSL)
// would be half of the time that `kiln validate` takes.

#include "sys/shared_library.hpp"

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/sftp.h>

namespace {

kiln::sys::SharedLibrary& library() {
    static kiln::sys::SharedLibrary libssh(
        "libssh.so.4", "machines are reached over SSH with libssh 0.10: install libssh-4"
    );
    return libssh;
}

}  // namespace

// The declarations are libssh's, so a definition that differs from one does not compile.
#define KILN_LAZY(result, name, parameters, arguments)                             \
    result name parameters {                                                       \
        static const auto function = library().function<decltype(&(name))>(#name); \
        return function arguments;                                                 \
    }

extern "C" {

// A function a line.
// clang-format off
KILN_LAZY(int, ssh_channel_close, (ssh_channel a), (a))
KILN_LAZY(void, ssh_channel_free, (ssh_channel a), (a))
KILN_LAZY(int, ssh_channel_is_closed, (ssh_channel a), (a))
KILN_LAZY(int, ssh_channel_is_eof, (ssh_channel a), (a))
KILN_LAZY(int, ssh_channel_listen_forward, (ssh_session a, const char* b, int c, int* d), (a, b, c, d))
KILN_LAZY(ssh_channel, ssh_channel_new, (ssh_session a), (a))
KILN_LAZY(int, ssh_channel_open_forward, (ssh_channel a, const char* b, int c, const char* d, int e), (a, b, c, d, e))
KILN_LAZY(ssh_channel, ssh_channel_open_forward_port, (ssh_session a, int b, int* c, char** d, int* e), (a, b, c, d, e))
KILN_LAZY(int, ssh_channel_open_session, (ssh_channel a), (a))
KILN_LAZY(int, ssh_channel_read_nonblocking, (ssh_channel a, void* b, uint32_t c, int d), (a, b, c, d))
KILN_LAZY(int, ssh_channel_request_auth_agent, (ssh_channel a), (a))
KILN_LAZY(int, ssh_channel_request_exec, (ssh_channel a, const char* b), (a, b))
KILN_LAZY(int, ssh_channel_request_pty_size, (ssh_channel a, const char* b, int c, int d), (a, b, c, d))
KILN_LAZY(int, ssh_channel_request_send_signal, (ssh_channel a, const char* b), (a, b))
KILN_LAZY(int, ssh_channel_send_eof, (ssh_channel a), (a))
KILN_LAZY(uint32_t, ssh_channel_window_size, (ssh_channel a), (a))
KILN_LAZY(int, ssh_channel_write, (ssh_channel a, const void* b, uint32_t c), (a, b, c))
KILN_LAZY(int, ssh_connect, (ssh_session a), (a))
KILN_LAZY(void, ssh_disconnect, (ssh_session a), (a))
KILN_LAZY(int, ssh_event_add_session, (ssh_event a, ssh_session b), (a, b))
KILN_LAZY(int, ssh_event_dopoll, (ssh_event a, int b), (a, b))
KILN_LAZY(void, ssh_event_free, (ssh_event a), (a))
KILN_LAZY(ssh_event, ssh_event_new, (), ())
KILN_LAZY(void, ssh_free, (ssh_session a), (a))
KILN_LAZY(const char*, ssh_get_error, (void* a), (a))
KILN_LAZY(socket_t, ssh_get_fd, (ssh_session a), (a))
KILN_LAZY(int, ssh_get_server_publickey, (ssh_session a, ssh_key* b), (a, b))
KILN_LAZY(int, ssh_is_connected, (ssh_session a), (a))
KILN_LAZY(void, ssh_key_free, (ssh_key a), (a))
KILN_LAZY(ssh_keytypes_e, ssh_key_type, (ssh_key a), (a))
KILN_LAZY(const char*, ssh_key_type_to_char, (ssh_keytypes_e a), (a))
KILN_LAZY(ssh_session, ssh_new, (), ())
KILN_LAZY(int, ssh_options_set, (ssh_session a, ssh_options_e b, const void* c), (a, b, c))
KILN_LAZY(int, ssh_pki_copy_cert_to_privkey, (ssh_key a, ssh_key b), (a, b))
KILN_LAZY(int, ssh_pki_export_privkey_base64, (const ssh_key a, const char* b, ssh_auth_callback c, void* d, char** e), (a, b, c, d, e))
KILN_LAZY(int, ssh_pki_export_pubkey_base64, (ssh_key a, char** b), (a, b))
KILN_LAZY(int, ssh_pki_generate, (ssh_keytypes_e a, int b, ssh_key* c), (a, b, c))
KILN_LAZY(int, ssh_pki_import_cert_file, (const char* a, ssh_key* b), (a, b))
KILN_LAZY(int, ssh_pki_import_privkey_base64, (const char* a, const char* b, ssh_auth_callback c, void* d, ssh_key* e), (a, b, c, d, e))
KILN_LAZY(int, ssh_pki_import_privkey_file, (const char* a, const char* b, ssh_auth_callback c, void* d, ssh_key* e), (a, b, c, d, e))
KILN_LAZY(int, ssh_remove_channel_callbacks, (ssh_channel a, ssh_channel_callbacks b), (a, b))
KILN_LAZY(int, ssh_send_keepalive, (ssh_session a), (a))
KILN_LAZY(void, ssh_set_blocking, (ssh_session a, int b), (a, b))
KILN_LAZY(int, ssh_set_callbacks, (ssh_session a, ssh_callbacks b), (a, b))
KILN_LAZY(int, ssh_set_channel_callbacks, (ssh_channel a, ssh_channel_callbacks b), (a, b))
KILN_LAZY(void, ssh_string_free_char, (char* a), (a))
KILN_LAZY(int, ssh_userauth_agent, (ssh_session a, const char* b), (a, b))
KILN_LAZY(int, ssh_userauth_kbdint, (ssh_session a, const char* b, const char* c), (a, b, c))
KILN_LAZY(int, ssh_userauth_kbdint_getnprompts, (ssh_session a), (a))
KILN_LAZY(const char*, ssh_userauth_kbdint_getprompt, (ssh_session a, unsigned int b, char* c), (a, b, c))
KILN_LAZY(int, ssh_userauth_kbdint_setanswer, (ssh_session a, unsigned int b, const char* c), (a, b, c))
KILN_LAZY(int, ssh_userauth_list, (ssh_session a, const char* b), (a, b))
KILN_LAZY(int, ssh_userauth_none, (ssh_session a, const char* b), (a, b))
KILN_LAZY(int, ssh_userauth_password, (ssh_session a, const char* b, const char* c), (a, b, c))
KILN_LAZY(int, ssh_userauth_publickey, (ssh_session a, const char* b, ssh_key c), (a, b, c))
KILN_LAZY(int, ssh_userauth_try_publickey, (ssh_session a, const char* b, ssh_key c), (a, b, c))
KILN_LAZY(void, sftp_attributes_free, (sftp_attributes a), (a))
KILN_LAZY(int, sftp_chmod, (sftp_session a, const char* b, mode_t c), (a, b, c))
KILN_LAZY(int, sftp_close, (sftp_file a), (a))
KILN_LAZY(int, sftp_closedir, (sftp_dir a), (a))
KILN_LAZY(int, sftp_dir_eof, (sftp_dir a), (a))
KILN_LAZY(void, sftp_free, (sftp_session a), (a))
KILN_LAZY(int, sftp_get_error, (sftp_session a), (a))
KILN_LAZY(int, sftp_init, (sftp_session a), (a))
KILN_LAZY(int, sftp_mkdir, (sftp_session a, const char* b, mode_t c), (a, b, c))
KILN_LAZY(sftp_session, sftp_new, (ssh_session a), (a))
KILN_LAZY(sftp_file, sftp_open, (sftp_session a, const char* b, int c, mode_t d), (a, b, c, d))
KILN_LAZY(sftp_dir, sftp_opendir, (sftp_session a, const char* b), (a, b))
KILN_LAZY(ssize_t, sftp_read, (sftp_file a, void* b, size_t c), (a, b, c))
KILN_LAZY(sftp_attributes, sftp_readdir, (sftp_session a, sftp_dir b), (a, b))
KILN_LAZY(sftp_attributes, sftp_stat, (sftp_session a, const char* b), (a, b))
KILN_LAZY(ssize_t, sftp_write, (sftp_file a, const void* b, size_t c), (a, b, c))
// clang-format on

}  // extern "C"

#undef KILN_LAZY
