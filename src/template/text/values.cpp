#include "template/text/values.hpp"

#include "hcl/print.hpp"

#include <fmt/format.h>
#include <type_traits>
#include <utility>

namespace kiln::tmpl::text {

bool is_absent(const TextValue& value) {
    return std::holds_alternative<std::monostate>(value.data());
}

const std::string* as_string(const TextValue& value) {
    return std::get_if<std::string>(&value.data());
}

const std::int64_t* as_integer(const TextValue& value) {
    return std::get_if<std::int64_t>(&value.data());
}

const TextList* as_list(const TextValue& value) {
    const auto* list = std::get_if<std::shared_ptr<const TextList>>(&value.data());
    return list == nullptr ? nullptr : list->get();
}

const TextMap* as_map(const TextValue& value) {
    const auto* map = std::get_if<std::shared_ptr<const TextMap>>(&value.data());
    return map == nullptr ? nullptr : map->get();
}

bool is_true(const TextValue& value) {
    struct Visitor {
        bool operator()(std::monostate) const { return false; }
        bool operator()(bool truth) const { return truth; }
        bool operator()(std::int64_t number) const { return number != 0; }
        bool operator()(double number) const { return number != 0; }
        bool operator()(const std::string& text) const { return !text.empty(); }
        bool operator()(const std::shared_ptr<const TextList>& list) const {
            return !list->empty();
        }
        bool operator()(const std::shared_ptr<const TextMap>& map) const { return !map->empty(); }
    };
    return std::visit(Visitor{}, value.data());
}

const char* type_name(const TextValue& value) {
    struct Visitor {
        const char* operator()(std::monostate) const { return "nil"; }
        const char* operator()(bool) const { return "bool"; }
        const char* operator()(std::int64_t) const { return "int"; }
        const char* operator()(double) const { return "float64"; }
        const char* operator()(const std::string&) const { return "string"; }
        const char* operator()(const std::shared_ptr<const TextList>&) const { return "list"; }
        const char* operator()(const std::shared_ptr<const TextMap>&) const { return "map"; }
    };
    return std::visit(Visitor{}, value.data());
}

std::string to_text(const TextValue& value) {
    struct Visitor {
        std::string operator()(std::monostate) const { return "<no value>"; }
        std::string operator()(bool truth) const { return truth ? "true" : "false"; }
        std::string operator()(std::int64_t number) const { return std::to_string(number); }
        std::string operator()(double number) const { return hcl::print_general(number); }
        std::string operator()(const std::string& text) const { return text; }
        std::string operator()(const std::shared_ptr<const TextList>& list) const {
            std::string out = "[";
            for (const TextValue& element : *list) {
                out += (out.size() > 1 ? " " : "") + to_text(element);
            }
            return out + "]";
        }
        std::string operator()(const std::shared_ptr<const TextMap>& map) const {
            std::string out = "map[";
            for (const auto& [key, element] : *map) {
                out += (out.size() > 4 ? " " : "") + key + ":" + to_text(element);
            }
            return out + "]";
        }
    };
    return std::visit(Visitor{}, value.data());
}

std::string quote(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20U || c == 0x7F) {
                    out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
                } else {
                    out += c;
                }
        }
    }
    return out + "\"";
}

namespace {

// One %-directive and the argument it takes.
struct Directive {
    bool minus = false, plus = false, zero = false, space = false, sharp = false;
    std::size_t width = 0;
    std::optional<int> precision;
    char verb = 'v';
};

constexpr std::size_t kMaxWidth = 10'000;

std::string pad(std::string text, const Directive& directive, bool numeric) {
    if (text.size() >= directive.width) {
        return text;
    }
    const std::size_t missing = directive.width - text.size();
    if (directive.minus) {
        return text + std::string(missing, ' ');
    }
    if (directive.zero && numeric) {
        const bool has_sign = !text.empty() && (text[0] == '-' || text[0] == '+');
        return text.insert(has_sign ? 1 : 0, missing, '0');
    }
    return std::string(missing, ' ') + text;
}

std::string to_base(std::int64_t number, unsigned base, bool capitals) {
    const char* digits = capitals ? "0123456789ABCDEF" : "0123456789abcdef";
    auto magnitude = static_cast<std::uint64_t>(number);
    if (number < 0) {
        magnitude = ~magnitude + 1;
    }
    std::string out;
    do {
        out.insert(out.begin(), digits[magnitude % base]);
        magnitude /= base;
    } while (magnitude != 0);
    return number < 0 ? "-" + out : out;
}

std::string hex_of(const std::string& text, bool capitals) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += capitals ? fmt::format("{:02X}", byte) : fmt::format("{:02x}", byte);
    }
    return out;
}

std::optional<std::string> format_integer(std::int64_t number, const Directive& directive) {
    const std::string sign = directive.plus && number >= 0    ? "+"
                             : directive.space && number >= 0 ? " "
                                                              : "";
    switch (directive.verb) {
        case 'v':
        case 'd':
            return sign + std::to_string(number);
        case 'x':
            return sign + (directive.sharp ? "0x" : "") + to_base(number, 16, false);
        case 'X':
            return sign + (directive.sharp ? "0X" : "") + to_base(number, 16, true);
        case 'o':
            return sign + (directive.sharp ? "0" : "") + to_base(number, 8, false);
        case 'b':
            return sign + to_base(number, 2, false);
        default:
            return std::nullopt;
    }
}

std::optional<std::string> format_float(double number, const Directive& directive) {
    const std::string sign = directive.plus && number >= 0 ? "+" : "";
    switch (directive.verb) {
        case 'v':
        case 'g':
            return sign + (directive.precision
                               ? fmt::format("{:.{}g}", number, *directive.precision)
                               : hcl::print_general(number));
        case 'f':
        case 'F':
            return sign + fmt::format("{:.{}f}", number, directive.precision.value_or(6));
        case 'e':
            return sign + fmt::format("{:.{}e}", number, directive.precision.value_or(6));
        default:
            return std::nullopt;
    }
}

std::optional<std::string> format_string(const std::string& text, const Directive& directive) {
    const std::string cut =
        directive.precision ? text.substr(0, static_cast<std::size_t>(*directive.precision)) : text;
    switch (directive.verb) {
        case 'v':
            return directive.sharp ? quote(cut) : cut;
        case 's':
            return cut;
        case 'q':
            return quote(cut);
        case 'x':
            return hex_of(cut, false);
        case 'X':
            return hex_of(cut, true);
        default:
            return std::nullopt;
    }
}

std::string format_argument(const TextValue& value, const Directive& directive) {
    std::optional<std::string> out;
    bool numeric = false;
    if (const std::int64_t* number = as_integer(value)) {
        out = format_integer(*number, directive);
        numeric = true;
    } else if (const auto* real = std::get_if<double>(&value.data())) {
        out = format_float(*real, directive);
        numeric = true;
    } else if (const std::string* text = as_string(value)) {
        out = format_string(*text, directive);
    } else if (const bool* truth = std::get_if<bool>(&value.data())) {
        if (directive.verb == 'v' || directive.verb == 't') {
            out = *truth ? "true" : "false";
        }
    } else if (directive.verb == 'v' || directive.verb == 's') {
        out = is_absent(value) ? "<nil>" : to_text(value);
    }
    if (!out) {
        return std::string("%!") + directive.verb + "(" + type_name(value) + "=" + to_text(value) +
               ")";
    }
    return pad(std::move(*out), directive, numeric);
}

// Flags, width, precision and verb behind a "%" at `at`; moves `at` behind them.
Directive read_directive(const std::string& format, std::size_t& at) {
    Directive directive;
    const auto peek = [&] { return at < format.size() ? format[at] : '\0'; };
    const auto read_number = [&] {
        std::size_t number = 0;
        for (; peek() >= '0' && peek() <= '9'; ++at) {
            number = std::min(kMaxWidth, number * 10 + static_cast<std::size_t>(peek() - '0'));
        }
        return number;
    };
    for (bool flag = true; flag; at += flag ? 1 : 0) {
        switch (peek()) {
            case '-':
                directive.minus = true;
                break;
            case '+':
                directive.plus = true;
                break;
            case '0':
                directive.zero = true;
                break;
            case ' ':
                directive.space = true;
                break;
            case '#':
                directive.sharp = true;
                break;
            default:
                flag = false;
        }
    }
    directive.width = read_number();
    if (peek() == '.') {
        ++at;
        directive.precision = static_cast<int>(read_number());
    }
    directive.verb = peek();
    ++at;
    return directive;
}

}  // namespace

std::string print_formatted(const std::string& format, const std::vector<TextValue>& arguments) {
    std::string out;
    std::size_t next = 0;
    for (std::size_t at = 0; at < format.size();) {
        if (format[at] != '%') {
            out += format[at++];
            continue;
        }
        const Directive directive = read_directive(format, ++at);
        if (directive.verb == '%') {
            out += '%';
        } else if (directive.verb == '\0') {
            out += "%!(NOVERB)";
        } else if (next >= arguments.size()) {
            out += std::string("%!") + directive.verb + "(MISSING)";
        } else {
            out += format_argument(arguments[next++], directive);
        }
    }
    if (next < arguments.size()) {
        out += "%!(EXTRA ";
        for (std::size_t i = next; i < arguments.size(); ++i) {
            out += (i > next ? ", " : "") + std::string(type_name(arguments[i])) + "=" +
                   to_text(arguments[i]);
        }
        out += ")";
    }
    return out;
}

}  // namespace kiln::tmpl::text
