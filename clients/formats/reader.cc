#include "clients/formats/reader.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "clients/formats/centroid_reader.h"
#include "clients/formats/code_tables.h"
#include "clients/formats/finding_log.h"
#include "clients/formats/hsds_reader.h"
#include "clients/formats/hsds_tabular.h"
#include "clients/formats/input.h"
#include "clients/formats/limits.h"
#include "clients/formats/meeting_guide_reader.h"
#include "clients/formats/private_rows.h"
#include "clients/formats/recognise.h"
#include "clients/formats/row_book.h"
#include "clients/formats/sha256_stream.h"
#include "storage/base/status.h"

namespace handrail::formats {

// The files that are good, as they were recognised, and the account of rows.
struct ReadPlan::State {
  struct File {
    InputFile input;
    Recognised recognised;
    std::filesystem::file_time_type written;
  };
  std::vector<File> files;
  RowBook book;
  std::shared_ptr<const SpooledFile> spooled;
  // The source and the rest of what rows are made with.
  MeetingOptions meeting;
  // Of all files, those left out included. Complete before any row is mapped.
  PrivateRows private_rows;
  int64_t bytes = 0;
};

namespace {

using File = ReadPlan::State::File;
using TakeRow = std::function<absl::Status(const MappedRow&)>;

absl::Status WrongField(std::string field, std::string description) {
  return InvalidField(std::move(field), std::move(description));
}

// Tells how far reading is, across files and passes.
class Meter {
 public:
  Meter(std::function<void(const ReadProgress&)> on_progress, bool inspecting,
        int64_t total, int passes)
      : on_progress_(std::move(on_progress)), passes_(passes) {
    progress_.inspecting = inspecting;
    progress_.bytes_total = total;
  }

  void Bytes(size_t count) {
    read_ += static_cast<int64_t>(count);
    progress_.bytes_read =
        std::min(progress_.bytes_total, read_ / std::max(passes_, 1));
    since_ += count;
    if (since_ < kChunkBytes) return;
    since_ = 0;
    Tell();
  }
  void Row() { ++progress_.rows; }
  void End() {
    progress_.bytes_read = progress_.bytes_total;
    Tell();
  }
  ByteWatcher watcher() {
    return [this](std::string_view bytes) { Bytes(bytes.size()); };
  }

 private:
  void Tell() {
    if (on_progress_) on_progress_(progress_);
  }

  std::function<void(const ReadProgress&)> on_progress_;
  const int passes_;
  ReadProgress progress_;
  int64_t read_ = 0;
  size_t since_ = 0;
};

// Looking, checking syntax, mapping.
constexpr int kInspectPasses = 3;

v1::RowOrigin OriginOf(const InputFile& input) {
  v1::RowOrigin origin;
  origin.set_file(input.name);
  return origin;
}

// Every element of a part as JSON, without what it means: what is broken only
// inside an element breaks the file all the same. Notes what must not be
// quoted.
absl::StatusOr<std::optional<ReadProblem>> CheckElements(
    const File& file, PrivateRows& private_rows, Meter& meter) {
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

absl::Status ReadJsonRows(const File& file, const PrivateRows& private_rows,
                          RowMapper& mapper, FindingLog& log,
                          const TakeRow& take, Meter& meter) {
  JsonDocument document;
  v1::RowOrigin origin = OriginOf(file.input);
  for (const FilePart& part : file.recognised.parts) {
    origin.set_table(part.table);
    HANDRAIL_RETURN_IF_ERROR(ForEachElement(
        file.input.path, part.part,
        [&](const JsonElement& element) -> absl::Status {
          origin.set_record(element.record);
          origin.set_line(element.line);
          if (document.Parse(element.text, element.line).has_value()) {
            return FailedPrecondition(v1::ERROR_REASON_INVALID_FIELD,
                                      "the file changed while it was read");
          }
          meter.Row();
          log.set_may_quote(!private_rows.Has(document.root()));
          return take(mapper.Map(document.root(), origin, log));
        },
        meter.watcher()));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::map<std::string, std::string>> TypeNames(const File& file) {
  std::map<std::string, std::string> names;
  if (!file.recognised.formats.has_value()) return names;
  JsonPart part = *file.recognised.formats;
  part.items = false;
  JsonDocument document;
  const absl::Status status = ForEachElement(
      file.input.path, part, [&](const JsonElement& element) -> absl::Status {
        if (!document.Parse(element.text).has_value()) {
          names = ReadTypeNames(document.root());
        }
        return absl::CancelledError("one is enough");
      });
  if (!absl::IsCancelled(status)) HANDRAIL_RETURN_IF_ERROR(status);
  return names;
}

// Reads all rows of a file and hands them over, skipped ones, too.
absl::Status ReadRows(const ReadPlan::State& state, const File& file,
                      FindingLog& log, const TakeRow& take, Meter& meter) {
  switch (file.recognised.format) {
    case Format::kHsds: {
      if (file.recognised.tabular) {
        log.set_may_quote(!state.private_rows.any());
        return ReadTabular(file.input.path, file.recognised,
                           OriginOf(file.input), log, take);
      }
      HsdsMapper mapper(file.recognised.likely);
      return ReadJsonRows(file, state.private_rows, mapper, log, take, meter);
    }
    case Format::kMeetingGuide: {
      MeetingOptions options = state.meeting;
      HANDRAIL_ASSIGN_OR_RETURN(options.type_names, TypeNames(file));
      MeetingGuideMapper mapper(std::move(options));
      return ReadJsonRows(file, state.private_rows, mapper, log, take, meter);
    }
    case Format::kZipCentroids:
      return ReadCentroids(
          file.input.path, OriginOf(file.input), log,
          [&](const MappedRow& mapped) {
            meter.Row();
            return take(mapped);
          },
          meter.watcher());
    case Format::kUnknown:
      break;
  }
  return absl::OkStatus();
}

// Finds the good files of a load. One use each.
class Inspection {
 public:
  explicit Inspection(const ReadOptions& options)
      : options_(options), log_(options.on_finding) {}

  absl::StatusOr<ReadPlan> Run(const std::vector<std::string>& paths);

 private:
  absl::Status CheckOptions();
  absl::Status Look(const InputFile& input, Meter& meter);
  absl::Status LeaveOut(const InputFile& input, const ReadProblem& problem);
  absl::Status ChooseFormat();
  void NoteUnusedOptions();
  absl::Status ReadAll(Meter& meter);
  absl::StatusOr<ReadPlan> MakePlan();

  const ReadOptions& options_;
  FindingLog log_;
  std::shared_ptr<ReadPlan::State> state_ = std::make_shared<ReadPlan::State>();
  std::vector<std::string> hashes_;
  // What was wrong with the last file left out.
  std::string last_problem_;
};

absl::Status Inspection::CheckOptions() {
  state_->meeting.source = options_.source;
  state_->meeting.zone = options_.zone;
  if (!options_.zone.empty()) {
    absl::TimeZone zone;
    if (options_.zone.find('/') == std::string::npos ||
        !absl::LoadTimeZone(options_.zone, &zone)) {
      return WrongField("zone",
                        "no time zone has this name; write it as "
                        "America/New_York");
    }
  }
  if (options_.fellowship.empty()) return absl::OkStatus();
  state_->meeting.fellowship =
      CodeTables::Get().FindFellowship(options_.fellowship);
  if (state_->meeting.fellowship == nullptr) {
    return WrongField("fellowship",
                      "no fellowship goes by this name; known ones: " +
                          absl::StrJoin(FellowshipKeys(), ", "));
  }
  return absl::OkStatus();
}

absl::Status Inspection::LeaveOut(const InputFile& input,
                                  const ReadProblem& problem) {
  v1::RowOrigin origin = OriginOf(input);
  origin.set_line(problem.line);
  last_problem_ = absl::StrCat(
      input.name, problem.line > 0 ? absl::StrCat(", line ", problem.line) : "",
      ": ", problem.message, " (", problem.hint, ")");
  log_.Add(origin, {.severity = v1::FILE_SKIPPED,
                    .reason = problem.reason,
                    .value_class = "file",
                    .message = problem.message,
                    .hint = problem.hint});
  if (input.from_folder) return absl::OkStatus();
  return WrongField("input", "nothing was sent: " + last_problem_);
}

absl::Status Inspection::Look(const InputFile& input, Meter& meter) {
  Sha256Stream hash;
  HANDRAIL_ASSIGN_OR_RETURN(
      Recognised recognised,
      Recognise(input.path, options_.format, [&](std::string_view bytes) {
        hash.Add(bytes);
        meter.Bytes(bytes.size());
      }));
  File file{.input = input, .recognised = std::move(recognised)};
  std::error_code ignored;
  file.written = std::filesystem::last_write_time(input.path, ignored);
  if (!file.recognised.problem.has_value() &&
      file.recognised.format != Format::kZipCentroids) {
    HANDRAIL_ASSIGN_OR_RETURN(file.recognised.problem,
                              CheckElements(file, state_->private_rows, meter));
  }
  if (file.recognised.problem.has_value()) {
    return LeaveOut(input, *file.recognised.problem);
  }
  if (file.recognised.nothing_to_load) {
    log_.Add(OriginOf(input), {.severity = v1::NOTICE,
                               .reason = "nothing-to-load",
                               .value_class = "file",
                               .message = file.recognised.why,
                               .hint = "nothing to do"});
    if (input.from_folder) return absl::OkStatus();
  }
  hashes_.push_back(hash.Hex());
  state_->files.push_back(std::move(file));
  return absl::OkStatus();
}

// Somebody expected more of these options than they do.
void Inspection::NoteUnusedOptions() {
  const auto note = [&](const std::string& option, const std::string& value) {
    if (value.empty()) return;
    log_.Add({}, {.severity = v1::NOTICE,
                  .field = option,
                  .reason = "does-not-apply",
                  .value_class = "option",
                  .message = absl::StrCat("--", option,
                                          " does not apply to this format; "
                                          "it changed nothing"),
                  .hint = "give it with meeting-guide files only"});
  };
  note("fellowship", options_.fellowship);
  note("zone", options_.zone);
}

// All files of a load are of one format.
absl::Status Inspection::ChooseFormat() {
  std::set<Format> formats;
  for (const File& file : state_->files) {
    formats.insert(file.recognised.format);
  }
  if (formats.empty()) {
    return WrongField(
        "input", last_problem_.empty()
                     ? "none of the files is of a known format (" +
                           FormatNames() + "); nothing was sent"
                     : "no file could be read; nothing was sent. The last: " +
                           last_problem_);
  }
  if (formats.size() > 1) {
    std::string message = "the files are of several formats:";
    for (const Format format : formats) {
      for (const File& file : state_->files) {
        if (file.recognised.format != format) continue;
        absl::StrAppend(&message, " ", file.input.name, " (",
                        std::string(FormatName(format)), ")");
        break;
      }
    }
    return WrongField(
        "input", message + "; load them apart, or say which with --format");
  }
  if (*formats.begin() == Format::kMeetingGuide &&
      state_->meeting.fellowship == nullptr) {
    return WrongField("fellowship",
                      "meetings need their fellowship, because type codes mean "
                      "different things in each: give --fellowship, such as aa "
                      "or al-anon");
  }
  if (*formats.begin() != Format::kMeetingGuide) NoteUnusedOptions();
  return absl::OkStatus();
}

absl::Status Inspection::ReadAll(Meter& meter) {
  RowBook& book = state_->book;
  for (size_t i = 0; i < state_->files.size(); ++i) {
    HANDRAIL_RETURN_IF_ERROR(ReadRows(
        *state_, state_->files[i], log_,
        [&](const MappedRow& mapped) {
          if (mapped.skipped) {
            book.AddSkipped(static_cast<int>(i), mapped.row.origin());
          } else {
            book.Add(static_cast<int>(i), mapped.row);
          }
          return absl::OkStatus();
        },
        meter));
  }
  if (book.NeedsMerge()) {
    FindingLog silent;
    Meter quiet(nullptr, true, 0, 1);
    int64_t index = 0;
    for (const File& file : state_->files) {
      HANDRAIL_RETURN_IF_ERROR(ReadRows(
          *state_, file, silent,
          [&](const MappedRow& mapped) {
            book.Merge(index++, mapped.row, log_);
            return absl::OkStatus();
          },
          quiet));
    }
  }
  std::vector<std::string> names;
  for (const File& file : state_->files) names.push_back(file.input.name);
  book.FindDangling(names, log_);
  return absl::OkStatus();
}

absl::StatusOr<ReadPlan> Inspection::MakePlan() {
  log_.Flush();
  ReadPlan plan;
  for (size_t i = 0; i < state_->files.size(); ++i) {
    const File& file = state_->files[i];
    PlannedFile planned{.format = file.recognised.format,
                        .why = file.recognised.why};
    planned.file.set_name(
        std::filesystem::path(file.input.name).filename().string());
    planned.file.set_bytes(file.input.bytes);
    planned.file.set_sha256(hashes_[i]);
    plan.files.push_back(std::move(planned));
  }
  plan.format = plan.files.front().format;
  const RowBook& book = state_->book;
  for (int64_t row = 0; row < book.rows(); ++row) {
    ++plan.files[static_cast<size_t>(book.FileOf(row))].rows;
    ++plan.rows_read;
    if (book.Skipped(row)) ++plan.rows_skipped;
  }
  plan.tables = book.Tables();
  plan.findings = log_.kept();
  plan.finding_count = log_.count();
  plan.state = state_;
  return plan;
}

absl::StatusOr<ReadPlan> Inspection::Run(
    const std::vector<std::string>& paths) {
  HANDRAIL_RETURN_IF_ERROR(CheckOptions());
  HANDRAIL_ASSIGN_OR_RETURN(Inputs inputs, FindInputs(paths, std::cin));
  state_->spooled = inputs.spooled;
  for (const InputFile& file : inputs.files) state_->bytes += file.bytes;
  Meter meter(options_.on_progress, true, state_->bytes, kInspectPasses);
  for (const InputFile& file : inputs.files) {
    HANDRAIL_RETURN_IF_ERROR(Look(file, meter));
  }
  if (inputs.left_out > 0) {
    log_.Add({}, {.severity = v1::NOTICE,
                  .reason = "not-data",
                  .value_class = "file",
                  .message = absl::StrCat(
                      inputs.left_out,
                      " files of the folder have no data of ours by their "
                      "names"),
                  .hint = "data files end in .json, .ndjson, .jsonl, .csv or "
                          ".txt"});
  }
  HANDRAIL_RETURN_IF_ERROR(ChooseFormat());
  HANDRAIL_RETURN_IF_ERROR(ReadAll(meter));
  meter.End();
  return MakePlan();
}

}  // namespace

std::string_view FormatName(Format format) {
  switch (format) {
    case Format::kHsds:
      return "hsds";
    case Format::kMeetingGuide:
      return "meeting-guide";
    case Format::kZipCentroids:
      return "zip-centroids";
    case Format::kUnknown:
      break;
  }
  return "unknown";
}

Format FormatOfName(std::string_view name) {
  for (const Format format :
       {Format::kHsds, Format::kMeetingGuide, Format::kZipCentroids}) {
    if (FormatName(format) == name) return format;
  }
  return Format::kUnknown;
}

std::string FormatNames() { return "hsds, meeting-guide, zip-centroids"; }

std::vector<std::string> FellowshipKeys() {
  return CodeTables::Get().fellowship_keys();
}

std::vector<v1::TableCount> ReadPlan::SkippedBeforeSending() const {
  std::vector<v1::TableCount> skipped;
  for (const v1::TableCount& table : tables) {
    if (table.rows_skipped() == 0) continue;
    v1::TableCount count;
    count.set_table(table.table());
    count.set_rows_read(table.rows_skipped());
    count.set_rows_skipped(table.rows_skipped());
    skipped.push_back(std::move(count));
  }
  return skipped;
}

absl::StatusOr<ReadPlan> Inspect(const std::vector<std::string>& inputs,
                                 const ReadOptions& options) {
  return Inspection(options).Run(inputs);
}

absl::Status Send(const ReadPlan& plan, const RowSink& sink,
                  const std::function<void(const ReadProgress&)>& on_progress) {
  const ReadPlan::State& state = *plan.state;
  for (const File& file : state.files) {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(file.input.path, error);
    const auto written =
        std::filesystem::last_write_time(file.input.path, error);
    if (error || static_cast<int64_t>(bytes) != file.input.bytes ||
        written != file.written) {
      return FailedPrecondition(
          v1::ERROR_REASON_INVALID_FIELD,
          "the file changed after it was inspected: " + file.input.name);
    }
  }
  FindingLog silent;
  Meter meter(on_progress, false, state.bytes, 1);
  int64_t index = 0;
  for (const File& file : state.files) {
    HANDRAIL_RETURN_IF_ERROR(ReadRows(
        state, file, silent,
        [&](const MappedRow& mapped) -> absl::Status {
          if (index >= state.book.rows() ||
              (mapped.skipped && !state.book.Skipped(index))) {
            return FailedPrecondition(
                v1::ERROR_REASON_INVALID_FIELD,
                "the file changed after it was inspected: " + file.input.name);
          }
          if (state.book.Skipped(index++)) return absl::OkStatus();
          v1::Row row = mapped.row;
          state.book.Complete(row);
          return sink(std::move(row));
        },
        meter));
  }
  meter.End();
  return absl::OkStatus();
}

}  // namespace handrail::formats
