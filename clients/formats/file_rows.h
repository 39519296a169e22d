// The rows of one file, whatever its format: here a recognised file meets the
// reader of its format.
//
// Inspect and Send both read through FileRows, so that they see the same rows
// in the same order, skipped ones included: the account of rows (row_book.h)
// counts on it.
//
//   HANDRAIL_ASSIGN_OR_RETURN(file.recognised.problem,
//                             CheckElements(file, context.private_rows,
//                             meter));
//   …once for every file, and then again for every file:
//   FileRows rows(file, context, meter);
//   HANDRAIL_RETURN_IF_ERROR(rows.Read(log, [&](const MappedRow& mapped) {
//     return mapped.skipped ? absl::OkStatus() : sink(mapped.row);
//   }));
//
// ReadPacked is the same for whoever wants rows as bytes: it maps elements on
// two threads (ordered_work.h), which Read could not, because messages are
// dearer to hand over than to make.
//
// One thread at a time. What a RowContext holds is only read, by both threads.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/formats/bmlt_directory.h"
#include "clients/formats/finding_log.h"
#include "clients/formats/input.h"
#include "clients/formats/mapping_file.h"
#include "clients/formats/meeting_guide_entry.h"
#include "clients/formats/private_rows.h"
#include "clients/formats/read_meter.h"
#include "clients/formats/recognise.h"
#include "clients/formats/row_mapper.h"
#include "clients/formats/row_pack.h"
#include "handrail/v1/ingest_service.pb.h"

namespace handrail::formats {

class TablePackage;

// A file of the load and what it was recognised as.
struct RecognisedFile {
  InputFile input;
  Recognised recognised;
  // When it was last written, so that Send can tell that it changed.
  std::filesystem::file_time_type written;
  // Tables: what they are a part of, and which of its tables; -1 for none.
  std::shared_ptr<TablePackage> package = nullptr;
  int table = -1;
};

// What rows are made with besides their file.
struct RowContext {
  // The source, and what meetings need; type_names are each file's own.
  MeetingOptions meeting;
  // Of all files, those left out included. Complete before any row is mapped.
  PrivateRows private_rows;
  // BMLT: the formats and service bodies of all files, likewise complete.
  BmltDirectory bmlt;
  // Flat tables: what their columns are.
  std::optional<MappingFile> mapping;
};

// Notes in `bmlt` what a BMLT file says of formats and service bodies.
absl::Status NoteBmlt(const RecognisedFile& file, BmltDirectory& bmlt);

// Takes one row, which it may leave empty. An error ends the reading and is
// passed on.
using TakeRow = std::function<absl::Status(MappedRow&)>;

// Takes the next rows. An error ends the reading and is passed on.
using TakePack = std::function<absl::Status(const RowPack&)>;

// Where the rows of a file come from: its name. Table, record and line are for
// whoever reads them.
v1::RowOrigin OriginOf(const InputFile& input);

// Parses every element of every part of a JSON file without asking what it
// means, because what is broken only inside an element breaks the file all the
// same, and notes in `private_rows` what must not be quoted. Returns the first
// problem, or nothing for a file that is whole. An error is one of the file
// system.
absl::StatusOr<std::optional<ReadProblem>> CheckElements(
    const RecognisedFile& file, PrivateRows& private_rows, ReadMeter& meter);

// Refers to its arguments, which must outlive it.
class FileRows {
 public:
  FileRows(const RecognisedFile& file, const RowContext& context,
           ReadMeter& meter)
      : file_(file), context_(context), meter_(meter) {}

  // Reads all rows from the start and hands them to `take` in order, skipped
  // ones, too. What is wrong with a row goes to `log`. FAILED_PRECONDITION
  // where the file cannot be parsed any more; else an error of the file system
  // or of `take`.
  absl::Status Read(FindingLog& log, const TakeRow& take) const;
  // The same rows and findings in the same order, some hundred rows at a time.
  absl::Status ReadPacked(FindingLog& log, const TakePack& take) const;

 private:
  // Elements that are mapped at once.
  struct Run;
  // What one thread maps them with.
  struct Hands;
  using MakeMapper = std::function<std::unique_ptr<RowMapper>()>;

  // Makes mappers of the file's elements; empty where it is made of others.
  absl::StatusOr<MakeMapper> MapperMaker() const;
  // Zones, and what is in prose alone.
  void Finish(MappedRow& mapped, FindingLog& log) const;
  absl::Status MapElement(const JsonElement& element, Hands& hands,
                          v1::RowOrigin& origin, FindingLog& log,
                          MappedRow& mapped) const;
  void MapRun(Hands& hands, Run& run) const;
  absl::Status PackElements(const MakeMapper& make, FindingLog& log,
                            const TakePack& take) const;
  absl::Status PackRows(FindingLog& log, const TakePack& take) const;
  absl::Status ReadTableRows(FindingLog& log, const TakeRow& take) const;
  absl::Status ReadRows(FindingLog& log, const TakeRow& take) const;
  absl::Status ReadElements(const MakeMapper& make, FindingLog& log,
                            const TakeRow& take) const;
  absl::Status ReadFacilities(FindingLog& log, const TakeRow& take) const;
  absl::Status ReadMapped(FindingLog& log, const TakeRow& take) const;
  using MapCsvRow =
      std::function<MappedRow(const CsvRow&, const v1::RowOrigin&)>;
  // Every row of a table, those with a fault as skipped.
  absl::Status ReadCsvRows(const std::string& table, FindingLog& log,
                           const TakeRow& take, const MapCsvRow& map) const;
  // A meeting feed's own names of its type codes.
  absl::StatusOr<std::map<std::string, std::string>> TypeNames() const;

  const RecognisedFile& file_;
  const RowContext& context_;
  ReadMeter& meter_;
};

}  // namespace handrail::formats
