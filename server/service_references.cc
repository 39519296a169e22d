#include "server/service_references.h"

#include <algorithm>
#include <set>
#include <utility>

namespace handrail::server {

std::string LocationIdOf(const v1::ServiceAtLocation& at) {
  return at.location_id().empty() ? at.location().id() : at.location_id();
}

std::vector<std::string> LocationIdsOf(const v1::Service& service) {
  std::vector<std::string> ids;
  for (const v1::ServiceAtLocation& at : service.service_at_locations()) {
    std::string id = LocationIdOf(at);
    if (id.empty() || std::find(ids.begin(), ids.end(), id) != ids.end()) {
      continue;
    }
    ids.push_back(std::move(id));
  }
  return ids;
}

std::vector<std::string> TermIdsOf(const v1::Service& service,
                                   const v1::Program* program) {
  std::set<std::string> ids;
  const auto add =
      [&](const google::protobuf::RepeatedPtrField<v1::Attribute>& attributes) {
        for (const v1::Attribute& attribute : attributes) {
          if (!attribute.taxonomy_term().name().empty()) continue;
          if (attribute.taxonomy_term_id().empty()) continue;
          ids.insert(attribute.taxonomy_term_id());
        }
      };
  add(service.attributes());
  for (const auto& at : service.service_at_locations()) add(at.attributes());
  if (program != nullptr) add(program->attributes());
  return {ids.begin(), ids.end()};
}

}  // namespace handrail::server
