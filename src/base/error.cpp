#include "base/error.hpp"

#include "base/diagnostics.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

namespace kiln {

namespace {

ErrorKind kind_of(int error_number) {
    switch (error_number) {
        case ENOENT:
        case ENOTDIR:
            return ErrorKind::not_found;
        case EEXIST:
        case ENOTEMPTY:
            return ErrorKind::exists;
        case EACCES:
        case EPERM:
        case EROFS:
            return ErrorKind::permission;
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return ErrorKind::no_space;
        case EINTR:
            return ErrorKind::interrupted;
        case ETIMEDOUT:
            return ErrorKind::timeout;
        case ENOSYS:
        case EOPNOTSUPP:
            return ErrorKind::unsupported;
        default:
            return ErrorKind::io;
    }
}

}  // namespace

Error::Error(ErrorKind kind, std::string message, SourceRange range)
    : kind_(kind), message_(std::move(message)), range_(range) {}

Error& Error::add_context(std::string while_doing) {
    context_.push_back(std::move(while_doing));
    return *this;
}

Error& Error::set_hint(std::string hint) {
    hint_ = std::move(hint);
    return *this;
}

Error system_error(const std::string& attempted, int error_number) {
    return Error(kind_of(error_number), attempted + ": " + std::strerror(error_number));
}

std::string render(const Error& error) {
    return render(Diagnostic{
        Severity::error, error.message(), error.range(), error.hint(), error.context()});
}

}  // namespace kiln
