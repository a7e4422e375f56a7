#include "base/diagnostics.hpp"

#include "base/diagnostic_text.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace kiln {

namespace {

// Longer lines are cut around the caret: a generated template may hold megabytes on one line.
constexpr std::size_t kMaxExcerptBytes = 160;

// The caret line must put tabs where the source line has them, or the caret moves.
std::string blank_like(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\t') {
            out += '\t';
        } else if (begins_code_point(c)) {
            out += ' ';
        }
    }
    return out;
}

// A terminal must not be driven by what a template contains.
std::string printable(std::string_view text) {
    std::string out;
    for (const char c : to_valid_utf8(text)) {
        const bool control = static_cast<unsigned char>(c) < 0x20U || c == 0x7F;
        out += control && c != '\t' ? '?' : c;
    }
    return out;
}

std::string_view color_of(Severity severity) {
    switch (severity) {
        case Severity::error:
            return "\033[1;31m";
        case Severity::warning:
            return "\033[1;33m";
    }
    return "";
}

constexpr std::string_view kBold = "\033[1m";
constexpr std::string_view kHintColor = "\033[1;36m";

/// `text` between the code and its end; as it is when there is no code.
std::string painted(std::string_view text, std::string_view color) {
    return color.empty() ? std::string(text) : fmt::format("{}{}\033[0m", color, text);
}

}  // namespace

const char* name_of(Severity severity) {
    switch (severity) {
        case Severity::error:
            return "error";
        case Severity::warning:
            return "warning";
    }
    return "";
}

Diagnostic& Diagnostics::error(SourceRange subject, std::string summary, std::string hint) {
    add({Severity::error, std::move(summary), subject, std::move(hint), {}});
    return list_.back();
}

Diagnostic& Diagnostics::warning(SourceRange subject, std::string summary, std::string hint) {
    add({Severity::warning, std::move(summary), subject, std::move(hint), {}});
    return list_.back();
}

void Diagnostics::add(Diagnostic diagnostic) {
    errors_ += diagnostic.severity == Severity::error ? 1 : 0;
    list_.push_back(std::move(diagnostic));
}

void Diagnostics::append(const Diagnostics& other) {
    for (const Diagnostic& diagnostic : other.list_) {
        add(diagnostic);
    }
}

void Diagnostics::add_context(std::size_t first, const std::string& while_doing) {
    for (std::size_t i = first; i < list_.size(); ++i) {
        list_[i].context.push_back(while_doing);
    }
}

namespace {

/// `caret_color` is the code that begins the colour of the carets, "" for none.
std::string excerpt(SourceRange range, std::string_view caret_color) {
    if (!range) {
        return {};
    }
    const SourceFile::Position at = range.file->position(range.begin);
    const std::string_view line = range.file->line(at.line);
    const auto line_begin = static_cast<std::size_t>(line.data() - range.file->text().data());
    std::size_t caret = std::min<std::size_t>(
        range.begin - std::min<std::size_t>(range.begin, line_begin), line.size()
    );
    std::size_t caret_end =
        std::min<std::size_t>(std::max(range.end, range.begin) - line_begin, line.size());
    caret_end = std::max(caret_end, caret);

    std::size_t first = 0;
    if (line.size() > kMaxExcerptBytes && caret > kMaxExcerptBytes / 2) {
        first = caret - kMaxExcerptBytes / 2;
        while (first > 0 && !begins_code_point(line[first])) {
            --first;
        }
    }
    std::size_t last = std::min(line.size(), first + kMaxExcerptBytes);
    while (last < line.size() && !begins_code_point(line[last])) {
        ++last;
    }
    caret_end = std::min(caret_end, last);

    const std::string_view before = line.substr(first, caret - first);
    const std::size_t width =
        std::max<std::size_t>(1, count_code_points(line.substr(caret, caret_end - caret)));
    return fmt::format(
        "{:>5} | {}\n      | {}{}",
        at.line,
        printable(line.substr(first, last - first)),
        blank_like(before),
        painted(std::string(width, '^'), caret_color)
    );
}

}  // namespace

std::string render_excerpt(SourceRange range) {
    return excerpt(range, "");
}

std::string render(const Diagnostic& diagnostic) {
    return render(diagnostic, Coloring::plain);
}

std::string render(const Diagnostics& diagnostics) {
    return render(diagnostics, Coloring::plain);
}

Diagnostic as_diagnostic(const Error& error) {
    return {Severity::error, error.message(), error.range(), error.hint(), error.context()};
}

std::string render(const Diagnostic& diagnostic, Coloring coloring) {
    const auto paint = [coloring](std::string_view text, std::string_view color) {
        return painted(text, coloring == Coloring::ansi ? color : std::string_view());
    };
    const std::string_view color =
        coloring == Coloring::ansi ? color_of(diagnostic.severity) : std::string_view();
    std::string out;
    if (diagnostic.subject) {
        out += paint(to_string(diagnostic.subject) + ":", kBold) + " ";
    }
    out += painted(std::string(name_of(diagnostic.severity)) + ":", color) + " " +
           paint(diagnostic.summary, kBold);
    if (diagnostic.subject) {
        out += "\n" + excerpt(diagnostic.subject, color);
    }
    for (const std::string& context : diagnostic.context) {
        out += "\n  while " + context;
    }
    if (!diagnostic.hint.empty()) {
        out += "\n  " + paint("hint:", kHintColor) + " " + diagnostic.hint;
    }
    return out;
}

std::string render(const Diagnostics& diagnostics, Coloring coloring) {
    std::string out;
    for (const Diagnostic& diagnostic : diagnostics.list()) {
        if (!out.empty()) {
            out += "\n\n";
        }
        out += render(diagnostic, coloring);
    }
    return out;
}

}  // namespace kiln
