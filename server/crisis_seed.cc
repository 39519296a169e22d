#include "server/crisis_seed.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/util/json_util.h"
#include "matcher/data/matcher_data.h"
#include "nlohmann/json.hpp"
#include "server/ingest/staging.h"
#include "server/proto_time.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

// The journal knows an append of this id for ever, which is what makes the
// seed happen once.
constexpr char kSeedRequestId[] = "seed-crisis-resources";

// The embedded file. That it parses is our own business: a test reads it.
std::vector<v1::CrisisResource> Shipped() {
  const auto file = nlohmann::json::parse(data::kCrisisJson);
  std::vector<v1::CrisisResource> resources;
  for (const nlohmann::json& entry : file.at("resources")) {
    const auto read = google::protobuf::util::JsonStringToMessage(
        entry.dump(), &resources.emplace_back());
    HANDRAIL_CHECK(read.ok());
  }
  return resources;
}

}  // namespace

absl::Status SeedCrisisResources(DirectoryWriter& writer, absl::Time at) {
  const DirectoryWriter::Turn turn(writer);
  const storage::DirectoryView view = writer.store().View();
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<storage::v1::StoredRecord> there,
                            view.ScanPublic(v1::CRISIS_RESOURCE, "", 1));
  if (!there.empty()) return absl::OkStatus();
  // Counts outlive records: a source that once had some still has a line.
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<storage::SourceCount> counts,
                            view.SourceCounts());
  for (const storage::SourceCount& count : counts) {
    if (count.source == kSeedSource && count.type == v1::CRISIS_RESOURCE) {
      return absl::OkStatus();
    }
  }
  Staging staging(view);
  for (v1::CrisisResource& resource : Shipped()) {
    v1::Record record;
    *record.mutable_crisis_resource() = std::move(resource);
    HANDRAIL_RETURN_IF_ERROR(staging.Put(kSeedSource, std::move(record)));
  }
  HANDRAIL_RETURN_IF_ERROR(staging.Project().status());
  storage::DirectoryChange change = staging.TakeChange();
  change.at = at;
  change.request_id = kSeedRequestId;
  storage::v1::AuditRow& audit = change.audit.emplace_back();
  *audit.mutable_at() = ToProto(at);
  audit.set_actor("handraild");
  audit.set_action("seed");
  audit.set_subject("crisis resources");
  return writer.Commit(turn, std::move(change)).status();
}

}  // namespace handrail::server
