// What normalising one row found, and where.
//
// Not thread-safe: one RowReport belongs to one call.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "handrail/v1/ingest_service.pb.h"

namespace handrail::storage {

// Where in a record we are: a list that grows downwards on the stack, so that
// text is made only for what is reported. "phones[0].number".
struct Path {
  const Path* parent = nullptr;
  std::string_view name;
  // Place in a list; -1 where the field is none.
  int index = -1;

  std::string ToString() const;
};

// One problem, in words. `value_class` never repeats the value: ClassOf.
struct Problem {
  std::string reason;
  std::string value_class;
  std::string message;
  std::string hint;
};

// "empty", "a number", "text of 12 characters".
std::string ClassOf(std::string_view value);

class RowReport {
 public:
  explicit RowReport(const v1::RowOrigin& origin) : origin_(origin) {}

  // Loaded as it is.
  void Notice(const Path& path, std::string_view field, Problem problem);
  // Loaded, with this value kept as text only.
  void Kept(const Path& path, std::string_view field, Problem problem);
  // The whole row is left out.
  void Skip(const Path& path, std::string_view field, Problem problem);

  bool skipped() const { return skipped_; }

  // The findings, at most kRowFindingsMax: where there were more, a last one
  // counts them. Reasons for skipping are never among those left out.
  std::vector<v1::Finding> Take();

 private:
  void Add(v1::FindingSeverity severity, const Path& path,
           std::string_view field, Problem problem);

  const v1::RowOrigin& origin_;
  std::vector<v1::Finding> skips_;
  std::vector<v1::Finding> others_;
  int64_t left_out_ = 0;
  bool skipped_ = false;
};

}  // namespace handrail::storage
