// Any bytes as a file that nobody says anything of, all the way to records:
// recognised, read, sent as the client sends rows, normalised as the server
// does, projected, and written in every format that records leave in.
#include <string>
#include <utility>
#include <vector>

#include "clients/formats/export.h"
#include "tests/fuzz/formats_fuzz.h"
#include "tests/fuzz/row_checks.h"

namespace handrail::formats {
namespace {

// What arrives at the server. A row that cannot travel would end the load.
v1::Row Sent(const v1::Row& row) {
  std::string bytes;
  HANDRAIL_CHECK(row.SerializeToString(&bytes));
  v1::Row arrived;
  HANDRAIL_CHECK(arrived.ParseFromString(bytes));
  return arrived;
}

void WriteEverywhere(const std::vector<v1::Record>& records) {
  for (const std::string& format : ExportFormats()) {
    std::string text;
    const auto out = NewExport(format, [&](std::string_view line) {
      text += line;
      return absl::OkStatus();
    });
    for (const v1::Record& record : records) {
      HANDRAIL_CHECK_OK(out->Add(record));
    }
    HANDRAIL_CHECK_OK(out->Finish());
  }
}

void FuzzIngest(std::string_view bytes) {
  // The end of a name decides where the content does not.
  const char* name = bytes.size() % 2 == 0 ? "input.json" : "input.csv";
  const std::vector<v1::Row> rows = FuzzRows(
      FuzzFile(bytes, name),
      {.source = "fuzz", .fellowship = "aa", .zone = "America/New_York"});
  std::vector<v1::Record> shown;
  for (const v1::Row& row : rows) {
    for (const v1::Record& record : CheckedRecords(Sent(row))) {
      shown.push_back(storage::PublicProjection(record));
    }
  }
  WriteEverywhere(shown);
}

}  // namespace
}  // namespace handrail::formats

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  handrail::formats::FuzzIngest(
      std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
