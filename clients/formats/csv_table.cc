#include "clients/formats/csv_table.h"

#include <csv.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/limits.h"
#include "clients/formats/plain_text.h"
#include "clients/formats/utf8_checker.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

// Space that libcsv must not take away: cells are kept as they are written.
int NoSpace(unsigned char) { return 0; }

// libcsv, fed line by line.
class CsvParser {
 public:
  CsvParser(char separator, bool strict) : separator_(separator) {
    Init(strict);
  }
  ~CsvParser() { csv_free(&parser_); }
  CsvParser(const CsvParser&) = delete;
  CsvParser& operator=(const CsvParser&) = delete;

  // Reads on. True when a row ended. False in the middle of one, and where the
  // quotation marks are wrong.
  bool Feed(std::string_view text) {
    ended_ = false;
    broken_ = csv_parse(&parser_, text.data(), text.size(), Cell, End, this) !=
              text.size();
    return ended_ && !broken_;
  }
  // The same at the end of the file.
  bool Finish() {
    ended_ = false;
    broken_ = csv_fini(&parser_, Cell, End, this) != 0;
    return ended_ && !broken_;
  }
  // Forgets the row.
  void Restart(bool strict) {
    csv_free(&parser_);
    Init(strict);
  }
  void Clear() {
    count_ = 0;
    cells_.resize(std::min(cells_.size(), kCsvColumnsMax));
  }

  bool broken() const { return broken_; }
  // When broken: inside a cell that has quotation marks around it.
  bool quoted() const { return parser_.quoted != 0; }
  // Cells of the row; those beyond kCsvColumnsMax are counted alone.
  size_t count() const { return count_; }
  std::vector<std::string>& cells() { return cells_; }

 private:
  void Init(bool strict) {
    csv_init(&parser_, static_cast<unsigned char>(
                           strict ? CSV_STRICT | CSV_STRICT_FINI : 0));
    csv_set_delim(&parser_, static_cast<unsigned char>(separator_));
    csv_set_space_func(&parser_, NoSpace);
    Clear();
  }
  static void Cell(void* text, size_t size, void* self) {
    auto& parser = *static_cast<CsvParser*>(self);
    const size_t index = parser.count_++;
    if (index >= kCsvColumnsMax) return;
    if (index >= parser.cells_.size()) parser.cells_.resize(index + 1);
    parser.cells_[index].assign(static_cast<const char*>(text), size);
  }
  static void End(int, void* self) {
    static_cast<CsvParser*>(self)->ended_ = true;
  }

  const char separator_;
  csv_parser parser_;
  // Kept from row to row, so that their memory is.
  std::vector<std::string> cells_;
  size_t count_ = 0;
  bool ended_ = false;
  bool broken_ = false;
};

ReadProblem TooLongRow(int64_t line) {
  return {.reason = "too-long",
          .message = "a row is longer than 4 MiB (4,194,304 bytes)",
          .hint =
              "check the row that starts on this line: a quotation mark "
              "that is not closed does this",
          .line = line};
}

ReadProblem UnclosedQuote(int64_t line) {
  return {.reason = "unclosed-quote",
          .message =
              "a quotation mark opens a cell on this line and nothing "
              "closes it",
          .hint = "close it, and write a quotation mark inside a cell twice",
          .line = line};
}

// Rows of a file as they are parsed, before anybody asks what they are.
struct RawRow {
  std::vector<std::string>& cells;
  size_t count = 0;
  int64_t line = 0;
  int64_t offset = 0;
  bool quotes_wrong = false;
  bool stray_quote = false;
};

// Takes the lines of a file and makes rows of them.
class RowCutter {
 public:
  using TakeRaw = std::function<absl::Status(const RawRow&)>;

  RowCutter(char separator, TakeRaw take)
      : parser_(separator, true),
        lenient_(separator, false),
        take_(std::move(take)) {}

  // One line with its end. `offset` is where it starts.
  absl::Status Line(std::string_view line, int64_t offset);
  absl::Status End();

  const std::optional<ReadProblem>& problem() const { return problem_; }

 private:
  absl::Status Row(CsvParser& parser, bool wrong, bool stray);
  absl::Status Broken(std::string_view line);

  CsvParser parser_;
  CsvParser lenient_;
  const TakeRaw take_;
  int64_t line_ = 0;
  int64_t row_line_ = 0;
  int64_t row_offset_ = 0;
  size_t row_bytes_ = 0;
  bool inside_ = false;
  // Where the quotation marks opened that are still open, and the cells before.
  int64_t quote_line_ = 0;
  size_t cells_before_ = 0;
  std::optional<ReadProblem> problem_;
};

absl::Status RowCutter::Row(CsvParser& parser, bool wrong, bool stray) {
  inside_ = false;
  const absl::Status status = take_({.cells = parser.cells(),
                                     .count = parser.count(),
                                     .line = row_line_,
                                     .offset = row_offset_,
                                     .quotes_wrong = wrong,
                                     .stray_quote = stray});
  parser.Clear();
  return status;
}

absl::Status RowCutter::Line(std::string_view line, int64_t offset) {
  ++line_;
  if (!inside_) {
    row_line_ = line_;
    row_offset_ = offset;
    row_bytes_ = 0;
    cells_before_ = 0;
    quote_line_ = line_;
  }
  row_bytes_ += line.size();
  if (row_bytes_ > kCsvRowBytesMax) {
    problem_ = TooLongRow(row_line_);
    return absl::CancelledError("too long");
  }
  if (parser_.Feed(line)) return Row(parser_, false, false);
  if (parser_.broken()) return Broken(line);
  // Either a line without text, or the line end was inside quotation marks.
  if (parser_.count() == 0 && !inside_ && Trim(line).empty()) {
    return absl::OkStatus();
  }
  inside_ = true;
  if (parser_.count() != cells_before_) {
    cells_before_ = parser_.count();
    quote_line_ = line_;
  }
  return absl::OkStatus();
}

// A quotation mark where none may be. In the middle of a cell that has none
// around it, it can be read all the same.
absl::Status RowCutter::Broken(std::string_view line) {
  const bool readable = !inside_ && !parser_.quoted();
  parser_.Restart(true);
  lenient_.Restart(false);
  if (readable && (lenient_.Feed(line) || lenient_.Finish())) {
    bool cut_off = false;
    for (size_t i = 0; i < std::min(lenient_.count(), kCsvColumnsMax); ++i) {
      cut_off = cut_off ||
                lenient_.cells()[i].find_first_of("\r\n") != std::string::npos;
    }
    if (!cut_off) return Row(lenient_, false, true);
  }
  return Row(parser_, true, false);
}

absl::Status RowCutter::End() {
  if (parser_.Finish()) return Row(parser_, false, false);
  if (!parser_.broken()) return absl::OkStatus();
  problem_ = UnclosedQuote(quote_line_);
  return absl::CancelledError("unclosed");
}

// Cuts a file, or text in memory, into lines with their ends, which may be LF,
// CR LF or CR. Gives up a line above kCsvRowBytesMax.
class LineCutter {
 public:
  using TakeLine = std::function<absl::Status(std::string_view, int64_t)>;

  explicit LineCutter(TakeLine take) : take_(std::move(take)) {}

  absl::Status Bytes(std::string_view chunk) {
    while (!chunk.empty()) {
      if (cr_ && chunk.front() != '\n') {
        HANDRAIL_RETURN_IF_ERROR(Flush());
      }
      cr_ = false;
      const size_t at = chunk.find_first_of("\r\n");
      if (at == std::string_view::npos) {
        line_.append(chunk);
        return line_.size() > kCsvRowBytesMax ? Flush() : absl::OkStatus();
      }
      line_.append(chunk.substr(0, at + 1));
      cr_ = chunk[at] == '\r';
      chunk.remove_prefix(at + 1);
      if (!cr_ || line_.size() > kCsvRowBytesMax) {
        cr_ = false;
        HANDRAIL_RETURN_IF_ERROR(Flush());
      }
    }
    return absl::OkStatus();
  }
  absl::Status End() { return line_.empty() ? absl::OkStatus() : Flush(); }

 private:
  absl::Status Flush() {
    const absl::Status status = take_(line_, offset_);
    offset_ += static_cast<int64_t>(line_.size());
    line_.clear();
    return status;
  }

  const TakeLine take_;
  std::string line_;
  int64_t offset_ = 0;
  // The last byte was a CR, which may have its LF yet to come.
  bool cr_ = false;
};

// A byte order mark is no part of the first name.
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

absl::Status NotThere(const std::string& path) {
  return NotFound(v1::ERROR_REASON_RECORD_NOT_FOUND,
                  "the file cannot be opened: " + path, {{"id", path}});
}

absl::Status CutFile(const std::string& path, char separator,
                     const ByteWatcher& watcher, const RowCutter::TakeRaw& take,
                     std::optional<ReadProblem>& problem) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return NotThere(path);
  RowCutter rows(separator, take);
  LineCutter lines([&](std::string_view line, int64_t offset) {
    if (offset == 0 && line.starts_with(kByteOrderMark)) {
      line.remove_prefix(kByteOrderMark.size());
    }
    return rows.Line(line, offset);
  });
  std::string buffer(kChunkBytes, '\0');
  absl::Status status;
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())),
         in.gcount() > 0) {
    const std::string_view chunk =
        std::string_view(buffer).substr(0, static_cast<size_t>(in.gcount()));
    if (watcher) watcher(chunk);
    if (status.ok()) status = lines.Bytes(chunk);
    // The watcher wants to see all bytes; somebody without one does not wait.
    if (!status.ok() && !watcher) break;
  }
  if (in.bad()) {
    return Unavailable(v1::ERROR_REASON_STORAGE_FAILED,
                       "the file cannot be read: " + path);
  }
  if (status.ok()) status = lines.End();
  if (status.ok()) status = rows.End();
  problem = rows.problem();
  return problem.has_value() ? absl::OkStatus() : status;
}

// Whether all of it is UTF-8.
bool IsUtf8(std::string_view text) {
  Utf8Checker checker;
  for (const char c : text) {
    if (!checker.Byte(static_cast<unsigned char>(c))) return false;
  }
  return !checker.inside();
}

// Rows are cut before they are decoded: an ASCII byte is the same in both.
bool AllUtf8(const std::vector<std::string>& cells, size_t count) {
  for (size_t i = 0; i < std::min(count, cells.size()); ++i) {
    if (!IsUtf8(cells[i])) return false;
  }
  return true;
}

// Makes UTF-8 of the cells. False where they cannot be.
bool Decode(std::vector<std::string>& cells, size_t count) {
  for (size_t i = 0; i < std::min(count, cells.size()); ++i) {
    std::optional<std::string> text = FromWindows1252(cells[i]);
    if (!text.has_value()) return false;
    cells[i] = std::move(*text);
  }
  return true;
}

bool IsEmpty(const std::vector<std::string>& cells, size_t count) {
  for (size_t i = 0; i < std::min(count, cells.size()); ++i) {
    if (!Trim(cells[i]).empty()) return false;
  }
  return count <= kCsvColumnsMax;
}

// The separator that the first line has most of, outside quotation marks.
char SeparatorOf(std::string_view line) {
  constexpr std::array<char, 4> kSeparators = {',', '\t', ';', '|'};
  std::array<int, 4> counts = {};
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '\n' || c == '\r')) break;
    for (size_t i = 0; i < kSeparators.size(); ++i) {
      if (!quoted && c == kSeparators[i]) ++counts[i];
    }
  }
  const auto most = std::max_element(counts.begin(), counts.end());
  return kSeparators[static_cast<size_t>(most - counts.begin())];
}

void SetHeader(std::vector<std::string>& cells, size_t count, CsvTable& table) {
  if (!AllUtf8(cells, count) && Decode(cells, count)) {
    ++table.latin1_rows;
    table.latin1_line = 1;
  }
  std::map<std::string, int> seen;
  table.header.clear();
  for (size_t i = 0; i < count; ++i) {
    std::string name = Trim(cells[i]);
    if (name.empty()) {
      ++table.empty_names;
      name = absl::StrCat("column ", i + 1);
    }
    const int times = ++seen[Lower(name)];
    if (times > 1) {
      ++table.repeated_names;
      name = absl::StrCat(name, " (", times, ")");
    }
    table.header.push_back(std::move(name));
  }
}

// What is wrong with the bytes of a file, whatever its rows are.
class ByteCheck {
 public:
  void Bytes(std::string_view chunk) {
    if (first_ &&
        (chunk.starts_with("\xff\xfe") || chunk.starts_with("\xfe\xff"))) {
      Utf16();
    }
    first_ = false;
    if (problem_.has_value()) return;
    const size_t nul = chunk.find('\0');
    for (const char c : chunk.substr(0, nul)) line_ += c == '\n' ? 1 : 0;
    if (nul == std::string_view::npos) return;
    // Letters of ASCII in UTF-16 have a NUL at every other place.
    if (chunk.size() >= nul + 4 && chunk[nul + 1] != '\0' &&
        chunk[nul + 2] == '\0') {
      return Utf16();
    }
    problem_ = {.reason = "nul-byte",
                .message = "the file has a NUL byte",
                .hint = "save the file as UTF-8",
                .line = line_};
  }
  const std::optional<ReadProblem>& problem() const { return problem_; }

 private:
  void Utf16() {
    problem_ = {.reason = "not-utf8",
                .message = "the file is UTF-16, not UTF-8",
                .hint = "save the file as UTF-8",
                .line = 1};
  }

  bool first_ = true;
  int64_t line_ = 1;
  std::optional<ReadProblem> problem_;
};

std::optional<ReadProblem> CheckHeader(const CsvTable& table, size_t count) {
  if (count > kCsvColumnsMax) {
    return ReadProblem{.reason = "too-many-columns",
                       .message = absl::StrCat("the table has ", count,
                                               " columns; at most 4,096 are "
                                               "read"),
                       .hint = "leave out columns that are not needed",
                       .line = 1};
  }
  if (!AllUtf8(table.header, table.header.size())) {
    return ReadProblem{.reason = "not-utf8",
                       .message = "the first line is neither UTF-8 nor Latin-1",
                       .hint = "save the file as UTF-8",
                       .line = 1};
  }
  return std::nullopt;
}

ReadProblem NoText(int64_t line) {
  return {.reason = "not-utf8",
          .message = "the text is neither UTF-8 nor Latin-1 at this line",
          .hint = "save the file as UTF-8",
          .line = line};
}

// Fits a row to the header.
CsvFault FaultOf(const CsvTable& table, const RawRow& raw) {
  if (raw.quotes_wrong) return CsvFault::kQuotes;
  if (raw.count < table.header.size()) return CsvFault::kShort;
  if (raw.count > kCsvColumnsMax) return CsvFault::kLong;
  for (size_t i = table.header.size(); i < raw.count; ++i) {
    if (!Trim(raw.cells[i]).empty()) return CsvFault::kLong;
  }
  return CsvFault::kNone;
}

std::string FirstBytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string start(64 * 1024, '\0');
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  return start;
}

}  // namespace

int CsvTable::Column(std::string_view name) const {
  const std::string wanted = Lower(std::string(name));
  for (size_t i = 0; i < header.size(); ++i) {
    if (Lower(header[i]) == wanted) return static_cast<int>(i);
  }
  return -1;
}

absl::StatusOr<CsvTable> OutlineCsv(const std::string& path,
                                    const ByteWatcher& watcher) {
  CsvTable table;
  table.separator = SeparatorOf(FirstBytes(path));
  ByteCheck bytes;
  bool header = true;
  std::optional<ReadProblem> wrong;
  const auto take = [&](const RawRow& raw) -> absl::Status {
    if (bytes.problem().has_value()) return absl::CancelledError("no text");
    if (header) {
      if (IsEmpty(raw.cells, raw.count)) return absl::OkStatus();
      header = false;
      SetHeader(raw.cells, std::min(raw.count, kCsvColumnsMax), table);
      wrong = CheckHeader(table, raw.count);
      if (raw.quotes_wrong) {
        wrong = {.reason = "not-csv",
                 .message =
                     "the quotation marks of the first line are not "
                     "right",
                 .hint = "write a quotation mark inside a cell twice",
                 .line = raw.line};
      }
      return wrong.has_value() ? absl::CancelledError("header")
                               : absl::OkStatus();
    }
    if (!raw.quotes_wrong && IsEmpty(raw.cells, raw.count)) {
      ++table.empty_rows;
      return absl::OkStatus();
    }
    ++table.rows;
    if (raw.quotes_wrong || AllUtf8(raw.cells, raw.count)) {
      return absl::OkStatus();
    }
    if (++table.latin1_rows == 1) table.latin1_line = raw.line;
    if (!Decode(raw.cells, raw.count)) {
      wrong = NoText(raw.line);
      return absl::CancelledError("no text");
    }
    return absl::OkStatus();
  };
  const absl::Status status = CutFile(
      path, table.separator,
      [&](std::string_view chunk) {
        bytes.Bytes(chunk);
        if (watcher) watcher(chunk);
      },
      take, table.problem);
  if (!absl::IsCancelled(status)) HANDRAIL_RETURN_IF_ERROR(status);
  if (wrong.has_value()) table.problem = wrong;
  if (bytes.problem().has_value()) table.problem = bytes.problem();
  if (header && !table.problem.has_value()) {
    table.problem = ReadProblem{.reason = "empty-file",
                                .message = "the file is empty",
                                .hint = "the first line names the columns"};
  }
  return table;
}

CsvTable PeekCsv(std::string_view start) {
  CsvTable table;
  ByteCheck bytes;
  bytes.Bytes(start);
  if (bytes.problem().has_value()) return table;
  if (start.starts_with(kByteOrderMark)) {
    start.remove_prefix(kByteOrderMark.size());
  }
  table.separator = SeparatorOf(start);
  RowCutter rows(table.separator, [&](const RawRow& raw) -> absl::Status {
    if (raw.quotes_wrong || raw.count > kCsvColumnsMax) {
      return absl::CancelledError("no header");
    }
    if (IsEmpty(raw.cells, raw.count)) return absl::OkStatus();
    SetHeader(raw.cells, raw.count, table);
    return absl::CancelledError("header");
  });
  LineCutter lines([&](std::string_view line, int64_t offset) {
    return rows.Line(line, offset);
  });
  if (lines.Bytes(start).ok() && lines.End().ok()) rows.End().IgnoreError();
  return table;
}

absl::Status ForEachCsvRow(
    const std::string& path, const CsvTable& table,
    const std::function<absl::Status(const CsvRow&)>& take,
    const ByteWatcher& watcher) {
  bool header = true;
  int64_t record = 0;
  std::optional<ReadProblem> problem;
  const auto take_raw = [&](const RawRow& raw) -> absl::Status {
    if (!raw.quotes_wrong && IsEmpty(raw.cells, raw.count)) {
      return absl::OkStatus();
    }
    if (header) {
      header = false;
      return absl::OkStatus();
    }
    const bool latin1 = !raw.quotes_wrong && !AllUtf8(raw.cells, raw.count);
    if (latin1) Decode(raw.cells, raw.count);
    const CsvFault fault = FaultOf(table, raw);
    raw.cells.resize(table.header.size());
    return take({.cells = raw.cells,
                 .record = ++record,
                 .line = raw.line,
                 .offset = raw.offset,
                 .fault = fault,
                 .latin1 = latin1,
                 .stray_quote = raw.stray_quote});
  };
  const absl::Status status =
      CutFile(path, table.separator, watcher, take_raw, problem);
  if (problem.has_value()) {
    return FailedPrecondition(v1::ERROR_REASON_INVALID_FIELD,
                              "the file changed while it was read");
  }
  return status;
}

bool ReadCsvRowAt(std::string_view bytes, const CsvTable& table,
                  std::vector<std::string>& cells) {
  bool whole = false;
  RowCutter rows(table.separator, [&](const RawRow& raw) -> absl::Status {
    whole = FaultOf(table, raw) == CsvFault::kNone;
    if (!AllUtf8(raw.cells, raw.count)) Decode(raw.cells, raw.count);
    raw.cells.resize(table.header.size());
    cells.swap(raw.cells);
    return absl::CancelledError("one is enough");
  });
  LineCutter lines([&](std::string_view line, int64_t offset) {
    return rows.Line(line, offset);
  });
  if (lines.Bytes(bytes).ok() && lines.End().ok()) rows.End().IgnoreError();
  return whole;
}

void LogCsvFault(const CsvTable& table, const CsvRow& row,
                 const v1::RowOrigin& origin, FindingLog& log) {
  FindingText text{.severity = v1::ROW_SKIPPED,
                   .reason = "wrong-columns",
                   .value_class = "text"};
  if (row.fault == CsvFault::kQuotes) {
    text.reason = "not-csv";
    text.message = "the quotation marks of the row are not right";
    text.hint = "write a quotation mark inside a cell twice";
  } else {
    text.message = absl::StrCat(
        "the row has ", row.fault == CsvFault::kShort ? "fewer" : "more",
        " cells than the first line, which has ", table.header.size());
    text.hint =
        "put cells with line ends or separators in them in quotation marks";
  }
  log.Add(origin, std::move(text));
}

void LogCsvNotices(const CsvTable& table, const v1::RowOrigin& file,
                   FindingLog& log) {
  const auto note = [&](int64_t count, int64_t line, FindingText text) {
    if (count == 0) return;
    v1::RowOrigin origin = file;
    origin.set_line(line);
    text.severity = v1::NOTICE;
    text.message = absl::StrCat(count, text.message);
    log.Add(origin, std::move(text));
  };
  note(table.latin1_rows, table.latin1_line,
       {.reason = "latin-1",
        .value_class = "text",
        .message = " rows are not UTF-8 and were read as Latin-1 "
                   "(Windows-1252)",
        .hint = "check letters with accents, or save the file as UTF-8"});
  note(table.repeated_names, 1,
       {.reason = "duplicate-column",
        .value_class = "text",
        .message = " columns have the name of another; only the first of a "
                   "name is read as what it says",
        .hint = "give every column a name of its own"});
  note(table.empty_rows, 0,
       {.reason = "empty-row",
        .value_class = "empty",
        .message = " lines have no text in any cell; they are no rows",
        .hint = "nothing to do"});
}

std::optional<std::string> FromWindows1252(std::string_view text) {
  // 0x80 to 0x9f; the rest are the code points of the same number.
  constexpr std::array<char16_t, 32> kHigh = {
      0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
      0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
      0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out.push_back(c);
      continue;
    }
    const uint32_t point = byte < 0xa0 ? kHigh[byte - 0x80u] : byte;
    if (point == 0) return std::nullopt;
    if (point < 0x800) {
      out.push_back(static_cast<char>(0xc0 | (point >> 6)));
    } else {
      out.push_back(static_cast<char>(0xe0 | (point >> 12)));
      out.push_back(static_cast<char>(0x80 | ((point >> 6) & 0x3f)));
    }
    out.push_back(static_cast<char>(0x80 | (point & 0x3f)));
  }
  return out;
}

}  // namespace handrail::formats
