#include "hcl/functions/functions_test_support.hpp"

namespace kiln::hcl::functions::testing {
namespace {

TEST(EncodingFunctions, GiveWhatPackerGives) {
    expect_results({
        {R"(base64encode("héllo"))", R"("aMOpbGxv")"},
        {R"(base64decode("aGVsbG8="))", R"("hello")"},
        {R"(base64decode("aGVs\nbG8="))", R"("hello")"},
        {R"(jsonencode({b=1,a=[true,null,"x"]}))", R"("{\"a\":[true,null,\"x\"],\"b\":1}")"},
        {R"(jsonencode("\""))", R"("\"\\\"\"")"},
        {"jsonencode(1.50)", R"("1.5")"},
        {"jsonencode(1e30)", R"("1000000000000000000000000000000")"},
        {R"(jsonencode(convert(["b","a"],set(string))))", R"("[\"a\",\"b\"]")"},
        {"jsonencode(null)", R"("null")"},
        {R"(jsondecode("{\"a\":[1,2.50,null,\"x\"]}"))", R"({ a = [1, 2.5, null, "x"] })"},
        {R"(jsondecode("12345678901234567890"))", "12345678901234567890"},
        {R"(jsondecode("{\"a\":1,\"a\":2}"))", "{ a = 2 }"},
        {R"(jsondecode("null"))", "null"},
        {R"x(urlencode("a b/c?d=é&~-_.*!'()"))x",
         R"("a+b%2Fc%3Fd%3D%C3%A9%26~-_.%2A%21%27%28%29")"},
        {R"(textencodebase64("x","UTF-16LE"))", R"("eAA=")"},
        {R"(urlencode(""))", R"("")"},
        {R"(textencodebase64("héllo","UTF-16LE"))", R"("aADpAGwAbABvAA==")"},
        {R"(textdecodebase64("aADpAGwAbABvAA==","UTF-16LE"))", R"("héllo")"},
        {R"(textencodebase64("a","UTF-16"))", R"("/v8AYQ==")"},
        {R"(textdecodebase64("/v8AYQ==","UTF-16"))", R"("a")"},
        {R"(textdecodebase64("AGE=","UTF-16"))", R"("a")"},
        {R"(textencodebase64("é","windows-1252"))", R"("6Q==")"},
        {R"(textdecodebase64("6Q==","ISO-8859-1"))", R"("é")"},
        {R"(jsonencode("<a&b>\u2028"))", R"("\"\\u003ca\\u0026b\\u003e\\u2028\"")"},
        {R"(jsonencode("tab\there \"q\" \\ \u0001 é /"))",
         R"("\"tab\\there \\\"q\\\" \\\\ \\u0001 é /\"")"},
        {"jsonencode(12345678901234567890)", R"("12345678901234567890")"},
        {"jsonencode([0.1,1e-7,1e30,-0])",
         R"("[0.1,0.0000001,1000000000000000000000000000000,0]")"},
        {R"(jsondecode("[12345678901234567890, 0.1, -5, 1e3]"))",
         "[12345678901234567890, 0.1, -5, 1000]"},
        {R"(jsondecode("{\"b\":{\"c\":[]},\"a\":null}"))", "{ a = null, b = { c = [] } }"},
        {R"(jsondecode("\"\\u00e9\\ud83d\\ude00\""))", R"("é😀")"},
        {R"(jsondecode("\"e\u0301\"") == "\u00e9")", "true"},
    });
}

TEST(EncodingFunctions, NameTheArgumentToBlame) {
    expect_results({
        {R"(base64decode("aGVsbG8"))", R"(the text is not valid base64 @ "aGVsbG8")"},
        {R"(base64decode("//8="))",
         R"(the decoded bytes are not valid UTF-8, so they are no string @ "//8=")"},
        {"jsonencode(1/0)", "JSON has no infinite numbers @ 1/0"},
        {R"(jsondecode(""))",
         R"(the text is not valid JSON: line 1, column 1: syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal @ "")"},
        {R"(jsondecode("{"))",
         R"(the text is not valid JSON: line 1, column 2: syntax error while parsing object key - unexpected end of input; expected string literal @ "{")"},
        {R"(jsondecode("[1,]"))",
         R"(the text is not valid JSON: line 1, column 4: syntax error while parsing value - unexpected ']'; expected '[', '{', or a literal @ "[1,]")"},
        {R"(jsondecode("1 2"))",
         R"(the text is not valid JSON: line 1, column 3: syntax error while parsing value - unexpected number literal; expected end of input @ "1 2")"},
        {R"(jsondecode("nul"))",
         R"(the text is not valid JSON: line 1, column 4: syntax error while parsing value - invalid literal; last read: 'nul' @ "nul")"},
        {R"(textencodebase64("a","nope"))", R"(the character set "nope" is not known @ "nope")"},
        {R"(textencodebase64("é","US-ASCII"))",
         R"(the text holds a character that cannot be converted with "US-ASCII" @ "US-ASCII")"},
        {R"(textencodebase64("é","US-ASCII//TRANSLIT"))",
         R"("US-ASCII//TRANSLIT" is no character set @ "US-ASCII//TRANSLIT")"},
        {R"(textencodebase64("a",""))", R"("" is no character set @ "")"},
        {R"(textdecodebase64("//8=","UTF-8"))",
         R"(the text holds a character that cannot be converted with "UTF-8" @ "UTF-8")"},
        {R"(textdecodebase64("x","UTF-8"))", R"(the text is not valid base64 @ "x")"},
        {"jsonencode({a=1/0})", "JSON has no infinite numbers @ {a=1/0}"},
        {R"(jsondecode("\"\\ud83d\""))",
         R"(the text is not valid JSON: line 1, column 8: syntax error while parsing value - invalid string: surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF; last read: '"\ud83d"' @ "\"\\ud83d\"")"},
    });
}

}  // namespace
}  // namespace kiln::hcl::functions::testing
