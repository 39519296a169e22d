// Maps HSDS 3.x objects to rows.
//
// Whatever an object is rooted at (a service as the standard has it, or an
// organization, service_at_location, location, program, taxonomy or term), the
// organizations, programs, locations and services nested in it become records
// of their own and leave a reference behind:
//   service.organization            -> organization_id
//   service.program                 -> program_id
//   service_at_locations[].location -> the location with its id alone
// An object with nothing but an id is such a reference already.
//
// Attributes with codes of a known vocabulary add kinds of need and facts to
// x_handrail (code_tables.h); the attributes stay.
#pragma once

#include "clients/formats/recognise.h"
#include "clients/formats/row_mapper.h"

namespace handrail::formats {

class HsdsMapper : public RowMapper {
 public:
  // `likely` decides what an object is where its properties do not.
  explicit HsdsMapper(HsdsKind likely) : likely_(likely) {}

  MappedRow Map(const JsonValue& element, v1::RowOrigin origin,
                FindingLog& log) override;

 private:
  const HsdsKind likely_;
};

// The records of one object that is fully nested, in the order of references:
// organizations, programs, locations, services, taxonomies, terms. The object
// is left in pieces. Used by the readers of other forms of HSDS, too.
void SplitRecords(HsdsKind kind, google::protobuf::Message& object,
                  const v1::RowOrigin& origin, FindingLog& log, v1::Row& row);

// An empty message of that kind; nullptr for kNone.
std::unique_ptr<google::protobuf::Message> NewHsdsMessage(HsdsKind kind);

}  // namespace handrail::formats
