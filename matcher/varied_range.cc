#include "matcher/varied_range.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "matcher/slot_option.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

enum Axis { kPathway, kSetting, kProvider, kMode };
constexpr int kAxes = 4;
constexpr const char* kAxisNames[kAxes] = {"pathway", "setting", "provider",
                                           "mode"};
constexpr const char* kPathwayField = "any.pathway";
constexpr const char* kSettingField = "treatment.settings";
constexpr const char* kModeField = "any.attendance_mode";

using Values = std::set<std::string>;
using AxisValues = std::array<Values, kAxes>;

// Codes of a field that are recorded as a yes or as "depends".
Values CodesOf(const Row& row, const char* path) {
  Values codes;
  for (const Reading& reading : row.facts.All(KnownField(path))) {
    if (reading.answer != v1::YES && reading.answer != v1::CONDITIONAL) {
      continue;
    }
    codes.insert(std::string(reading.code));
  }
  return codes;
}

AxisValues ValuesOf(const Candidate& candidate) {
  const Row& row = *candidate.row;
  AxisValues values;
  values[kPathway] = CodesOf(row, kPathwayField);
  values[kSetting] = CodesOf(row, kSettingField);
  const std::string_view provider = row.listing.organization_id();
  values[kProvider] = {
      std::string(provider.empty() ? row.listing.id() : provider)};
  values[kMode] = {candidate.in_person ? "in_person" : "remote"};
  return values;
}

bool IsFixed(const AskedNeed& need, const char* path) {
  return std::any_of(need.musts.begin(), need.musts.end(),
                     [path](const AskedCriterion& criterion) {
                       const bool theirs =
                           HANDRAIL_MUTATE(range_axis_is_theirs,
                                           criterion.owner == v1::PERSON, true);
                       return theirs && criterion.kind == v1::MUST &&
                              criterion.field->path == path;
                     });
}

std::array<bool, kAxes> ClosedAxes(const AskedNeed& need) {
  std::array<bool, kAxes> closed = {};
  closed[kPathway] =
      HANDRAIL_MUTATE(range_closed_axis, IsFixed(need, kPathwayField), false);
  closed[kSetting] = IsFixed(need, kSettingField);
  closed[kMode] = !need.modes.empty() || IsFixed(need, kModeField);
  return closed;
}

// One option that can be in the range.
struct Entry {
  const Slot* slot = nullptr;
  AxisValues values;
  bool taken = false;

  const Ranked& ranked() const { return slot->first; }
  bool fits() const { return ranked().verdict == v1::FITS; }
  const std::string& provider() const { return *values[kProvider].begin(); }
};

// Fills the slots of one range.
class Filler {
 public:
  Filler(const std::vector<Slot>& ordered, std::array<bool, kAxes> closed,
         int slots)
      : closed_(closed), slots_(slots) {
    MakePool(ordered);
    Values providers;
    for (const Entry& entry : pool_) providers.insert(entry.provider());
    const int half =
        HANDRAIL_MUTATE(range_provider_half, (slots + 1) / 2, slots);
    provider_most_ = providers.size() > 1 ? half : slots;
  }

  // The range, in order.
  std::vector<const Entry*> Fill() {
    for (int left = slots_; left > 0; --left) {
      Entry* next = Next(left);
      if (next == nullptr) break;
      Take(*next);
    }
    std::vector<const Entry*> range;
    for (const Entry& entry : pool_) {
      if (entry.taken) range.push_back(&entry);
    }
    return range;
  }

 private:
  // In order, so that a smaller place in the pool is better.
  void MakePool(const std::vector<Slot>& ordered) {
    AxisValues seen;
    for (const Slot& slot : ordered) {
      Entry entry{.slot = &slot, .values = ValuesOf(slot.first.candidate)};
      bool is_first = false;
      for (int axis = 0; axis < kAxes; ++axis) {
        if (closed_[axis]) continue;
        for (const std::string& value : entry.values[axis]) {
          is_first = seen[axis].insert(value).second || is_first;
        }
      }
      if (pool_.size() < kRangePoolBest || is_first) {
        pool_.push_back(std::move(entry));
      }
    }
  }

  bool IsAllowed(const Entry& entry) const {
    if (entry.taken) return false;
    const auto taken = taken_of_provider_.find(entry.provider());
    return taken == taken_of_provider_.end() || taken->second < provider_most_;
  }

  // Values of an axis that the range could still show.
  Values MissingValues(int axis) const {
    Values missing;
    if (closed_[axis]) return missing;
    const bool fits_remain =
        std::any_of(pool_.begin(), pool_.end(), [this](const Entry& entry) {
          return IsAllowed(entry) && entry.fits();
        });
    for (const Entry& entry : pool_) {
      if (!IsAllowed(entry) || (fits_remain && !entry.fits())) continue;
      for (const std::string& value : entry.values[axis]) {
        if (!shown_[axis].contains(value)) missing.insert(value);
      }
    }
    return missing;
  }

  // The best option for the next slot; null where there is none.
  Entry* Next(int left) {
    AxisValues missing;
    std::array<int, kAxes> required = {};
    int sum = 0;
    for (int axis = 0; axis < kAxes; ++axis) {
      missing[axis] = MissingValues(axis);
      const int wanted = std::max(
          0, kRangeValuesPerAxis - static_cast<int>(shown_[axis].size()));
      // Where values exceed slots, the first axes go first.
      required[axis] = std::min(
          {wanted, static_cast<int>(missing[axis].size()), left - sum});
      sum += required[axis];
    }
    const bool forced = HANDRAIL_MUTATE(range_varies, sum >= left, false);
    for (Entry& entry : pool_) {
      if (!IsAllowed(entry)) continue;
      if (!forced || CarriesAny(entry, missing, required)) return &entry;
    }
    return nullptr;
  }

  static bool CarriesAny(const Entry& entry, const AxisValues& missing,
                         const std::array<int, kAxes>& required) {
    for (int axis = 0; axis < kAxes; ++axis) {
      if (required[axis] == 0) continue;
      for (const std::string& value : entry.values[axis]) {
        if (missing[axis].contains(value)) return true;
      }
    }
    return false;
  }

  void Take(Entry& entry) {
    entry.taken = true;
    ++taken_of_provider_[entry.provider()];
    for (int axis = 0; axis < kAxes; ++axis) {
      shown_[axis].insert(entry.values[axis].begin(), entry.values[axis].end());
    }
  }

  const std::array<bool, kAxes> closed_;
  const int slots_;
  int provider_most_ = 0;
  std::vector<Entry> pool_;
  AxisValues shown_;
  std::map<std::string, int> taken_of_provider_;
};

// How a value is called.
std::string ValueName(const Sentences& say, int axis, const Entry& entry,
                      const std::string& value) {
  if (axis == kProvider) {
    const v1::Listing listing = TextsOf(*entry.ranked().candidate.row);
    return listing.organization_name().empty() ? listing.name()
                                               : listing.organization_name();
  }
  if (axis == kMode) {
    return say.Fill(value == "remote" ? "different.remote"
                                      : "different.in_person");
  }
  return say.Code(value);
}

// What no other option of the range has; else what none before it has.
std::string WhyDifferent(const Sentences& say,
                         const std::vector<const Entry*>& range, size_t at) {
  const Entry& entry = *range[at];
  const auto carried_by = [&](int axis, const std::string& value,
                              bool also_after) {
    for (size_t i = 0; i < range.size(); ++i) {
      if (i == at || (i > at && !also_after)) continue;
      if (range[i]->values[axis].contains(value)) return true;
    }
    return false;
  };
  for (const bool also_after : {true, false}) {
    // Of the first a "new" value is nothing special.
    if (!also_after && at == 0) break;
    for (int axis = 0; axis < kAxes; ++axis) {
      for (const std::string& value : entry.values[axis]) {
        if (carried_by(axis, value, also_after)) continue;
        return say.Fill(absl::StrCat("different.", kAxisNames[axis]),
                        {{"value", ValueName(say, axis, entry, value)}});
      }
    }
  }
  return say.Fill(at == 0 ? "different.first" : "different.none");
}

void SetNote(const Sentences& say, const std::array<bool, kAxes>& closed,
             const std::vector<const Entry*>& range,
             const std::vector<Slot>& ordered, v1::RangeNote& note) {
  for (int axis = 0; axis < kAxes; ++axis) {
    v1::RangeAxis& out = *note.add_axes();
    out.set_name(kAxisNames[axis]);
    out.set_closed(closed[axis]);
    Values values;
    for (const Entry* entry : range) {
      values.insert(entry->values[axis].begin(), entry->values[axis].end());
    }
    for (const std::string& value : values) out.add_values(value);
  }
  int given_up = 0;
  for (size_t i = 0; i < range.size(); ++i) {
    given_up += ordered[i].first.points - range[i]->ranked().points;
  }
  note.set_points_given_up(given_up);
  note.set_sentence(given_up > 0 ? say.Count("range.given_up", given_up)
                                 : say.Fill("range.nothing_given_up"));
}

}  // namespace

void AddRange(const Matching& matching, const AskedNeed& need,
              const Range& reached, const std::vector<Slot>& ordered,
              v1::NeedAnswer& answer) {
  const Question& question = matching.question;
  const std::array<bool, kAxes> closed = ClosedAxes(need);
  Filler filler(ordered, closed, question.range_size);
  const std::vector<const Entry*> range = filler.Fill();
  for (size_t i = 0; i < range.size(); ++i) {
    v1::Option& option = *answer.add_range();
    option = MakeOption(matching, need, reached, *range[i]->slot);
    option.set_why_different(WhyDifferent(*question.say, range, i));
  }
  SetNote(*question.say, closed, range, ordered, *answer.mutable_range_note());
}

}  // namespace handrail::matcher
