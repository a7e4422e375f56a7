// The least that an upload of a disk's blocks can cost on this machine: threads that read each
// block, look whether it is all zeros, hash it with SHA-256, and put it over a TLS connection of
// their own that stays. No signatures, no repeats, no library for HTTP between the block and
// OpenSSL.
//
//   put_limit HOST PORT CERTIFICATE DISK THREADS
#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <iostream>
#include <map>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

constexpr std::int64_t kBlockBytes = 512 * 1024;
using Sum = std::array<unsigned char, 32>;

void need(bool is_well, const std::string& what) {
    if (!is_well) {
        throw std::runtime_error(what + " failed");
    }
}

std::string base64(const Sum& sum) {
    std::array<unsigned char, 48> text{};
    const int size = EVP_EncodeBlock(text.data(), sum.data(), static_cast<int>(sum.size()));
    return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(size)};
}

class Connection {
public:
    Connection(SSL_CTX* context, const sockaddr_in& place) : ssl_(SSL_new(context)) {
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const auto* address = reinterpret_cast<const sockaddr*>(&place);
        need(::connect(socket_, address, sizeof place) == 0, "connecting");
        SSL_set_fd(ssl_, socket_);
        need(SSL_connect(ssl_) == 1, "the TLS handshake");
    }
    ~Connection() {
        SSL_free(ssl_);
        ::close(socket_);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// The body of the answer; its status is of 2xx.
    std::string ask(const std::string& head, const char* body, std::size_t size) {
        write(head.data(), head.size());
        write(body, size);
        std::string text;
        std::size_t end = std::string::npos;
        while ((end = text.find("\r\n\r\n")) == std::string::npos) {
            read_more(text);
        }
        need(text.compare(0, 10, "HTTP/1.1 2") == 0, "a request: " + text);
        const std::size_t at = text.find("Content-Length: ");
        need(at < end, "finding the length of an answer");
        const std::size_t whole = end + 4 + std::strtoul(text.c_str() + at + 16, nullptr, 10);
        while (text.size() < whole) {
            read_more(text);
        }
        return text.substr(end + 4);
    }

private:
    void write(const char* bytes, std::size_t size) {
        need(size == 0 || SSL_write(ssl_, bytes, static_cast<int>(size)) > 0, "sending");
    }
    void read_more(std::string& text) {
        std::array<char, 4096> piece{};
        const int got = SSL_read(ssl_, piece.data(), static_cast<int>(piece.size()));
        need(got > 0, "receiving");
        text.append(piece.data(), static_cast<std::size_t>(got));
    }

    SSL* ssl_;
    int socket_ = -1;
};

std::string head_of(
    const std::string& method, const std::string& path, std::size_t size, const std::string& more
) {
    return method + " " + path +
           " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + std::to_string(size) + "\r\n" +
           more + "\r\n";
}

void upload(SSL_CTX* context, const sockaddr_in& place, const char* disk, int threads) {
    const int file = ::open(disk, O_RDONLY | O_CLOEXEC);
    const off_t size = ::lseek(file, 0, SEEK_END);
    need(file >= 0 && size > 0 && size % kBlockBytes == 0, "opening the disk");

    Connection first(context, place);
    const std::string wanted = R"({"VolumeSize":)" + std::to_string(size >> 30) + "}";
    const std::string started =
        first.ask(head_of("POST", "/snapshots", wanted.size(), ""), wanted.data(), wanted.size());
    const std::size_t at = started.find("snap-");
    const std::string id = started.substr(at, started.find('"', at) - at);

    std::mutex mutex;  // guards `sums` and `data`
    std::map<std::int64_t, Sum> sums;
    off_t data = 0;
    std::atomic<bool> has_failed = false;
    const auto next = [&]() -> off_t {
        const std::lock_guard lock(mutex);
        data = ::lseek(file, data, SEEK_DATA);
        if (data < 0) {
            data = size;
            return -1;
        }
        const off_t block = data - data % kBlockBytes;
        data = block + kBlockBytes;
        return block;
    };
    const auto work = [&] {
        Connection connection(context, place);
        std::vector<char> block(kBlockBytes);
        for (off_t offset = next(); offset >= 0 && !has_failed; offset = next()) {
            need(::pread(file, block.data(), block.size(), offset) == kBlockBytes, "reading");
            if (block[0] == 0 &&
                std::memcmp(block.data(), block.data() + 1, block.size() - 1) == 0) {
                continue;
            }
            Sum sum{};
            EVP_Digest(block.data(), block.size(), sum.data(), nullptr, EVP_sha256(), nullptr);
            const std::int64_t index = offset / kBlockBytes;
            connection.ask(
                head_of(
                    "PUT",
                    "/snapshots/" + id + "/blocks/" + std::to_string(index),
                    block.size(),
                    "x-amz-Checksum: " + base64(sum) + "\r\n"
                ),
                block.data(),
                block.size()
            );
            const std::lock_guard lock(mutex);
            sums[index] = sum;
        }
    };
    {
        std::vector<std::jthread> all;
        for (int i = 0; i < threads; ++i) {
            all.emplace_back([&] {
                try {
                    work();
                } catch (const std::exception& error) {
                    std::cerr << "put_limit: " << error.what() << '\n';
                    has_failed = true;
                }
            });
        }
    }
    need(!has_failed, "the upload");
    std::string digests;
    for (const auto& [index, sum] : sums) {
        digests.append(sum.begin(), sum.end());
    }
    Sum linear{};
    EVP_Digest(digests.data(), digests.size(), linear.data(), nullptr, EVP_sha256(), nullptr);
    first.ask(
        head_of(
            "POST",
            "/snapshots/completion/" + id,
            0,
            "x-amz-ChangedBlocksCount: " + std::to_string(sums.size()) +
                "\r\nx-amz-Checksum: " + base64(linear) + "\r\n"
        ),
        nullptr,
        0
    );
}

}  // namespace

int main(int argc, char** argv) {
    constexpr int kArguments = 6;
    if (argc != kArguments) {
        std::cerr << "usage: put_limit HOST PORT CERTIFICATE DISK THREADS\n";
        return 2;
    }
    try {
        sockaddr_in place{};
        place.sin_family = AF_INET;
        place.sin_port = htons(static_cast<std::uint16_t>(std::atoi(argv[2])));
        need(::inet_pton(AF_INET, argv[1], &place.sin_addr) == 1, "reading the address");
        SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
        need(
            SSL_CTX_load_verify_locations(context, argv[3], nullptr) == 1, "reading the certificate"
        );
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
        upload(context, place, argv[4], std::atoi(argv[5]));
        SSL_CTX_free(context);
    } catch (const std::exception& error) {
        std::cerr << "put_limit: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
