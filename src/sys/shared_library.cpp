#include "sys/shared_library.hpp"

#include "base/error.hpp"

#include <dlfcn.h>
#include <utility>

namespace kiln::sys {

SharedLibrary::SharedLibrary(std::string name, std::string remedy)
    : name_(std::move(name)),
      remedy_(std::move(remedy)),
      handle_(dlopen(name_.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) {
        throw Error(ErrorKind::not_found, std::string("loading ") + dlerror()).set_hint(remedy_);
    }
}

void* SharedLibrary::address(const char* name) const {
    void* const found = dlsym(handle_, name);
    if (found == nullptr) {
        throw Error(ErrorKind::not_found, name_ + " has no function " + name).set_hint(remedy_);
    }
    return found;
}

}  // namespace kiln::sys
