#pragma once

#include <string>

namespace kiln::sys {

/// A shared library that is loaded when this is made, not when the program starts: for what few
/// commands need and all would wait for. It stays loaded until the process ends.
class SharedLibrary {
public:
    /// `name` as the loader knows it, "libssh.so.4"; `remedy` is the hint of the errors. Throws
    /// Error{not_found} with the loader's reason.
    SharedLibrary(std::string name, std::string remedy);

    /// The function of that name; `Function` is the type of a pointer to it. Throws
    /// Error{not_found} when the library that is installed has none.
    template <typename Function>
    Function function(const char* name) const {
        return reinterpret_cast<Function>(address(name));
    }

private:
    void* address(const char* name) const;

    std::string name_;
    std::string remedy_;
    void* handle_;
};

}  // namespace kiln::sys
