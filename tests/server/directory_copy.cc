#include "tests/server/directory_copy.h"

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace handrail::testing {

std::string FixedBytes(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

void DirectoryCopy::Apply(const v1::StreamListingsResponse& message) {
  for (const v1::Listing& listing : message.listings()) {
    listings_[listing.id()] = FixedBytes(listing);
  }
  revision_ = message.directory_revision();
}

void DirectoryCopy::Apply(const v1::WatchChangesResponse& message) {
  for (const v1::ListingChange& change : message.listings()) {
    if (change.has_listing()) {
      listings_[change.id()] = FixedBytes(change.listing());
    } else {
      listings_.erase(change.id());
    }
  }
  for (const v1::FollowedRecord& change : message.records()) {
    const std::pair<int, std::string> key(change.ref().type(),
                                          change.ref().id());
    if (change.has_record()) {
      records_[key] = FixedBytes(change.record());
    } else {
      records_.erase(key);
    }
  }
  revision_ = message.revision();
  caught_up_ = message.caught_up();
}

std::string DirectoryCopy::Bytes() const {
  std::string bytes;
  for (const auto& [id, listing] : listings_) {
    bytes += id + "\n" + listing + "\n";
  }
  return bytes;
}

std::string DirectoryCopy::DifferenceFrom(const DirectoryCopy& other) const {
  std::string difference;
  for (const auto& [id, listing] : listings_) {
    const auto found = other.listings_.find(id);
    if (found == other.listings_.end()) difference += "only here: " + id + "\n";
    if (found != other.listings_.end() && found->second != listing) {
      difference += "differs: " + id + "\n";
    }
  }
  for (const auto& [id, listing] : other.listings_) {
    if (!listings_.contains(id)) difference += "only there: " + id + "\n";
  }
  return difference;
}

}  // namespace handrail::testing
