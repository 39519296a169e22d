// Maps meetings of the Meeting Guide format to rows.
//
// A meeting becomes a service (a support group) with its schedule, an
// organization (the group, or the feed's entity, or one for the whole source),
// and a location where people meet in person. Type codes become facts of the
// profile by the fellowship's own table and stay as attributes. A meeting that
// is online alone has no location, whatever address the feed gives it.
//
// Names, numbers and addresses of the members who answer for a meeting are
// dropped here, at the door, and only counted. Lines of the feed's own office
// (entity_phone and the like) stay. What else the feed says is kept in
// unknown_fields; `updated` says when a page was edited and never that anybody
// checked.
//
// What the standard leaves open is said where it is decided: of its time in
// meeting_guide_schedule.h, of how people take part in
// meeting_guide_attendance.h.
#pragma once

// Exported: who reads meetings finds their clock times here.
#include "clients/formats/clock_time.h"  // IWYU pragma: export
#include "clients/formats/meeting_guide_entry.h"
#include "clients/formats/row_mapper.h"

namespace handrail::formats {

class MeetingGuideMapper : public RowMapper {
 public:
  explicit MeetingGuideMapper(MeetingOptions options);

  MappedRow Map(const JsonValue& element, v1::RowOrigin origin,
                FindingLog& log) override;

 private:
  const MeetingOptions options_;
};

}  // namespace handrail::formats
