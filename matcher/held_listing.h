// The fields of a listing that are read while many are judged, kept small: a
// message of the whole listing takes 520 bytes before anything is in it, and
// each of its texts 32 more.
//
//   const HeldListing held = HeldListing::TakenFrom(listing,
//   /*schedules=*/true); if (held.place().approximate()) …
//   held.PutBack(listing);       // the listing as it was
//
// Constant once it is made; any number of threads may read. What it returns
// points into it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "google/protobuf/repeated_ptr_field.h"
#include "handrail/v1/listing.pb.h"

namespace handrail::matcher {

class HeldListing {
 public:
  template <typename T>
  using Repeated = google::protobuf::RepeatedPtrField<T>;

  HeldListing() = default;

  // Takes the fields below out of `listing`, which may stand on an arena;
  // schedules only where they are asked for.
  static HeldListing TakenFrom(v1::Listing& listing, bool schedules);

  // Puts all that was taken into what TakenFrom left.
  void PutBack(v1::Listing& listing) const;

  // As the fields of v1::Listing.
  std::string_view id() const { return Name(kId); }
  std::string_view service_id() const { return Name(kService); }
  std::string_view organization_id() const { return Name(kOrganization); }
  std::string_view source() const { return Name(kSource); }
  std::string_view zone() const { return Name(kZone); }
  v1::ServiceStatus status() const { return status_; }
  bool confidential() const { return confidential_; }
  bool do_not_refer() const { return do_not_refer_; }
  bool has_place() const { return place_ != nullptr; }
  const v1::Place& place() const { return Or(place_); }
  const v1::Fact& round_the_clock() const { return Or(round_the_clock_); }
  const v1::OperatingState& operating_state() const {
    return Or(operating_state_);
  }
  const v1::RecoveryProfile& profile() const { return Or(profile_); }
  const Repeated<v1::NeedTerm>& terms() const { return terms_; }
  const Repeated<v1::Language>& languages() const { return languages_; }
  const Repeated<v1::CoverageArea>& coverage() const { return coverage_; }
  const Repeated<v1::RequiredDocument>& required_documents() const {
    return required_documents_;
  }
  const Repeated<v1::Schedule>& schedules() const { return schedules_; }

 private:
  enum NameOf { kId, kService, kOrganization, kSource, kZone, kNames };

  void SetNames(const std::array<std::string_view, kNames>& names);
  std::string_view Name(NameOf name) const;

  template <typename T>
  static const T& Or(const std::unique_ptr<T>& part) {
    return part != nullptr ? *part : T::default_instance();
  }

  // The names one after another, and where each ends.
  std::string names_;
  std::array<std::uint32_t, kNames> ends_ = {};
  v1::ServiceStatus status_ = {};
  bool confidential_ = false;
  bool do_not_refer_ = false;
  // Null: absent.
  std::unique_ptr<v1::Place> place_;
  std::unique_ptr<v1::Fact> round_the_clock_;
  std::unique_ptr<v1::OperatingState> operating_state_;
  std::unique_ptr<v1::RecoveryProfile> profile_;
  Repeated<v1::NeedTerm> terms_;
  Repeated<v1::Language> languages_;
  Repeated<v1::CoverageArea> coverage_;
  Repeated<v1::RequiredDocument> required_documents_;
  Repeated<v1::Schedule> schedules_;
};

}  // namespace handrail::matcher
