#include "tests/oracle/compare.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "handrail/v1/match_service.pb.h"
#include "matcher/matcher.h"
#include "matcher/place.h"
#include "matcher/snapshot.h"
#include "matcher/ttl.h"

namespace handrail::oracle {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// How many of what does not fit are explained for each need.
constexpr int kExplainedMax = 3;

matcher::TtlTable TableOf(const Lifetimes& lifetimes) {
  matcher::TtlTable table;
  for (const auto& [source, own] : lifetimes.by_source) {
    for (const auto& [ttl, lifetime] : own) {
      table.by_source[source][ttl] = lifetime;
    }
  }
  return table;
}

std::string Told(const Judged& one) {
  return absl::StrCat(one.rule, " ", v1::RuleOwner_Name(one.owner), " ",
                      v1::JudgementState_Name(one.state), " ", one.doubt, " ",
                      v1::AgeState_Name(one.age));
}

Judged From(const v1::Judgement& one) {
  Judged out;
  out.rule = one.rule();
  out.owner = one.owner();
  out.state = one.state();
  out.doubt = one.doubt();
  out.age = one.age();
  return out;
}

class Differences {
 public:
  template <typename T>
  void Check(const std::string& kind, const T& oracle, const T& matcher) {
    if (oracle == matcher) return;
    out_.push_back({kind, absl::StrCat(where_, kind, ": oracle ", oracle,
                                       ", matcher ", matcher)});
  }
  void CheckParts(const NeedAnswer& ours, const v1::NeedAnswer& theirs) {
    CheckNearMisses(ours, theirs);
    CheckExclusions(ours, theirs);
    CheckRelaxations(ours, theirs);
    CheckRange(ours.range, theirs);
  }

  void CheckSlot(const std::string& kind, const Slot& ours,
                 const v1::Option& theirs) {
    std::string mine = ours.first.id, other = theirs.listing().id();
    for (const Option& one : ours.also) {
      absl::StrAppend(&mine, " + ", one.id, " ", v1::Verdict_Name(one.verdict));
    }
    for (const v1::AlsoListed& one : theirs.also_listed()) {
      absl::StrAppend(&other, " + ", one.id(), " ",
                      v1::Verdict_Name(one.verdict()));
    }
    Check(kind, mine, other);
  }

  void At(std::string where) { where_ = std::move(where); }
  std::vector<Difference>& all() { return out_; }

  void CheckOption(const Option& ours, const v1::Option& theirs) {
    Check("verdict", v1::Verdict_Name(ours.verdict),
          v1::Verdict_Name(theirs.verdict()));
    Check("doubt", absl::StrCat(ours.doubt, "x", ours.doubt_count),
          absl::StrCat(theirs.doubt(), "x", theirs.doubt_count()));
    Check("distance", ours.distance_m, theirs.distance_m());
    CheckJudged(ours, theirs);
    CheckPoints(ours, theirs);
    Check("freshness", ours.freshness_days, theirs.freshness_days());
    Check("points", ours.points, theirs.points());
  }

 private:
  void CheckNearMisses(const NeedAnswer& ours, const v1::NeedAnswer& theirs) {
    std::string mine, other;
    for (const NearMiss& one : ours.near_misses) {
      absl::StrAppend(&mine, one.option.id, " ", one.rule, " ",
                      one.option.distance_m, "; ");
    }
    for (const v1::NearMiss& one : theirs.near_misses()) {
      absl::StrAppend(&other, one.option().listing().id(), " ", one.rule(), " ",
                      one.option().distance_m(), "; ");
    }
    Check("near_misses", mine, other);
    if (mine != other) return;
    for (std::size_t i = 0; i < ours.near_misses.size(); ++i) {
      CheckOption(ours.near_misses[i].option,
                  theirs.near_misses(static_cast<int>(i)).option());
    }
  }

  void CheckExclusions(const NeedAnswer& ours, const v1::NeedAnswer& theirs) {
    std::string mine, other;
    for (const Exclusion& one : ours.exclusions) {
      absl::StrAppend(&mine, one.rule, " ", v1::RuleOwner_Name(one.owner), " ",
                      one.count, " ", one.only, "; ");
    }
    for (const v1::Exclusion& one : theirs.exclusions()) {
      absl::StrAppend(&other, one.rule(), " ", v1::RuleOwner_Name(one.owner()),
                      " ", one.count(), " ", one.only_count(), "; ");
    }
    Check("exclusions", mine, other);
  }

  void CheckRelaxations(const NeedAnswer& ours, const v1::NeedAnswer& theirs) {
    std::string mine, other;
    for (const Relaxation& one : ours.relaxations) {
      absl::StrAppend(&mine, one.rule, " ", one.fits, " ", one.check, " ",
                      one.within_m, "; ");
    }
    for (const v1::Relaxation& one : theirs.relaxations()) {
      absl::StrAppend(&other, one.rule(), " ", one.fits_count(), " ",
                      one.check_count(), " ", one.within_m(), "; ");
    }
    Check("relaxations", mine, other);
  }

  void CheckRange(const Range& ours, const v1::NeedAnswer& theirs) {
    Check("range size", static_cast<int>(ours.slots.size()),
          theirs.range_size());
    for (int i = 0; i < theirs.range_size(); ++i) {
      if (i >= static_cast<int>(ours.slots.size())) break;
      CheckSlot("range", ours.slots[i], theirs.range(i));
    }
    const v1::RangeNote& note = theirs.range_note();
    Check("range given up", ours.points_given_up, note.points_given_up());
    std::string mine, other;
    const auto add = [](std::string& text, const std::string& name, bool closed,
                        const auto& values) {
      absl::StrAppend(&text, name, closed ? " closed: " : " open: ",
                      absl::StrJoin(values, " "), "; ");
    };
    for (const Axis& one : ours.axes) {
      add(mine, one.name, one.closed, one.values);
    }
    for (const v1::RangeAxis& one : note.axes()) {
      add(other, one.name(), one.closed(), one.values());
    }
    Check("range axes", mine, other);
  }

  void CheckJudged(const Option& ours, const v1::Option& theirs) {
    std::multiset<std::string> mine, other;
    for (const Judged& one : ours.judged) mine.insert(Told(one));
    for (const auto& one : theirs.explanation().judgements()) {
      other.insert(Told(From(one)));
    }
    const auto only = [&](const auto& a, const auto& b, const char* who) {
      for (const std::string& one : std::set(a.begin(), a.end())) {
        if (a.count(one) == b.count(one)) continue;
        const std::string rule = one.substr(0, one.find(' '));
        out_.push_back(
            {absl::StrCat("judged ", rule),
             absl::StrCat(where_, "only the ", who, " judged ", one)});
      }
    };
    only(mine, other, "oracle");
    only(other, mine, "matcher");
  }

  void CheckPoints(const Option& ours, const v1::Option& theirs) {
    std::map<std::string, int> other;
    for (const auto& one : theirs.explanation().components()) {
      other[one.name()] = one.points();
    }
    for (const char* name : {"need", "words", "near", "when", "prefer",
                             "availability", "freshness", "evidence"}) {
      const auto value = [&](const std::map<std::string, int>& points) {
        const auto found = points.find(name);
        // Nothing reported, or reported and worth nothing, is the same here.
        if (found == points.end() && std::string(name) != "availability") {
          return -1;
        }
        return found == points.end() ? 0 : found->second;
      };
      Check(absl::StrCat("points ", name), value(ours.components),
            value(other));
    }
  }

  std::string where_;
  std::vector<Difference> out_;
};

}  // namespace

struct Comparison::Parts {
  explicit Parts(const World& world)
      : directory(world.listings, world.centroids, world.places) {
    matcher::Snapshot::Parts parts;
    parts.revision = 1;
    std::vector<matcher::RowPtr> rows;
    for (const v1::Listing& listing : world.listings) {
      rows.push_back(matcher::MakeRow(listing));
    }
    // Every second directory has an index, small as it is.
    const bool indexed = rows.size() % 2 == 0;
    parts.row_set = matcher::RowSet::Of(
        std::move(rows),
        indexed ? matcher::SegmentSizes{.indexed_min = 4, .cell_max = 16}
                : matcher::SegmentSizes());
    parts.centroids =
        std::make_shared<const matcher::CentroidTable>(world.centroids);
    matcher::ClusterMap::Edits places;
    for (const auto& [id, place] : world.places) places[id] = place;
    parts.clusters = matcher::ClusterMap().Edited(places);
    snapshot = matcher::Snapshot::Create(std::move(parts));
  }
  Directory directory;
  std::shared_ptr<const matcher::Snapshot> snapshot;
};

Comparison::Comparison(World world)
    : world_(std::move(world)), parts_(std::make_unique<Parts>(world_)) {}
Comparison::~Comparison() = default;

std::vector<Difference> Comparison::With(const Asked& asked) const {
  const matcher::TtlTable ttls = TableOf(asked.settings.lifetimes);
  matcher::MatchOptions options;
  options.policy = asked.settings.policy;
  options.ttls = &ttls;
  const auto theirs =
      matcher::Match(*parts_->snapshot, asked.request, world_.now, options);
  if (!theirs.ok()) {
    return {{"refused", std::string(theirs.status().ToString())}};
  }
  const auto explain = [&](const std::string& id,
                           int need) -> std::optional<v1::Option> {
    v1::ExplainRequest question;
    question.set_listing_id(id);
    *question.mutable_request() = asked.request;
    const auto why =
        matcher::Explain(*parts_->snapshot, question, world_.now, options);
    if (!why.ok()) return std::nullopt;
    return why->needs(need).option();
  };
  return CompareAnswers(
      *theirs,
      Ask(parts_->directory, asked.request, world_.now, asked.settings),
      asked.request, explain);
}

std::vector<Difference> CompareAnswers(const v1::MatchResponse& theirs,
                                       const std::vector<NeedAnswer>& ours,
                                       const v1::MatchRequest& request,
                                       const Explainer& explain) {
  const int most = request.max_results() == 0 ? 10 : request.max_results();
  Differences out;
  for (int n = 0; n < request.needs_size(); ++n) {
    const NeedAnswer& mine = ours[n];
    const v1::NeedAnswer& other = theirs.needs(n);
    const std::string need = absl::StrCat("need ", n, " ");
    out.At(need);
    out.Check("fits", mine.fits, other.fits_count());
    out.Check("check", mine.check, other.check_count());
    out.Check("does_not_fit", mine.does_not_fit, other.does_not_fit_count());
    out.Check("place_unknown", mine.place_unknown, other.place_unknown_count());
    out.Check("within", mine.within_m, other.within_m());
    out.Check("whole_state", mine.whole_state, other.whole_state());
    const int shown = std::min(most, static_cast<int>(mine.slots.size()));
    out.Check("shown", shown, other.options_size());
    std::map<std::string, const v1::Option*> by_id;
    for (const v1::Option& option : other.options()) {
      by_id[option.listing().id()] = &option;
    }
    for (int i = 0; i < std::min(shown, other.options_size()); ++i) {
      out.CheckSlot("order", mine.slots[i], other.options(i));
    }
    out.CheckParts(mine, other);
    int explained = 0;
    for (const Option& option : mine.candidates) {
      out.At(absl::StrCat(need, option.id, " "));
      if (const auto found = by_id.find(option.id); found != by_id.end()) {
        out.CheckOption(option, *found->second);
      } else if (option.verdict == v1::DOES_NOT_FIT &&
                 explained < kExplainedMax && !request.needs(n).widen()) {
        ++explained;
        const auto why = explain(option.id, n);
        if (why.has_value()) out.CheckOption(option, *why);
      }
      by_id.erase(option.id);
    }
    for (const auto& [id, option] : by_id) {
      out.At(need);
      out.Check("only the matcher shows", std::string(), id);
    }
  }
  return std::move(out.all());
}

std::vector<Difference> Compare(const World& world, const Asked& asked) {
  return Comparison(world).With(asked);
}

namespace {

bool Has(const World& world, const Asked& asked, const std::string& kind) {
  std::set<std::string> ids;
  for (const v1::Listing& listing : world.listings) {
    if (listing.id().empty() || !ids.insert(listing.id()).second) return false;
  }
  const std::vector<Difference> found = Compare(world, asked);
  return std::any_of(found.begin(), found.end(),
                     [&](const Difference& one) { return one.kind == kind; });
}

// Clears what can be cleared of a message while `still` holds.
template <typename F>
void Shrink(Message* message, const F& still) {
  const auto* reflection = message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::unique_ptr<Message> kept(message->New());
    kept->CopyFrom(*message);
    reflection->ClearField(message, field);
    if (still()) continue;
    message->CopyFrom(*kept);
    const bool inner = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (!field->is_repeated()) {
      if (inner) Shrink(reflection->MutableMessage(message, field), still);
      continue;
    }
    for (int i = reflection->FieldSize(*message, field) - 1; i >= 0; --i) {
      kept->CopyFrom(*message);
      const int last = reflection->FieldSize(*message, field) - 1;
      for (int j = i; j < last; ++j) {
        reflection->SwapElements(message, field, j, j + 1);
      }
      reflection->RemoveLast(message, field);
      if (still()) continue;
      message->CopyFrom(*kept);
      if (inner) {
        Shrink(reflection->MutableRepeatedMessage(message, field, i), still);
      }
    }
  }
}

}  // namespace

std::string Smallest(World world, Asked asked, const std::string& kind) {
  const auto still = [&] { return Has(world, asked, kind); };
  for (std::size_t size = world.listings.size() / 2; size > 0; size /= 2) {
    for (std::size_t i = 0; i + size <= world.listings.size();) {
      const std::vector<v1::Listing> kept = world.listings;
      world.listings.erase(
          world.listings.begin() + static_cast<long>(i),
          world.listings.begin() + static_cast<long>(i + size));
      if (still()) continue;
      world.listings = kept;
      i += size;
    }
  }
  Shrink(&asked.request, still);
  for (v1::Listing& listing : world.listings) Shrink(&listing, still);
  std::string out =
      absl::StrCat("now ", absl::FormatTime(world.now, absl::UTCTimeZone()),
                   "\nrequest ", asked.request.ShortDebugString(), "\n");
  for (const v1::Criterion& one : asked.settings.policy) {
    absl::StrAppend(&out, "policy ", one.ShortDebugString(), "\n");
  }
  for (const v1::Listing& listing : world.listings) {
    absl::StrAppend(&out, "listing ", listing.ShortDebugString(), "\n");
  }
  for (const Difference& one : Compare(world, asked)) {
    absl::StrAppend(&out, one.text, "\n");
  }
  return out;
}

}  // namespace handrail::oracle
