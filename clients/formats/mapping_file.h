// A mapping file: how the columns of a flat table become records.
//
// TOML in UTF-8, read by CLI11's reader: text stands in single or double
// quotation marks, without escapes.
//
//   [table]
//   name = "providers"                  # what rows are counted as
//   id = ["Provider", "Address"]        # columns that tell rows apart
//   term = ["treatment~"]               # what every row is; ~ broader
//   sets = ["any.audience=person"]      # facts of every row
//
//   [constants]                         # the same in every row
//   address.state_province = "KY"
//
//   [[column]]
//   name = "Provider"                   # as in the first line of the table
//   to = "service.name"                 # a field of HSDS, or a profile fact
//
//   [[column]]
//   name = "detox_offered"
//   yes = ["1"]                         # values that say so
//   nothing = ["0"]                     # values that say nothing; empty always
//   term = ["detox"]
//   sets = ["treatment.settings=residential_detox"]
//
//   [[column]]
//   name = "Payment"
//   split = ","                         # several values in one cell
//   values = ["Medicaid => any.payments=medicaid",
//             "Detox => term:detox"]
//
// A column that is not named is kept as it is; so is one with `keep = true`.
// `skip = true` leaves a column out, for names and numbers of persons.
//
// Immutable once read; threads may share it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/formats/code_tables.h"

namespace handrail::formats {

// A field that takes a text: "service.name", "any.intake_hours".
struct MappingTarget {
  // organization, service, location, address, phone, link, coverage, or a part
  // of the profile.
  std::string part;
  std::string field;

  std::string Path() const { return part + "." + field; }
};

struct MappingColumn {
  std::string name;
  std::vector<MappingTarget> to;
  // What a yes means.
  std::vector<std::string> yes;
  // Values that say no: the facts of the column, answered NO.
  std::vector<std::string> no;
  std::vector<std::string> nothing;
  CodeMeaning means;
  // Value in small letters → what it means.
  std::map<std::string, CodeMeaning> values;
  std::string split;
  // Of a phone: what it is for.
  std::string label;
  bool skip = false;
  bool keep = false;

  bool coded() const { return !yes.empty() || !values.empty(); }
};

struct MappingFile {
  std::string table = "rows";
  std::vector<std::string> id;
  // Of every row.
  CodeMeaning means;
  std::vector<std::pair<MappingTarget, std::string>> constants;
  std::vector<MappingColumn> columns;
};

// Reads and checks a mapping. INVALID_ARGUMENT (INVALID_FIELD "mapping") names
// the section and the key that is wrong and what would be right.
absl::StatusOr<MappingFile> ReadMappingFile(const std::string& path);

// The same for text in memory.
absl::StatusOr<MappingFile> ParseMapping(std::string_view text);

// Whether a target can be given: the error says what can.
absl::StatusOr<MappingTarget> ParseMappingTarget(std::string_view path);

}  // namespace handrail::formats
