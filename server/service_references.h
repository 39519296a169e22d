// The ids of other records that a service names.
//
// Pure; any thread.
//
//   for (const std::string& id : LocationIdsOf(service)) Find({LOCATION, id});
#pragma once

#include <string>
#include <vector>

#include "handrail/v1/record.pb.h"

namespace handrail::server {

// Ids of the locations a service is offered at, in order, each once.
std::vector<std::string> LocationIdsOf(const v1::Service& service);

// The id of the location, also where only the nested location names it. Empty
// where neither does.
std::string LocationIdOf(const v1::ServiceAtLocation& at);

// Ids of taxonomy terms that the attributes of the service, of its
// service_at_locations and of its program (null where it has none) name without
// saying what they are called. Sorted, each once.
std::vector<std::string> TermIdsOf(const v1::Service& service,
                                   const v1::Program* program);

}  // namespace handrail::server
