#pragma once

#include "node/node_tree.hpp"
#include "sys/file_system.hpp"
#include "sys/temp_directory.hpp"

#include <string>

namespace kiln::node {

/// A node's files in a folder of their own, for --root.
class TreeFixture {
public:
    TreeFixture() : folder_(files_, sys::default_temp_parent()), tree(folder_.path()) {}

    /// Makes the folders too.
    TreeFixture& put(const std::string& path, const std::string& content, unsigned mode = 0644) {
        files_.make_directories(tree.at(path).parent_path());
        files_.write_file_atomic(tree.at(path), content, mode);
        return *this;
    }
    TreeFixture& link(const std::string& path, const std::string& target) {
        files_.make_directories(tree.at(path).parent_path());
        files_.make_symlink(target, tree.at(path));
        return *this;
    }
    std::string text(const std::string& path) const { return tree.read(path).value_or("(none)"); }

private:
    sys::RealFileSystem files_;
    sys::TempDirectory folder_;

public:
    NodeTree tree;
};

}  // namespace kiln::node
