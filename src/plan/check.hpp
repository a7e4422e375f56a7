#pragma once

#include "base/diagnostics.hpp"
#include "hcl/functions.hpp"
#include "plan/decoded_options.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kiln::plan {

/// Reads of the world that planning needs, and nothing else of it.
struct Facts {
    /// What stands at a local path (relative ones against the working directory).
    std::function<hcl::FileKind(const std::string& path)> file_kind;
    /// The text of a local file; nothing when it can not be read. Without the function no text is
    /// judged.
    std::function<std::optional<std::string>(const std::string& path)> read_file = {};
    /// Names in a local folder; none when it is no folder.
    std::function<std::vector<std::string>(const std::string& path)> list_directory = {};
    /// Keeps the texts of files that are judged, for messages. Null: their places are not told.
    SourceMap* sources = nullptr;
    std::string home_directory = {};  ///< for `~`; "" when unknown
};

/// What a rule of a component, or of a block within one, may look at besides the values, and where
/// it reports. Options are named as in the rule's own table.
class CheckContext {
public:
    /// `path` is what the names of the table begin with in `ranges`: "" or "disk[0].". `subject` is
    /// the header of the component, or of the block.
    CheckContext(
        const Facts& facts,
        const OptionRanges& ranges,
        std::string path,
        SourceRange subject,
        Diagnostics& diagnostics
    )
        : facts_(facts),
          ranges_(ranges),
          path_(std::move(path)),
          subject_(subject),
          diagnostics_(diagnostics) {}

    /// Whether the template gives the option (null does not count, nor does "").
    bool is_set(std::string_view option) const;

    /// Reports at an option's value; at the component when the template does not set it.
    Diagnostic& error(const std::string& option, std::string summary, std::string hint = {}) const;
    Diagnostic& warning(const std::string& option, std::string summary, std::string hint = {})
        const;

    /// A mistake in a file that the component names; `kept` files only (Facts::sources).
    void add(Diagnostic diagnostic) const;

    /// Whether nothing stands at a local path that is known by now.
    bool is_missing(const std::string& path) const;
    /// Of what is known by now; nothing for the rest.
    std::optional<hcl::FileKind> kind_of(const std::string& path) const;

    const Facts& facts() const { return facts_; }

private:
    SourceRange range_of(const std::string& option) const;

    const Facts& facts_;
    const OptionRanges& ranges_;
    std::string path_;
    SourceRange subject_;
    Diagnostics& diagnostics_;
};

/// Whether a text, or a part of it, is known only when the build runs.
bool is_unknown(std::string_view text);

/// A local file that the component will read does not exist.
void check_local_file(
    const std::string& option, const std::string& path, const CheckContext& context
);

/// The same, where a folder will not do, or only a folder will.
void check_regular_file(
    const std::string& option, const std::string& path, const CheckContext& context
);
void check_directory(
    const std::string& option, const std::string& path, const CheckContext& context
);

/// A private key of SSH: a file that exists (`~` is the home folder), and is no key with a
/// passphrase.
void check_private_key(
    const std::string& option, const std::string& path, const CheckContext& context
);

/// `K=V` texts: an entry without "=" or with an empty name is an error.
void check_environment(
    const std::string& option, const std::vector<std::string>& entries, const CheckContext& context
);

}  // namespace kiln::plan
