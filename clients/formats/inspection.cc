#include "clients/formats/inspection.h"

#include <filesystem>
#include <iostream>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "clients/formats/code_tables.h"
#include "clients/formats/mapped_csv_reader.h"
#include "clients/formats/recognise.h"
#include "clients/formats/row_book.h"
#include "clients/formats/sha256_stream.h"
#include "clients/formats/table_grouping.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

// Looking, checking syntax, mapping.
constexpr int kInspectPasses = 3;

}  // namespace

absl::StatusOr<ReadPlan> Inspection::Run(
    const std::vector<std::string>& paths) {
  HANDRAIL_RETURN_IF_ERROR(CheckOptions());
  HANDRAIL_ASSIGN_OR_RETURN(Inputs inputs, FindInputs(paths, std::cin));
  state_->spooled = inputs.spooled;
  state_->unpacked = inputs.unpacked;
  for (const RefusedArchive& refused : inputs.refused) {
    HANDRAIL_RETURN_IF_ERROR(LeaveOut(refused.file, refused.problem));
  }
  for (const InputFile& file : inputs.files) state_->bytes += file.bytes;
  ReadMeter meter({.on_progress = options_.on_progress,
                   .inspecting = true,
                   .bytes_total = state_->bytes,
                   .passes = kInspectPasses});
  for (const InputFile& file : inputs.files) {
    HANDRAIL_RETURN_IF_ERROR(Look(file, meter));
  }
  NoteNotData(inputs.left_out);
  GroupTables(state_->files, log_);
  HANDRAIL_RETURN_IF_ERROR(ChooseFormat());
  HANDRAIL_RETURN_IF_ERROR(IndexTables(state_->files));
  HANDRAIL_RETURN_IF_ERROR(ReadAll(meter));
  meter.End();
  return MakePlan();
}

absl::Status Inspection::CheckOptions() {
  state_->context.meeting.source = options_.source;
  state_->context.meeting.zone = options_.zone;
  if (!options_.zone.empty()) {
    absl::TimeZone zone;
    if (options_.zone.find('/') == std::string::npos ||
        !absl::LoadTimeZone(options_.zone, &zone)) {
      return InvalidField("zone",
                          "no time zone has this name; write it as "
                          "America/New_York");
    }
  }
  HANDRAIL_RETURN_IF_ERROR(CheckMappingOption());
  if (options_.fellowship.empty()) return absl::OkStatus();
  state_->context.meeting.fellowship =
      CodeTables::Get().FindFellowship(options_.fellowship);
  if (state_->context.meeting.fellowship == nullptr) {
    return InvalidField("fellowship",
                        "no fellowship goes by this name; known ones: " +
                            absl::StrJoin(FellowshipKeys(), ", "));
  }
  return absl::OkStatus();
}

absl::Status Inspection::CheckMappingOption() {
  wanted_ = options_.format;
  if (options_.mapping.empty()) {
    if (wanted_ != Format::kCsv) return absl::OkStatus();
    return InvalidField("mapping",
                        "a flat table needs --mapping FILE; handrail load "
                        "--suggest-mapping TABLE proposes one");
  }
  if (wanted_ != Format::kUnknown && wanted_ != Format::kCsv) {
    return InvalidField("mapping",
                        absl::StrCat("--mapping is for flat tables, not for "
                                     "--format ",
                                     std::string(FormatName(wanted_))));
  }
  wanted_ = Format::kCsv;
  HANDRAIL_ASSIGN_OR_RETURN(state_->context.mapping,
                            ReadMappingFile(options_.mapping));
  return absl::OkStatus();
}

absl::Status Inspection::Look(const InputFile& input, ReadMeter& meter) {
  Sha256Stream hash;
  HANDRAIL_ASSIGN_OR_RETURN(
      Recognised recognised,
      Recognise(input.path, wanted_, [&](std::string_view bytes) {
        hash.Add(bytes);
        meter.Bytes(bytes.size());
      }));
  RecognisedFile file{.input = input, .recognised = std::move(recognised)};
  if (file.recognised.format == Format::kCsv &&
      !file.recognised.problem.has_value()) {
    file.recognised.problem =
        CheckMapping(*state_->context.mapping, *file.recognised.csv);
  }
  std::error_code ignored;
  file.written = std::filesystem::last_write_time(input.path, ignored);
  if (!file.recognised.problem.has_value() &&
      file.recognised.format != Format::kZipCentroids) {
    HANDRAIL_ASSIGN_OR_RETURN(
        file.recognised.problem,
        CheckElements(file, state_->context.private_rows, meter));
  }
  if (file.recognised.problem.has_value()) {
    return LeaveOut(input, *file.recognised.problem);
  }
  if (file.recognised.format == Format::kBmlt) {
    HANDRAIL_RETURN_IF_ERROR(NoteBmlt(file, state_->context.bmlt));
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
  return InvalidField("input", "nothing was sent: " + last_problem_);
}

void Inspection::NoteNotData(int64_t left_out) {
  if (left_out == 0) return;
  log_.Add({}, {.severity = v1::NOTICE,
                .reason = "not-data",
                .value_class = "file",
                .message = absl::StrCat(
                    left_out,
                    " files of the folder have no data of ours by their "
                    "names"),
                .hint = "data files end in .json, .ndjson, .jsonl, .csv or "
                        ".txt"});
}

absl::Status Inspection::ChooseFormat() {
  std::set<Format> formats;
  for (const RecognisedFile& file : state_->files) {
    formats.insert(file.recognised.format);
  }
  if (formats.empty()) {
    return InvalidField(
        "input", last_problem_.empty()
                     ? "none of the files is of a known format (" +
                           FormatNames() + "); nothing was sent"
                     : "no file could be read; nothing was sent. The last: " +
                           last_problem_);
  }
  if (formats.size() > 1) {
    std::string message = "the files are of several formats:";
    for (const Format format : formats) {
      for (const RecognisedFile& file : state_->files) {
        if (file.recognised.format != format) continue;
        absl::StrAppend(&message, " ", file.input.name, " (",
                        std::string(FormatName(format)), ")");
        break;
      }
    }
    return InvalidField(
        "input", message + "; load them apart, or say which with --format");
  }
  if (*formats.begin() == Format::kMeetingGuide &&
      state_->context.meeting.fellowship == nullptr) {
    return InvalidField(
        "fellowship",
        "meetings need their fellowship, because type codes mean "
        "different things in each: give --fellowship, such as aa "
        "or al-anon");
  }
  if (*formats.begin() == Format::kBmlt &&
      state_->context.meeting.fellowship == nullptr) {
    // BMLT is the work of that fellowship; others say so.
    state_->context.meeting.fellowship = CodeTables::Get().FindFellowship("na");
  }
  if (*formats.begin() != Format::kMeetingGuide &&
      *formats.begin() != Format::kBmlt) {
    NoteUnusedOptions();
  }
  return absl::OkStatus();
}

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
                  .hint = "give it with meetings only"});
  };
  note("fellowship", options_.fellowship);
  note("zone", options_.zone);
}

absl::Status Inspection::ReadAll(ReadMeter& meter) {
  RowBook& book = state_->book;
  state_->kept = KeptRows(options_.kept_bytes_max);
  for (size_t i = 0; i < state_->files.size(); ++i) {
    const FileRows rows(state_->files[i], state_->context, meter);
    HANDRAIL_RETURN_IF_ERROR(rows.ReadPacked(log_, [&](const RowPack& pack) {
      book.Add(static_cast<int>(i), pack);
      state_->kept.Append(pack.bytes());
      return absl::OkStatus();
    }));
  }
  state_->kept.Finish();
  HANDRAIL_RETURN_IF_ERROR(book.Close());
  if (book.NeedsMerge()) HANDRAIL_RETURN_IF_ERROR(MergeAll());
  std::vector<std::string> names;
  for (const RecognisedFile& file : state_->files) {
    names.push_back(file.input.name);
  }
  return book.FindDangling(names, log_);
}

absl::Status Inspection::MergeAll() {
  FindingLog silent;
  ReadMeter quiet({});
  int64_t index = 0;
  for (const RecognisedFile& file : state_->files) {
    const FileRows rows(file, state_->context, quiet);
    HANDRAIL_RETURN_IF_ERROR(rows.Read(silent, [&](const MappedRow& mapped) {
      state_->book.Merge(index++, mapped.row, log_);
      return absl::OkStatus();
    }));
  }
  return absl::OkStatus();
}

absl::StatusOr<ReadPlan> Inspection::MakePlan() {
  log_.Flush();
  ReadPlan plan;
  for (size_t i = 0; i < state_->files.size(); ++i) {
    const RecognisedFile& file = state_->files[i];
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
  for (size_t i = 0; i < plan.files.size(); ++i) {
    plan.files[i].rows = book.RowsOfFile(static_cast<int>(i));
  }
  plan.rows_read = book.rows();
  plan.rows_skipped = book.rows_skipped();
  plan.tables = book.Tables();
  plan.findings = log_.kept();
  plan.finding_count = log_.count();
  plan.state = state_;
  return plan;
}

}  // namespace handrail::formats
