#include "clients/formats/file_rows.h"

#include <utility>

#include "clients/formats/bmlt_reader.h"
#include "clients/formats/centroid_reader.h"
#include "clients/formats/csv_table.h"
#include "clients/formats/hsds_reader.h"
#include "clients/formats/hsds_tabular.h"
#include "clients/formats/json_stream.h"
#include "clients/formats/json_tree.h"
#include "clients/formats/mapped_csv_reader.h"
#include "clients/formats/meeting_guide_reader.h"
#include "clients/formats/meeting_guide_types.h"
#include "clients/formats/prose_hints.h"
#include "clients/formats/row_zone.h"
#include "clients/formats/samhsa_reader.h"
#include "clients/formats/table_package.h"
#include "storage/base/status.h"

namespace handrail::formats {

v1::RowOrigin OriginOf(const InputFile& input) {
  v1::RowOrigin origin;
  origin.set_file(input.name);
  return origin;
}

absl::StatusOr<std::optional<ReadProblem>> CheckElements(
    const RecognisedFile& file, PrivateRows& private_rows, ReadMeter& meter) {
  std::optional<ReadProblem> problem;
  JsonDocument document;
  for (const FilePart& part : file.recognised.parts) {
    if (problem.has_value()) break;
    if (part.part.lines && !part.part.may_flag) {
      // Seen to when the file was outlined.
      meter.Bytes(static_cast<size_t>(file.input.bytes));
      continue;
    }
    const absl::Status status = ForEachElement(
        file.input.path, part.part,
        [&](const JsonElement& element) -> absl::Status {
          if (element.text.empty()) {
            problem = {.reason = "too-long",
                       .message = "one record is longer than 4 MiB",
                       .hint = "check the record that starts on this line",
                       .line = element.line};
          } else {
            problem = document.Parse(element.text, element.line);
            if (!problem.has_value()) private_rows.Note(document.root());
          }
          return problem.has_value() ? absl::CancelledError("found")
                                     : absl::OkStatus();
        },
        meter.watcher());
    if (!absl::IsCancelled(status)) HANDRAIL_RETURN_IF_ERROR(status);
  }
  return problem;
}

absl::Status FileRows::Read(FindingLog& log, const TakeRow& take) const {
  const Format format = file_.recognised.format;
  // Of these formats the readers look at the source's own texts, and those of
  // meetings say themselves whose zone was taken.
  const bool meetings =
      format == Format::kMeetingGuide || format == Format::kBmlt;
  const bool own_prose = meetings || format == Format::kCsv;
  FindingLog unsaid;
  return ReadRows(log, [&](MappedRow& mapped) {
    if (!mapped.skipped) {
      ZoneRow(context_.meeting.zone, mapped.row, meetings ? unsaid : log);
      if (!own_prose) NoteRowProse(mapped.row, log);
    }
    return take(mapped);
  });
}

absl::Status FileRows::ReadRows(FindingLog& log, const TakeRow& take) const {
  if (file_.package != nullptr) return ReadTableRows(log, take);
  switch (file_.recognised.format) {
    case Format::kHsds: {
      if (file_.recognised.tabular) {
        log.set_may_quote(!context_.private_rows.any());
        return ReadTabular(file_.input.path, file_.recognised,
                           OriginOf(file_.input), log, take);
      }
      HsdsMapper mapper(file_.recognised.likely);
      return ReadElements(mapper, log, take);
    }
    case Format::kMeetingGuide: {
      MeetingOptions options = context_.meeting;
      HANDRAIL_ASSIGN_OR_RETURN(options.type_names, TypeNames());
      MeetingGuideMapper mapper(std::move(options));
      return ReadElements(mapper, log, take);
    }
    case Format::kZipCentroids:
      return ReadCentroids(
          file_.input.path, OriginOf(file_.input), log,
          [&](MappedRow& mapped) {
            meter_.Row();
            return take(mapped);
          },
          meter_.watcher());
    case Format::kBmlt: {
      BmltMapper mapper(context_.meeting, context_.bmlt);
      return ReadElements(mapper, log, take);
    }
    case Format::kSamhsa: {
      if (file_.recognised.csv != nullptr) return ReadFacilities(log, take);
      SamhsaMapper mapper(context_.meeting.source);
      return ReadElements(mapper, log, take);
    }
    case Format::kCsv:
      return ReadMapped(log, take);
    case Format::kOhana:
    case Format::kUnknown:
      break;
  }
  return absl::OkStatus();
}

absl::Status FileRows::ReadTableRows(FindingLog& log,
                                     const TakeRow& take) const {
  if (file_.table < 0) return absl::OkStatus();
  return file_.package->ReadTable(
      file_.table, OriginOf(file_.input), log,
      [&](MappedRow& mapped) {
        meter_.Row();
        return take(mapped);
      },
      meter_.watcher());
}

absl::Status FileRows::ReadElements(RowMapper& mapper, FindingLog& log,
                                    const TakeRow& take) const {
  JsonDocument document;
  v1::RowOrigin origin = OriginOf(file_.input);
  for (const FilePart& part : file_.recognised.parts) {
    origin.set_table(part.table);
    HANDRAIL_RETURN_IF_ERROR(ForEachElement(
        file_.input.path, part.part,
        [&](const JsonElement& element) -> absl::Status {
          origin.set_record(element.record);
          origin.set_line(element.line);
          if (document.Parse(element.text, element.line).has_value()) {
            return FailedPrecondition(v1::ERROR_REASON_INVALID_FIELD,
                                      "the file changed while it was read");
          }
          meter_.Row();
          log.set_may_quote(!context_.private_rows.Has(document.root()));
          MappedRow mapped = mapper.Map(document.root(), origin, log);
          return take(mapped);
        },
        meter_.watcher()));
  }
  return absl::OkStatus();
}

absl::Status FileRows::ReadFacilities(FindingLog& log,
                                      const TakeRow& take) const {
  const FacilityTable table = FacilityTable::Of(*file_.recognised.csv);
  const SamhsaMapper mapper(context_.meeting.source);
  return ReadCsvRows("facilities", log, take,
                     [&](const CsvRow& row, const v1::RowOrigin& origin) {
                       return mapper.MapCsv(table, row, origin, log);
                     });
}

absl::Status FileRows::ReadMapped(FindingLog& log, const TakeRow& take) const {
  const MappedCsvMapper mapper(*context_.mapping, context_.meeting.source,
                               *file_.recognised.csv);
  v1::RowOrigin whole = OriginOf(file_.input);
  whole.set_table(context_.mapping->table);
  mapper.NoteColumns(whole, log);
  return ReadCsvRows(context_.mapping->table, log, take,
                     [&](const CsvRow& row, const v1::RowOrigin& origin) {
                       return mapper.Map(row, origin, log);
                     });
}

absl::Status FileRows::ReadCsvRows(const std::string& table, FindingLog& log,
                                   const TakeRow& take,
                                   const MapCsvRow& map) const {
  const CsvTable& csv = *file_.recognised.csv;
  v1::RowOrigin origin = OriginOf(file_.input);
  origin.set_table(table);
  LogCsvNotices(csv, origin, log);
  return ForEachCsvRow(
      file_.input.path, csv,
      [&](const CsvRow& row) -> absl::Status {
        origin.set_record(row.record);
        origin.set_line(row.line);
        meter_.Row();
        if (row.fault == CsvFault::kNone) {
          MappedRow mapped = map(row, origin);
          return take(mapped);
        }
        MappedRow skipped{.skipped = true};
        *skipped.row.mutable_origin() = origin;
        LogCsvFault(csv, row, origin, log);
        return take(skipped);
      },
      meter_.watcher());
}

absl::Status NoteBmlt(const RecognisedFile& file, BmltDirectory& bmlt) {
  JsonDocument document;
  const auto each = [&](const JsonPart& part, const auto& note) {
    return ForEachElement(file.input.path, part,
                          [&](const JsonElement& element) {
                            if (!document.Parse(element.text).has_value()) {
                              note(document.root());
                            }
                            return absl::OkStatus();
                          });
  };
  if (file.recognised.bmlt_formats.has_value()) {
    HANDRAIL_RETURN_IF_ERROR(
        each(*file.recognised.bmlt_formats,
             [&](const JsonValue& format) { bmlt.AddFormat(format); }));
  }
  for (const FilePart& part : file.recognised.parts) {
    if (part.table != kBmltBodiesTable) continue;
    HANDRAIL_RETURN_IF_ERROR(each(
        part.part, [&](const JsonValue& body) { bmlt.AddServiceBody(body); }));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::map<std::string, std::string>> FileRows::TypeNames() const {
  std::map<std::string, std::string> names;
  if (!file_.recognised.formats.has_value()) return names;
  JsonPart part = *file_.recognised.formats;
  part.items = false;
  JsonDocument document;
  const absl::Status status = ForEachElement(
      file_.input.path, part, [&](const JsonElement& element) -> absl::Status {
        if (!document.Parse(element.text).has_value()) {
          names = ReadTypeNames(document.root());
        }
        return absl::CancelledError("one is enough");
      });
  if (!absl::IsCancelled(status)) HANDRAIL_RETURN_IF_ERROR(status);
  return names;
}

}  // namespace handrail::formats
