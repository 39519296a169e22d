// The door out: records, as they come from the server, in one of the formats
// that others read.
//
//   hsds-ndjson    HSDS 3.1 JSON, one object a line
//   hsds-json      the same objects as one JSON list
//   hsds-tabular   an HSDS 3.1 tabular package, zipped
//   meeting-guide  support groups as a Meeting Guide feed
//
//   std::unique_ptr<Export> out = NewExport("hsds-json", sink);
//   for (…) HANDRAIL_RETURN_IF_ERROR(out->Add(record));
//   HANDRAIL_RETURN_IF_ERROR(out->Finish());
//
// One thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "clients/formats/hsds_writer.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

class Export {
 public:
  virtual ~Export() = default;

  // Takes the next record: taxonomies and terms first and services last, so
  // that what others refer to has come. Returns what the sink returns.
  virtual absl::Status Add(const v1::Record& record) = 0;
  // Writes the rest. Call it once, last.
  virtual absl::Status Finish() = 0;
  // What was written and what was left out, in words.
  virtual std::string Summary() const = 0;
};

// Names of the formats, sorted.
std::vector<std::string> ExportFormats();

// REQUIRES: the format is one of them.
std::unique_ptr<Export> NewExport(std::string_view format, LineSink sink);

// What a file of that format is called.
std::string ExportFileName(std::string_view format);

}  // namespace handrail::formats
