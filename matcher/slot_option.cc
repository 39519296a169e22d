#include "matcher/slot_option.h"

#include "matcher/option.h"

namespace handrail::matcher {

v1::Option MakeOption(const Matching& matching, const AskedNeed& need,
                      const Range& range, const Slot& slot) {
  v1::Option option =
      MakeOption(matching.question, need, range, slot.first.candidate);
  for (const Ranked& other : slot.others) {
    const v1::Listing listing = TextsOf(*other.candidate.row);
    v1::AlsoListed& out = *option.add_also_listed();
    out.set_id(listing.id());
    out.set_name(listing.name());
    out.set_organization_name(listing.organization_name());
    out.set_source(listing.source());
    out.set_verdict(other.verdict);
  }
  return option;
}

}  // namespace handrail::matcher
