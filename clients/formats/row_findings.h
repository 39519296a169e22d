// Findings about one row of a flat source, in the words of its reader: a base
// of what reads such rows.
//
//   class Facility : public RowFindings { … };
//   if (name.empty()) return Skip("name", "missing-field", "empty", …);
//
// Refers to the origin and the log, which must outlive it. One thread at a
// time, as the log.
#pragma once

#include <string>
#include <utility>

#include "clients/formats/finding_log.h"
#include "clients/formats/json_tree.h"
#include "handrail/v1/ingest_service.pb.h"

namespace handrail::formats {

// Of an element that has to be a JSON object and is none. `hint`: what each
// element is.
inline FindingText NotAnObject(const JsonValue& element, std::string hint) {
  return {.severity = v1::ROW_SKIPPED,
          .reason = "wrong-kind",
          .value_class = std::string(JsonClass(element)),
          .message = "the element is no object",
          .hint = std::move(hint)};
}

class RowFindings {
 public:
  RowFindings(const v1::RowOrigin& origin, FindingLog& log)
      : origin_(origin), log_(log) {}

  const v1::RowOrigin& origin() const { return origin_; }
  FindingLog& log() const { return log_; }

  // Adds a finding of this row alone.
  void Add(FindingText finding) const { log_.Add(origin_, std::move(finding)); }

  // Adds a finding ROW_SKIPPED. Returns false, for the caller to pass on.
  bool Skip(std::string field, std::string reason, std::string value_class,
            std::string message, std::string hint) const {
    Add({.severity = v1::ROW_SKIPPED,
         .field = std::move(field),
         .reason = std::move(reason),
         .value_class = std::move(value_class),
         .message = std::move(message),
         .hint = std::move(hint)});
    return false;
  }

  // Adds a finding that is counted where it repeats from row to row.
  void Note(v1::FindingSeverity severity, std::string field, std::string reason,
            std::string message, std::string hint) const {
    log_.Tally(origin_, {.severity = severity,
                         .field = std::move(field),
                         .reason = std::move(reason),
                         .value_class = "text",
                         .message = std::move(message),
                         .hint = std::move(hint)});
  }

 private:
  const v1::RowOrigin& origin_;
  FindingLog& log_;
};

}  // namespace handrail::formats
