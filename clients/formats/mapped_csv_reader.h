// Maps rows of a flat table to records, as a mapping file says.
//
// A row becomes an organization, a service, and, where it has any of an
// address, a location. Columns that the mapping does not name are kept in
// unknown_fields, with one finding that names them; a value that a coded column
// does not explain is kept as an attribute. Nothing is made of a value without
// the mapping's word.
//
//   const MappedCsvMapper mapper(mapping, "kentucky", table);
//   mapper.NoteColumns(origin, log);
//   for each row: mapper.Map(row, origin, log);
//
// Immutable after construction; threads may share it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "clients/formats/csv_table.h"
#include "clients/formats/mapping_file.h"
#include "clients/formats/row_mapper.h"

namespace handrail::formats {

// What is wrong with the table for this mapping: a column the mapping names and
// the table does not have. Nothing where they fit.
std::optional<ReadProblem> CheckMapping(const MappingFile& mapping,
                                        const CsvTable& table);

class MappedCsvMapper {
 public:
  // REQUIRES: CheckMapping has no problem, and `mapping` outlives the mapper.
  MappedCsvMapper(const MappingFile& mapping, std::string source,
                  const CsvTable& table);

  // The finding that names the columns kept as they are.
  void NoteColumns(const v1::RowOrigin& origin, FindingLog& log) const;

  // REQUIRES: the row has no fault.
  MappedRow Map(const CsvRow& row, const v1::RowOrigin& origin,
                FindingLog& log) const;

 private:
  const MappingFile& mapping_;
  const std::string source_;
  const std::vector<std::string> header_;
  // The mapping's column of each of the table's; nullptr for none.
  std::vector<const MappingColumn*> columns_;
  std::vector<size_t> id_columns_;
};

}  // namespace handrail::formats
