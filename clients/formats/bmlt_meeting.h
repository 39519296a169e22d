// One BMLT meeting as its server gives it, whether from GetSearchResults (all
// values text, weekday 1 for Sunday) or from /api/v1 (camelCase, day 0 for
// Sunday): the members under one set of names.
//
// Refers to the element, its origin and the log, which must all outlive it. One
// thread at a time, as the log.
//
//   BmltMeeting meeting(element, origin, log);
//   const std::string name = meeting.Text("meeting_name");
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clients/formats/finding_log.h"
#include "clients/formats/json_tree.h"
#include "clients/formats/row_findings.h"
#include "handrail/v1/ingest_service.pb.h"

namespace handrail::formats {

class BmltMeeting : public RowFindings {
 public:
  BmltMeeting(const JsonValue& json, const v1::RowOrigin& origin,
              FindingLog& log);

  // The name GetSearchResults has for a member: "start_time" for startTime,
  // "id_bigint" for id. `day` stays, because it counts otherwise.
  static std::string NameOf(std::string_view key);

  const JsonValue& json() const { return json_; }

  // The member by the name that GetSearchResults has for it, trimmed; empty
  // where it is absent, a list or an object.
  std::string Text(std::string_view name) const;
  const JsonValue* Find(std::string_view name) const;

  // The parts of a member that is a list, or text with commas.
  std::vector<std::string> List(std::string_view name) const;

  // 0 for Sunday to 6; -1 where it is absent, -2 where it is no day.
  int Weekday() const;

  // NameOf the element's key of that number.
  const std::string& name(size_t i) const { return names_[i]; }

 private:
  const JsonValue& json_;
  // NameOf each of the element's keys.
  std::vector<std::string> names_;
};

// What a member of the fellowship gave so that others can reach them. All of a
// meeting's contact fields are of that kind: BMLT marks no public ones.
bool IsBmltPersonal(std::string_view name);

}  // namespace handrail::formats
