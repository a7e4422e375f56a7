#include "execute/communicator/communicator_server.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace kiln::exec {

namespace {

// Bytes. Of one string and of a whole message: what Ansible sends is a module with its arguments.
constexpr std::size_t kMaxMessageBytes = std::size_t{1} << 30;
constexpr std::size_t kMaxParts = 8;

std::uint32_t number_of(const std::array<char, 4>& bytes) {
    std::uint32_t number = 0;
    for (const char byte : bytes) {
        number = number << 8U | static_cast<unsigned char>(byte);
    }
    return number;
}

void append_number(std::string& out, std::size_t number) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        out += static_cast<char>(number >> shift & 0xFFU);
    }
}

// False when nobody reads it.
bool send_message(int client, const std::vector<std::string>& parts) {
    std::string bytes;
    append_number(bytes, parts.size());
    for (const std::string& part : parts) {
        append_number(bytes, part.size());
        bytes += part;
    }
    std::string_view rest = bytes;
    while (!rest.empty()) {
        const ssize_t sent = ::send(client, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) {
            return false;
        }
        rest.remove_prefix(sent > 0 ? static_cast<std::size_t>(sent) : 0);
    }
    return true;
}

/// Requests a stop when a client hangs up, while the object lives.
class HangUpWatch {
public:
    HangUpWatch(int client, std::stop_source& stop)
        : ended_(sys::make_pipe()), thread_([this, client, &stop] {
              std::array<pollfd, 2> polled = {
                  {{client, POLLRDHUP, 0}, {ended_.read.get(), POLLIN, 0}}};
              while (::poll(polled.data(), polled.size(), -1) < 0 && errno == EINTR) {
              }
              if (polled[0].revents != 0) {
                  stop.request_stop();
              }
          }) {}
    ~HangUpWatch() { ended_.write.reset(); }
    HangUpWatch(const HangUpWatch&) = delete;
    HangUpWatch& operator=(const HangUpWatch&) = delete;

private:
    sys::Pipe ended_;
    std::jthread thread_;
};

sys::UniqueFd listen_at(const std::filesystem::path& socket) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string& name = socket.native();
    if (name.size() > CommunicatorServer::kMaxSocketName) {
        throw Error(ErrorKind::input, "the name of the socket " + name + " is too long");
    }
    std::copy(name.begin(), name.end(), std::begin(address.sun_path));
    sys::UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (!listener || ::bind(listener.get(), generic, sizeof address) != 0 ||
        ::listen(listener.get(), SOMAXCONN) != 0) {
        throw system_error("listening at " + name, errno);
    }
    return listener;
}

}  // namespace

CommunicatorServer::CommunicatorServer(
    Communicator& communicator, const std::filesystem::path& socket
)
    : communicator_(communicator),
      listener_(listen_at(socket)),
      wake_(sys::make_pipe()),
      thread_([this](const std::stop_token& stop) { serve(stop); }) {}

CommunicatorServer::~CommunicatorServer() {
    thread_.request_stop();
    wake_.write.reset();
}

void CommunicatorServer::serve(const std::stop_token& stop) {
    std::vector<sys::UniqueFd> clients;
    while (!stop.stop_requested()) {
        std::vector<pollfd> polled = {{wake_.read.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
        for (const sys::UniqueFd& client : clients) {
            polled.push_back({client.get(), POLLIN, 0});
        }
        if (::poll(polled.data(), polled.size(), -1) < 0) {
            continue;  // EINTR: all else is a mistake of ours
        }
        for (std::size_t i = clients.size(); i-- > 0 && !stop.stop_requested();) {
            if (polled[i + 2].revents != 0 && !answer(clients[i].get(), stop)) {
                clients.erase(clients.begin() + static_cast<std::ptrdiff_t>(i));
            }
        }
        if ((polled[1].revents & POLLIN) != 0) {
            sys::UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (client) {
                clients.push_back(std::move(client));
            }
        }
    }
}

// False when the client is done with.
bool CommunicatorServer::answer(int client, const std::stop_token& stop) {
    const std::optional<Message> request = read_message(client);
    if (!request) {
        return false;
    }
    std::stop_source ended;
    const std::stop_callback forward(stop, [&ended] { ended.request_stop(); });
    Message reply;
    try {
        const HangUpWatch watch(client, ended);
        reply = perform(*request, ended.get_token());
    } catch (const Error& error) {
        const bool out_of_reach =
            error.kind() == ErrorKind::network || error.kind() == ErrorKind::timeout;
        reply = {"error", out_of_reach ? "network" : "other", error.message()};
    } catch (const std::exception& error) {
        reply = {"error", "other", error.what()};
    }
    return send_message(client, reply);
}

CommunicatorServer::Message CommunicatorServer::perform(
    const Message& request, const std::stop_token& stop
) {
    if (request.size() != 3) {
        throw Error(ErrorKind::input, "a request has three parts");
    }
    const std::string& what = request[0];
    const std::string& first = request[1];
    const std::string& second = request[2];
    if (what == "exec") {
        std::string out;
        std::string err;
        const sys::ExitStatus status = communicator_.run_with_input(
            first,
            second,
            [&](sys::OutputStream stream, std::string_view bytes) {
                (stream == sys::OutputStream::out ? out : err) += bytes;
                if (out.size() + err.size() > kMaxMessageBytes) {
                    throw Error(ErrorKind::no_space, "a command wrote more than 1 GiB");
                }
            },
            stop
        );
        return {"ok", std::to_string(status.code), std::move(out), std::move(err)};
    }
    if (what == "put") {
        communicator_.upload_file(first, second, stop);
    } else if (what == "fetch") {
        communicator_.download_file(first, second, stop);
    } else {
        throw Error(ErrorKind::input, "there is no request \"" + what + "\"");
    }
    return {"ok"};
}

std::optional<CommunicatorServer::Message> CommunicatorServer::read_message(int client) const {
    std::array<char, 4> number{};
    if (!read_exactly(client, number.data(), number.size()) || number_of(number) > kMaxParts) {
        return std::nullopt;
    }
    Message message(number_of(number));
    for (std::string& part : message) {
        if (!read_exactly(client, number.data(), number.size()) ||
            number_of(number) > kMaxMessageBytes) {
            return std::nullopt;
        }
        part.resize(number_of(number));
        if (!read_exactly(client, part.data(), part.size())) {
            return std::nullopt;
        }
    }
    return message;
}

bool CommunicatorServer::read_exactly(int client, char* data, std::size_t size) const {
    while (size > 0) {
        std::array<pollfd, 2> polled = {{{wake_.read.get(), POLLIN, 0}, {client, POLLIN, 0}}};
        if (::poll(polled.data(), polled.size(), -1) < 0) {
            continue;
        }
        if (polled[0].revents != 0) {
            return false;
        }
        const ssize_t got = ::recv(client, data, size, 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        data += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

}  // namespace kiln::exec
