// Unpacks zip, tar and gz files (by libarchive), so that whatever they hold
// loads as if it lay there unpacked.
//
//   if (LooksLikeArchive(path)) {
//     HANDRAIL_ASSIGN_OR_RETURN(const Unpacked unpacked,
//                               Unpack(path, "export.zip", folder));
//     if (unpacked.problem) …
//   }
//
// Nothing in an archive is trusted: sizes are counted while they are written,
// never taken from it; a name that leads out of the folder, a second file of
// one name, more entries or bytes than the limits, and a file of many times the
// archive's size end in a problem, and nothing of the archive is loaded. Links
// and devices are not made. Archives inside archives stay packed.
//
// No function here keeps state between calls.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/formats/json_stream.h"

namespace handrail::formats {

// Whether the file begins as a zip, gz or tar does.
bool LooksLikeArchive(const std::string& path);

struct UnpackedFile {
  std::string path;
  // Below the archive: "data/services.csv".
  std::string name;
  int64_t bytes = 0;
};

struct Unpacked {
  // Sorted by name.
  std::vector<UnpackedFile> files;
  // Entries that no format of ours could be in, by their names.
  int64_t left_out = 0;
  // One file and no more, as gz without tar has it.
  bool single = false;
  // Set where the archive cannot be unpacked; there are no files then.
  std::optional<ReadProblem> problem;
};

// Unpacks into `folder`, which is there and empty. `name` is the archive's own,
// from which a file inside a gz takes its name. An error is one of the file
// system.
absl::StatusOr<Unpacked> Unpack(const std::string& path,
                                const std::string& name,
                                const std::string& folder);

// Whether a file of that name could hold data of ours. `archives`: or be an
// archive.
bool CouldBeData(const std::string& name, bool archives);

// A folder that only this process may enter; removed with all in it.
class PrivateFolder {
 public:
  // UNAVAILABLE (STORAGE_FAILED) where none can be made.
  static absl::StatusOr<std::shared_ptr<const PrivateFolder>> Create();
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  explicit PrivateFolder(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

}  // namespace handrail::formats
