#include "plan/render_options.hpp"

#include "base/error.hpp"
#include "template/text_template.hpp"

#include <utility>
#include <vector>

namespace kiln::plan {

namespace {

bool renders_at_prepare(Render render) {
    return render == Render::at_prepare || render == Render::at_prepare_and_run;
}

class Renderer {
public:
    Renderer(const tmpl::TextContext& context, Diagnostics& diagnostics)
        : context_(context), diagnostics_(diagnostics) {}

    void run(const OptionSpec& option, SourceRange range, void* object) {
        if (option.readable(object) == nullptr) {
            return;
        }
        range_ = range;
        name_ = &option.name;
        void* member = option.writable(object);
        if (option.type == OptionType::string) {
            render(*static_cast<std::string*>(member));
        } else if (option.type == OptionType::string_list) {
            render(*static_cast<std::vector<std::string>*>(member));
        } else if (option.type == OptionType::string_list_list) {
            for (auto& texts : *static_cast<std::vector<std::vector<std::string>>*>(member)) {
                render(texts);
            }
        } else if (option.type == OptionType::string_map) {
            render(*static_cast<std::map<std::string, std::string>*>(member));
        }
    }

private:
    void render(std::vector<std::string>& texts) {
        for (std::string& text : texts) {
            render(text);
        }
    }

    void render(std::map<std::string, std::string>& texts) {
        std::map<std::string, std::string> rendered;
        for (const auto& [key, text] : texts) {
            std::string new_key = key;
            std::string new_text = text;
            render(new_key);
            render(new_text);
            rendered.insert_or_assign(std::move(new_key), std::move(new_text));
        }
        texts = std::move(rendered);
    }

    void render(std::string& text) {
        try {
            text = tmpl::render(text, context_);
        } catch (const Error& error) {
            diagnostics_.error(
                range_,
                "option \"" + *name_ + "\" is no valid text template: " + error.message(),
                error.hint()
            );
        }
    }

    const tmpl::TextContext& context_;
    Diagnostics& diagnostics_;
    SourceRange range_;
    const std::string* name_ = nullptr;
};

}  // namespace

void render_options(
    const OptionTable& table,
    const OptionRanges& ranges,
    const std::string& path,
    const tmpl::TextContext& context,
    SourceRange fallback,
    void* object,
    Diagnostics& diagnostics
) {
    Renderer renderer(context, diagnostics);
    for (const OptionSpec& option : table.options()) {
        if (option.is_block()) {
            for (std::size_t i = 0; i < option.count(object); ++i) {
                const std::string at = path + option.name + "[" + std::to_string(i) + "].";
                // The block is ours: `object` is not const.
                void* block = const_cast<void*>(option.element(object, i));
                render_options(option.nested(), ranges, at, context, fallback, block, diagnostics);
            }
        } else if (renders_at_prepare(option.render)) {
            const auto range = ranges.find(path + option.name);
            renderer.run(option, range == ranges.end() ? fallback : range->second, object);
        }
    }
}

}  // namespace kiln::plan
