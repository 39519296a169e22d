#include "clients/formats/package_zip.h"

#include <archive.h>
#include <archive_entry.h>

#include "storage/base/status.h"

namespace handrail::formats {
namespace {

// 1 January 1980, where a zip's times begin.
constexpr time_t kZipTime = 315532800;

}  // namespace

PackageZip::PackageZip(const LineSink& sink)
    : sink_(sink), zip_(archive_write_new()) {
  ok_ = zip_ != nullptr && archive_write_set_format_zip(zip_) == ARCHIVE_OK &&
        archive_write_set_bytes_in_last_block(zip_, 1) == ARCHIVE_OK &&
        archive_write_open(zip_, this, nullptr, &PackageZip::Write, nullptr) ==
            ARCHIVE_OK;
}

PackageZip::~PackageZip() { archive_write_free(zip_); }

void PackageZip::Begin(const std::string& name, int64_t bytes) {
  archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, name.c_str());
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, 0644);
  archive_entry_set_size(entry, bytes);
  archive_entry_set_mtime(entry, kZipTime, 0);
  ok_ = ok_ && archive_write_header(zip_, entry) == ARCHIVE_OK;
  archive_entry_free(entry);
}

void PackageZip::Put(std::string_view bytes) {
  ok_ = ok_ && archive_write_data(zip_, bytes.data(), bytes.size()) ==
                   static_cast<la_ssize_t>(bytes.size());
}

absl::Status PackageZip::Close() {
  ok_ = archive_write_close(zip_) == ARCHIVE_OK && ok_;
  if (!status_.ok()) return status_;
  if (ok_) return absl::OkStatus();
  return Unavailable(v1::ERROR_REASON_STORAGE_FAILED,
                     "the package cannot be written");
}

ssize_t PackageZip::Write(archive* zip, void* self, const void* bytes,
                          size_t size) {
  PackageZip& to = *static_cast<PackageZip*>(self);
  to.status_.Update(
      to.sink_(std::string_view(static_cast<const char*>(bytes), size)));
  if (to.status_.ok()) return static_cast<ssize_t>(size);
  archive_set_error(zip, ARCHIVE_FATAL, "the sink refused");
  return -1;
}

}  // namespace handrail::formats
