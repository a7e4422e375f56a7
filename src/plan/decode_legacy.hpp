#pragma once

#include "base/diagnostics.hpp"
#include "hcl/syntax.hpp"
#include "plan/option_table.hpp"
#include "plan/option_writer.hpp"
#include "template/text_context.hpp"

#include <string>

namespace kiln::plan {

/// Fills one struct, and the structs of its nested blocks, from bodies of a legacy JSON template:
/// first the text templates in strings (and in keys of maps) are rendered, where the option is not
/// rendered at run time, then the value is fitted to the option's type as freely as Packer does.
/// Names of options are found whatever their case.
class LegacyDecoder {
public:
    LegacyDecoder(const tmpl::TextContext& text, GivenOptions& given, Diagnostics& diagnostics)
        : text_(text), writer_(given, diagnostics), diagnostics_(diagnostics) {}

    void read_body(
        const OptionTable& table,
        const hcl::Body& body,
        const std::string& owner,
        const std::string& path,
        void* object
    );

private:
    void read_option(
        const OptionSpec& option,
        const hcl::Attribute& attribute,
        const std::string& path,
        void* object
    );
    void read_blocks(
        const OptionSpec& option,
        const hcl::Expression& expression,
        const std::string& path,
        void* object
    );
    hcl::Value rendered(const OptionSpec& option, const hcl::Expression& expression);
    std::string render_text(const OptionSpec& option, const std::string& text, SourceRange range);

    const tmpl::TextContext& text_;
    OptionWriter writer_;
    Diagnostics& diagnostics_;
};

}  // namespace kiln::plan
