#include "base/strings.hpp"
#include "hcl/functions/library.hpp"
#include "hcl/print.hpp"
#include "hcl/unicode.hpp"

#include <set>
#include <utility>

namespace kiln::hcl::functions {

namespace {

using Record = std::vector<std::string>;

/// Comma separated values as RFC 4180 has them. Line ends are \n or \r\n, empty lines are skipped.
class CsvReader {
public:
    explicit CsvReader(std::string_view text) : rest_(text) {}

    /// The next record; nothing at the end and after a mistake.
    std::optional<Record> next() {
        while (skip_line_end()) {
        }
        if (rest_.empty() || !error_.empty()) {
            return std::nullopt;
        }
        first_line_ = line_;
        Record record;
        do {
            record.push_back(rest_.starts_with('"') ? quoted_field() : plain_field());
        } while (error_.empty() && accept(","));
        skip_line_end();
        return error_.empty() ? std::optional(std::move(record)) : std::nullopt;
    }

    /// The line, from 1, on which the last record began.
    std::size_t record_line() const { return first_line_; }
    const std::string& error() const { return error_; }

private:
    bool accept(std::string_view token) {
        const bool found = rest_.starts_with(token);
        rest_.remove_prefix(found ? token.size() : 0);
        return found;
    }

    bool skip_line_end() {
        const bool found = accept("\r\n") || accept("\n");
        line_ += found ? 1 : 0;
        return found;
    }

    bool at_field_end() const {
        return rest_.empty() || rest_.starts_with(',') || rest_.starts_with('\n') ||
               rest_.starts_with("\r\n");
    }

    std::string plain_field() {
        std::string field;
        while (!at_field_end()) {
            if (rest_.starts_with('"')) {
                fail("a quote stands in a field that does not begin with one");
                return field;
            }
            field += rest_.front();
            rest_.remove_prefix(1);
        }
        return field;
    }

    std::string quoted_field() {
        std::string field;
        rest_.remove_prefix(1);
        for (;;) {
            if (rest_.empty()) {
                fail("a quoted field is not closed");
                return field;
            }
            if (accept("\"\"")) {
                field += '"';
            } else if (accept("\"")) {
                break;
            } else if (skip_line_end()) {
                field += '\n';
            } else {
                field += rest_.front();
                rest_.remove_prefix(1);
            }
        }
        if (!at_field_end()) {
            fail("text follows the closing quote of a field");
        }
        return field;
    }

    void fail(const std::string& message) {
        error_ = "line " + std::to_string(line_) + ": " + message;
    }

    std::string_view rest_;
    std::size_t line_ = 1;
    std::size_t first_line_ = 1;
    std::string error_;
};

FunctionFailure not_csv(const std::string& message) {
    return fail_at(0, "the text is not valid CSV: " + message);
}

std::optional<std::string> repeated_name(const Record& header) {
    std::set<std::string> seen;
    for (const std::string& name : header) {
        if (!seen.insert(name).second) {
            return name;
        }
    }
    return std::nullopt;
}

Value make_row(const Record& header, const Record& record) {
    Members members;
    for (std::size_t i = 0; i < header.size(); ++i) {
        members.insert_or_assign(normalize(header[i]), text_value(record[i]));
    }
    return Value::object(std::move(members));
}

Type row_type(const Record& header) {
    Type::Attributes attributes;
    for (const std::string& name : header) {
        attributes[normalize(name)] = Type::Attribute{Type::string()};
    }
    return Type::object(std::move(attributes));
}

CallResult csv_decode(const Arguments& arguments) {
    CsvReader reader(arguments[0].as_string());
    const std::optional<Record> header = reader.next();
    if (!header) {
        return not_csv(reader.error().empty() ? "the header line is missing" : reader.error());
    }
    if (const auto repeated = repeated_name(*header)) {
        return not_csv("two columns are named " + quote_briefly(*repeated));
    }
    Elements rows;
    while (const std::optional<Record> record = reader.next()) {
        if (record->size() != header->size()) {
            return not_csv(
                "line " + std::to_string(reader.record_line()) + ": " +
                std::to_string(header->size()) + " fields are wanted, found " +
                std::to_string(record->size())
            );
        }
        rows.push_back(make_row(*header, *record));
    }
    if (!reader.error().empty()) {
        return not_csv(reader.error());
    }
    return Value::list(row_type(*header), std::move(rows));
}

}  // namespace

void add_csv_functions(FunctionTable& table) {
    table.add(make_function("csvdecode", {text("str")}, Type::dynamic(), csv_decode));
}

}  // namespace kiln::hcl::functions
