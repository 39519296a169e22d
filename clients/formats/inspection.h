// The first pass over a load's input: finds the good files, accounts for every
// row in them, and makes the plan that Send follows.
//
// In this order, each step over all files before the next begins:
// 1. Look: recognise each file, check every element of it, note what is
//    private. What cannot be read is left out, or ends the inspection.
// 2. Choose the one format that the files are of.
// 3. Read all rows into the account; where an id came with different content,
//    read them again and put the records together; find references to nothing.
// 4. Make the plan.
//
// Row mapping waits for step 3 because a file may say that a place of another
// file must not be shown.
//
// One thread, one use each. Inspect (reader.h) is what callers see of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/formats/file_rows.h"
#include "clients/formats/finding_log.h"
#include "clients/formats/input.h"
#include "clients/formats/json_stream.h"
#include "clients/formats/read_meter.h"
#include "clients/formats/read_plan_state.h"
#include "clients/formats/reader.h"

namespace handrail::formats {

class Inspection {
 public:
  // REQUIRES: `options` outlives it.
  explicit Inspection(const ReadOptions& options)
      : options_(options), log_(options.on_finding) {}

  // As Inspect.
  absl::StatusOr<ReadPlan> Run(const std::vector<std::string>& paths);

 private:
  // What is wrong with the options is said before files are read.
  absl::Status CheckOptions();
  absl::Status CheckMappingOption();
  // Takes the file in, or leaves it out.
  absl::Status Look(const InputFile& input, ReadMeter& meter);
  // With a finding; an error where the file was named itself.
  absl::Status LeaveOut(const InputFile& input, const ReadProblem& problem);
  // Files of a folder that were not even looked at.
  void NoteNotData(int64_t left_out);
  // All files of a load are of one format.
  absl::Status ChooseFormat();
  // Somebody expected more of these options than they do.
  void NoteUnusedOptions();
  absl::Status ReadAll(ReadMeter& meter);
  // Puts records together that came with different content.
  absl::Status MergeAll();
  absl::StatusOr<ReadPlan> MakePlan();

  const ReadOptions& options_;
  // The format files are taken for: that of the options, or flat tables where
  // there is a mapping.
  Format wanted_ = Format::kUnknown;
  FindingLog log_;
  std::shared_ptr<ReadPlan::State> state_ = std::make_shared<ReadPlan::State>();
  // SHA-256 of each of the state's files.
  std::vector<std::string> hashes_;
  // What was wrong with the last file left out.
  std::string last_problem_;
};

}  // namespace handrail::formats
