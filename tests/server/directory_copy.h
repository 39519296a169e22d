// A follower's copy of the listings, kept as follow.proto says: what a message
// tells is put, a tombstone removes, and the revision says where to go on.
//
//   DirectoryCopy copy;
//   copy.Apply(streamed);            // each StreamListingsResponse
//   copy.Apply(change);              // each WatchChangesResponse
//   EXPECT_EQ(copy.Bytes(), fresh.Bytes());
//
// Belongs to one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "handrail/v1/follow.pb.h"

namespace handrail::testing {

class DirectoryCopy {
 public:
  void Apply(const v1::StreamListingsResponse& message);
  void Apply(const v1::WatchChangesResponse& message);

  // Where to go on from.
  uint64_t revision() const { return revision_; }
  bool caught_up() const { return caught_up_; }

  // Deterministic bytes of each listing by id.
  const std::map<std::string, std::string>& listings() const {
    return listings_;
  }
  // And of each record that was told.
  const std::map<std::pair<int, std::string>, std::string>& records() const {
    return records_;
  }
  // All listings in one string.
  std::string Bytes() const;
  // Ids that only one of two copies has or that differ, for a failed test.
  std::string DifferenceFrom(const DirectoryCopy& other) const;

 private:
  std::map<std::string, std::string> listings_;
  std::map<std::pair<int, std::string>, std::string> records_;
  uint64_t revision_ = 0;
  bool caught_up_ = false;
};

// The bytes by which two messages are compared.
std::string FixedBytes(const google::protobuf::Message& message);

}  // namespace handrail::testing
