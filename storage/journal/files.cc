#include "storage/journal/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/base/hash.h"
#include "storage/base/status.h"

namespace handrail::storage {
namespace {

constexpr char kLockName[] = "lock";
constexpr char kMarkName[] = "high-water";
constexpr char kMarkTitle[] = "handrail high-water mark 1\n";
// A block of most disks and file systems: a torn write stays inside.
constexpr off_t kSlotBytes = 4096;
constexpr int kSlots = 2;

// A file descriptor that is closed at the end of its scope.
class Fd {
 public:
  Fd(const std::filesystem::path& path, int flags)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0640)) {}
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;

  bool ok() const { return fd_ >= 0; }
  int get() const { return fd_; }
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

absl::Status FileError(const char* doing, const std::filesystem::path& path) {
  if (errno == ENOSPC || errno == EDQUOT || errno == EROFS) {
    return Unavailable(
        handrail::v1::ERROR_REASON_READ_ONLY,
        absl::StrCat("could not ", doing, " ", path.string(), ": ",
                     std::strerror(errno),
                     "; reads go on, and changes will be taken when the disk "
                     "does"));
  }
  return Internal(handrail::v1::ERROR_REASON_STORAGE_FAILED,
                  absl::StrCat("could not ", doing, " ", path.string(), ": ",
                               std::strerror(errno)));
}

absl::Status SyncDirectory(const std::filesystem::path& directory) {
  const Fd fd(directory, O_RDONLY | O_DIRECTORY);
  if (!fd.ok() || ::fsync(fd.get()) != 0) return FileError("sync", directory);
  return absl::OkStatus();
}

absl::Status WriteAll(int fd, std::string_view bytes,
                      const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FileError("write", path);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

// Up to kSlotBytes of a file; empty when they cannot be read.
std::string ReadSmall(int fd, off_t offset) {
  std::string bytes(kSlotBytes, '\0');
  const ssize_t size = ::pread(fd, bytes.data(), bytes.size(), offset);
  bytes.resize(size < 0 ? 0 : static_cast<size_t>(size));
  return bytes;
}

std::string MarkText(const HighWaterMark& mark) {
  const std::string body = absl::StrCat(kMarkTitle, "journal ", mark.journal_id,
                                        "\nappends ", mark.appends, "\n");
  char check[32];
  std::snprintf(check, sizeof check, "check %016llx\n",
                static_cast<unsigned long long>(StableHash64(body)));
  return body + check;
}

// A mark's text and zeros up to the slot's end.
std::string SlotBytes(const HighWaterMark& mark) {
  std::string bytes = MarkText(mark);
  bytes.resize(kSlotBytes, '\0');
  return bytes;
}

// The mark in a slot, or nothing when it is not exactly what was written.
std::optional<HighWaterMark> ParseMark(const std::string& bytes) {
  if (!bytes.starts_with(kMarkTitle)) return std::nullopt;
  char id[65] = {};
  unsigned long long appends = 0;
  const char* const after_title = bytes.c_str() + sizeof(kMarkTitle) - 1;
  if (std::sscanf(after_title, "journal %64[0-9a-f] appends %llu", id,
                  &appends) != 2) {
    return std::nullopt;
  }
  HighWaterMark mark{.journal_id = id, .appends = appends};
  if (SlotBytes(mark) != bytes) return std::nullopt;
  return mark;
}

}  // namespace

absl::StatusOr<std::unique_ptr<DirectoryLock>> DirectoryLock::Acquire(
    const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / kLockName;
  Fd fd(path, O_RDWR | O_CREAT);
  if (!fd.ok()) return FileError("open", path);
  // flock and not fcntl: it also keeps out a second opener in this process,
  // and closing another descriptor of the file does not give it up.
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return FileError("lock", path);
    std::string holder = ReadSmall(fd.get(), 0);
    while (!holder.empty() && holder.back() == '\n') holder.pop_back();
    return Unavailable(
        handrail::v1::ERROR_REASON_STORAGE_FAILED,
        absl::StrCat("the data directory ", directory.string(),
                     " is in use by another process (number ",
                     holder.empty() ? std::string("unknown") : holder,
                     "); stop that one first or name another directory"));
  }
  // Only for the message above: the lock is the kernel's, not the text.
  if (::ftruncate(fd.get(), 0) != 0) return FileError("write", path);
  HANDRAIL_RETURN_IF_ERROR(
      WriteAll(fd.get(), absl::StrCat(::getpid(), "\n"), path));
  return std::unique_ptr<DirectoryLock>(new DirectoryLock(fd.Release()));
}

DirectoryLock::~DirectoryLock() { ::close(fd_); }

HighWaterFile::HighWaterFile(const std::filesystem::path& directory)
    : path_(directory / kMarkName) {}

absl::StatusOr<HighWaterFile> HighWaterFile::Open(
    const std::filesystem::path& directory) {
  HighWaterFile file(directory);
  const Fd fd(file.path_, O_RDONLY);
  if (!fd.ok()) {
    if (errno == ENOENT) return file;
    return FileError("open", file.path_);
  }
  for (int slot = 0; slot < kSlots; ++slot) {
    std::optional<HighWaterMark> mark =
        ParseMark(ReadSmall(fd.get(), slot * kSlotBytes));
    if (!mark.has_value()) continue;
    if (!file.mark_.has_value() || file.mark_->appends < mark->appends) {
      file.mark_ = std::move(mark);
      file.slot_ = slot;
    }
  }
  if (file.mark_.has_value()) return file;
  return DataLoss(handrail::v1::ERROR_REASON_DATA_CORRUPT,
                  absl::StrCat("the file ", file.path_.string(),
                               " is damaged; restore the data directory from "
                               "a backup"),
                  {{"key", kMarkName}});
}

absl::Status HighWaterFile::Set(const HighWaterMark& mark) {
  if (mark_ == mark) return absl::OkStatus();
  if (!mark_.has_value()) {
    HANDRAIL_RETURN_IF_ERROR(Create(mark));
  } else {
    const int other = 1 - slot_;
    HANDRAIL_RETURN_IF_ERROR(Overwrite(mark, other));
    slot_ = other;
  }
  mark_ = mark;
  return absl::OkStatus();
}

absl::Status HighWaterFile::Create(const HighWaterMark& mark) const {
  std::filesystem::path aside = path_;
  aside += ".new";
  {
    const Fd fd(aside, O_WRONLY | O_CREAT | O_TRUNC);
    if (!fd.ok()) return FileError("open", aside);
    const std::string slot = SlotBytes(mark);
    HANDRAIL_RETURN_IF_ERROR(WriteAll(fd.get(), slot + slot, aside));
    if (::fsync(fd.get()) != 0) return FileError("sync", aside);
  }
  if (::rename(aside.c_str(), path_.c_str()) != 0) {
    return FileError("rename", aside);
  }
  return SyncDirectory(path_.parent_path());
}

absl::Status HighWaterFile::Overwrite(const HighWaterMark& mark,
                                      int slot) const {
  // Opened by name each time: a file that was moved away is noticed at once.
  const Fd fd(path_, O_WRONLY);
  if (!fd.ok()) return FileError("open", path_);
  if (::lseek(fd.get(), slot * kSlotBytes, SEEK_SET) < 0) {
    return FileError("write", path_);
  }
  HANDRAIL_RETURN_IF_ERROR(WriteAll(fd.get(), SlotBytes(mark), path_));
  if (::fdatasync(fd.get()) != 0) return FileError("sync", path_);
  return absl::OkStatus();
}

absl::Status MakeDirectory(const std::filesystem::path& directory) {
  if (::mkdir(directory.c_str(), 0750) != 0) {
    if (errno != EEXIST) return FileError("make", directory);
    if (!std::filesystem::is_directory(directory)) {
      errno = ENOTDIR;
      return FileError("use", directory);
    }
    return absl::OkStatus();
  }
  const std::filesystem::path parent = directory.parent_path();
  return SyncDirectory(parent.empty() ? std::filesystem::path(".") : parent);
}

}  // namespace handrail::storage
