#include "node/tar_writer.hpp"

#include "base/tar_header.hpp"

namespace kiln::node {

void TarWriter::add_file(const std::string& name, std::string_view content) {
    if (add_parents(name)) {
        const auto size = static_cast<std::int64_t>(content.size());
        archive_ += tar_header({TarEntry::Type::file, name, "", 0644, size});
        archive_ += content;
        archive_ += tar_padding(size);
    }
}

void TarWriter::add_link(const std::string& name, const std::string& target) {
    if (add_parents(name)) {
        archive_ += tar_header({TarEntry::Type::symlink, name, target, 0644, 0});
    }
}

bool TarWriter::add_parents(const std::string& name) {
    for (std::size_t slash = name.find('/'); slash != std::string::npos;
         slash = name.find('/', slash + 1)) {
        const std::string folder = name.substr(0, slash);
        if (names_.insert(folder).second) {
            archive_ += tar_header({TarEntry::Type::folder, folder, "", 0755, 0});
        }
    }
    return names_.insert(name).second;
}

std::string TarWriter::finish() {
    archive_ += tar_end();
    return std::move(archive_);
}

}  // namespace kiln::node
