#include "clients/formats/file_rows.h"

#include <array>
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
#include "clients/formats/ordered_work.h"
#include "clients/formats/prose_hints.h"
#include "clients/formats/row_zone.h"
#include "clients/formats/samhsa_reader.h"
#include "clients/formats/table_package.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

// Rows are handed over when they, or their elements, have so many bytes.
constexpr size_t kPackBytes = 128 * 1024;

}  // namespace

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
  return ReadRows(log, [&](MappedRow& mapped) {
    Finish(mapped, log);
    return take(mapped);
  });
}

void FileRows::Finish(MappedRow& mapped, FindingLog& log) const {
  if (mapped.skipped) return;
  // Of these formats the readers look at the source's own texts, and those of
  // meetings say themselves whose zone was taken.
  const Format format = file_.recognised.format;
  const bool meetings =
      format == Format::kMeetingGuide || format == Format::kBmlt;
  FindingLog unsaid;
  ZoneRow(context_.meeting.zone, mapped.row, meetings ? unsaid : log);
  if (!meetings && format != Format::kCsv) NoteRowProse(mapped.row, log);
}

absl::StatusOr<FileRows::MakeMapper> FileRows::MapperMaker() const {
  const Recognised& recognised = file_.recognised;
  if (file_.package != nullptr || recognised.tabular) return MakeMapper();
  switch (recognised.format) {
    case Format::kHsds:
      return MakeMapper([likely = recognised.likely] {
        return std::make_unique<HsdsMapper>(likely);
      });
    case Format::kMeetingGuide: {
      MeetingOptions options = context_.meeting;
      HANDRAIL_ASSIGN_OR_RETURN(options.type_names, TypeNames());
      return MakeMapper([options = std::move(options)] {
        return std::make_unique<MeetingGuideMapper>(options);
      });
    }
    case Format::kBmlt:
      return MakeMapper([this] {
        return std::make_unique<BmltMapper>(context_.meeting, context_.bmlt);
      });
    case Format::kSamhsa:
      if (recognised.csv != nullptr) return MakeMapper();
      return MakeMapper([this] {
        return std::make_unique<SamhsaMapper>(context_.meeting.source);
      });
    case Format::kZipCentroids:
    case Format::kCsv:
    case Format::kOhana:
    case Format::kUnknown:
      break;
  }
  return MakeMapper();
}

absl::Status FileRows::ReadRows(FindingLog& log, const TakeRow& take) const {
  HANDRAIL_ASSIGN_OR_RETURN(const MakeMapper make, MapperMaker());
  if (make) return ReadElements(make, log, take);
  if (file_.package != nullptr) return ReadTableRows(log, take);
  switch (file_.recognised.format) {
    case Format::kHsds:
      log.set_may_quote(!context_.private_rows.any());
      return ReadTabular(file_.input.path, file_.recognised,
                         OriginOf(file_.input), log, take);
    case Format::kZipCentroids:
      return ReadCentroids(
          file_.input.path, OriginOf(file_.input), log,
          [&](MappedRow& mapped) {
            meter_.Row();
            return take(mapped);
          },
          meter_.watcher());
    case Format::kSamhsa:
      return ReadFacilities(log, take);
    case Format::kCsv:
      return ReadMapped(log, take);
    default:
      return absl::OkStatus();
  }
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

struct FileRows::Hands {
  std::unique_ptr<RowMapper> mapper;
  JsonDocument document;
};

struct FileRows::Run {
  struct Element {
    size_t begin = 0;
    size_t size = 0;
    int64_t line = 0;
    int64_t record = 0;
  };

  std::string table;
  std::string text;
  std::vector<Element> elements;
  // What becomes of them.
  RowPack pack;
  FindingLog log = FindingLog::Recording();
  absl::Status status;
};

absl::Status FileRows::MapElement(const JsonElement& element, Hands& hands,
                                  v1::RowOrigin& origin, FindingLog& log,
                                  MappedRow& mapped) const {
  origin.set_record(element.record);
  origin.set_line(element.line);
  if (hands.document.Parse(element.text, element.line).has_value()) {
    return FailedPrecondition(v1::ERROR_REASON_INVALID_FIELD,
                              "the file changed while it was read");
  }
  const JsonValue& root = hands.document.root();
  log.set_may_quote(!context_.private_rows.Has(root));
  mapped = hands.mapper->Map(root, origin, log);
  return absl::OkStatus();
}

absl::Status FileRows::ReadElements(const MakeMapper& make, FindingLog& log,
                                    const TakeRow& take) const {
  Hands hands{.mapper = make()};
  v1::RowOrigin origin = OriginOf(file_.input);
  for (const FilePart& part : file_.recognised.parts) {
    origin.set_table(part.table);
    HANDRAIL_RETURN_IF_ERROR(ForEachElement(
        file_.input.path, part.part,
        [&](const JsonElement& element) -> absl::Status {
          MappedRow mapped;
          HANDRAIL_RETURN_IF_ERROR(
              MapElement(element, hands, origin, log, mapped));
          meter_.Row();
          return take(mapped);
        },
        meter_.watcher()));
  }
  return absl::OkStatus();
}

absl::Status FileRows::ReadPacked(FindingLog& log, const TakePack& take) const {
  HANDRAIL_ASSIGN_OR_RETURN(const MakeMapper make, MapperMaker());
  return make ? PackElements(make, log, take) : PackRows(log, take);
}

absl::Status FileRows::PackRows(FindingLog& log, const TakePack& take) const {
  RowPack pack;
  HANDRAIL_RETURN_IF_ERROR(
      Read(log, [&](const MappedRow& mapped) -> absl::Status {
        pack.Add(mapped);
        if (pack.bytes().size() < kPackBytes) return absl::OkStatus();
        HANDRAIL_RETURN_IF_ERROR(take(pack));
        pack.Clear();
        return absl::OkStatus();
      }));
  return take(pack);
}

void FileRows::MapRun(Hands& hands, Run& run) const {
  v1::RowOrigin origin = OriginOf(file_.input);
  origin.set_table(run.table);
  for (const Run::Element& element : run.elements) {
    MappedRow mapped;
    run.status = MapElement(
        {.text = std::string_view(run.text).substr(element.begin, element.size),
         .line = element.line,
         .record = element.record},
        hands, origin, run.log, mapped);
    if (!run.status.ok()) return;
    Finish(mapped, run.log);
    run.pack.Add(mapped);
  }
}

absl::Status FileRows::PackElements(const MakeMapper& make, FindingLog& log,
                                    const TakePack& take) const {
  std::array<Hands, OrderedWork::kThreads> hands;
  for (Hands& one : hands) one.mapper = make();
  auto run = std::make_shared<Run>();
  // After what it refers to, so that its thread ends first.
  OrderedWork work;
  const auto add = [&]() -> absl::Status {
    const std::shared_ptr<Run> full =
        std::exchange(run, std::make_shared<Run>());
    run->table = full->table;
    return work.Add(
        [this, &hands, full](int thread) {
          MapRun(hands[static_cast<size_t>(thread)], *full);
        },
        [this, &log, &take, full]() -> absl::Status {
          HANDRAIL_RETURN_IF_ERROR(full->status);
          for (size_t i = 0; i < full->elements.size(); ++i) meter_.Row();
          full->log.ReplayInto(log);
          return take(full->pack);
        });
  };
  for (const FilePart& part : file_.recognised.parts) {
    run->table = part.table;
    HANDRAIL_RETURN_IF_ERROR(ForEachElement(
        file_.input.path, part.part,
        [&](const JsonElement& element) {
          run->elements.push_back({.begin = run->text.size(),
                                   .size = element.text.size(),
                                   .line = element.line,
                                   .record = element.record});
          run->text.append(element.text);
          return run->text.size() < kPackBytes ? absl::OkStatus() : add();
        },
        meter_.watcher()));
    HANDRAIL_RETURN_IF_ERROR(add());
  }
  return work.Finish();
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
