// One meeting as its feed gives it: texts by key, ids of what it is taken apart
// into, and findings that say where it is.
//
// Refers to the options, the element, its origin and the log, which must all
// outlive it. One thread at a time, as the log.
//
//   MeetingEntry entry(options, element, origin, log);
//   entry.set_slug(Trim(entry.Text("slug")));
//   schedule.set_id(entry.PartId("schedule"));
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "clients/formats/code_tables.h"
#include "clients/formats/finding_log.h"
#include "clients/formats/json_tree.h"
#include "clients/formats/row_findings.h"
#include "handrail/v1/ingest_service.pb.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

struct MeetingOptions {
  std::string source;
  // REQUIRED.
  const Fellowship* fellowship = nullptr;
  // IANA zone of meetings that name none; may be empty.
  std::string zone;
  // The feed's own names of its type codes.
  std::map<std::string, std::string> type_names;
};

// The id of a part by its name, the same in every load.
std::string MeetingPartUuid(std::string_view name);

class MeetingEntry : public RowFindings {
 public:
  MeetingEntry(const MeetingOptions& options, const JsonValue& json,
               const v1::RowOrigin& origin, FindingLog& log)
      : RowFindings(origin, log), options_(options), json_(json) {}

  const MeetingOptions& options() const { return options_; }
  const JsonValue& json() const { return json_; }

  // What tells the meeting from others of its source. DEFAULT: empty.
  const std::string& slug() const { return slug_; }
  void set_slug(std::string slug) { slug_ = std::move(slug); }

  // The member as text; empty where it is absent, a list or an object.
  std::string Text(std::string_view key) const;

  // The id of a part of this meeting. REQUIRES: the slug is set.
  std::string PartId(std::string_view part) const;

  // Names the facts that a text has in prose alone.
  void NoteProse(std::string_view field, std::string_view text,
                 const v1::Service& service) const;

 private:
  const MeetingOptions& options_;
  const JsonValue& json_;
  std::string slug_;
};

}  // namespace handrail::formats
