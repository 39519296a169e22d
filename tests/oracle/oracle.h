// The judge of the matcher: what a match means, said once more, slowly.
//
// Everything here follows matcher/MATCHING.md and matcher/SCORING.md line by
// line and shares no predicate with matcher/: no code of it is included, the
// taxonomy is read from its data file. Nothing is kept between questions that
// could be kept wrongly; nothing is fast. The matcher's answers must be these.
//
//   const oracle::Directory directory(listings, centroids);
//   const std::vector<oracle::NeedAnswer> answers =
//       oracle::Ask(directory, request, now, {});
//
// Requests are taken as checked: what the matcher refuses has no answer here.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "handrail/v1/annotations.pb.h"
#include "handrail/v1/listing.pb.h"
#include "handrail/v1/match.pb.h"
#include "handrail/v1/record.pb.h"

namespace handrail::oracle {

// Lifetimes of facts that differ from the usual ones, by source.
struct Lifetimes {
  std::map<std::string, std::map<v1::FactTtl, absl::Duration>> by_source;
};

struct Settings {
  // MUST and MUST_NOT of the caller's agency.
  std::vector<v1::Criterion> policy;
  Lifetimes lifetimes;
};

// One listing with its words and terms found; see entry.h.
struct Entry;

// What is asked about. A value that never changes.
class Directory {
 public:
  // `places`: by listing id what it is one place with; whoever is in none
  // stands alone.
  Directory(const std::vector<v1::Listing>& listings,
            std::vector<v1::Centroid> centroids,
            std::map<std::string, std::string> places = {});
  ~Directory();

  const std::vector<std::unique_ptr<Entry>>& entries() const {
    return entries_;
  }
  const std::vector<v1::Centroid>& centroids() const { return centroids_; }
  // What place a listing is; its own id where it stands alone.
  std::string PlaceOf(const std::string& id) const;

 private:
  std::vector<std::unique_ptr<Entry>> entries_;
  std::vector<v1::Centroid> centroids_;
  std::map<std::string, std::string> places_;
};

// One thing judged: v1::Judgement without its sentence.
struct Judged {
  std::string rule;
  v1::RuleOwner owner = v1::LISTING;
  v1::JudgementState state = v1::MET;
  int doubt = 0;
  v1::AgeState age = v1::AGE_STATE_UNSPECIFIED;
  // Whole days since the fact was verified, -1 undated; absent where nothing
  // is recorded that could have a date.
  std::optional<int> days;
  // Of papers and hours: another paper or another time would do. Of all else
  // the schema says what can be changed.
  bool another_would_do = false;
};

struct Option {
  std::string id;
  v1::Verdict verdict = v1::FITS;
  int doubt = 0;
  int doubt_count = 0;
  int points = 0;
  // By the names of Component; absent where it does not apply.
  std::map<std::string, int> components;
  int distance_m = -1;
  int freshness_days = -1;
  std::vector<Judged> judged;
  const Entry* entry = nullptr;
  // One goes there.
  bool in_person = false;
};

// What takes one place among the options: the first in order, and the other
// listings of the same place that are no misfits, in order.
struct Slot {
  Option first;
  std::vector<Option> also;
};

struct NearMiss {
  Option option;
  // "distance": it fits one ring further out.
  std::string rule;
};

struct Exclusion {
  std::string rule;
  v1::RuleOwner owner = v1::LISTING;
  int count = 0;
  int only = 0;
};

struct Relaxation {
  std::string rule;
  int fits = 0;
  int check = 0;
  // Of "distance": the ring; 0 the state.
  int within_m = 0;
};

struct Axis {
  std::string name;
  bool closed = false;
  // What the range shows of it, sorted.
  std::vector<std::string> values;
};

struct Range {
  std::vector<Slot> slots;
  std::vector<Axis> axes;
  int points_given_up = 0;
};

struct NeedAnswer {
  // Every candidate: what fits or is to be checked in the order of
  // MATCHING.md, then what does not fit by id.
  std::vector<Option> candidates;
  // What fits or is to be checked, one slot for one place, in order.
  std::vector<Slot> slots;
  int fits = 0;
  int check = 0;
  int does_not_fit = 0;
  int place_unknown = 0;
  int within_m = 0;
  bool whole_state = false;

  // Where the request includes them.
  std::vector<NearMiss> near_misses;
  // Most first, then by rule and owner; what stands nowhere last.
  std::vector<Exclusion> exclusions;
  // Wishes in order, time, ways of taking part, distance.
  std::vector<Relaxation> relaxations;
  Range range;
};

// One answer per need. `now` stands for as_of where the request has none.
std::vector<NeedAnswer> Ask(const Directory& directory,
                            const v1::MatchRequest& request, absl::Time now,
                            const Settings& settings);

}  // namespace handrail::oracle
