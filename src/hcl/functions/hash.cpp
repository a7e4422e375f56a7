#include "base/base64.hpp"
#include "base/digest.hpp"
#include "hcl/functions/library.hpp"

#include <crypt.h>
#include <memory>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <utility>

namespace kiln::hcl::functions {

namespace {

Function hash_function(std::string name, DigestAlgorithm algorithm) {
    return make_function(
        std::move(name),
        {text("str")},
        Type::string(),
        [algorithm](const Arguments& arguments) {
            return text_value(Digest(algorithm).update(arguments[0].as_string()).finish_hex());
        }
    );
}

constexpr std::int64_t kDefaultCost = 10;
constexpr std::int64_t kMinCost = 4;
// The algorithm goes up to 31, which takes days; each step doubles the time, 20 is a minute or two.
constexpr std::int64_t kMaxCost = 20;
constexpr std::size_t kMaxPasswordBytes = 72;  // what the algorithm looks at
constexpr std::size_t kSaltBytes = 16;

/// The hash as crypt(3) has it, "" when it fails. The password has no NUL.
std::string crypt_blowfish(
    const std::string& password, std::int64_t cost, const std::string& salt
) {
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    const char* const made = crypt_gensalt_rn(
        "$2b$",
        static_cast<unsigned long>(cost),
        salt.data(),
        static_cast<int>(salt.size()),
        setting,
        sizeof setting
    );
    const auto data = std::make_unique<crypt_data>();
    const char* const hash =
        made ? crypt_rn(password.c_str(), made, data.get(), sizeof *data) : nullptr;
    return hash ? hash : "";
}

CallResult bcrypt(const FunctionEnvironment& environment, const Arguments& arguments) {
    if (arguments.size() > 2) {
        return fail("bcrypt() takes one or two arguments");
    }
    auto cost = arguments.size() == 2 ? whole(arguments[1]) : std::optional(kDefaultCost);
    if (!cost || *cost > kMaxCost) {
        return fail_at(1, "\"cost\" must be a whole number up to 20; more takes minutes to hours");
    }
    // As Packer has it: what is too little means the usual cost.
    cost = *cost < kMinCost ? kDefaultCost : *cost;
    const std::string& password = arguments[0].as_string();
    if (password.size() > kMaxPasswordBytes || password.find('\0') != std::string::npos) {
        return fail_at(0, "the text must have at most 72 bytes, none of them zero");
    }
    if (!environment.random_bytes) {
        return fail("bcrypt() has no source of random bytes here");
    }
    std::string hash = crypt_blowfish(password, *cost, environment.random_bytes(kSaltBytes));
    if (hash.empty()) {
        return fail("this system's crypt library has no bcrypt");
    }
    // The algorithm that crypt calls 2b is called 2a by Go, and so in Packer's output.
    hash[2] = 'a';
    return text_value(hash);
}

struct Free {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};

/// For keys with a pass phrase: there is nobody to ask.
int refuse_pass_phrase(char*, int, int, void*) {
    return -1;
}

std::unique_ptr<EVP_PKEY, Free> read_rsa_key(const std::string& pem) {
    const std::unique_ptr<BIO, Free> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    std::unique_ptr<EVP_PKEY, Free> key(
        PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_pass_phrase, nullptr)
    );
    return key && EVP_PKEY_base_id(key.get()) == EVP_PKEY_RSA ? std::move(key) : nullptr;
}

std::optional<std::string> decrypt(EVP_PKEY* key, const std::string& cipher_text) {
    const std::unique_ptr<EVP_PKEY_CTX, Free> context(EVP_PKEY_CTX_new(key, nullptr));
    const auto* const input = reinterpret_cast<const unsigned char*>(cipher_text.data());
    std::size_t size = 0;
    if (!context || EVP_PKEY_decrypt_init(context.get()) <= 0 ||
        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) <= 0 ||
        EVP_PKEY_decrypt(context.get(), nullptr, &size, input, cipher_text.size()) <= 0) {
        return std::nullopt;
    }
    std::string plain(size, '\0');
    auto* const output = reinterpret_cast<unsigned char*>(plain.data());
    if (EVP_PKEY_decrypt(context.get(), output, &size, input, cipher_text.size()) <= 0) {
        return std::nullopt;
    }
    plain.resize(size);
    return plain;
}

CallResult rsa_decrypt(const Arguments& arguments) {
    const std::optional<std::string> cipher_text = decode_base64(arguments[0].as_string());
    if (!cipher_text) {
        return fail_at(0, "the text to decrypt is not valid base64");
    }
    const std::unique_ptr<EVP_PKEY, Free> key = read_rsa_key(arguments[1].as_string());
    if (!key) {
        return fail_at(1, "the key is no RSA private key in PEM without a pass phrase");
    }
    const std::optional<std::string> plain = decrypt(key.get(), *cipher_text);
    return plain ? CallResult(text_value(*plain))
                 : fail_at(0, "the text was not encrypted for this key");
}

}  // namespace

void add_hash_functions(FunctionTable& table, const FunctionEnvironment& environment) {
    table.add(hash_function("md5", DigestAlgorithm::md5));
    table.add(hash_function("sha1", DigestAlgorithm::sha1));
    table.add(hash_function("sha256", DigestAlgorithm::sha256));
    table.add(hash_function("sha512", DigestAlgorithm::sha512));
    table.add(make_variadic(
        "bcrypt",
        {text("str")},
        number("cost"),
        Type::string(),
        [environment](const Arguments& arguments) { return bcrypt(environment, arguments); }
    ));
    table.add(make_function(
        "rsadecrypt", {text("ciphertext"), text("privatekey")}, Type::string(), rsa_decrypt
    ));
}

}  // namespace kiln::hcl::functions
