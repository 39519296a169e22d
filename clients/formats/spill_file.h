// Bytes that are kept on disk instead of in memory while a load is inspected.
//
// The file has no name, so that nothing is left of it however the program
// ends, and nobody else can open it. It is made with the first byte, in the
// folder for temporary files (temporary_folder.h).
//
//   SpillFile file;
//   HANDRAIL_RETURN_IF_ERROR(file.Append(bytes));
//   HANDRAIL_RETURN_IF_ERROR(file.ReadAt(offset, buffer, size));
//
// One thread while it is written; const members are safe to share.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"

namespace handrail::formats {

class SpillFile {
 public:
  SpillFile() = default;
  ~SpillFile();
  SpillFile(SpillFile&& other) noexcept;
  SpillFile& operator=(SpillFile&& other) noexcept;

  // UNAVAILABLE where the disk takes no more.
  absl::Status Append(const void* data, size_t bytes);
  // REQUIRES: so many bytes were appended.
  absl::Status ReadAt(int64_t offset, void* data, size_t bytes) const;

  int64_t bytes() const { return bytes_; }
  // Bytes that the disk has left for it; 0 where that is not known.
  int64_t room() const;

 private:
  int file_ = -1;
  int64_t bytes_ = 0;
};

}  // namespace handrail::formats
