// The matcher beside the oracle, on one directory and one request.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "handrail/v1/match_service.pb.h"
#include "tests/oracle/random_world.h"

namespace handrail::oracle {

// One difference: what kind it is ("points when", "judged any.audience"), and
// where, with both values. The oracle's is named first.
struct Difference {
  std::string kind;
  std::string text;
};

// All that differs between the matcher's answer and the oracle's. A request
// that the matcher refuses is one difference of kind "refused".
std::vector<Difference> Compare(const World& world, const Asked& asked);

// A listing of which the matcher was asked why it does not fit the need of this
// number; absent: not asked.
using Explainer = std::function<std::optional<v1::Option>(
    const std::string& listing_id, int need)>;

// An answer of the matcher beside the oracle's over the same directory.
std::vector<Difference> CompareAnswers(const v1::MatchResponse& theirs,
                                       const std::vector<NeedAnswer>& ours,
                                       const v1::MatchRequest& request,
                                       const Explainer& explain);

// The same with all that is made once for a directory.
class Comparison {
 public:
  explicit Comparison(World world);
  ~Comparison();

  const World& world() const { return world_; }
  std::vector<Difference> With(const Asked& asked) const;

 private:
  struct Parts;
  World world_;
  std::unique_ptr<Parts> parts_;
};

// Takes away from both what is not needed for a difference of this kind, and
// tells what is left as protobuf text.
std::string Smallest(World world, Asked asked, const std::string& kind);

}  // namespace handrail::oracle
