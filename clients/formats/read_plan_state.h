// What a ReadPlan remembers for Send: the good files as they were recognised,
// and the account of their rows.
//
// Filled by Inspection alone; const and safe to share once the plan is made.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "clients/formats/file_rows.h"
#include "clients/formats/input.h"
#include "clients/formats/kept_rows.h"
#include "clients/formats/reader.h"
#include "clients/formats/row_book.h"

namespace handrail::formats {

struct ReadPlan::State {
  // The good ones, in the order of ReadPlan::files.
  std::vector<RecognisedFile> files;
  // Of the rows of `files`, numbered from the first row of the first file.
  RowBook book;
  RowContext context;
  // All of them, if they are whole; else Send reads the files.
  KeptRows kept;
  // Keeps the copy of standard input while any plan needs it.
  std::shared_ptr<const SpooledFile> spooled;
  // Keeps what was unpacked likewise.
  std::shared_ptr<const PrivateFolder> unpacked;
  // Of all files of the input, those left out included: the total of progress.
  int64_t bytes = 0;
};

}  // namespace handrail::formats
