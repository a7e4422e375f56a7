#pragma once

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <memory>

namespace kiln::exec {

// The objects of libssh, each with the function that ends it.
struct FreeSshSession {
    void operator()(ssh_session session) const {
        ssh_disconnect(session);
        ssh_free(session);
    }
};
struct FreeSshChannel {
    void operator()(ssh_channel channel) const { ssh_channel_free(channel); }
};
struct FreeSshKey {
    void operator()(ssh_key key) const { ssh_key_free(key); }
};
struct FreeSshEvent {
    void operator()(ssh_event event) const { ssh_event_free(event); }
};

using SshSessionHandle = std::unique_ptr<ssh_session_struct, FreeSshSession>;
using SshChannelHandle = std::unique_ptr<ssh_channel_struct, FreeSshChannel>;
using SshKeyHandle = std::unique_ptr<ssh_key_struct, FreeSshKey>;
using SshEventHandle = std::unique_ptr<ssh_event_struct, FreeSshEvent>;

}  // namespace kiln::exec
