// Listings and questions of the peers' workload (shared/peers/WORKLOAD.md),
// read from the files that its generator writes, as ours.
//
// Kinds of help: each of its nine categories stands for one of our root kinds,
// its leaves for the leaves below; a need in its middle level is a list of
// leaves. Facts are dated, as WORKLOAD.md has them ("lean": as of the
// question). Its words match literally, ours also by stem and spelling; its
// service areas by radius are not ours.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "handrail/v1/listing.pb.h"
#include "handrail/v1/match.pb.h"

namespace handrail::bench {

// The day of the workload: every question is asked then.
inline constexpr absl::CivilSecond kWorkloadTime(2026, 1, 1, 0, 0, 0);

// How old facts are.
enum class Ages : std::uint8_t {
  // All confirmed at the time of the question.
  kLean,
  // On the listing's own day.
  kAged,
};

// Of `listings.tsv`, one at a time. Ends the program where the file cannot be
// read.
void ForEachListing(const std::string& path, Ages ages,
                    const std::function<void(v1::Listing)>& visit);

// All of them.
std::vector<v1::Listing> ReadListings(const std::string& path, Ages ages);

// Of `queries.tsv`, at most `count`.
std::vector<v1::MatchRequest> ReadRequests(const std::string& path, int count);

}  // namespace handrail::bench
