// The functions of libarchive that kiln calls, each by its own name: the library is loaded by the
// first call of one. Loaded at the start, it and what it needs in turn (libxml2, ICU) would be most
// of the time that `kiln validate` takes; and its static form, asked to write a tar, wants all of
// them.

#include "sys/shared_library.hpp"

#include <archive.h>
#include <archive_entry.h>

namespace {

kiln::sys::SharedLibrary& libarchive() {
    static kiln::sys::SharedLibrary library(
        "libarchive.so.13", "archives are read and written with libarchive: install libarchive13"
    );
    return library;
}

}  // namespace

// The declarations are libarchive's, so a definition that differs from one does not compile.
#define KILN_LAZY(result, name, parameters, arguments)                                \
    result name parameters {                                                          \
        static const auto function = libarchive().function<decltype(&(name))>(#name); \
        return function arguments;                                                    \
    }

extern "C" {

// A function a line.
// clang-format off
KILN_LAZY(void, archive_entry_copy_stat, (archive_entry* a, const struct stat* b), (a, b))
KILN_LAZY(mode_t, archive_entry_filetype, (archive_entry* a), (a))
KILN_LAZY(void, archive_entry_free, (archive_entry* a), (a))
KILN_LAZY(la_int64_t, archive_entry_gid, (archive_entry* a), (a))
KILN_LAZY(const char*, archive_entry_hardlink, (archive_entry* a), (a))
KILN_LAZY(time_t, archive_entry_mtime, (archive_entry* a), (a))
KILN_LAZY(archive_entry*, archive_entry_new, (), ())
KILN_LAZY(const char*, archive_entry_pathname, (archive_entry* a), (a))
KILN_LAZY(mode_t, archive_entry_perm, (archive_entry* a), (a))
KILN_LAZY(dev_t, archive_entry_rdev, (archive_entry* a), (a))
KILN_LAZY(void, archive_entry_set_dev, (archive_entry* a, dev_t b), (a, b))
KILN_LAZY(void, archive_entry_set_ino, (archive_entry* a, la_int64_t b), (a, b))
KILN_LAZY(void, archive_entry_set_nlink, (archive_entry* a, unsigned int b), (a, b))
KILN_LAZY(void, archive_entry_set_pathname, (archive_entry* a, const char* b), (a, b))
KILN_LAZY(void, archive_entry_set_size, (archive_entry* a, la_int64_t b), (a, b))
KILN_LAZY(la_int64_t, archive_entry_size, (archive_entry* a), (a))
KILN_LAZY(int, archive_entry_size_is_set, (archive_entry* a), (a))
KILN_LAZY(void, archive_entry_sparse_add_entry, (archive_entry* a, la_int64_t b, la_int64_t c), (a, b, c))
KILN_LAZY(const char*, archive_entry_symlink, (archive_entry* a), (a))
KILN_LAZY(la_int64_t, archive_entry_uid, (archive_entry* a), (a))
KILN_LAZY(void, archive_entry_unset_atime, (archive_entry* a), (a))
KILN_LAZY(void, archive_entry_unset_ctime, (archive_entry* a), (a))
KILN_LAZY(int, archive_entry_xattr_next, (archive_entry* a, const char** b, const void** c, size_t* d), (a, b, c, d))
KILN_LAZY(int, archive_entry_xattr_reset, (archive_entry* a), (a))
KILN_LAZY(int, archive_errno, (archive* a), (a))
KILN_LAZY(const char*, archive_error_string, (archive* a), (a))
KILN_LAZY(int, archive_free, (archive* a), (a))
KILN_LAZY(la_ssize_t, archive_read_data, (archive* a, void* b, size_t c), (a, b, c))
KILN_LAZY(int, archive_read_data_block, (archive* a, const void** b, size_t* c, la_int64_t* d), (a, b, c, d))
KILN_LAZY(int, archive_read_data_into_fd, (archive* a, int b), (a, b))
KILN_LAZY(int, archive_read_free, (archive* a), (a))
KILN_LAZY(archive*, archive_read_new, (), ())
KILN_LAZY(int, archive_read_next_header, (archive* a, archive_entry** b), (a, b))
KILN_LAZY(int, archive_read_open, (archive* a, void* b, archive_open_callback* c, archive_read_callback* d, archive_close_callback* e), (a, b, c, d, e))
KILN_LAZY(int, archive_read_open_filename, (archive* a, const char* b, size_t c), (a, b, c))
KILN_LAZY(int, archive_read_support_filter_all, (archive* a), (a))
KILN_LAZY(int, archive_read_support_filter_gzip, (archive* a), (a))
KILN_LAZY(int, archive_read_support_format_ar, (archive* a), (a))
KILN_LAZY(int, archive_read_support_format_raw, (archive* a), (a))
KILN_LAZY(int, archive_read_support_format_tar, (archive* a), (a))
KILN_LAZY(int, archive_read_support_format_zip, (archive* a), (a))
KILN_LAZY(int, archive_write_add_filter_bzip2, (archive* a), (a))
KILN_LAZY(int, archive_write_add_filter_gzip, (archive* a), (a))
KILN_LAZY(int, archive_write_add_filter_lz4, (archive* a), (a))
KILN_LAZY(int, archive_write_add_filter_xz, (archive* a), (a))
KILN_LAZY(int, archive_write_add_filter_zstd, (archive* a), (a))
KILN_LAZY(int, archive_write_close, (archive* a), (a))
KILN_LAZY(la_ssize_t, archive_write_data, (archive* a, const void* b, size_t c), (a, b, c))
KILN_LAZY(int, archive_write_fail, (archive* a), (a))
KILN_LAZY(int, archive_write_finish_entry, (archive* a), (a))
KILN_LAZY(int, archive_write_free, (archive* a), (a))
KILN_LAZY(int, archive_write_header, (archive* a, archive_entry* b), (a, b))
KILN_LAZY(archive*, archive_write_new, (), ())
KILN_LAZY(int, archive_write_open, (archive* a, void* b, archive_open_callback* c, archive_write_callback* d, archive_close_callback* e), (a, b, c, d, e))
KILN_LAZY(int, archive_write_set_bytes_in_last_block, (archive* a, int b), (a, b))
KILN_LAZY(int, archive_write_set_filter_option, (archive* a, const char* b, const char* c, const char* d), (a, b, c, d))
KILN_LAZY(int, archive_write_set_format_option, (archive* a, const char* b, const char* c, const char* d), (a, b, c, d))
KILN_LAZY(int, archive_write_set_format_pax_restricted, (archive* a), (a))
KILN_LAZY(int, archive_write_set_format_raw, (archive* a), (a))
KILN_LAZY(int, archive_write_set_format_zip, (archive* a), (a))
// clang-format on

}  // extern "C"

#undef KILN_LAZY
