#include "template/legacy/load_legacy.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/uuid.hpp"
#include "hcl/json_syntax.hpp"
#include "template/legacy/json_object.hpp"
#include "template/legacy/legacy_steps.hpp"
#include "template/legacy/user_variables.hpp"
#include "template/packer_version.hpp"
#include "template/template_files.hpp"
#include "template/text_template.hpp"
#include "template/version_constraint.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace kiln::tmpl {

namespace {

const std::vector<std::string> kRootProperties = {
    "builders",
    "description",
    "error-cleanup-provisioner",
    "min_packer_version",
    "post-processors",
    "provisioners",
    "push",
    "sensitive-variables",
    "variables"};

class LegacyLoader {
public:
    LegacyLoader(
        const LoadRequest& request,
        const hcl::FunctionEnvironment& world,
        SourceMap& sources,
        Template& out,
        Diagnostics& diagnostics
    )
        : request_(request),
          world_(world),
          sources_(sources),
          template_(out),
          diagnostics_(diagnostics),
          judgements_(judges_values() ? diagnostics : dropped_) {}

    void run(const std::string& path) {
        template_.language = Language::legacy_json;
        const hcl::ExpressionPtr document = read(path);
        if (document == nullptr) {
            return;
        }
        std::optional<JsonObject> root = JsonObject::from(document, "a template", diagnostics_);
        if (!root) {
            return;
        }
        if (path != kStandardInput) {
            template_.template_directory = absolute(template_.base_directory);
        }
        root->fold_names(kRootProperties);
        prepare_text();
        read_root(*root);
        template_.understood = true;
    }

private:
    bool judges_values() const { return !request_.syntax_only && !request_.look_only; }

    // Without a slash at the end.
    std::string absolute(const std::string& folder) const {
        const std::filesystem::path path =
            (std::filesystem::path(world_.working_directory) / folder).lexically_normal();
        return (path.has_filename() ? path : path.parent_path()).string();
    }

    hcl::ExpressionPtr read(const std::string& path) {
        const bool is_input = path == kStandardInput;
        try {
            std::string text = world_.read_file(is_input ? "/dev/stdin" : path);
            const SourceFile& file =
                sources_.add(is_input ? "<standard input>" : path, std::move(text));
            return hcl::parse_json_document(file, diagnostics_);
        } catch (const Error& error) {
            diagnostics_.error(error.range(), error.message(), error.hint());
            return nullptr;
        }
    }

    // What texts can see that belong to no build.
    void prepare_text() {
        text_.start = world_.start_time;
        text_.working_directory = world_.working_directory;
        text_.template_directory = template_.template_directory;
        if (world_.random_bytes) {
            text_.make_uuid = [bytes = world_.random_bytes] {
                return format_uuid(bytes(kUuidBytes), 4);
            };
        }
    }

    void read_root(JsonObject& root) {
        check_version(root);
        template_.description = root.string("description").value_or("");
        read_variables(root);
        text_.user_variable = [this](const std::string& name) { return user_variable(name); };
        BuildBlock build;
        build.range = root.opening();
        read_builders(root, build);
        read_steps(root, build);
        template_.builds.push_back(std::move(build));
        root.any("push");  // of a service that is gone; Packer passes it over too
        check_rest(root);
    }

    void check_version(JsonObject& root) {
        const std::optional<hcl::Attribute> attribute = JsonObject(root).any("min_packer_version");
        const std::optional<std::string> wanted = root.string("min_packer_version");
        if (!wanted || wanted->empty()) {
            return;
        }
        const SourceRange range = attribute->expression->range;
        const std::optional<Version> minimum = Version::parse(*wanted);
        if (!minimum) {
            judgements_.error(
                range, "min_packer_version \"" + *wanted + "\" is no version", "write \"1.5.0\""
            );
        } else if (*minimum > *Version::parse(kPackerVersion)) {
            judgements_.error(
                range,
                "This template requires Packer version " + *wanted +
                    " or higher; kiln reads templates as " + std::string(kPackerVersion) + " does"
            );
        }
    }

    void read_variables(JsonObject& root) {
        UserVariableSources given;
        if (const std::optional<hcl::Attribute> declared = root.any("variables")) {
            if (const auto object =
                    JsonObject::from(declared->expression, "\"variables\"", diagnostics_)) {
                given.declared = object->rest();
            }
        }
        given.sensitive = sensitive_names(root);
        given.files = request_.variable_files;
        given.assignments = request_.variables;
        given.demand_values = !request_.without_values;
        read_user_variables(given, world_, text_, sources_, template_, {diagnostics_, judgements_});
    }

    std::vector<std::string> sensitive_names(JsonObject& root) {
        std::vector<std::string> names;
        for (const hcl::ExpressionPtr& element : root.array("sensitive-variables")) {
            if (std::optional<std::string> name = hcl::literal_string(*element)) {
                names.push_back(std::move(*name));
            } else {
                diagnostics_.error(
                    element->range,
                    std::string("\"sensitive-variables\" holds names of variables, found ") +
                        json_type_name(*element)
                );
            }
        }
        return names;
    }

    std::optional<std::string> user_variable(const std::string& name) const {
        const auto found = template_.user_variables.find(name);
        return found == template_.user_variables.end() ? std::nullopt
                                                       : std::optional(found->second);
    }

    void read_builders(JsonObject& root, BuildBlock& build) {
        const std::vector<hcl::ExpressionPtr> builders = root.array("builders");
        std::map<std::string, SourceRange, std::less<>> places;
        for (std::size_t i = 0; i < builders.size(); ++i) {
            read_builder(builders[i], "builder " + std::to_string(i + 1), places, build);
        }
        if (builders.empty() && !request_.without_values) {
            judgements_.error(root.opening(), "a template needs at least one builder");
        }
    }

    void read_builder(
        const hcl::ExpressionPtr& value,
        const std::string& owner,
        std::map<std::string, SourceRange, std::less<>>& places,
        BuildBlock& build
    ) {
        std::optional<JsonObject> object = JsonObject::from(value, owner, diagnostics_);
        if (!object) {
            return;
        }
        const std::optional<hcl::Attribute> type_property = JsonObject(*object).any("type");
        const std::optional<hcl::Attribute> name_property = JsonObject(*object).any("name");
        const std::string type = object->string("type").value_or("");
        std::string written = object->string("name").value_or("");
        if (type.empty()) {
            diagnostics_.error(object->opening(), owner + " needs \"type\"");
            return;
        }
        const bool is_named = !written.empty();
        written = is_named ? written : type;
        const SourceRange place = is_named ? name_property->range : type_property->range;
        // As written in what is only looked at: two may be rendered alike without their values.
        const std::string name = judges_values() ? render_name(written, place) : written;
        builder_names_.emplace(written, name);
        const auto [first, is_new] = places.emplace(name, place);
        if (!is_new) {
            diagnostics_.error(
                place,
                "there is a builder named \"" + name + "\" already",
                "the other one is at " + to_string(first->second) +
                    "; give each a \"name\" of its own"
            );
            return;
        }
        template_.sources.push_back(std::make_unique<SourceBlock>(SourceBlock{
            type, name, type_property->range, object->rest(), written}));
        build.sources.push_back(
            {template_.sources.back().get(), Language::legacy_json, name, place, std::nullopt}
        );
    }

    std::string render_name(const std::string& written, SourceRange place) {
        try {
            return render(written, text_);
        } catch (const Error& error) {
            diagnostics_.error(
                place,
                "the name of a builder is no valid text template: " + error.message(),
                error.hint()
            );
            return written;
        }
    }

    void read_steps(JsonObject& root, BuildBlock& build) {
        const auto render_text = [this](const std::string& text) { return render(text, text_); };
        LegacyStepReader reader(builder_names_, render_text, {diagnostics_, judgements_});
        const std::vector<hcl::ExpressionPtr> provisioners = root.array("provisioners");
        for (std::size_t i = 0; i < provisioners.size(); ++i) {
            if (auto step = reader.read_provisioner(
                    provisioners[i], "provisioner " + std::to_string(i + 1)
                )) {
                build.provisioners.push_back(std::move(*step));
            }
        }
        if (const auto cleanup = root.any("error-cleanup-provisioner")) {
            build.error_cleanup_provisioner =
                reader.read_provisioner(cleanup->expression, "the error-cleanup-provisioner");
        }
        const std::vector<hcl::ExpressionPtr> post_processors = root.array("post-processors");
        for (std::size_t i = 0; i < post_processors.size(); ++i) {
            auto chain =
                reader.read_chain(post_processors[i], "post-processor " + std::to_string(i + 1));
            if (!chain.empty()) {
                build.post_processors.push_back(std::move(chain));
            }
        }
    }

    // A name that begins with "_" is a comment.
    void check_rest(const JsonObject& root) {
        for (const hcl::Attribute& property : root.properties()) {
            if (property.name.starts_with('_')) {
                if (!hcl::literal_string(*property.expression)) {
                    diagnostics_.error(
                        property.expression->range,
                        "comment \"" + property.name + "\" must be a string, found " +
                            json_type_name(*property.expression)
                    );
                }
                continue;
            }
            if (is_known(property.name)) {
                continue;  // it stands twice, which has been reported
            }
            std::string hint = did_you_mean_hint(property.name, kRootProperties);
            diagnostics_.error(
                property.name_range,
                "a template has no property \"" + property.name + "\"",
                hint.empty() ? "the name of a comment begins with \"_\"" : hint
            );
        }
    }

    static bool is_known(const std::string& name) {
        return std::find(kRootProperties.begin(), kRootProperties.end(), name) !=
               kRootProperties.end();
    }

    const LoadRequest& request_;
    const hcl::FunctionEnvironment& world_;
    SourceMap& sources_;
    Template& template_;
    Diagnostics& diagnostics_;  ///< of the text
    Diagnostics dropped_;
    Diagnostics& judgements_;  ///< of values and of names that are referred to
    TextContext text_;
    BuilderNames builder_names_;
};

}  // namespace

void load_legacy_template(
    const LoadRequest& request,
    const std::string& path,
    const hcl::FunctionEnvironment& world,
    SourceMap& sources,
    Template& out,
    Diagnostics& diagnostics
) {
    LegacyLoader(request, world, sources, out, diagnostics).run(path);
}

}  // namespace kiln::tmpl
