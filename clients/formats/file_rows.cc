#include "clients/formats/file_rows.h"

#include <utility>

#include "clients/formats/centroid_reader.h"
#include "clients/formats/hsds_reader.h"
#include "clients/formats/hsds_tabular.h"
#include "clients/formats/json_stream.h"
#include "clients/formats/json_tree.h"
#include "clients/formats/meeting_guide_reader.h"
#include "clients/formats/meeting_guide_types.h"
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
          [&](const MappedRow& mapped) {
            meter_.Row();
            return take(mapped);
          },
          meter_.watcher());
    case Format::kUnknown:
      break;
  }
  return absl::OkStatus();
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
          return take(mapper.Map(document.root(), origin, log));
        },
        meter_.watcher()));
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
