#include "hcl/scanner.hpp"

#include "hcl/parser.hpp"

#include <gtest/gtest.h>
#include <string>

namespace kiln::hcl {
namespace {

// The tokens one after another, each as its text in brackets; newlines as \n.
std::string scan_text(const std::string& text, ScanStart start = ScanStart::config) {
    const SourceFile file("t", text);
    Diagnostics diagnostics;
    std::string out;
    if (!check_encoding(file, diagnostics)) {
        return render(diagnostics);
    }
    for (const Token& token : scan(SourceText(file), start, diagnostics)) {
        for (const char c : "[" + text.substr(token.begin, token.end - token.begin) + "]") {
            out += c == '\n' ? std::string("\\n") : std::string(1, c);
        }
    }
    return diagnostics.empty() ? out : render(diagnostics);
}

struct ScanCase {
    const char* name;
    const char* text;
    const char* want;
};

constexpr ScanCase kTokens[] = {
    {"a dash is part of a name", "a-b - c", "[a-b][-][c][]"},
    {"names in any script", "größe = Ψ_1", "[größe][=][Ψ_1][]"},
    {"numbers", "12 1.5 1e3 2E-4 1.x", "[12][1.5][1e3][2E-4][1][.][x][]"},
    {"an exponent needs digits", "1e", "[1][e][]"},
    {"indexes of old run together", "a.0.1", "[a][.][0.1][]"},
    {"the longest operator", "a==b=>c>=d...", "[a][==][b][=>][c][>=][d][...][]"},
    {"line comments end before the newline", "a # b\n// c\nd", "[a][\\n][\\n][d][]"},
    {"block comments do not nest", "a /* b /* c */ d", "[a][d][]"},
    {"carriage returns belong to newlines", "a\r\nb", "[a][\r\\n][b][]"},
    {"a string", R"("a b")", R"(["][a b]["][])"},
    {"an escaped quote", R"("a\"b")", R"(["][a\"b]["][])"},
    {"an interpolation", R"("a${b}c")", R"(["][a][${][b][}][c]["][])"},
    {"strip markers", R"("${~ b ~}")", R"(["][${~][b][~}]["][])"},
    {"an escaped interpolation", R"("$${b} %%{c} $x")", R"(["][$${b} %%{c} $x]["][])"},
    {"a dollar before an escape", R"("$$${b}")", R"(["][$$${b}]["][])"},
    {"braces inside an interpolation", R"("${ {a=1} }")", R"(["][${][{][a][=][1][}][}]["][])"},
    {"a string in an interpolation", R"("${"x"}")", R"(["][${]["][x]["][}]["][])"},
    {"heredoc text comes by lines",
     "<<E\na\n b${c}d\nE\n",
     "[<<E\\n][a\\n][ b][${][c][}][d\\n][E][\\n][]"},
    {"the marker may be indented", "<<-E\n  a\n  E\n", "[<<-E\\n][  a\\n][  E][\\n][]"},
    {"the marker must be alone", "<<E\nE x\nE\n", "[<<E\\n][E x\\n][E][\\n][]"},
    {"a heredoc with carriage returns", "<<E\r\na\r\nE\r\n", "[<<E\r\\n][a\r\\n][E][\r\\n][]"},
};

TEST(Scan, CutsTextIntoTokens) {
    for (const ScanCase& c : kTokens) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(scan_text(c.text), c.want);
    }
}

TEST(Scan, TakesATemplateFileAsText) {
    EXPECT_EQ(scan_text("a\n\"${b}\"\n", ScanStart::template_text), "[a\\n\"][${][b][}][\"\\n][]");
}

constexpr ScanCase kScanMistakes[] = {
    {"a byte order mark",
     "\xEF\xBB\xBF"
     "a = 1",
     "t:1:1: warning: the file starts with a byte order mark, which is ignored\n"
     "    1 | \xEF\xBB\xBF"
     "a = 1\n"
     "      | ^\n"
     "  hint: save it as UTF-8 without one"},
    {"invalid UTF-8",
     "a = \"\xFF\"",
     "t:1:6: error: the text is not valid UTF-8\n"
     "    1 | a = \"\xEF\xBF\xBD\"\n"
     "      |      ^\n"
     "  hint: save the file as UTF-8"},
    {"single quotes",
     "a = 'b'",
     "t:1:5: error: the character ' has no meaning here\n"
     "    1 | a = 'b'\n"
     "      |     ^\n"
     "  hint: strings are written in double quotes\n"
     "\n"
     "t:1:7: error: the character ' has no meaning here\n"
     "    1 | a = 'b'\n"
     "      |       ^\n"
     "  hint: strings are written in double quotes"},
    {"a string over the end of its line",
     "a = \"b\nc = 1",
     "t:1:5: error: this string is not closed on its line\n"
     "    1 | a = \"b\n"
     "      |     ^^\n"
     "  hint: write \\n for a newline, or use a heredoc for a text of several lines"},
    {"a comment without end",
     "a = 1 /* b",
     "t:1:7: error: this comment is not closed\n"
     "    1 | a = 1 /* b\n"
     "      |       ^^\n"
     "  hint: close it with */"},
    {"a heredoc without end",
     "a = <<EOT\nb\n",
     "t:1:5: error: this heredoc is not closed\n"
     "    1 | a = <<EOT\n"
     "      |     ^^^^^\n"
     "  hint: a line that holds nothing but EOT closes it"},
    {"text behind the marker",
     "a = <<EOT x\n",
     "t:1:5: error: a heredoc starts with << and a marker at the end of the line\n"
     "    1 | a = <<EOT x\n"
     "      |     ^^^^^\n"
     "  hint: as in <<EOT or <<-EOT"},
    {"an interpolation without end",
     "a = \"${b",
     "t:1:6: error: this template sequence is not closed\n"
     "    1 | a = \"${b\n"
     "      |      ^^\n"
     "  hint: close it with }, or double its first character if it is meant literally"},
};

TEST(Scan, ShowsWhatIsWrong) {
    for (const ScanCase& c : kScanMistakes) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(scan_text(c.text), c.want);
    }
}

TEST(Scan, RefusesNulBytes) {
    EXPECT_EQ(
        scan_text(std::string("a = \0 1", 7)).substr(0, 39),
        "t:1:5: error: the file holds a NUL byte"
    );
}

TEST(Scan, ReadsOnBehindABrokenString) {
    const SourceFile file("t", "a = \"b${upper(\"c\nd = 1");
    Diagnostics diagnostics;
    const std::vector<Token> tokens = scan(SourceText(file), ScanStart::config, diagnostics);
    EXPECT_EQ(diagnostics.error_count(), 1U);
    ASSERT_GE(tokens.size(), 6U);
    const std::vector<Token> last(tokens.end() - 6, tokens.end());
    EXPECT_EQ(
        last,
        (std::vector<Token>{
            {TokenKind::broken_string, 4, 16},
            {TokenKind::newline, 16, 17},
            {TokenKind::identifier, 17, 18},
            {TokenKind::assign, 19, 20},
            {TokenKind::number, 21, 22},
            {TokenKind::end, 22, 22}})
    );
}

TEST(Identifier, FollowsUnicode) {
    EXPECT_TRUE(is_identifier("a-b_1"));
    EXPECT_TRUE(is_identifier("日本"));
    EXPECT_TRUE(is_identifier("_x"));
    EXPECT_FALSE(is_identifier(""));
    EXPECT_FALSE(is_identifier("1a"));
    EXPECT_FALSE(is_identifier("-a"));
    EXPECT_FALSE(is_identifier("a b"));
    EXPECT_FALSE(is_identifier("a\xFF"));
}

}  // namespace
}  // namespace kiln::hcl
