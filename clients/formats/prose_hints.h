// Says where a source has facts in prose alone: "women only", "call 24/7", "no
// one on methadone".
//
// Nothing is made of the words. The text stays, and a finding says once per
// field, with a count, which structured field would hold what the words seem to
// be about; whoever keeps the source can fill it.
//
//   NoteProse("comments", text, service, origin, log);
//
// Nothing is said about rows that speak of a place that must not be shown, and
// nothing to a log that takes nothing. Pure but for the log; threads may share
// the table behind it.
#pragma once

#include <string_view>

#include "clients/formats/finding_log.h"
#include "handrail/v1/ingest_service.pb.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

// Looks for words about facts that the service does not have and tallies a
// finding "only-in-prose" for each kind of fact. `field` is the text's name in
// the source. The finding quotes nothing of the text.
void NoteProse(std::string_view field, std::string_view text,
               const v1::Service& service, const v1::RowOrigin& origin,
               FindingLog& log);

// The same for the texts of HSDS that every service of a row has.
void NoteRowProse(const v1::Row& row, FindingLog& log);

}  // namespace handrail::formats
