#include "node/instance_metadata.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace kiln::node {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPatience{1000};  // for one request; the service answers within a few
constexpr std::size_t kMostAnswerBytes = std::size_t{1} << 20;
constexpr std::uint16_t kHttpPort = 80;

sockaddr_in address_of(const std::string& endpoint) {
    const auto refuse = [&](const std::string& why) {
        return Error(ErrorKind::usage, "metadata endpoint \"" + endpoint + "\" " + why);
    };
    constexpr std::string_view scheme = "http://";
    if (!endpoint.starts_with(scheme)) {
        throw refuse("is not of the form http://ADDRESS[:PORT]");
    }
    std::string host = endpoint.substr(scheme.size());
    host = host.substr(0, host.find('/'));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    std::uint16_t port = kHttpPort;
    if (const std::size_t colon = host.find(':'); colon != std::string::npos) {
        const char* const end = host.data() + host.size();
        const auto read = std::from_chars(host.data() + colon + 1, end, port);
        if (read.ec != std::errc() || read.ptr != end) {
            throw refuse("has no valid port");
        }
        host.resize(colon);
    }
    address.sin_port = htons(port);
    const bool is_address = ::inet_pton(AF_INET, host.c_str(), &address.sin_addr) == 1;
    if (!is_address || (host != "169.254.169.254" && !host.starts_with("127."))) {
        throw refuse("is not the instance's own: 169.254.169.254, or loopback for tests");
    }
    return address;
}

/// One service, one token; each request is a connection, which ends the answer.
class Metadata {
public:
    explicit Metadata(const std::string& endpoint) : address_(address_of(endpoint)) {}

    bool open() {
        token_ = request("PUT", "/latest/api/token", "X-aws-ec2-metadata-token-ttl-seconds: 60")
                     .value_or("");
        return !token_.empty();
    }

    /// The text at a path below meta-data; "" when there is none.
    std::string get(const std::string& path) {
        return request("GET", "/latest/meta-data/" + path, "X-aws-ec2-metadata-token: " + token_)
            .value_or("");
    }

private:
    std::optional<std::string> request(
        const std::string& method, const std::string& path, const std::string& header
    ) {
        const auto deadline = steady_clock::now() + kPatience;
        const sys::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        if (!fd || !connect(fd.get(), deadline)) {
            return std::nullopt;
        }
        const std::string text = method + " " + path + " HTTP/1.1\r\nHost: 169.254.169.254\r\n" +
                                 header + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        // A fresh socket's buffer takes some hundred bytes whole.
        if (::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL) != std::ssize(text)) {
            return std::nullopt;
        }
        return body_of(read_all(fd.get(), deadline));
    }

    bool connect(int fd, steady_clock::time_point deadline) {
        if (::connect(fd, reinterpret_cast<const sockaddr*>(&address_), sizeof address_) == 0) {
            return true;
        }
        int problem = errno;
        if (problem == EINPROGRESS && wait(fd, POLLOUT, deadline)) {
            socklen_t size = sizeof problem;
            ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &size);
        }
        return problem == 0;
    }

    static bool wait(int fd, short events, steady_clock::time_point deadline) {
        pollfd one{fd, events, 0};
        const auto left =
            std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now()).count();
        return left > 0 && ::poll(&one, 1, static_cast<int>(left)) > 0;
    }

    static std::string read_all(int fd, steady_clock::time_point deadline) {
        std::string text;
        char buffer[4096];
        while (text.size() < kMostAnswerBytes && wait(fd, POLLIN, deadline)) {
            const ssize_t count = ::recv(fd, buffer, sizeof buffer, 0);
            if (count <= 0) {
                break;
            }
            text.append(buffer, static_cast<std::size_t>(count));
        }
        return text;
    }

    static std::optional<std::string> body_of(const std::string& answer) {
        const std::size_t head = answer.find("\r\n\r\n");
        const bool good = answer.starts_with("HTTP/1.1 200") || answer.starts_with("HTTP/1.0 200");
        if (!good || head == std::string::npos) {
            return std::nullopt;
        }
        return answer.substr(head + 4);
    }

    sockaddr_in address_;
    std::string token_;
};

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines = split(text, '\n');
    std::erase_if(lines, [](const std::string& line) { return trim(line).empty(); });
    return lines;
}

int number_in(const std::string& text, int otherwise) {
    int value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

EniFacts read_eni(Metadata& service, const std::string& mac) {
    const std::string folder = "network/interfaces/macs/" + mac + "/";
    EniFacts eni;
    eni.mac = mac;
    eni.id = service.get(folder + "interface-id");
    eni.device_index = number_in(service.get(folder + "device-number"), -1);
    eni.network_card = number_in(service.get(folder + "network-card"), 0);
    eni.subnet = service.get(folder + "subnet-id");
    eni.subnet_cidr = service.get(folder + "subnet-ipv4-cidr-block");
    eni.addresses = lines_of(service.get(folder + "local-ipv4s"));
    return eni;
}

}  // namespace

void add_instance_metadata(const std::string& endpoint, NodeFacts& facts) {
    Metadata service(endpoint);
    if (!service.open()) {
        facts.missing.push_back(endpoint + " (the metadata service does not answer)");
        return;
    }
    InstanceFacts& instance = facts.instance;
    instance.type = service.get("instance-type");
    instance.id = service.get("instance-id");
    instance.zone = service.get("placement/availability-zone");
    instance.enis.clear();
    for (const std::string& line : lines_of(service.get("network/interfaces/macs/"))) {
        instance.enis.push_back(read_eni(service, line.substr(0, line.find('/'))));
    }
    std::sort(instance.enis.begin(), instance.enis.end(), [](const auto& a, const auto& b) {
        return std::pair(a.network_card, a.device_index) <
               std::pair(b.network_card, b.device_index);
    });
    // There are none unless the instance was launched with tags in its metadata.
    for (const std::string& key : lines_of(service.get("tags/instance/"))) {
        instance.tags[key] = service.get("tags/instance/" + key);
    }
}

}  // namespace kiln::node
