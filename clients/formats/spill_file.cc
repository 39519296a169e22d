#include "clients/formats/spill_file.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <utility>

#include "clients/formats/temporary_folder.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

absl::Status Failed(const char* what) {
  return Unavailable(v1::ERROR_REASON_STORAGE_FAILED,
                     std::string("a temporary file cannot be ") + what +
                         "; make room, or set TMPDIR to a folder with some");
}

// An open file without a name, or -1.
int OpenNameless() {
  std::string path = (TemporaryFolder() / "handrail-load-XXXXXX").string();
  const int file = mkstemp(path.data());
  if (file >= 0) unlink(path.c_str());
  return file;
}

}  // namespace

SpillFile::~SpillFile() {
  if (file_ >= 0) close(file_);
}

SpillFile::SpillFile(SpillFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      bytes_(std::exchange(other.bytes_, 0)) {}

SpillFile& SpillFile::operator=(SpillFile&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

absl::Status SpillFile::Append(const void* data, size_t bytes) {
  if (file_ < 0) file_ = OpenNameless();
  if (file_ < 0) return Failed("made");
  const char* at = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t put = pwrite(file_, at, bytes, bytes_);
    if (put <= 0) return Failed("written");
    at += put;
    bytes -= static_cast<size_t>(put);
    bytes_ += put;
  }
  return absl::OkStatus();
}

absl::Status SpillFile::ReadAt(int64_t offset, void* data, size_t bytes) const {
  char* at = static_cast<char*>(data);
  while (bytes > 0) {
    const ssize_t got = pread(file_, at, bytes, offset);
    if (got <= 0) return Failed("read");
    at += got;
    bytes -= static_cast<size_t>(got);
    offset += got;
  }
  return absl::OkStatus();
}

int64_t SpillFile::room() const {
  struct statvfs disk = {};
  if (file_ < 0 || fstatvfs(file_, &disk) != 0) return 0;
  return static_cast<int64_t>(disk.f_bavail) *
         static_cast<int64_t>(disk.f_frsize);
}

}  // namespace handrail::formats
