#include "node/arguments.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

namespace kiln::node {

bool Arguments::flag(const std::string& name) {
    known_.push_back(name);
    return std::erase(words_, name) > 0;
}

std::optional<std::string> Arguments::value(const std::string& name) {
    known_.push_back(name);
    std::optional<std::string> found;
    for (std::size_t i = 0; i < words_.size();) {
        if (words_[i].starts_with(name + "=")) {
            found = words_[i].substr(name.size() + 1);
        } else if (words_[i] == name) {
            if (i + 1 == words_.size()) {
                throw Error(ErrorKind::usage, name + " needs a value");
            }
            found = words_[i + 1];
            words_.erase(words_.begin() + static_cast<std::ptrdiff_t>(i));
        } else {
            ++i;
            continue;
        }
        words_.erase(words_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return found;
}

std::vector<std::string> Arguments::finish(std::size_t least, std::size_t most) {
    for (const std::string& word : words_) {
        if (word.starts_with('-')) {
            throw Error(ErrorKind::usage, "unknown flag " + word)
                .set_hint(did_you_mean_hint(word.substr(0, word.find('=')), known_));
        }
    }
    if (words_.size() < least) {
        throw Error(ErrorKind::usage, "an argument is missing");
    }
    if (words_.size() > most) {
        throw Error(ErrorKind::usage, "unexpected argument \"" + words_[most] + "\"");
    }
    return std::move(words_);
}

}  // namespace kiln::node
