#include "clients/formats/finding_log.h"

#include <utility>

#include "clients/formats/limits.h"

namespace handrail::formats {
namespace {

v1::Finding MakeFinding(const v1::RowOrigin& origin, FindingText text) {
  v1::Finding finding;
  finding.set_severity(text.severity);
  *finding.mutable_origin() = origin;
  finding.set_field(std::move(text.field));
  finding.set_reason(std::move(text.reason));
  finding.set_value_class(std::move(text.value_class));
  finding.set_message(std::move(text.message));
  finding.set_hint(std::move(text.hint));
  finding.set_count(1);
  return finding;
}

}  // namespace

FindingLog FindingLog::Recording() {
  FindingLog log{nullptr};
  log.recording_ = true;
  return log;
}

void FindingLog::Add(const v1::RowOrigin& origin, FindingText text) {
  if (silent_) return;
  if (recording_) {
    recorded_.push_back({.origin = origin, .text = std::move(text)});
    return;
  }
  Emit(MakeFinding(origin, std::move(text)));
}

void FindingLog::Tally(const v1::RowOrigin& origin, FindingText text,
                       int64_t count) {
  if (silent_) return;
  if (recording_) {
    recorded_.push_back(
        {.origin = origin, .text = std::move(text), .tally = count});
    return;
  }
  const auto key = std::make_tuple(static_cast<int>(text.severity), text.field,
                                   text.reason, text.message);
  const auto found = tally_of_.find(key);
  if (found != tally_of_.end()) {
    v1::Finding& finding = tallied_[found->second];
    finding.set_count(finding.count() + count);
    return;
  }
  v1::Finding finding = MakeFinding(origin, std::move(text));
  finding.set_count(count);
  if (tallied_.size() >= kFindingKindsMax) {
    Emit(finding);
    return;
  }
  tally_of_.emplace(key, tallied_.size());
  tallied_.push_back(std::move(finding));
}

void FindingLog::ReplayInto(FindingLog& log) {
  for (Recorded& one : recorded_) {
    if (one.tally == 0) {
      log.Add(one.origin, std::move(one.text));
    } else {
      log.Tally(one.origin, std::move(one.text), one.tally);
    }
  }
  recorded_.clear();
}

void FindingLog::Flush() {
  for (const v1::Finding& finding : tallied_) Emit(finding);
  tallied_.clear();
  tally_of_.clear();
}

void FindingLog::Emit(const v1::Finding& finding) {
  ++count_;
  if (kept_.size() < kFindingsKeptMax) kept_.push_back(finding);
  if (on_finding_) on_finding_(finding);
}

}  // namespace handrail::formats
