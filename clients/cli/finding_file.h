// The file of --errors: every finding of a load, as it is found.
//
// A name that ends in .csv gets CSV with a header, safe to open in a
// spreadsheet; any other gets one JSON object a line.
//
//   FindingFile file;
//   if (!file.Open("errors.csv")) …
//   file.Add(finding);
#pragma once

#include <fstream>
#include <string>

#include "handrail/v1/ingest_service.pb.h"

namespace handrail::cli {

class FindingFile {
 public:
  // Empties or makes the file. False where it cannot be written.
  bool Open(const std::string& path);

  // Nothing happens where none is open.
  void Add(const v1::Finding& finding);

 private:
  std::ofstream file_;
  bool csv_ = false;
};

}  // namespace handrail::cli
