// Collects what the readers find: hands every finding on, keeps the first ones
// and counts all, and turns a finding that would repeat for thousands of rows
// into one with a count.
//
// One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "handrail/v1/ingest_service.pb.h"

namespace handrail::formats {

// The parts of a finding besides where it is. Values are never repeated in it,
// only their class; codes of public vocabularies may be, where the row is not
// private (may_quote).
struct FindingText {
  v1::FindingSeverity severity = v1::NOTICE;
  // Path in the source's words: "phones[0].number".
  std::string field;
  std::string reason;
  std::string value_class;
  std::string message;
  std::string hint;
};

class FindingLog {
 public:
  // A log that takes nothing: for reading again what was inspected.
  FindingLog() : silent_(true) {}
  explicit FindingLog(std::function<void(const v1::Finding&)> on_finding)
      : on_finding_(std::move(on_finding)) {}

  // A log that only remembers, for ReplayInto: what a thread finds that is not
  // the one whose log it is.
  static FindingLog Recording();

  void Add(const v1::RowOrigin& origin, FindingText text);
  // The same, but findings equal in all but their origin become one with a
  // count, at Flush. The first origin stands for all. `count` is of how many it
  // is one already.
  void Tally(const v1::RowOrigin& origin, FindingText text, int64_t count = 1);
  // What was added and tallied since the last time, to be said again in another
  // log in the same order. REQUIRES: it is a Recording().
  void ReplayInto(FindingLog& log);
  // Emits what was tallied, in the order in which it first came.
  void Flush();

  // False while findings are about a row that speaks of a place that must not
  // be shown: then no finding may hold a code, a name or a key of the source.
  // Whoever would quote one asks first.
  bool may_quote() const { return may_quote_; }
  void set_may_quote(bool may_quote) { may_quote_ = may_quote; }

  // It takes nothing; findings need not be made for it.
  bool silent() const { return silent_; }

  const std::vector<v1::Finding>& kept() const { return kept_; }
  int64_t count() const { return count_; }

 private:
  struct Recorded {
    v1::RowOrigin origin;
    FindingText text;
    // 0 for one that was added.
    int64_t tally = 0;
  };

  void Emit(const v1::Finding& finding);

  bool silent_ = false;
  bool recording_ = false;
  std::vector<Recorded> recorded_;
  bool may_quote_ = true;
  std::function<void(const v1::Finding&)> on_finding_;
  std::vector<v1::Finding> kept_;
  int64_t count_ = 0;
  std::vector<v1::Finding> tallied_;
  std::map<std::tuple<int, std::string, std::string, std::string>, size_t>
      tally_of_;
};

}  // namespace handrail::formats
