#include "clients/formats/csv_cut.h"

#include <algorithm>
#include <fstream>

#include "clients/formats/csv_text.h"
#include "clients/formats/plain_text.h"
#include "clients/formats/read_buffer.h"

namespace handrail::formats {
namespace {

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

absl::Status NotThere(const std::string& path) {
  return NotFound(v1::ERROR_REASON_RECORD_NOT_FOUND,
                  "the file cannot be opened: " + path, {{"id", path}});
}

}  // namespace

absl::Status CsvRowCutter::Row(CsvParser& parser, bool wrong, bool stray) {
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

absl::Status CsvRowCutter::Line(std::string_view line, int64_t offset) {
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
  if ((!inside_ && parser_.FeedQuick(line)) || parser_.Feed(line)) {
    return Row(parser_, false, false);
  }
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
absl::Status CsvRowCutter::Broken(std::string_view line) {
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

absl::Status CsvRowCutter::End() {
  if (parser_.Finish()) return Row(parser_, false, false);
  if (!parser_.broken()) return absl::OkStatus();
  problem_ = UnclosedQuote(quote_line_);
  return absl::CancelledError("unclosed");
}

absl::Status CutCsvFile(const std::string& path, char separator,
                        const ByteWatcher& watcher,
                        const CsvRowCutter::TakeRaw& take,
                        std::optional<ReadProblem>& problem) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return NotThere(path);
  CsvRowCutter rows(separator, take);
  CsvLineCutter lines([&](std::string_view line, int64_t offset) {
    if (offset == 0 && line.starts_with(kByteOrderMark)) {
      line.remove_prefix(kByteOrderMark.size());
    }
    return rows.Line(line, offset);
  });
  std::string buffer(ReadBufferBytes(path), '\0');
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

}  // namespace handrail::formats
