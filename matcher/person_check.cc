// What a MatchRequest says about the person.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "matcher/candidates.h"
#include "matcher/limits.h"
#include "matcher/question.h"
#include "matcher/violations.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

const std::vector<std::string>& DocumentCodes() {
  static const auto* const codes =
      new std::vector<std::string>{"birth_certificate",
                                   "discharge_papers",
                                   "insurance_card",
                                   "medication_list",
                                   "other",
                                   "photo_id",
                                   "proof_of_income",
                                   "proof_of_residency",
                                   "referral_letter",
                                   "ssn_card",
                                   "status_document",
                                   "tb_test"};
  return *codes;
}

bool Contains(const std::vector<std::string>& codes, const std::string& code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

// A code of the profile field `path`.
void CheckCode(const std::string& field, const std::string& code,
               std::string_view path, Violations& violations) {
  const std::vector<std::string>& codes = KnownField(path).codes;
  if (!Contains(codes, code)) {
    violations.Add(field, "must be one of: " + OneOf(codes));
  }
}

void CheckCodes(const std::string& field,
                const google::protobuf::RepeatedPtrField<std::string>& list,
                std::string_view path, Violations& violations) {
  violations.CheckSize(field, list.size(), kPersonListMax);
  for (int i = 0; i < std::min(list.size(), kPersonListMax); ++i) {
    CheckCode(At(field, i), list[i], path, violations);
  }
}

bool IsLanguageTag(const std::string& tag) {
  return !tag.empty() && tag.size() <= 35 &&
         std::all_of(tag.begin(), tag.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  (c >= '0' && c <= '9') || c == '-';
         });
}

void CheckWordLists(const v1::Person& person, Violations& violations) {
  violations.CheckSize("person.languages", person.languages_size(),
                       kPersonListMax);
  for (int i = 0; i < person.languages_size(); ++i) {
    if (!IsLanguageTag(person.languages(i))) {
      violations.Add(At("person.languages", i),
                     "must be a language tag like en, es or ase");
    }
  }
  violations.CheckSize("person.substances", person.substances_size(),
                       kPersonListMax);
  for (int i = 0; i < person.substances_size(); ++i) {
    violations.CheckLength(At("person.substances", i), person.substances(i),
                           kShortTextMax);
  }
  violations.CheckSize("person.travel", person.travel_size(), kPersonListMax);
  for (int i = 0; i < person.travel_size(); ++i) {
    if (!Contains(WaysOfTravel(), person.travel(i))) {
      violations.Add(At("person.travel", i),
                     "must be one of: " + OneOf(WaysOfTravel()));
    }
  }
}

void CheckHousehold(const v1::Household& household, Violations& violations) {
  const std::string list = "person.household.children";
  violations.CheckSize(list, household.children_size(), kPersonListMax);
  for (int i = 0; i < household.children_size(); ++i) {
    const v1::Child& child = household.children(i);
    if (child.has_age()) {
      violations.CheckRange(At(list, i) + ".age", child.age(), 0, kAgeMax);
    }
    if (!child.gender().empty() && child.gender() != "boy" &&
        child.gender() != "girl") {
      violations.Add(At(list, i) + ".gender", "must be boy, girl or left out");
    }
  }
}

void CheckCoverage(const v1::Person& person, Violations& violations) {
  violations.CheckSize("person.coverage", person.coverage_size(),
                       kPersonListMax);
  for (int i = 0; i < person.coverage_size(); ++i) {
    const v1::Coverage& coverage = person.coverage(i);
    const std::string field = At("person.coverage", i);
    if (coverage.state() == v1::Coverage::STATE_UNSPECIFIED ||
        !v1::Coverage::State_IsValid(coverage.state())) {
      violations.Add(field + ".state",
                     "must be IN_FORCE, PENDING, SUSPENDED or NONE");
    } else if (coverage.state() == v1::Coverage::NONE) {
      if (!coverage.kind().empty()) {
        violations.Add(field + ".kind", "must be left out where state is NONE");
      }
    } else {
      CheckCode(field + ".kind", coverage.kind(), "any.payments", violations);
    }
  }
}

void ReadDocuments(const v1::Person& person, Question& question,
                   Violations& violations) {
  violations.CheckSize("person.documents", person.documents_size(),
                       kPersonListMax);
  for (int i = 0; i < person.documents_size(); ++i) {
    const v1::HeldDocument& held = person.documents(i);
    const std::string field = At("person.documents", i);
    if (!Contains(DocumentCodes(), held.document())) {
      violations.Add(field + ".document",
                     "must be one of: " + OneOf(DocumentCodes()));
    }
    OwnedDocument owned{.code = held.document(), .from = std::nullopt};
    if (!held.available_on().empty()) {
      owned.from =
          ReadDay(field + ".available_on", held.available_on(), violations);
    }
    question.documents.push_back(owned);
  }
  question.documents_said =
      person.documents_stated() || person.documents_size() > 0;
  if (person.has_documents_stated() && !person.documents_stated() &&
      person.documents_size() > 0) {
    violations.Add("person.documents_stated",
                   "must be true or left out where documents are given");
  }
}

void ReadHome(const v1::Person& person, const Snapshot& snapshot,
              Question& question, Violations& violations) {
  const v1::HomeArea& home = person.home();
  CheckHomeArea("person.home", home, violations);
  question.home_stated = IsStated(home);
  question.home = snapshot.centroids() == nullptr
                      ? home
                      : snapshot.centroids()->Complete(home);
}

bool AsksForRings(const v1::MatchRequest& request) {
  const bool further =
      request.include().near_misses() || request.include().relaxations();
  return std::any_of(
      request.needs().begin(), request.needs().end(),
      [&](const v1::Need& need) {
        return need.widen() ||
               (HANDRAIL_MUTATE(state_beyond_rings, further, false) &&
                need.within_m() > 0);
      });
}

void ReadStart(const v1::Person& person, const Snapshot& snapshot,
               Question& question, Violations& violations) {
  question.start_state = question.home.state();
  if (!person.has_start()) return;
  const v1::Point& start = person.start();
  const bool both = start.has_latitude_e7() && start.has_longitude_e7();
  if (start.has_latitude_e7() != start.has_longitude_e7()) {
    violations.Add("person.start",
                   "needs both latitude_e7 and longitude_e7, or a postal_code");
    return;
  }
  const CentroidTable::Zip* zip = nullptr;
  if (!start.postal_code().empty()) {
    if (!FiveDigits(start.postal_code()).has_value()) {
      violations.Add("person.start.postal_code",
                     "must be a ZIP code like 21201 or 21201-1234");
      return;
    }
    if (snapshot.centroids() != nullptr) {
      zip = snapshot.centroids()->FindZip(start.postal_code());
    }
    if (zip == nullptr && !both) {
      violations.Add("person.start.postal_code",
                     "is in no loaded table of ZIP codes; give latitude_e7 "
                     "and longitude_e7, or load the table");
      return;
    }
  }
  if (zip != nullptr && !zip->state.empty()) question.start_state = zip->state;
  if (!both) {
    if (zip == nullptr) {
      violations.Add("person.start",
                     "needs latitude_e7 and longitude_e7, or a postal_code");
    } else {
      question.start = zip->point;
    }
  } else if (GeoPoint::IsOnTheMap(start.latitude_e7(), start.longitude_e7())) {
    question.start.emplace(start.latitude_e7(), start.longitude_e7());
    // Bare coordinates: only the last ring asks for the state.
    if (question.start_state.empty() && snapshot.centroids() != nullptr &&
        AsksForRings(*question.request)) {
      question.start_state = snapshot.centroids()->NearestState(
          *question.start, kRingsM[std::size(kRingsM) - 1]);
    }
  } else {
    violations.Add("person.start",
                   "latitude_e7 must be within ±900000000 and longitude_e7 "
                   "within ±1800000000");
  }
}

void ReadWeek(const v1::Person& person, Question& question,
              Violations& violations) {
  violations.CheckSize("person.free", person.free_size(), kPersonListMax);
  for (int i = 0; i < std::min(person.free_size(), kPersonListMax); ++i) {
    const auto window =
        ReadWindow(At("person.free", i), person.free(i), violations);
    if (window.has_value()) question.free.push_back(*window);
  }
  violations.CheckSize("person.anchors", person.anchors_size(), kPersonListMax);
  for (int i = 0; i < std::min(person.anchors_size(), kPersonListMax); ++i) {
    const std::string field = At("person.anchors", i);
    violations.CheckLength(field + ".name", person.anchors(i).name(),
                           kShortTextMax);
    const auto window =
        ReadWindow(field + ".window", person.anchors(i).window(), violations);
    if (window.has_value()) question.anchors.push_back(*window);
  }
  if (!person.earliest_start().empty()) {
    question.earliest_start =
        ReadDay("person.earliest_start", person.earliest_start(), violations);
  }
}

}  // namespace

void CheckHomeArea(const std::string& field, const v1::HomeArea& home,
                   Violations& violations) {
  if (!home.state().empty() &&
      (home.state().size() != 2 || home.state()[0] < 'A' ||
       home.state()[0] > 'Z' || home.state()[1] < 'A' ||
       home.state()[1] > 'Z')) {
    violations.Add(field + ".state", "must be two capital letters like MD");
  }
  violations.CheckLength(field + ".county", home.county(), kShortTextMax);
  if (!home.postal_code().empty() &&
      !FiveDigits(home.postal_code()).has_value()) {
    violations.Add(field + ".postal_code",
                   "must be a ZIP code like 21201 or 21201-1234");
  }
}

void ReadPerson(const v1::MatchRequest& request, const Snapshot& snapshot,
                Question& question, Violations& violations) {
  const v1::Person& person = request.person();
  if (person.has_age()) {
    violations.CheckRange("person.age", person.age(), 0, kAgeMax);
  }
  if (!person.gender().empty()) {
    CheckCode("person.gender", person.gender(), "any.genders", violations);
  }
  CheckWordLists(person, violations);
  CheckCodes("person.communication.channels", person.communication().channels(),
             "any.contact_channels", violations);
  CheckHousehold(person.household(), violations);
  CheckCoverage(person, violations);
  CheckCodes("person.medications", person.medications(), "any.medication",
             violations);
  if (person.has_days_without_use()) {
    violations.CheckRange("person.days_without_use", person.days_without_use(),
                          0, kDaysMax);
  }
  ReadDocuments(person, question, violations);
  CheckCodes("person.access_needs", person.access_needs(), "any.access",
             violations);
  CheckCodes("person.circumstances", person.circumstances(),
             "any.record_accepted", violations);
  ReadHome(person, snapshot, question, violations);
  ReadStart(person, snapshot, question, violations);
  ReadWeek(person, question, violations);
  if (!request.zone().empty()) {
    question.zone = FindZone(request.zone());
    if (!question.zone.has_value()) {
      violations.Add("zone", "must be a time zone like America/New_York");
    }
  }
}

}  // namespace handrail::matcher
