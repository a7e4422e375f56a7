#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace kiln {

enum class DigestAlgorithm { md5, sha1, sha224, sha256, sha384, sha512 };

/// Hashes a stream piece by piece.
class Digest {
public:
    explicit Digest(DigestAlgorithm algorithm = DigestAlgorithm::sha256);
    ~Digest();
    Digest(Digest&&) noexcept;
    Digest& operator=(Digest&&) noexcept;

    Digest& update(std::string_view bytes);
    Digest& update(const void* data, std::size_t size);
    /// Adds a length-prefixed field, so that ("ab", "c") and ("a", "bc") differ.
    Digest& field(std::string_view bytes);

    std::string finish_bytes();  ///< raw; the object is spent afterwards
    std::string finish_hex();    ///< lower case

private:
    struct State;
    std::unique_ptr<State> state_;
};

std::string sha256_hex(std::string_view bytes);
std::string to_hex(std::string_view bytes);

}  // namespace kiln
