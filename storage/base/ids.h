// Ids as types of their own, so that a service's id cannot be passed where a
// location's is meant. An id is text: a UUID, or what a source calls it, put
// into the source's name space by the load.
//
//   ServiceId id(request.service_id());
//   absl::flat_hash_map<ServiceId, Row> rows;
//   key.append(id.value());
//
// Ordered by their bytes. Values: copies are independent.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace handrail {

// `Tag` only tells the kinds of id apart.
template <typename Tag>
class Id {
 public:
  // The empty id, which names nothing.
  Id() = default;
  explicit Id(std::string value) : value_(std::move(value)) {}
  explicit Id(std::string_view value) : value_(value) {}
  explicit Id(const char* value) : value_(value) {}

  const std::string& value() const { return value_; }
  bool empty() const { return value_.empty(); }

  friend bool operator==(const Id&, const Id&) = default;
  friend auto operator<=>(const Id&, const Id&) = default;

  template <typename H>
  friend H AbslHashValue(H h, const Id& id) {
    return H::combine(std::move(h), id.value_);
  }

 private:
  std::string value_;
};

using OrganizationId = Id<struct OrganizationTag>;
using ProgramId = Id<struct ProgramTag>;
using ServiceId = Id<struct ServiceTag>;
using LocationId = Id<struct LocationTag>;
using ServiceAtLocationId = Id<struct ServiceAtLocationTag>;
using ListingId = Id<struct ListingTag>;
using LoadId = Id<struct LoadTag>;

// The name under which a load brings records ("bchd", "marin").
using SourceName = Id<struct SourceTag>;

}  // namespace handrail

template <typename Tag>
struct std::hash<handrail::Id<Tag>> {
  size_t operator()(const handrail::Id<Tag>& id) const {
    return std::hash<std::string>()(id.value());
  }
};
