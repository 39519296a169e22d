// Maps treatment facilities of SAMHSA's sources to rows.
//
// A facility becomes a service at a location, kept by an organization of its
// name. Service codes become facts of the treatment profile, kinds of need, and
// attributes that keep each code, known or not. What a source does not list is
// not known, with one exception: of Female and Male most facilities list both,
// so one alone excludes the other.
//
// A facility has no id of its own in these sources: it is known by its names
// and address. What the address lost on the way (zeros of the ZIP code) is put
// back and the source's text kept.
#pragma once

#include <string>

#include "clients/formats/csv_table.h"
#include "clients/formats/row_mapper.h"
#include "clients/formats/samhsa_facility.h"

namespace handrail::formats {

class SamhsaMapper : public RowMapper {
 public:
  explicit SamhsaMapper(std::string source) : source_(std::move(source)) {}

  MappedRow Map(const JsonValue& element, v1::RowOrigin origin,
                FindingLog& log) override;
  // A row of a table without fault.
  MappedRow MapCsv(const FacilityTable& table, const CsvRow& row,
                   const v1::RowOrigin& origin, FindingLog& log) const;

 private:
  const std::string source_;
};

}  // namespace handrail::formats
