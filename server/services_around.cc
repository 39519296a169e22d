#include "server/services_around.h"

#include <iterator>
#include <utility>
#include <vector>

#include "storage/base/status.h"

namespace handrail::server {
namespace {

using storage::v1::StoredRecord;

// No index knows the programs of an organization; there are few programs.
absl::Status AddProgramsOf(const storage::DirectoryView& view,
                           std::set<RecordKey>& records) {
  const auto first = records.lower_bound({v1::ORGANIZATION, ""});
  if (first == records.end() || first->first != v1::ORGANIZATION) {
    return absl::OkStatus();
  }
  std::set<RecordKey> programs;
  HANDRAIL_RETURN_IF_ERROR(
      view.ForEachPublic(v1::PROGRAM, [&](const StoredRecord& record) {
        const std::string& owner = record.record().program().organization_id();
        if (records.contains({v1::ORGANIZATION, owner})) {
          programs.insert({v1::PROGRAM, record.info().id()});
        }
        return true;
      }));
  records.merge(programs);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::set<std::string>> ServicesAround(
    const storage::DirectoryView& view, std::set<RecordKey> records) {
  HANDRAIL_RETURN_IF_ERROR(AddProgramsOf(view, records));
  std::set<std::string> services;
  for (const RecordKey& key : records) {
    if (key.first != v1::ORGANIZATION && key.first != v1::PROGRAM &&
        key.first != v1::LOCATION) {
      continue;
    }
    HANDRAIL_ASSIGN_OR_RETURN(std::vector<std::string> at,
                              view.ServicesAt(RefOf(key)));
    services.insert(std::make_move_iterator(at.begin()),
                    std::make_move_iterator(at.end()));
  }
  return services;
}

}  // namespace handrail::server
