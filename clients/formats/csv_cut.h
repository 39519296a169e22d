// Cuts CSV into lines and rows, in bounded memory (by libcsv): what csv_table.h
// reads with. One thread at a time.
#pragma once

#include <csv.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "clients/formats/csv_quick.h"
#include "clients/formats/json_stream.h"
#include "clients/formats/limits.h"
#include "storage/base/status.h"

namespace handrail::formats {

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
  // Reads a whole row without the parser (csv_quick.h), if it is such a one.
  // REQUIRES: no row is begun.
  bool FeedQuick(std::string_view line) {
    if (CutQuickRow(line, separator_, cells_, count_)) return true;
    Clear();
    return false;
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
    // The library makes room for a long cell by so much at a time, each time in
    // a new place: by its own 128 bytes three megabytes would be copied long.
    csv_set_blk_size(&parser_, 16 << 10);
    csv_set_delim(&parser_, static_cast<unsigned char>(separator_));
    // Cells are kept as they are written.
    csv_set_space_func(&parser_, [](unsigned char) { return 0; });
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

// Rows of a file as they are parsed, before anybody asks what they are.
struct CsvRawRow {
  std::vector<std::string>& cells;
  size_t count = 0;
  int64_t line = 0;
  int64_t offset = 0;
  bool quotes_wrong = false;
  bool stray_quote = false;
};

// Takes the lines of a file and makes rows of them.
class CsvRowCutter {
 public:
  using TakeRaw = std::function<absl::Status(const CsvRawRow&)>;

  CsvRowCutter(char separator, TakeRaw take)
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

// Cuts a file, or text in memory, into lines with their ends, which may be LF,
// CR LF or CR. Gives up a line above kCsvRowBytesMax.
class CsvLineCutter {
 public:
  using TakeLine = std::function<absl::Status(std::string_view, int64_t)>;

  explicit CsvLineCutter(TakeLine take) : take_(std::move(take)) {}

  absl::Status Bytes(std::string_view chunk) {
    // Looked for once, and not again in every line of a file of CRs.
    size_t lf = chunk.find('\n');
    while (!chunk.empty()) {
      if (cr_ && chunk.front() != '\n') {
        HANDRAIL_RETURN_IF_ERROR(Flush(line_));
      }
      cr_ = false;
      const size_t cr = chunk.substr(0, lf).find('\r');
      const size_t end = std::min(cr, lf);
      if (end == std::string_view::npos) {
        line_.append(chunk);
        return line_.size() > kCsvRowBytesMax ? Flush(line_) : absl::OkStatus();
      }
      cr_ = cr < lf;
      const std::string_view part = chunk.substr(0, end + 1);
      chunk.remove_prefix(part.size());
      if (lf == end) {
        lf = chunk.find('\n');
      } else if (lf != std::string_view::npos) {
        lf -= part.size();
      }
      if (!cr_ && line_.empty()) {
        HANDRAIL_RETURN_IF_ERROR(Flush(part));
        continue;
      }
      line_.append(part);
      if (!cr_ || line_.size() > kCsvRowBytesMax) {
        cr_ = false;
        HANDRAIL_RETURN_IF_ERROR(Flush(line_));
      }
    }
    return absl::OkStatus();
  }
  absl::Status End() { return line_.empty() ? absl::OkStatus() : Flush(line_); }

 private:
  absl::Status Flush(std::string_view line) {
    const absl::Status status = take_(line, offset_);
    offset_ += static_cast<int64_t>(line.size());
    line_.clear();
    return status;
  }

  const TakeLine take_;
  std::string line_;
  int64_t offset_ = 0;
  // The last byte was a CR, which may have its LF yet to come.
  bool cr_ = false;
};

// Calls `take` with every row of a file, its header included, until it returns
// an error, which is returned. `problem` is set to what breaks the file.
absl::Status CutCsvFile(const std::string& path, char separator,
                        const ByteWatcher& watcher,
                        const CsvRowCutter::TakeRaw& take,
                        std::optional<ReadProblem>& problem);

}  // namespace handrail::formats
