// The range: slots filled in order, but so that what the person left open
// varies.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "tests/oracle/entry.h"

namespace handrail::oracle {
namespace {

constexpr std::size_t kSlots = 5;
constexpr std::size_t kBest = 64;
constexpr std::size_t kValuesPerAxis = 3;
constexpr std::size_t kAxes = 4;
constexpr std::array<const char*, kAxes> kNames = {"pathway", "setting",
                                                   "provider", "mode"};
constexpr std::size_t kProvider = 2;

using Values = std::set<std::string>;

// What is recorded of a list, as a yes or as "depends".
Values Named(const v1::SetFact& list) {
  Values out;
  for (const v1::CodedFact& value : list.values()) {
    if (value.answer() == v1::YES || value.answer() == v1::CONDITIONAL) {
      out.insert(value.code());
    }
  }
  return out;
}

struct Member {
  const Slot* slot = nullptr;
  std::array<Values, kAxes> values;
  bool taken = false;

  bool fits() const { return slot->first.verdict == v1::FITS; }
};

Member MemberOf(const Slot& slot) {
  const v1::Listing& listing = slot.first.entry->listing;
  Member out;
  out.slot = &slot;
  out.values[0] = Named(listing.profile().any().pathway());
  out.values[1] = Named(listing.profile().treatment().settings());
  // Who has no provider is one of its own.
  out.values[kProvider] = {listing.organization_id().empty()
                               ? listing.id()
                               : listing.organization_id()};
  out.values[3] = {slot.first.in_person ? "in_person" : "remote"};
  return out;
}

bool FixedBy(const Question& question, const std::string& path) {
  const auto fixes = [&](const v1::Criterion& one) {
    return one.kind() == v1::MUST && one.field() == path;
  };
  const auto& ours = question.request->criteria();
  const auto& needs = question.need->criteria();
  return std::any_of(ours.begin(), ours.end(), fixes) ||
         std::any_of(needs.begin(), needs.end(), fixes);
}

class Filling {
 public:
  Filling(const std::vector<Slot>& slots, const std::array<bool, kAxes>& closed,
          std::size_t size)
      : closed_(closed), size_(size) {
    std::array<Values, kAxes> met;
    for (std::size_t i = 0; i < slots.size(); ++i) {
      Member member = MemberOf(slots[i]);
      bool best_of_a_value = false;
      for (std::size_t axis = 0; axis < kAxes; ++axis) {
        for (const std::string& value : member.values[axis]) {
          const bool fresh = met[axis].insert(value).second;
          best_of_a_value = best_of_a_value || (fresh && !closed_[axis]);
        }
      }
      if (i < kBest || best_of_a_value) pool_.push_back(std::move(member));
    }
  }

  std::vector<const Member*> Fill() {
    for (std::size_t left = size_; left > 0; --left) {
      const auto missing = Missing();
      std::array<std::size_t, kAxes> due = {};
      std::size_t all_due = 0;
      for (std::size_t axis = 0; axis < kAxes; ++axis) {
        const std::size_t shown = Shown(axis).size();
        if (shown < kValuesPerAxis) {
          due[axis] = std::min(kValuesPerAxis - shown, missing[axis].size());
        }
        // Where values exceed slots, the first axes go first.
        due[axis] = std::min(due[axis], left - all_due);
        all_due += due[axis];
      }
      const auto wanted = [&](const Member& member) {
        if (!Allowed(member)) return false;
        if (all_due < left) return true;
        for (std::size_t axis = 0; axis < kAxes; ++axis) {
          for (const std::string& value : member.values[axis]) {
            if (due[axis] > 0 && missing[axis].contains(value)) return true;
          }
        }
        return false;
      };
      const auto next = std::find_if(pool_.begin(), pool_.end(), wanted);
      if (next == pool_.end()) break;
      next->taken = true;
    }
    std::vector<const Member*> out;
    for (const Member& member : pool_) {
      if (member.taken) out.push_back(&member);
    }
    return out;
  }

 private:
  Values Shown(std::size_t axis) const {
    Values out;
    for (const Member& member : pool_) {
      if (!member.taken) continue;
      out.insert(member.values[axis].begin(), member.values[axis].end());
    }
    return out;
  }

  // At most half of the slots for one provider, unless it is the only one.
  bool Allowed(const Member& member) const {
    std::size_t same = 0, others = 0;
    for (const Member& one : pool_) {
      if (one.values[kProvider] != member.values[kProvider]) ++others;
      if (one.taken && one.values[kProvider] == member.values[kProvider]) {
        ++same;
      }
    }
    return !member.taken && (others == 0 || 2 * same < size_);
  }

  // Values of the open axes that a slot could still show; a value counts only
  // if a FITS carries it while FITS remain.
  std::array<Values, kAxes> Missing() const {
    const bool fits_remain = std::any_of(
        pool_.begin(), pool_.end(),
        [&](const Member& member) { return Allowed(member) && member.fits(); });
    std::array<Values, kAxes> out;
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      if (closed_[axis]) continue;
      const Values shown = Shown(axis);
      for (const Member& member : pool_) {
        if (!Allowed(member) || (fits_remain && !member.fits())) continue;
        for (const std::string& value : member.values[axis]) {
          if (!shown.contains(value)) out[axis].insert(value);
        }
      }
    }
    return out;
  }

  const std::array<bool, kAxes> closed_;
  const std::size_t size_;
  std::vector<Member> pool_;
};

}  // namespace

Range RangeOf(const Question& question, const std::vector<Slot>& slots) {
  const std::array<bool, kAxes> closed = {
      FixedBy(question, "any.pathway"), FixedBy(question, "treatment.settings"),
      false,
      !question.need->modes().empty() ||
          FixedBy(question, "any.attendance_mode")};
  const int asked = question.request->range_size();
  Filling filling(slots, closed, asked == 0 ? kSlots : asked);
  const std::vector<const Member*> members = filling.Fill();
  Range out;
  for (std::size_t i = 0; i < members.size(); ++i) {
    out.slots.push_back(*members[i]->slot);
    out.points_given_up += slots[i].first.points - out.slots[i].first.points;
  }
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    Values shown;
    for (const Member* member : members) {
      shown.insert(member->values[axis].begin(), member->values[axis].end());
    }
    out.axes.push_back(
        {kNames[axis], closed[axis], std::vector(shown.begin(), shown.end())});
  }
  return out;
}

}  // namespace handrail::oracle
