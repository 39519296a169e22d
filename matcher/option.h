// Puts one option on the table: what Match shows of a ranked candidate.
//
// Pure. The components of the explanation add up to the points.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include <string>

#include "absl/time/time.h"
#include "handrail/v1/match.pb.h"
#include "matcher/candidates.h"
#include "matcher/judge.h"
#include "matcher/points.h"
#include "matcher/profile_facts.h"
#include "matcher/question.h"

namespace handrail::matcher {

v1::Option MakeOption(const Question& question, const AskedNeed& need,
                      const Range& range, const Candidate& candidate);

// A moment as it is answered.
void SetTime(absl::Time time, google::protobuf::Timestamp& out);

// How one can ask a listing something: the first of the person's channels that
// the listing can be reached by.
struct ContactWay {
  // A code of any.contact_channels or "website"; empty: none that the person
  // can use.
  std::string channel;
  std::string contact;
};
ContactWay WayToAsk(const v1::Person& person, const v1::Listing& listing,
                    const ProfileFacts& facts);

}  // namespace handrail::matcher
