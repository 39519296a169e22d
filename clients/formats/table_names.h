// The tables of HSDS and its relations, and what other editions call them and
// their columns (data/table-names.tsv).
//
// Pure functions; the tables are built once and never change.
//
//   const SourceTable source =
//       FindSourceTable(TableDialect::kHsds, "regular_schedules", header);
//   source.table->name;                             // "schedules"
//   RuleOf(TableDialect::kHsds, source, "weekday")  // kWeekday
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clients/formats/recognise.h"
#include "google/protobuf/descriptor.h"

namespace handrail::formats {

struct TableInfo {
  std::string_view name;
  // nullptr for a table that HSDS 3 does not have: its rows are kept with what
  // they belong to (see IsKeptWithOwner, IsTextOfOwner).
  const google::protobuf::Descriptor* type;
  // What its rows are records of; kNone for parts of records.
  HsdsKind kind;
};

// Every table of HSDS 3.1, parts before what they are parts of.
const std::vector<TableInfo>& TableInfos();
// The table of that name; nullptr when there is none. Knows the older tables
// that HSDS 3 does not have, too.
const TableInfo* FindTable(std::string_view name);

// Rows that are kept word for word as a list under the table's name with their
// service or location: holiday_schedules, payments_accepted.
bool IsKeptWithOwner(const TableInfo& table);
// Rows with a text that is a field of their service since: eligibility.
bool IsTextOfOwner(const TableInfo& table);

// Whose names are meant.
enum class TableDialect { kHsds, kOhana };

struct SourceTable {
  // nullptr: not a table of the dialect.
  const TableInfo* table = nullptr;
  // What the source calls it, in lower case: "regular_schedules".
  std::string name;
  // Values that all rows have: {"address_type", "physical"}.
  std::vector<std::pair<std::string, std::string>> constants;
  // Columns of the header that it knows.
  int known_columns = 0;
};

// The table of that name, which may be a file's ("Phones.csv"). Where a name
// has meant several tables, the one that knows most columns.
SourceTable FindSourceTable(TableDialect dialect, std::string_view name,
                            const std::vector<std::string>& header);

// The table that knows most of the columns, whatever its name: for a file whose
// name says nothing. None below three columns.
SourceTable GuessSourceTable(TableDialect dialect,
                             const std::vector<std::string>& header);

// Whether a table is one of an Ohana set, by name and columns that HSDS has
// not.
bool IsOhanaTable(std::string_view name,
                  const std::vector<std::string>& header);

// What becomes of a column.
struct ColumnRule {
  enum Kind {
    // `name` is a field.
    kField,
    // `name` is a list, and each part between commas an object with `item`.
    kList,
    // A day or days of the week: "Monday", "Mon-Fri", "1".
    kWeekday,
    // Ohana: true for a location that is online.
    kVirtual,
    // Ohana: the one location of a service.
    kPlace,
    // Ids of taxonomy terms between commas.
    kTerms,
    // Ohana: a code of the Open Eligibility tree, which is the term's id.
    kCode,
    // Not kept.
    kDrop,
    // No field: kept as an unknown one.
    kUnknown,
  };
  Kind kind = kUnknown;
  std::string name;
  std::string item;
};

ColumnRule RuleOf(TableDialect dialect, const SourceTable& source,
                  std::string_view column);

}  // namespace handrail::formats
