// The rows of a load as they were mapped while its files were inspected, kept
// on disk (spill_file.h), so that sending them is copying bytes.
//
//   KeptRows kept;
//   for each pack, in order: kept.Append(pack.bytes());
//   kept.Finish();
//   if (kept.whole()) kept.ForEach([&](std::string_view row) { … });
//
// Keeping is a matter of speed alone: where there are more bytes than allowed,
// or the disk is nearly full, nothing is kept, and whoever wants the rows reads
// the files again.
//
// One thread until it is finished; const members are safe to share then.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "clients/formats/limits.h"
#include "clients/formats/spill_file.h"

namespace handrail::formats {

class KeptRows {
 public:
  explicit KeptRows(int64_t bytes_max = kKeptBytesMax)
      : bytes_max_(bytes_max) {}

  // Takes rows in the form of RowPack::bytes.
  void Append(std::string_view bytes);
  // Nothing can be appended afterwards.
  void Finish();

  // Whether all rows are here.
  bool whole() const { return whole_; }

  // Calls `take` with each serialised row, in order, and with "" for one that
  // was skipped, until it returns an error, which is returned. REQUIRES: it is
  // finished and whole.
  absl::Status ForEach(
      const std::function<absl::Status(std::string_view)>& take) const;

 private:
  void Write();

  int64_t bytes_max_;
  bool whole_ = true;
  // What was not written yet; small loads stay here.
  std::string rest_;
  SpillFile file_;
};

}  // namespace handrail::formats
