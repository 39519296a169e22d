#include "storage/db/queue_plan.h"

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/base/status.h"
#include "storage/db/directory_view.h"
#include "storage/db/key_scan.h"
#include "storage/db/keys.h"
#include "storage/db/stored_record.h"
#include "storage/journal/append_plan.h"

namespace handrail::storage {
namespace {

using handrail::v1::Conflict;
using handrail::v1::DuplicatePair;
using handrail::v1::ErrorReport;
using Rows = std::set<std::string>;

absl::Status CheckReports(const DirectoryChange& change) {
  std::set<std::string> named;
  for (size_t i = 0; i < change.reports.size(); ++i) {
    const std::string path = absl::StrCat("reports[", i, "]");
    const ErrorReport& report = change.reports[i];
    if (report.id().empty()) return InvalidField(path + ".id", "must be set");
    if (report.status() == ErrorReport::STATUS_UNSPECIFIED ||
        !handrail::v1::ErrorReport_Status_IsValid(report.status())) {
      return InvalidField(path + ".status", "must be OPEN or how it ended");
    }
    if (!named.insert(report.id()).second) {
      return InvalidField(path, "must name each report once in a commit");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckConflicts(const DirectoryChange& change) {
  std::set<std::string> named;
  for (size_t i = 0; i < change.conflicts.size(); ++i) {
    const std::string path = absl::StrCat("conflicts[", i, "]");
    const Conflict& conflict = change.conflicts[i];
    if (conflict.id().empty()) return InvalidField(path + ".id", "must be set");
    if (!CanExist(conflict.ref()) ||
        !handrail::v1::RecordType_IsValid(conflict.ref().type())) {
      return InvalidField(path + ".ref", "must have a type and an id");
    }
    if (!named.insert(conflict.id()).second) {
      return InvalidField(path, "must name each conflict once in a commit");
    }
  }
  for (size_t i = 0; i < change.conflicts_gone.size(); ++i) {
    const std::string path = absl::StrCat("conflicts_gone[", i, "]");
    if (change.conflicts_gone[i].empty()) {
      return InvalidField(path, "must be set");
    }
    if (!named.insert(change.conflicts_gone[i]).second) {
      return InvalidField(path, "must name each conflict once in a commit");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckDecisions(const DirectoryChange& change) {
  std::set<std::pair<std::string, std::string>> named;
  for (size_t i = 0; i < change.decisions.size(); ++i) {
    const std::string path = absl::StrCat("decisions[", i, "]");
    const DuplicatePair& pair = change.decisions[i];
    if (pair.first_id().empty()) {
      return InvalidField(path + ".first_id", "must be set");
    }
    if (pair.first_id() >= pair.second_id()) {
      return InvalidField(path + ".second_id", "must be the greater id");
    }
    if (!named.emplace(pair.first_id(), pair.second_id()).second) {
      return InvalidField(path, "must name each pair once in a commit");
    }
  }
  return absl::OkStatus();
}

// The rows by which one is listed.
Rows RowsOf(const ErrorReport& report) {
  const int64_t at = ToMicros(report.reported_at());
  return {keys::ReportStateKey(0, at, report.id()),
          keys::ReportStateKey(report.status(), at, report.id())};
}

Rows RowsOf(const Conflict& conflict) {
  Rows rows = {keys::RecordConflictKey(conflict.ref(), conflict.id())};
  if (!conflict.settled()) {
    rows.insert(
        keys::OpenConflictKey(ToMicros(conflict.found_at()), conflict.id()));
  }
  return rows;
}

Rows RowsOf(const DuplicatePair&) { return {}; }

class QueuePlanner {
 public:
  QueuePlanner(const JournalSnapshot& now, AppendRequest& append)
      : now_(now), append_(append) {}

  // Puts `message` under `key` (null: removes what is there) and moves its
  // rows.
  template <typename Message>
  absl::Status Change(const std::string& key, const Message* message) {
    HANDRAIL_ASSIGN_OR_RETURN(const std::optional<VersionedValue> old,
                              now_.Get(kDirectoryStream, key));
    append_.expected.push_back({key, old.has_value() ? old->version : 0});
    Rows before;
    if (old.has_value()) {
      Message kept;
      if (!kept.ParseFromString(old->value)) return CorruptKey("queue");
      before = RowsOf(kept);
    } else if (message == nullptr) {
      return absl::OkStatus();
    }
    const Rows after = message != nullptr ? RowsOf(*message) : Rows();
    for (const std::string& row : before) {
      if (!after.contains(row)) append_.mutations.push_back({row, {}});
    }
    for (const std::string& row : after) {
      if (!before.contains(row)) append_.mutations.push_back({row, ""});
    }
    std::optional<std::string> value;
    if (message != nullptr) value = DeterministicBytes(*message);
    append_.mutations.push_back({key, std::move(value)});
    return absl::OkStatus();
  }

 private:
  const JournalSnapshot& now_;
  AppendRequest& append_;
};

}  // namespace

absl::Status CheckQueues(const DirectoryChange& change) {
  HANDRAIL_RETURN_IF_ERROR(CheckReports(change));
  HANDRAIL_RETURN_IF_ERROR(CheckConflicts(change));
  return CheckDecisions(change);
}

absl::Status PlanQueues(const DirectoryChange& change,
                        const JournalSnapshot& now, AppendRequest& append) {
  QueuePlanner planner(now, append);
  for (const ErrorReport& report : change.reports) {
    HANDRAIL_RETURN_IF_ERROR(
        planner.Change(keys::ReportKey(report.id()), &report));
  }
  for (const Conflict& conflict : change.conflicts) {
    HANDRAIL_RETURN_IF_ERROR(
        planner.Change(keys::ConflictKey(conflict.id()), &conflict));
  }
  for (const std::string& id : change.conflicts_gone) {
    HANDRAIL_RETURN_IF_ERROR(
        planner.Change<Conflict>(keys::ConflictKey(id), nullptr));
  }
  for (const DuplicatePair& pair : change.decisions) {
    const bool kept = pair.state() != handrail::v1::DUPLICATE_STATE_UNSPECIFIED;
    HANDRAIL_RETURN_IF_ERROR(
        planner.Change(keys::DecisionKey(pair.first_id(), pair.second_id()),
                       kept ? &pair : nullptr));
  }
  return absl::OkStatus();
}

}  // namespace handrail::storage
