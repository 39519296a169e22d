#include "clients/formats/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/code_rows.h"
#include "clients/formats/limits.h"
#include "clients/formats/plain_text.h"
#include "clients/formats/temporary_folder.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

namespace fs = std::filesystem;

// The gzip filter and the file itself.
constexpr int kFiltersMax = 2;

absl::Status CannotWrite(const std::string& folder) {
  return Unavailable(v1::ERROR_REASON_STORAGE_FAILED,
                     "files cannot be unpacked to " + folder);
}

ReadProblem Broken() {
  return {.reason = "broken-archive",
          .message = "the archive cannot be read to its end",
          .hint = "make it anew, without a password, as zip or tar.gz"};
}

ReadProblem TooMuch(std::string message) {
  return {.reason = "archive-bomb",
          .message = std::move(message),
          .hint =
              "check what the archive is; unpack it yourself and load the "
              "files"};
}

ReadProblem UnsafeName(std::string message) {
  return {.reason = "unsafe-name",
          .message = std::move(message),
          .hint =
              "name the files in the archive by plain names below it, each "
              "once"};
}

// An archive being read.
class Reader {
 public:
  Reader() : archive_(archive_read_new()) {
    archive_read_support_filter_gzip(archive_);
    archive_read_support_format_zip(archive_);
    archive_read_support_format_tar(archive_);
    archive_read_support_format_raw(archive_);
    archive_read_support_format_empty(archive_);
  }
  ~Reader() { archive_read_free(archive_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  bool Open(const std::string& path) {
    return archive_read_open_filename(archive_, path.c_str(), kChunkBytes) ==
           ARCHIVE_OK;
  }
  // ARCHIVE_OK, ARCHIVE_EOF, or a failure.
  int Next() {
    const int result = archive_read_next_header(archive_, &entry_);
    return result == ARCHIVE_WARN ? ARCHIVE_OK : result;
  }
  // Bytes read, 0 at the end of the entry, or a failure below 0.
  int64_t Read(std::string& buffer) {
    return archive_read_data(archive_, buffer.data(), buffer.size());
  }
  archive_entry* entry() { return entry_; }
  bool raw() const { return archive_format(archive_) == ARCHIVE_FORMAT_RAW; }
  int filters() const { return archive_filter_count(archive_); }

 private:
  archive* archive_;
  archive_entry* entry_ = nullptr;
};

// Whether the name stays below the folder it is put into. Where it does not,
// nothing of it is quoted.
bool IsSafeName(const std::string& name) {
  if (name.empty() || name.front() == '/' || name.size() > 1024) return false;
  const bool odd = std::any_of(name.begin(), name.end(), [](char c) {
    return c == '\\' || static_cast<unsigned char>(c) < ' ';
  });
  if (odd) return false;
  const std::vector<std::string> parts = SplitText(name, "/");
  if (parts.size() > kFolderDepthMax) return false;
  return std::none_of(parts.begin(), parts.end(), [](const std::string& part) {
    return part.empty() || part == "." || part == ".." || part.size() > 255 ||
           (part.size() == 2 && part[1] == ':');
  });
}

// What macOS puts beside the files.
bool IsCompanion(const std::string& name) {
  return name.starts_with("__MACOSX/") || name.starts_with("._") ||
         name.find("/._") != std::string::npos;
}

// "lists/services.json.gz" as "services.json".
std::string WithoutGz(const std::string& name) {
  std::string inner = fs::path(name).filename().string();
  if (Lower(inner).ends_with(".gz")) inner.resize(inner.size() - 3);
  return inner.empty() ? "data" : inner;
}

class Unpacker {
 public:
  Unpacker(const std::string& path, const std::string& name,
           const std::string& folder)
      : path_(path), name_(name), folder_(folder), buffer_(kChunkBytes, '\0') {}

  absl::StatusOr<Unpacked> Run();

 private:
  // The entry's name; "" for what is no file to unpack. Sets the problem.
  std::string NameOf(Reader& reader);
  absl::Status Write(Reader& reader, const std::string& name);
  bool WithinLimits(int64_t more);

  const std::string& path_;
  const std::string& name_;
  const std::string& folder_;
  std::string buffer_;
  Unpacked out_;
  int64_t archive_bytes_ = 0;
  int64_t bytes_ = 0;
  int64_t entries_ = 0;
};

absl::StatusOr<Unpacked> Unpacker::Run() {
  std::error_code error;
  archive_bytes_ = static_cast<int64_t>(fs::file_size(path_, error));
  Reader reader;
  if (error || !reader.Open(path_)) {
    out_.problem = Broken();
    return out_;
  }
  while (!out_.problem.has_value()) {
    const int next = reader.Next();
    if (next == ARCHIVE_EOF) break;
    if (next != ARCHIVE_OK) {
      out_.problem = Broken();
      break;
    }
    if (reader.filters() > kFiltersMax) {
      out_.problem = TooMuch("the archive is packed several times over");
      break;
    }
    if (++entries_ > static_cast<int64_t>(kFilesMax)) {
      out_.problem = TooMuch("the archive has more than 10,000 entries");
      break;
    }
    const std::string name = NameOf(reader);
    if (!name.empty()) HANDRAIL_RETURN_IF_ERROR(Write(reader, name));
  }
  if (out_.problem.has_value()) out_.files.clear();
  std::sort(out_.files.begin(), out_.files.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return out_;
}

std::string Unpacker::NameOf(Reader& reader) {
  if (reader.raw()) {
    out_.single = true;
    return WithoutGz(name_);
  }
  if (archive_entry_filetype(reader.entry()) != AE_IFREG) return "";
  const char* text = archive_entry_pathname(reader.entry());
  if (text == nullptr) text = archive_entry_pathname_utf8(reader.entry());
  std::string name = text == nullptr ? "" : text;
  while (name.starts_with("./")) name.erase(0, 2);
  if (!IsSafeName(name)) {
    out_.problem =
        UnsafeName("the archive holds a file whose name would lead out of it");
    return "";
  }
  const bool link = archive_entry_hardlink(reader.entry()) != nullptr;
  if (link || IsCompanion(name) || !CouldBeData(name, false)) {
    ++out_.left_out;
    return "";
  }
  return name;
}

// Counted as they come: what an archive says of its sizes is no bound.
bool Unpacker::WithinLimits(int64_t more) {
  bytes_ += more;
  if (bytes_ > kUnpackedBytesMax) {
    out_.problem = TooMuch("the archive unpacks to more than 64 GiB");
    return false;
  }
  if (bytes_ > kUnpackedBytesFree &&
      bytes_ / kUnpackRatioMax > archive_bytes_) {
    out_.problem =
        TooMuch("the archive unpacks to more than 200 times its own size");
    return false;
  }
  return true;
}

absl::Status Unpacker::Write(Reader& reader, const std::string& name) {
  const fs::path path = fs::path(folder_) / name;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error && !fs::is_directory(path.parent_path())) {
    out_.problem = UnsafeName(
        "a name in the archive is a file's and a "
        "folder's");
    return absl::OkStatus();
  }
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                        S_IRUSR | S_IWUSR);
  if (file < 0) {
    if (errno != EEXIST && errno != EISDIR) return CannotWrite(folder_);
    out_.problem = UnsafeName("two files in the archive have one name");
    return absl::OkStatus();
  }
  UnpackedFile unpacked{.path = path.string(), .name = name};
  bool written = true;
  while (written && !out_.problem.has_value()) {
    const int64_t got = reader.Read(buffer_);
    if (got == 0) break;
    if (got < 0) {
      out_.problem = Broken();
      break;
    }
    if (!WithinLimits(got)) break;
    unpacked.bytes += got;
    for (int64_t done = 0; written && done < got;) {
      const ssize_t put =
          write(file, buffer_.data() + done, static_cast<size_t>(got - done));
      written = put > 0;
      done += put;
    }
  }
  written = close(file) == 0 && written;
  if (!written) return CannotWrite(folder_);
  out_.files.push_back(std::move(unpacked));
  return absl::OkStatus();
}

}  // namespace

bool LooksLikeArchive(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::array<char, 512> block = {};
  in.read(block.data(), block.size());
  const std::string_view start(block.data(), static_cast<size_t>(in.gcount()));
  return start.starts_with("PK\x03\x04") || start.starts_with("PK\x05\x06") ||
         start.starts_with("\x1f\x8b") ||
         (start.size() > 262 && start.substr(257, 5) == "ustar");
}

absl::StatusOr<Unpacked> Unpack(const std::string& path,
                                const std::string& name,
                                const std::string& folder) {
  return Unpacker(path, name, folder).Run();
}

bool CouldBeData(const std::string& name, bool archives) {
  const std::string extension = Lower(fs::path(name).extension().string());
  const auto is_one_of = [&](std::initializer_list<std::string_view> list) {
    return std::find(list.begin(), list.end(), extension) != list.end();
  };
  return is_one_of({".json", ".ndjson", ".jsonl", ".csv", ".txt", ".tsv"}) ||
         (archives && is_one_of({".zip", ".gz", ".tgz", ".tar"}));
}

absl::StatusOr<std::shared_ptr<const PrivateFolder>> PrivateFolder::Create() {
  const fs::path folder = TemporaryFolder();
  std::string path = (folder / "handrail-load-XXXXXX").string();
  // Made with rights for its owner alone.
  if (mkdtemp(path.data()) == nullptr) return CannotWrite(folder.string());
  return std::shared_ptr<const PrivateFolder>(new PrivateFolder(path));
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace handrail::formats
