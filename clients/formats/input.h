// Finds the files that a load means: named ones, those of folders, those of
// archives, which are unpacked, and standard input, which is copied to a file
// because it has to be read twice.
//
// Reads directories, archives and standard input; otherwise pure.
#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/formats/archive.h"
#include "clients/formats/json_stream.h"

namespace handrail::formats {

// A copy of standard input; removed with the object.
class SpooledFile {
 public:
  explicit SpooledFile(std::string path) : path_(std::move(path)) {}
  ~SpooledFile();
  SpooledFile(const SpooledFile&) = delete;
  SpooledFile& operator=(const SpooledFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct InputFile {
  std::string path;
  // For people and findings: the path below the folder that was named, or the
  // file's own name; "standard input". UTF-8, with U+FFFD for what is none.
  std::string name;
  int64_t bytes = 0;
  // Found in a folder, not named itself.
  bool from_folder = false;
};

// An archive that could not be unpacked.
struct RefusedArchive {
  InputFile file;
  ReadProblem problem;
};

struct Inputs {
  std::vector<InputFile> files;
  std::vector<RefusedArchive> refused;
  // Files of folders that no format of ours could be in (README.md, …).
  int64_t left_out = 0;
  std::shared_ptr<const SpooledFile> spooled;
  // Where archives are unpacked; there only where there are some.
  std::shared_ptr<const PrivateFolder> unpacked;
};

// An archive stands for the files in it. Files of folders come sorted by name,
// folders inside them included. NOT_FOUND for a path that is not there;
// INVALID_ARGUMENT for standard input twice, no input at all, and more than
// kFilesMax files.
absl::StatusOr<Inputs> FindInputs(const std::vector<std::string>& paths,
                                  std::istream& standard_input);

}  // namespace handrail::formats
