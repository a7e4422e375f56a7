#include "base/diagnostics.hpp"

#include "base/diagnostic_text.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace kiln {

namespace {

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
std::string render_excerpt(SourceRange range, std::string_view caret_color) {
    if (!range) {
        return {};
    }
    const SourceExcerpt shown = excerpt(range);
    const std::string_view marked = shown.text.substr(shown.mark, shown.mark_end - shown.mark);
    return fmt::format(
        "{:>5} | {}\n      | {}{}",
        shown.line,
        printable(shown.text),
        blank_like(shown.text.substr(0, shown.mark)),
        painted(std::string(std::max<std::size_t>(1, count_code_points(marked)), '^'), caret_color)
    );
}

}  // namespace

SourceExcerpt excerpt(SourceRange range) {
    const std::size_t number = range.file->position(range.begin).line;
    const std::string_view line = range.file->line(number);
    const auto line_begin = static_cast<std::size_t>(line.data() - range.file->text().data());
    const auto in_line = [&](std::size_t offset) {
        return std::min(offset - std::min(offset, line_begin), line.size());
    };
    const std::size_t mark = in_line(range.begin);
    std::size_t first = 0;
    if (line.size() > kMaxExcerptBytes && mark > kMaxExcerptBytes / 2) {
        first = mark - kMaxExcerptBytes / 2;
        // A code point has three more bytes at most; bytes of no code point can go on for ever.
        for (int i = 0; i < 3 && first > 0 && !begins_code_point(line[first]); ++i) {
            --first;
        }
    }
    std::size_t last = std::min(line.size(), first + kMaxExcerptBytes);
    for (int i = 0; i < 3 && last < line.size() && !begins_code_point(line[last]); ++i) {
        ++last;
    }
    const std::size_t mark_end = std::clamp(in_line(range.end), mark, last);
    return {
        number,
        line_begin + first,
        line.substr(first, last - first),
        mark - first,
        mark_end - first,
    };
}

std::string render_excerpt(SourceRange range) {
    return render_excerpt(range, "");
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
        out += "\n" + render_excerpt(diagnostic.subject, color);
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
