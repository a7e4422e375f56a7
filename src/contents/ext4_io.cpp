// libext2fs reads a disk through a channel: lib/ext2fs/ext2_io.h of e2fsprogs.

#include "contents/ext4_io.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace kiln::contents {
namespace {

struct DiskChannel {
    std::shared_ptr<const disk::DiskFile> disk;
    std::int64_t offset_bytes;
};

// A channel is opened by name alone: this is the disk that is meant.
thread_local const DiskChannel* opened_disk = nullptr;

extern io_manager disk_manager;

errcode_t open_channel(const char* name, int /*flags*/, io_channel* result) {
    // libext2fs frees both with ext2fs_free_mem, which is free(3).
    auto* channel = static_cast<io_channel>(std::calloc(1, sizeof(struct_io_channel)));
    char* const kept_name = ::strdup(name);
    if (channel == nullptr || kept_name == nullptr) {
        std::free(channel);
        std::free(kept_name);
        return EXT2_ET_NO_MEMORY;
    }
    channel->magic = EXT2_ET_MAGIC_IO_CHANNEL;
    channel->manager = disk_manager;
    channel->name = kept_name;
    channel->block_size = 1024;  // until the superblock is known
    channel->refcount = 1;
    channel->private_data = new DiskChannel(*opened_disk);
    *result = channel;
    return 0;
}

errcode_t close_channel(io_channel channel) {
    if (--channel->refcount > 0) {
        return 0;
    }
    delete static_cast<DiskChannel*>(channel->private_data);
    std::free(channel->name);
    std::free(channel);
    return 0;
}

errcode_t set_block_size(io_channel channel, int bytes) {
    channel->block_size = bytes;
    return 0;
}

/// A negative count is one of bytes.
errcode_t read_blocks(io_channel channel, unsigned long long block, int count, void* data) {
    const auto& from = *static_cast<DiskChannel*>(channel->private_data);
    const auto block_size = static_cast<std::int64_t>(channel->block_size);
    const auto size =
        static_cast<std::size_t>(count < 0 ? -std::int64_t{count} : count * block_size);
    try {
        const std::string bytes = from.disk->read(
            from.offset_bytes + static_cast<std::int64_t>(block) * block_size, size
        );
        std::memcpy(data, bytes.data(), bytes.size());
        return bytes.size() == size ? 0 : EXT2_ET_SHORT_READ;
    } catch (const Error&) {
        return EIO;
    }
}

errcode_t read_few_blocks(io_channel channel, unsigned long block, int count, void* data) {
    return read_blocks(channel, block, count, data);
}

errcode_t refuse_write(io_channel, unsigned long, int, const void*) {
    return EROFS;
}

errcode_t flush_nothing(io_channel) {
    return 0;
}

struct_io_manager make_manager() {
    struct_io_manager manager{};
    manager.magic = EXT2_ET_MAGIC_IO_MANAGER;
    manager.name = "disk image";
    manager.open = open_channel;
    manager.close = close_channel;
    manager.set_blksize = set_block_size;
    manager.read_blk = read_few_blocks;
    manager.read_blk64 = read_blocks;
    manager.write_blk = refuse_write;
    manager.flush = flush_nothing;
    return manager;
}

struct_io_manager the_manager = make_manager();
io_manager disk_manager = &the_manager;

}  // namespace

errcode_t open_ext4(
    std::shared_ptr<const disk::DiskFile> disk, std::int64_t offset_bytes, ext2_filsys* file_system
) {
    const std::string name = disk->shown();
    const DiskChannel channel{std::move(disk), offset_bytes};
    opened_disk = &channel;
    const errcode_t code =
        ext2fs_open2(name.c_str(), nullptr, EXT2_FLAG_64BITS, 0, 0, disk_manager, file_system);
    opened_disk = nullptr;
    return code;
}

}  // namespace kiln::contents
