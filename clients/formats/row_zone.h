// Gives the places of a row the time zone that their source leaves out, so that
// their hours can be judged.
//
// HSDS has no IANA zone: its schedule.timezone is an offset, which is wrong for
// half of the year and never taken for one. A schedule that names its zone, as
// those of meetings do, goes before its place.
//
//   ZoneRow(options.zone, row, log);
#pragma once

#include <string>

#include "clients/formats/finding_log.h"
#include "handrail/v1/ingest_service.pb.h"

namespace handrail::formats {

// Sets x_handrail.zone of every location in the row that has none and is no
// virtual one: to `given`, the load's --zone, else to that of where it stands
// (state_zone.h), with a tallied finding "derived". Where neither is known it
// stays without. What is set follows from the location alone, so that a
// location is the same in every row it comes in, and when it is read back from
// an export.
void ZoneRow(const std::string& given, v1::Row& row, FindingLog& log);

}  // namespace handrail::formats
