#include "clients/formats/json_stream.h"

#include <algorithm>
#include <fstream>
#include <memory>
#include <utility>

#include "clients/formats/json_lines.h"
#include "clients/formats/json_walker.h"
#include "clients/formats/limits.h"
#include "clients/formats/read_buffer.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

constexpr std::string_view kBom = "\xef\xbb\xbf";

// Gives chunks until there are no more (an empty one).
using ChunkSource = std::function<absl::StatusOr<std::string_view>()>;

absl::StatusOr<ChunkSource> FileSource(const std::string& path, int64_t begin) {
  struct Open {
    std::ifstream in;
    std::string buffer;
  };
  auto open = std::make_shared<Open>();
  open->in.open(path, std::ios::binary);
  if (begin > 0) open->in.seekg(begin);
  if (!open->in) {
    return NotFound(v1::ERROR_REASON_RECORD_NOT_FOUND,
                    "the file cannot be opened: " + path, {{"id", path}});
  }
  open->buffer.resize(ReadBufferBytes(path));
  return ChunkSource([open, path]() -> absl::StatusOr<std::string_view> {
    open->in.read(open->buffer.data(),
                  static_cast<std::streamsize>(open->buffer.size()));
    if (open->in.bad()) {
      return Unavailable(v1::ERROR_REASON_STORAGE_FAILED,
                         "the file cannot be read to its end: " + path);
    }
    return std::string_view(open->buffer)
        .substr(0, static_cast<size_t>(open->in.gcount()));
  });
}

ChunkSource TextSource(std::string_view text) {
  auto rest = std::make_shared<std::string_view>(text);
  return [rest]() -> absl::StatusOr<std::string_view> {
    const std::string_view chunk = rest->substr(0, kChunkBytes);
    rest->remove_prefix(chunk.size());
    return chunk;
  };
}

// Notes what the outermost values are and where the first one's members lie.
class Outliner : public JsonWalker::Listener {
 public:
  explicit Outliner(JsonOutline* outline) : outline_(outline) {}

  void set_walker(const JsonWalker* walker) { walker_ = walker; }
  // Offset in the file of the chunk that is fed next.
  void set_base(int64_t base) { base_ = base; }
  // True when something follows that only objects may be followed by.
  bool mixed() const { return mixed_; }

  void OnBegin(int depth, size_t at, char first) override {
    if (depth == 0) {
      ++values_;
      if (values_ == 1) {
        outline_->top = first == '['   ? JsonTop::kArray
                        : first == '{' ? JsonTop::kObject
                                       : JsonTop::kScalar;
        outline_->whole = {.begin = base_ + static_cast<int64_t>(at),
                           .line = walker_->line(),
                           .items = first == '['};
      } else if (outline_->top == JsonTop::kObject ||
                 outline_->top == JsonTop::kObjects) {
        outline_->top = JsonTop::kObjects;
      } else {
        mixed_ = true;
      }
      return;
    }
    if (values_ != 1 || outline_->top != JsonTop::kObject ||
        outline_->members.size() >= kOutermostKeysMax) {
      return;
    }
    outline_->members.push_back(
        {.key = key_,
         .first = first,
         .part = {.begin = base_ + static_cast<int64_t>(at),
                  .line = walker_->line(),
                  .items = first == '['}});
  }
  void OnEnd(int depth, size_t at) override {
    if (depth == 1 && values_ == 1 && !outline_->members.empty() &&
        outline_->members.back().end == 0) {
      outline_->members.back().end = base_ + static_cast<int64_t>(at);
    }
  }
  void OnKey(const std::string& key) override { key_ = key; }

 private:
  JsonOutline* outline_;
  const JsonWalker* walker_ = nullptr;
  int64_t base_ = 0;
  int64_t values_ = 0;
  bool mixed_ = false;
  std::string key_;
};

// What the first bytes say before any JSON is looked for.
std::optional<ReadProblem> EncodingProblem(std::string_view start) {
  if (start.substr(0, 2) == "\xff\xfe" || start.substr(0, 2) == "\xfe\xff") {
    return ReadProblem{.reason = "not-utf8",
                       .message = "the file is UTF-16, not UTF-8",
                       .hint = "save the file as UTF-8",
                       .line = 1};
  }
  return std::nullopt;
}

// Feeds a walker, with whole lines as long as each is an object of its own, and
// from the first one that is not with whatever comes.
class LineFeeder {
 public:
  LineFeeder(Outliner& outliner, JsonWalker& walker, bool lines)
      : outliner_(outliner), walker_(walker), lines_(lines) {}

  // Every element is a line.
  bool lines() const { return lines_ && objects_ > 0; }
  bool may_flag() const { return checker_.may_flag(); }

  // As JsonWalker; `base` is the chunk's offset in the file.
  bool Feed(std::string_view chunk, int64_t base) {
    while (lines_ && !chunk.empty()) {
      if (begun_.empty()) begun_at_ = base;
      const size_t end = chunk.find('\n');
      const size_t size =
          end == std::string_view::npos ? chunk.size() : end + 1;
      const std::string_view part = chunk.substr(0, size);
      chunk.remove_prefix(size);
      base += static_cast<int64_t>(size);
      if (end != std::string_view::npos && begun_.empty()) {
        if (!FeedLine(part)) return false;
        continue;
      }
      begun_.append(part);
      const bool whole = end != std::string_view::npos;
      if (!whole && CouldBeLine(begun_)) continue;
      const std::string line = std::exchange(begun_, "");
      if (!(whole ? FeedLine(line) : FeedOther(line))) return false;
    }
    if (chunk.empty()) return true;
    outliner_.set_base(base);
    return walker_.Feed(chunk);
  }

  bool Finish() {
    const std::string line = std::exchange(begun_, "");
    return (line.empty() || FeedLine(line)) && walker_.Finish();
  }

 private:
  static bool CouldBeLine(std::string_view start) {
    const std::string_view text = TrimJsonSpace(start);
    return start.size() <= kQuickLineBytesMax &&
           (text.empty() || text.front() == '{');
  }

  bool FeedLine(std::string_view line) {
    outliner_.set_base(begun_at_);
    if (TrimJsonSpace(line).empty()) return walker_.Feed(line);
    if (!CouldBeLine(line) || !checker_.IsObject(line)) return FeedOther(line);
    // The first one is what the file may be an envelope in.
    if (++objects_ == 1) return walker_.Feed(line);
    walker_.PassObject(line);
    return true;
  }

  bool FeedOther(std::string_view text) {
    lines_ = false;
    outliner_.set_base(begun_at_);
    return walker_.Feed(text);
  }

  Outliner& outliner_;
  JsonWalker& walker_;
  bool lines_;
  int64_t objects_ = 0;
  JsonLineChecker checker_;
  // The start of a line whose end was not read yet, and its offset.
  std::string begun_;
  int64_t begun_at_ = 0;
};

absl::StatusOr<JsonOutline> Outline(const ChunkSource& source, bool lines,
                                    const ByteWatcher& watcher) {
  JsonOutline outline;
  Outliner outliner(&outline);
  JsonWalker walker(&outliner, 1);
  outliner.set_walker(&walker);
  LineFeeder feeder(outliner, walker, lines);
  bool good = true;
  while (true) {
    HANDRAIL_ASSIGN_OR_RETURN(std::string_view chunk, source());
    if (chunk.empty()) break;
    if (watcher) watcher(chunk);
    const bool first = outline.bytes == 0;
    int64_t base = outline.bytes;
    outline.bytes += static_cast<int64_t>(chunk.size());
    if (first) {
      outline.problem = EncodingProblem(chunk);
      good = !outline.problem.has_value();
      if (chunk.substr(0, kBom.size()) == kBom) {
        chunk.remove_prefix(kBom.size());
        base = static_cast<int64_t>(kBom.size());
      }
    }
    // The rest is read all the same: whoever watches wants every byte.
    good = good && feeder.Feed(chunk, base);
  }
  if (outline.problem.has_value()) return outline;
  if (good) good = feeder.Finish();
  if (!good) {
    outline.problem = walker.problem();
  } else if (outliner.mixed()) {
    outline.problem = ReadProblem{
        .reason = "trailing-text",
        .message = "there is text after the end of the outermost value",
        .hint = "end the file with the closing bracket",
        .line = walker.line()};
  }
  outline.whole.lines = feeder.lines();
  outline.whole.may_flag = !feeder.lines() || feeder.may_flag();
  return outline;
}

// Cuts the elements out of the chunks.
class Cutter : public JsonWalker::Listener {
 public:
  Cutter(int depth, const std::function<absl::Status(const JsonElement&)>& take)
      : depth_(depth), take_(take) {}

  void set_walker(const JsonWalker* walker) { walker_ = walker; }
  void Start(std::string_view chunk) { chunk_ = chunk, begin_ = 0; }
  // Keeps what the chunk holds of an unfinished element.
  void Keep() {
    if (inside_) Append(chunk_.size());
  }
  bool done() const { return done_ || !status_.ok(); }
  const absl::Status& status() const { return status_; }

  void OnBegin(int depth, size_t at, char) override {
    if (depth != depth_ || done()) return;
    inside_ = true;
    long_ = false;
    begin_ = at;
    line_ = walker_->line();
    text_.clear();
  }
  void OnEnd(int depth, size_t at) override {
    if (depth_ == 1 && depth == 0) done_ = true;
    if (depth != depth_ || !inside_ || !status_.ok()) return;
    Append(at);
    inside_ = false;
    ++record_;
    status_ = take_({.text = long_ ? std::string_view() : text_,
                     .line = line_,
                     .record = record_});
  }
  void OnKey(const std::string&) override {}

 private:
  void Append(size_t end) {
    const std::string_view more = chunk_.substr(begin_, end - begin_);
    if (text_.size() + more.size() > static_cast<size_t>(kElementBytesMax)) {
      long_ = true;
      text_.clear();
      text_.shrink_to_fit();
    }
    if (!long_) text_.append(more);
    begin_ = end;
  }

  const int depth_;
  const std::function<absl::Status(const JsonElement&)>& take_;
  const JsonWalker* walker_ = nullptr;
  std::string_view chunk_;
  size_t begin_ = 0;
  bool inside_ = false;
  bool long_ = false;
  bool done_ = false;
  std::string text_;
  int64_t line_ = 0;
  int64_t record_ = 0;
  absl::Status status_;
};

absl::Status Cut(const ChunkSource& source, const JsonPart& part,
                 const std::function<absl::Status(const JsonElement&)>& take,
                 const ByteWatcher& watcher) {
  Cutter cutter(part.items ? 1 : 0, take);
  JsonWalker walker(&cutter, part.line);
  cutter.set_walker(&walker);
  while (!cutter.done()) {
    HANDRAIL_ASSIGN_OR_RETURN(const std::string_view chunk, source());
    if (chunk.empty()) break;
    if (watcher) watcher(chunk);
    cutter.Start(chunk);
    const bool good = walker.Feed(chunk);
    // After the end of the part whatever follows is another's.
    if (cutter.done()) break;
    if (!good) {
      return FailedPrecondition(v1::ERROR_REASON_INVALID_FIELD,
                                "the file changed while it was read");
    }
    cutter.Keep();
  }
  if (cutter.done()) return cutter.status();
  walker.Finish();
  return cutter.status();
}

// The same for a part of lines.
class LineCutter {
 public:
  LineCutter(const JsonPart& part,
             const std::function<absl::Status(const JsonElement&)>& take)
      : take_(take), line_(part.line) {}

  absl::Status Feed(std::string_view chunk) {
    while (!chunk.empty()) {
      const size_t end = chunk.find('\n');
      if (end == std::string_view::npos) {
        // A file that grew is not to fill memory.
        if (begun_.size() <= static_cast<size_t>(kElementBytesMax)) {
          begun_.append(chunk);
        }
        return absl::OkStatus();
      }
      if (begun_.empty()) {
        HANDRAIL_RETURN_IF_ERROR(Take(chunk.substr(0, end)));
      } else {
        begun_.append(chunk.substr(0, end));
        HANDRAIL_RETURN_IF_ERROR(Finish());
      }
      chunk.remove_prefix(end + 1);
    }
    return absl::OkStatus();
  }

  absl::Status Finish() {
    const absl::Status status = Take(begun_);
    begun_.clear();
    return status;
  }

 private:
  absl::Status Take(std::string_view line) {
    const int64_t number = line_++;
    std::string_view text = TrimJsonSpace(line);
    if (text.empty()) return absl::OkStatus();
    if (text.size() > static_cast<size_t>(kElementBytesMax)) text = {};
    return take_({.text = text, .line = number, .record = ++record_});
  }

  const std::function<absl::Status(const JsonElement&)>& take_;
  int64_t line_;
  int64_t record_ = 0;
  std::string begun_;
};

absl::Status CutLines(
    const ChunkSource& source, const JsonPart& part,
    const std::function<absl::Status(const JsonElement&)>& take,
    const ByteWatcher& watcher) {
  LineCutter cutter(part, take);
  while (true) {
    HANDRAIL_ASSIGN_OR_RETURN(const std::string_view chunk, source());
    if (chunk.empty()) return cutter.Finish();
    if (watcher) watcher(chunk);
    HANDRAIL_RETURN_IF_ERROR(cutter.Feed(chunk));
  }
}

}  // namespace

absl::StatusOr<JsonOutline> OutlineJson(const std::string& path,
                                        const ByteWatcher& watcher) {
  HANDRAIL_ASSIGN_OR_RETURN(const ChunkSource source, FileSource(path, 0));
  return Outline(source, true, watcher);
}

JsonOutline OutlineJsonText(std::string_view text) {
  // Such texts are many and short: not worth a parser each.
  return Outline(TextSource(text), false, nullptr).value();
}

absl::Status ForEachElement(
    const std::string& path, const JsonPart& part,
    const std::function<absl::Status(const JsonElement&)>& take,
    const ByteWatcher& watcher) {
  HANDRAIL_ASSIGN_OR_RETURN(const ChunkSource source,
                            FileSource(path, part.begin));
  if (part.lines) return CutLines(source, part, take, watcher);
  return Cut(source, part, take, watcher);
}

absl::Status ForEachElementOfText(
    std::string_view text, const JsonPart& part,
    const std::function<absl::Status(const JsonElement&)>& take) {
  return Cut(TextSource(text.substr(
                 std::min(text.size(), static_cast<size_t>(part.begin)))),
             part, take, nullptr);
}

bool IsJsonNumber(std::string_view text) {
  size_t at = 0;
  const auto digits = [&] {
    const size_t from = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - from;
  };
  if (at < text.size() && text[at] == '-') ++at;
  const bool zero = at < text.size() && text[at] == '0';
  const size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

}  // namespace handrail::formats
