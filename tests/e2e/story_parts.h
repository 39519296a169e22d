// The parts that the story's people share: what is known to be true of the
// directory while it changes, and how each answer is held against it.
//
// Whatever is wrong is a failure of the test, with the thread that saw it.
// Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "grpcpp/support/status.h"
#include "handrail/v1/match.pb.h"
#include "handrail/v1/search.pb.h"

namespace handrail::testing {

class Truth {
 public:
  // From `revision` on this listing is gone for good.
  void Retired(const std::string& listing_id, uint64_t revision);

  // An answer of `revision` named this listing.
  void ExpectMayBeNamed(const std::string& listing_id, uint64_t revision);

  // The answer to `question` at `revision` had these bytes: the same each time.
  void ExpectSameBytes(const std::string& question, uint64_t revision,
                       const std::string& bytes);

  // Ids that are gone at `revision`.
  std::set<std::string> GoneAt(uint64_t revision) const;

  int repeated() const { return repeated_; }

 private:
  mutable std::mutex mu_;
  std::map<std::string, uint64_t> retired_;
  std::map<std::pair<std::string, uint64_t>, std::string> answers_;
  std::atomic<int> repeated_ = 0;
};

// Revisions that one reader sees, which never go back.
class Monotone {
 public:
  void Saw(uint64_t revision);

 private:
  uint64_t last_ = 0;
};

// Whether an answer agrees with itself: points add up, order and counts hold,
// nothing is named that is gone.
void CheckAnswer(const v1::MatchResponse& answer, int max_results,
                 Truth& truth);
void CheckFound(const v1::SearchResponse& found, Truth& truth);

// The points of an option, which its explanation adds up to.
void CheckPoints(const v1::Option& option);

// False where the server does not answer this yet; fails on any other error.
bool Answered(const grpc::Status& status, const char* what);

}  // namespace handrail::testing
