#include "clients/formats/input.h"

#include <unicode/unistr.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/limits.h"
#include "clients/formats/temporary_folder.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

namespace fs = std::filesystem;

absl::Status WrongInput(std::string description) {
  return InvalidField("input", std::move(description));
}

// The name of a file may be any bytes; what is told of it is text.
std::string AsText(const std::string& name) {
  std::string text;
  icu::UnicodeString::fromUTF8(name).toUTF8String(text);
  return text;
}

absl::Status AddFolder(const fs::path& folder, Inputs& inputs) {
  std::error_code error;
  std::vector<fs::path> paths;
  for (fs::recursive_directory_iterator it(folder, error), end;
       !error && it != end; it.increment(error)) {
    if (it.depth() > kFolderDepthMax) it.disable_recursion_pending();
    if (!it->is_regular_file(error)) continue;
    if (CouldBeData(it->path().string(), true)) {
      paths.push_back(it->path());
    } else {
      ++inputs.left_out;
    }
    if (paths.size() > kFilesMax) {
      return WrongInput("a folder holds more than 10,000 files");
    }
  }
  if (error) {
    return WrongInput("the folder " + folder.string() +
                      " cannot be read: " + error.message());
  }
  std::sort(paths.begin(), paths.end());
  for (const fs::path& path : paths) {
    inputs.files.push_back(
        {.path = path.string(),
         .name = AsText(path.lexically_relative(folder).generic_string()),
         .bytes = static_cast<int64_t>(fs::file_size(path, error)),
         .from_folder = true});
  }
  return absl::OkStatus();
}

absl::Status AddStandardInput(std::istream& in, Inputs& inputs) {
  if (inputs.spooled != nullptr) {
    return WrongInput("standard input (\"-\") can be read only once");
  }
  const fs::path folder = TemporaryFolder();
  std::string path = (folder / "handrail-load-XXXXXX").string();
  const int descriptor = mkstemp(path.data());
  if (descriptor < 0) {
    return Unavailable(v1::ERROR_REASON_STORAGE_FAILED,
                       "no file can be made in " + folder.string() +
                           " to copy standard input to");
  }
  close(descriptor);
  inputs.spooled = std::make_shared<SpooledFile>(path);
  std::ofstream out(path, std::ios::binary);
  std::string buffer(kChunkBytes, '\0');
  int64_t bytes = 0;
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())),
         in.gcount() > 0) {
    bytes += in.gcount();
    if (bytes > kSpoolBytesMax) {
      return WrongInput("standard input is longer than 64 GiB");
    }
    out.write(buffer.data(), in.gcount());
  }
  out.close();
  if (!out) {
    return Unavailable(v1::ERROR_REASON_STORAGE_FAILED,
                       "standard input cannot be copied to " + path);
  }
  inputs.files.push_back(
      {.path = path, .name = "standard input", .bytes = bytes});
  return absl::OkStatus();
}

// Puts the files of an archive in its place.
absl::Status AddArchive(const InputFile& archive, Inputs& inputs,
                        std::vector<InputFile>& files) {
  if (inputs.unpacked == nullptr) {
    HANDRAIL_ASSIGN_OR_RETURN(inputs.unpacked, PrivateFolder::Create());
  }
  const fs::path folder =
      fs::path(inputs.unpacked->path()) /
      absl::StrCat(files.size(), "-", inputs.refused.size());
  std::error_code error;
  fs::create_directory(folder, error);
  HANDRAIL_ASSIGN_OR_RETURN(
      Unpacked unpacked, Unpack(archive.path, archive.name, folder.string()));
  if (!unpacked.problem.has_value() && unpacked.files.empty()) {
    unpacked.problem = ReadProblem{
        .reason = "empty-file",
        .message = "the archive holds no file of ours by their names",
        .hint =
            "data files end in .json, .ndjson, .jsonl, .csv or .txt; "
            "archives inside archives are not opened"};
  }
  if (unpacked.problem.has_value()) {
    fs::remove_all(folder, error);
    inputs.refused.push_back({archive, std::move(*unpacked.problem)});
    return absl::OkStatus();
  }
  inputs.left_out += unpacked.left_out;
  for (UnpackedFile& file : unpacked.files) {
    files.push_back({.path = std::move(file.path),
                     .name = unpacked.single
                                 ? archive.name
                                 : archive.name + "/" + AsText(file.name),
                     .bytes = file.bytes,
                     .from_folder = archive.from_folder || !unpacked.single});
  }
  return absl::OkStatus();
}

absl::Status OpenArchives(Inputs& inputs) {
  std::vector<InputFile> files;
  for (InputFile& file : inputs.files) {
    if (LooksLikeArchive(file.path)) {
      HANDRAIL_RETURN_IF_ERROR(AddArchive(file, inputs, files));
    } else {
      files.push_back(std::move(file));
    }
    if (files.size() > kFilesMax) {
      return WrongInput("archives and folders hold more than 10,000 files");
    }
  }
  inputs.files = std::move(files);
  return absl::OkStatus();
}

}  // namespace

SpooledFile::~SpooledFile() {
  std::error_code ignored;
  fs::remove(path_, ignored);
}

absl::StatusOr<Inputs> FindInputs(const std::vector<std::string>& paths,
                                  std::istream& standard_input) {
  Inputs inputs;
  if (paths.empty()) {
    return WrongInput("name a file, a folder, or - for standard input");
  }
  for (const std::string& path : paths) {
    std::error_code error;
    if (path == "-") {
      HANDRAIL_RETURN_IF_ERROR(AddStandardInput(standard_input, inputs));
    } else if (fs::is_directory(path, error)) {
      HANDRAIL_RETURN_IF_ERROR(AddFolder(path, inputs));
    } else if (fs::is_regular_file(path, error)) {
      inputs.files.push_back(
          {.path = path,
           .name = AsText(fs::path(path).filename().string()),
           .bytes = static_cast<int64_t>(fs::file_size(path, error))});
    } else if (fs::exists(path, error)) {
      return WrongInput(path + " is neither a file nor a folder");
    } else if (path.find("://") != std::string::npos) {
      return WrongInput(path + " is an address, and nothing is fetched: save " +
                        "what is there as a file and name that");
    } else {
      return NotFound(v1::ERROR_REASON_RECORD_NOT_FOUND,
                      "there is no file or folder " + path, {{"id", path}});
    }
    if (inputs.files.size() > kFilesMax) {
      return WrongInput("more than 10,000 files are named");
    }
  }
  HANDRAIL_RETURN_IF_ERROR(OpenArchives(inputs));
  return inputs;
}

}  // namespace handrail::formats
