#include "execute/builder/qemu/rfb_client.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

#include <array>
#include <memory>
#include <openssl/evp.h>
#include <utility>

namespace kiln::exec::qemu {

namespace {

constexpr std::chrono::seconds kPatience{30};
constexpr char kNoSecurity = 1;
constexpr char kVncAuthentication = 2;
constexpr char kKeyEvent = 4;

std::uint32_t big_endian32(const std::string& bytes) {
    std::uint32_t value = 0;
    for (const char byte : bytes.substr(0, 4)) {
        value = value << 8 | static_cast<unsigned char>(byte);
    }
    return value;
}

unsigned char reversed_bits(unsigned char byte) {
    unsigned char result = 0;
    for (int i = 0; i < 8; ++i) {
        result = static_cast<unsigned char>(result << 1 | (byte >> i & 1));
    }
    return result;
}

}  // namespace

// Single DES is among OpenSSL's retired ciphers; triple DES with one key three times is the same.
std::string vnc_response(const std::string& challenge, const Secret& password) {
    constexpr std::size_t kDesKey = 8;
    std::array<unsigned char, 3 * kDesKey> key{};
    for (std::size_t i = 0; i < key.size(); ++i) {
        const std::size_t at = i % kDesKey;
        key[i] = at < password.reveal().size()
                     ? reversed_bits(static_cast<unsigned char>(password.reveal()[at]))
                     : 0;
    }
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> cipher(
        EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free
    );
    std::string result(challenge.size(), '\0');
    int size = 0;
    if (!cipher ||
        EVP_EncryptInit_ex(cipher.get(), EVP_des_ede3_ecb(), nullptr, key.data(), nullptr) != 1 ||
        EVP_CIPHER_CTX_set_padding(cipher.get(), 0) != 1 ||
        EVP_EncryptUpdate(
            cipher.get(),
            reinterpret_cast<unsigned char*>(result.data()),
            &size,
            reinterpret_cast<const unsigned char*>(challenge.data()),
            static_cast<int>(challenge.size())
        ) != 1) {
        throw Error(ErrorKind::unsupported, "this host's OpenSSL has no DES, which VNC needs");
    }
    return result;
}

RfbClient::RfbClient(sys::UniqueFd fd, const Secret& password, const std::stop_token& stop)
    : socket_(std::move(fd), "the machine's screen") {
    constexpr std::size_t kVersionBytes = 12;
    const std::string version = socket_.read(kVersionBytes, kPatience, stop);
    if (!version.starts_with("RFB ")) {
        throw Error(ErrorKind::network, "the machine's screen does not speak RFB");
    }
    socket_.write("RFB 003.008\n", stop);
    authenticate(password, stop);
    socket_.write(std::string(1, '\1'), stop);  // shared: others may look on
    // ServerInit: size, pixel format, name.
    constexpr std::size_t kUntilName = 24;
    const std::string init = socket_.read(kUntilName, kPatience, stop);
    socket_.read(big_endian32(init.substr(20)), kPatience, stop);
}

void RfbClient::authenticate(const Secret& password, const std::stop_token& stop) {
    const std::string count = socket_.read(1, kPatience, stop);
    if (count.front() == 0) {
        throw Error(ErrorKind::network, "the machine's screen refuses: " + read_reason(stop));
    }
    const std::string types =
        socket_.read(static_cast<unsigned char>(count.front()), kPatience, stop);
    if (types.find(kVncAuthentication) != std::string::npos && !password.empty()) {
        socket_.write(std::string(1, kVncAuthentication), stop);
        constexpr std::size_t kChallenge = 16;
        socket_.write(vnc_response(socket_.read(kChallenge, kPatience, stop), password), stop);
    } else if (types.find(kNoSecurity) != std::string::npos) {
        socket_.write(std::string(1, kNoSecurity), stop);
    } else {
        throw Error(
            ErrorKind::permission, "the machine's screen wants a way of login that kiln has not"
        );
    }
    if (big_endian32(socket_.read(4, kPatience, stop)) != 0) {
        throw Error(
            ErrorKind::permission, "the machine's screen refuses the password: " + read_reason(stop)
        );
    }
}

std::string RfbClient::read_reason(const std::stop_token& stop) {
    constexpr std::uint32_t kLongest = 4096;
    const std::uint32_t size = big_endian32(socket_.read(4, kPatience, stop));
    return size > kLongest ? "" : to_valid_utf8(socket_.read(size, kPatience, stop));
}

void RfbClient::send_key(std::uint32_t keysym, bool down, const std::stop_token& stop) {
    std::string event = {kKeyEvent, down ? '\1' : '\0', '\0', '\0'};
    for (int shift = 24; shift >= 0; shift -= 8) {
        event += static_cast<char>(keysym >> shift & 0xff);
    }
    socket_.drain();
    socket_.write(event, stop);
}

}  // namespace kiln::exec::qemu
