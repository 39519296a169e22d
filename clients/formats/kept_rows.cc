#include "clients/formats/kept_rows.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "storage/base/status.h"

namespace handrail::formats {
namespace {

// Written and read at once.
constexpr size_t kBlockBytes = 1024 * 1024;
// That much of the disk is left to others.
constexpr int64_t kRoomLeft = int64_t{1024} * 1024 * 1024;

// Takes a length and so many bytes from the front, or nothing where not all of
// them are there.
std::optional<std::string_view> TakeRow(std::string_view& bytes) {
  size_t size = 0;
  size_t at = 0;
  for (int shift = 0;; shift += 7) {
    if (at >= bytes.size()) return std::nullopt;
    const auto byte = static_cast<unsigned char>(bytes[at++]);
    size |= static_cast<size_t>(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  if (bytes.size() - at < size) return std::nullopt;
  const std::string_view row = bytes.substr(at, size);
  bytes.remove_prefix(at + size);
  return row;
}

}  // namespace

void KeptRows::Append(std::string_view bytes) {
  if (!whole_) return;
  rest_.append(bytes);
  if (file_.bytes() + static_cast<int64_t>(rest_.size()) > bytes_max_) {
    whole_ = false;
  } else if (rest_.size() >= kBlockBytes) {
    Write();
  }
  if (whole_) return;
  file_ = SpillFile();
  std::string().swap(rest_);
}

void KeptRows::Write() {
  whole_ = file_.Append(rest_.data(), rest_.size()).ok() &&
           file_.room() >= kRoomLeft;
  rest_.clear();
}

void KeptRows::Finish() { rest_.shrink_to_fit(); }

absl::Status KeptRows::ForEach(
    const std::function<absl::Status(std::string_view)>& take) const {
  std::string block;
  // How much of the file is in the block, or was.
  int64_t read = 0;
  std::string_view bytes;
  while (true) {
    while (const auto row = TakeRow(bytes)) {
      HANDRAIL_RETURN_IF_ERROR(take(*row));
    }
    // The start of a row, or nothing.
    block = std::string(bytes);
    const size_t begun = block.size();
    const auto more = static_cast<size_t>(
        std::min(static_cast<int64_t>(kBlockBytes), file_.bytes() - read));
    if (more == 0) break;
    block.resize(begun + more);
    HANDRAIL_RETURN_IF_ERROR(file_.ReadAt(read, block.data() + begun, more));
    read += static_cast<int64_t>(more);
    bytes = block;
  }
  block += rest_;
  bytes = block;
  while (const auto row = TakeRow(bytes)) HANDRAIL_RETURN_IF_ERROR(take(*row));
  return absl::OkStatus();
}

}  // namespace handrail::formats
