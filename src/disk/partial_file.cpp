#include "disk/partial_file.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <cstdio>
#include <unistd.h>
#include <utility>

namespace kiln::disk {

PartialFile::PartialFile(std::filesystem::path output)
    : output_(std::move(output)), partial_(output_.string() + ".partial") {
    ::unlink(partial_.c_str());
}

PartialFile::~PartialFile() {
    if (!finished_) {
        ::unlink(partial_.c_str());
    }
}

void PartialFile::finish() {
    if (std::rename(partial_.c_str(), output_.c_str()) != 0) {
        throw system_error("renaming " + partial_.string() + " to " + output_.string(), errno);
    }
    finished_ = true;
}

}  // namespace kiln::disk
