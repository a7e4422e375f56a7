#include "execute/aws/template_secret.hpp"

#include "aws/secrets_manager.hpp"
#include "base/error.hpp"

namespace kiln::exec {

std::string template_secret(
    const std::string& name, const std::string& text, const std::optional<std::string>& key
) {
    const auto members = aws::secret_members(text);
    if (!members) {
        return text;
    }
    if (key && !key->empty()) {
        const auto found = members->find(*key);
        if (found == members->end()) {
            throw Error(
                ErrorKind::input, "the secret \"" + name + "\" has no key \"" + *key + "\""
            );
        }
        return found->second;
    }
    if (members->size() != 1) {
        throw Error(
            ErrorKind::input,
            "the secret \"" + name + "\" has " + std::to_string(members->size()) +
                " keys, and none is named"
        );
    }
    return members->begin()->second;
}

}  // namespace kiln::exec
