#include "matcher/held_listing.h"

#include <utility>

namespace handrail::matcher {

HeldListing HeldListing::TakenFrom(v1::Listing& listing, bool schedules) {
  HeldListing held;
  held.SetNames({listing.id(), listing.service_id(), listing.organization_id(),
                 listing.source(), listing.zone()});
  listing.clear_id();
  listing.clear_service_id();
  listing.clear_organization_id();
  listing.clear_source();
  listing.clear_zone();
  held.status_ = listing.status();
  held.confidential_ = listing.confidential();
  held.do_not_refer_ = listing.do_not_refer();
  listing.clear_status();
  listing.clear_confidential();
  listing.clear_do_not_refer();
  held.place_.reset(listing.release_place());
  held.round_the_clock_.reset(listing.release_round_the_clock());
  held.operating_state_.reset(listing.release_operating_state());
  held.profile_.reset(listing.release_profile());
  held.terms_.Swap(listing.mutable_terms());
  held.languages_.Swap(listing.mutable_languages());
  held.coverage_.Swap(listing.mutable_coverage());
  held.required_documents_.Swap(listing.mutable_required_documents());
  if (schedules) held.schedules_.Swap(listing.mutable_schedules());
  return held;
}

void HeldListing::PutBack(v1::Listing& listing) const {
  listing.set_id(std::string(id()));
  listing.set_service_id(std::string(service_id()));
  listing.set_organization_id(std::string(organization_id()));
  listing.set_source(std::string(source()));
  listing.set_zone(std::string(zone()));
  listing.set_status(status_);
  listing.set_confidential(confidential_);
  listing.set_do_not_refer(do_not_refer_);
  if (place_ != nullptr) *listing.mutable_place() = *place_;
  if (round_the_clock_ != nullptr) {
    *listing.mutable_round_the_clock() = *round_the_clock_;
  }
  if (operating_state_ != nullptr) {
    *listing.mutable_operating_state() = *operating_state_;
  }
  if (profile_ != nullptr) *listing.mutable_profile() = *profile_;
  *listing.mutable_terms() = terms_;
  *listing.mutable_languages() = languages_;
  *listing.mutable_coverage() = coverage_;
  *listing.mutable_required_documents() = required_documents_;
  if (!schedules_.empty()) *listing.mutable_schedules() = schedules_;
}

void HeldListing::SetNames(const std::array<std::string_view, kNames>& names) {
  std::size_t size = 0;
  for (const std::string_view name : names) size += name.size();
  names_.reserve(size);
  for (int i = 0; i < kNames; ++i) {
    names_ += names[i];
    ends_[i] = static_cast<std::uint32_t>(names_.size());
  }
}

std::string_view HeldListing::Name(NameOf name) const {
  const std::size_t begin = name == 0 ? 0 : ends_[name - 1];
  return std::string_view(names_).substr(begin, ends_[name] - begin);
}

}  // namespace handrail::matcher
