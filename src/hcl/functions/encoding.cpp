#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "base/strings.hpp"
#include "hcl/functions/charset.hpp"
#include "hcl/functions/library.hpp"
#include "hcl/json.hpp"

#include <algorithm>
#include <utility>
#include <zlib.h>

namespace kiln::hcl::functions {

namespace {

CallResult base64_encode(const Arguments& arguments) {
    return text_value(encode_base64(arguments[0].as_string()));
}

FunctionFailure not_base64() {
    return fail_at(0, "the text is not valid base64");
}

CallResult base64_decode(const Arguments& arguments) {
    const std::optional<std::string> bytes = decode_base64(arguments[0].as_string());
    if (!bytes) {
        return not_base64();
    }
    if (!is_valid_utf8(*bytes)) {
        return fail_at(0, "the decoded bytes are not valid UTF-8, so they are no string");
    }
    return text_value(*bytes);
}

/// A gzip file of the bytes; without a time, so that it is the same each time.
std::string gzip(std::string bytes) {
    constexpr int kGzipWindow = 15 + 16;  // the largest window; 16 asks for a gzip header
    constexpr int kMemoryLevel = 8;       // zlib's default
    z_stream stream{};
    deflateInit2(
        &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY
    );
    std::string packed(deflateBound(&stream, bytes.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

CallResult base64_gzip(const Arguments& arguments) {
    return text_value(encode_base64(gzip(arguments[0].as_string())));
}

CallResult text_encode_base64(const Arguments& arguments) {
    const Recoded recoded = encode_text(arguments[0].as_string(), arguments[1].as_string());
    return recoded.error.empty() ? CallResult(text_value(encode_base64(recoded.text)))
                                 : fail_at(1, recoded.error);
}

CallResult text_decode_base64(const Arguments& arguments) {
    const std::optional<std::string> bytes = decode_base64(arguments[0].as_string());
    if (!bytes) {
        return not_base64();
    }
    const Recoded recoded = decode_text(*bytes, arguments[1].as_string());
    return recoded.error.empty() ? CallResult(text_value(recoded.text)) : fail_at(1, recoded.error);
}

bool holds_infinity(const Value& value) {
    if (is_sequence(value)) {
        return std::any_of(value.elements().begin(), value.elements().end(), holds_infinity);
    }
    if (is_keyed(value)) {
        return std::any_of(value.members().begin(), value.members().end(), [](const auto& member) {
            return holds_infinity(member.second);
        });
    }
    return value.has(TypeKind::number) && value.as_number().is_infinite();
}

CallResult json_encode(const Arguments& arguments) {
    if (holds_infinity(arguments[0])) {
        return fail_at(0, "JSON has no infinite numbers");
    }
    return text_value(to_json(arguments[0]));
}

CallResult json_decode(const Arguments& arguments) {
    auto parsed = parse_json(arguments[0].as_string());
    if (const auto* const error = std::get_if<JsonError>(&parsed)) {
        return fail_at(0, "the text is not valid JSON: " + error->message);
    }
    return std::get<Value>(std::move(parsed));
}

CallResult url_encode(const Arguments& arguments) {
    constexpr std::string_view kUnreserved = "-_.~";
    constexpr char kDigits[] = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : arguments[0].as_string()) {
        const bool alphanumeric = is_alphanumeric(c);
        if (alphanumeric || kUnreserved.find(c) != std::string_view::npos) {
            encoded += c;
        } else if (c == ' ') {
            encoded += '+';
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += {'%', kDigits[byte >> 4U], kDigits[byte & 0xFU]};
        }
    }
    return text_value(encoded);
}

}  // namespace

void add_encoding_functions(FunctionTable& table) {
    const Type string = Type::string();
    // Unlike others it takes a null, which has a JSON text as well as any value.
    const Parameter json_value{"val", Type::dynamic(), true};
    table.add(make_function("base64encode", {text("str")}, string, base64_encode));
    table.add(make_function("base64decode", {text("str")}, string, base64_decode));
    table.add(make_function("base64gzip", {text("str")}, string, base64_gzip));
    table.add(make_function(
        "textencodebase64", {text("string"), text("encoding")}, string, text_encode_base64
    ));
    table.add(make_function(
        "textdecodebase64", {text("source"), text("encoding")}, string, text_decode_base64
    ));
    table.add(make_function("jsonencode", {json_value}, string, json_encode));
    table.add(make_function("jsondecode", {text("str")}, Type::dynamic(), json_decode));
    table.add(make_function("urlencode", {text("str")}, string, url_encode));
}

}  // namespace kiln::hcl::functions
