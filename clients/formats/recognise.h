// Says what a file is and where its records lie, and why it thinks so.
//
// Pure but for reading the file.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/formats/csv_table.h"
#include "clients/formats/format.h"
#include "clients/formats/json_stream.h"
#include "clients/formats/json_tree.h"

namespace handrail::formats {

// The objects of HSDS that are records of their own here.
enum class HsdsKind {
  kNone,
  kService,
  kServiceAtLocation,
  kOrganization,
  kProgram,
  kLocation,
  kTaxonomy,
  kTaxonomyTerm,
};

// Name of the HSDS table: "services", "service_at_locations", …
std::string_view TableName(HsdsKind kind);
// Name of the object: "service", …: values of "x_handrail_type".
std::string_view KindName(HsdsKind kind);
HsdsKind KindOfName(std::string_view name);

// The kind of an object by its properties: "x_handrail_type" where it says so,
// else the kind that knows most of them, `likely` where several know the same
// number. kNone for what is no HSDS object.
HsdsKind ClassifyHsds(const JsonValue& object, HsdsKind likely);

// True for an object that looks like a Meeting Guide meeting.
bool LooksLikeMeeting(const JsonValue& object);

// A run of records inside a file.
struct FilePart {
  // Counted under this name unless a record says better.
  std::string table;
  JsonPart part;
};

struct Recognised {
  Format format = Format::kUnknown;
  // In words, for people.
  std::string why;
  std::vector<FilePart> parts;
  // HSDS keyed by table: the parts are tables that refer to each other.
  bool tabular = false;
  // What HSDS records of the file are taken for when in doubt.
  HsdsKind likely = HsdsKind::kNone;
  // Meeting Guide: where the feed explains its own type codes.
  std::optional<JsonPart> formats;
  // BMLT: where the server's own formats are.
  std::optional<JsonPart> bmlt_formats;
  // The table's outline, where the file is CSV; it has no parts then.
  std::shared_ptr<const CsvTable> csv;
  // The file is a table of a package: table_package.h.
  bool table = false;
  // Ohana: kinds of service by service.
  bool categories = false;
  // Known, and without records: left out with a NOTICE.
  bool nothing_to_load = false;
  // Set when the file is of no known format, or broken.
  std::optional<ReadProblem> problem;
};

// Looks at the file. `wanted` is the format the caller names, or kUnknown; a
// file that could be of it is taken for it. An error is one of the file system.
absl::StatusOr<Recognised> Recognise(const std::string& path, Format wanted,
                                     const ByteWatcher& watcher = nullptr);

}  // namespace handrail::formats
