#include "server/ingest/load_history.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/ingest/load_start.h"
#include "server/proto_time.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

// Reads this many entries at a time.
constexpr size_t kHistoryPage = 200;

const char* ActionOf(v1::LoadState state) {
  if (state == v1::RUNNING) return "load-start";
  return state == v1::DONE ? "load" : "load-broken-off";
}

storage::v1::AuditRow AuditOf(const v1::Load& entry, absl::Time at) {
  storage::v1::AuditRow audit;
  *audit.mutable_at() = ToProto(at);
  audit.set_actor(entry.actor());
  audit.set_action(ActionOf(entry.state()));
  audit.set_subject(entry.id());
  auto& detail = *audit.mutable_detail();
  detail["added"] = std::to_string(entry.report().added());
  detail["changed"] = std::to_string(entry.report().changed());
  detail["retired"] = std::to_string(entry.report().retired());
  return audit;
}

absl::StatusOr<std::vector<v1::Load>> RunningLoads(
    const storage::DirectoryStore& store) {
  std::string after;
  std::set<std::string> seen;
  std::vector<v1::Load> running;
  while (true) {
    HANDRAIL_ASSIGN_OR_RETURN(std::vector<v1::Load> loads,
                              store.View().ListLoads(after, kHistoryPage));
    if (loads.empty()) return running;
    after = loads.back().id();
    // A damaged list can name a load twice, and would begin again with it.
    const bool again = !seen.insert(after).second;
    for (v1::Load& load : loads) {
      if (load.state() == v1::RUNNING) running.push_back(std::move(load));
    }
    if (again || loads.size() < kHistoryPage) return running;
  }
}

}  // namespace

absl::StatusOr<std::optional<v1::Load>> FindLoad(
    const storage::DirectoryView& view, std::string_view id) {
  absl::StatusOr<v1::Load> found = view.GetLoad(id);
  if (absl::IsNotFound(found.status())) return std::optional<v1::Load>();
  HANDRAIL_RETURN_IF_ERROR(found.status());
  return std::optional<v1::Load>(*std::move(found));
}

v1::Load NewEntry(const v1::LoadStart& start, const std::string& actor,
                  absl::Time started_at) {
  v1::Load entry;
  entry.set_id(LoadIdOf(start));
  entry.set_source(start.source());
  entry.set_format(start.format());
  *entry.mutable_files() = start.files();
  *entry.mutable_started_at() = ToProto(started_at);
  if (start.has_as_of()) *entry.mutable_as_of() = start.as_of();
  entry.set_replace(start.replace());
  entry.set_request_id(start.request_id());
  entry.set_actor(actor);
  return entry;
}

storage::DirectoryChange EntryInState(v1::Load& entry, v1::LoadState state,
                                      absl::Time at) {
  entry.set_state(state);
  if (state != v1::RUNNING) *entry.mutable_ended_at() = ToProto(at);
  storage::DirectoryChange change{.at = at};
  change.load = entry;
  change.audit.push_back(AuditOf(entry, at));
  return change;
}

v1::Load EntrySoFar(const v1::Load& entry, v1::LoadReport report) {
  v1::Load load = entry;
  report.clear_findings();
  report.clear_changes();
  *load.mutable_report() = std::move(report);
  return load;
}

absl::Status BreakOffLost(DirectoryWriter& writer, absl::Time at,
                          const std::function<bool(const std::string&)>& runs) {
  // With the turn, so that no load that ends meanwhile is taken for lost.
  const DirectoryWriter::Turn turn(writer);
  HANDRAIL_ASSIGN_OR_RETURN(std::vector<v1::Load> running,
                            RunningLoads(writer.store()));
  for (v1::Load& load : running) {
    if (runs(load.id())) continue;
    load.set_state(v1::BROKEN_OFF);
    *load.mutable_ended_at() = ToProto(at);
    storage::DirectoryChange change{.at = at};
    change.load = std::move(load);
    HANDRAIL_RETURN_IF_ERROR(writer.Commit(turn, std::move(change)).status());
  }
  return absl::OkStatus();
}

}  // namespace handrail::server
