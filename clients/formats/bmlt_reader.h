// Maps BMLT meetings and service bodies to rows.
//
// A meeting becomes a service (a support group) with its schedule, the service
// body that keeps it as its organization, and a location where people meet in
// person. Format codes are looked up in the server's own list of formats and
// become facts of the profile; every code stays as an attribute, known or not.
// A service body becomes an organization.
//
// What BMLT means by its values:
// - the end of a meeting is its start plus duration_time; more than
//   kBmltHoursMax is an error of the data, and the end then not known;
// - published 0: not for the public; the row is skipped, with a finding;
// - venue_type (1 in person, 2 virtual, 3 hybrid) counts most for how people
//   take part; without it the formats VM, HY and TC do, and then links and
//   addresses. TC alone, without a way to join: shut for now;
// - names, numbers and addresses of members are dropped at the door.
#pragma once

#include "clients/formats/bmlt_directory.h"
#include "clients/formats/meeting_guide_entry.h"
#include "clients/formats/row_mapper.h"

namespace handrail::formats {

// A meeting is longer than this by mistake.
inline constexpr int kBmltHoursMax = 6;

class BmltMapper : public RowMapper {
 public:
  // REQUIRES: `options.fellowship` is set and both outlive the mapper.
  BmltMapper(const MeetingOptions& options, const BmltDirectory& directory)
      : options_(options), directory_(directory) {}

  MappedRow Map(const JsonValue& element, v1::RowOrigin origin,
                FindingLog& log) override;

 private:
  const MeetingOptions& options_;
  const BmltDirectory& directory_;
};

}  // namespace handrail::formats
