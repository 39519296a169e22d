#include "tests/bench/workload.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "matcher/taxonomy.h"

namespace handrail::bench {
namespace {

using matcher::Taxonomy;
using matcher::TermIndex;
using Fields = std::vector<std::string>;

// Our root kind for each category of the workload, and its number of leaves.
struct Category {
  const char* term;
  int leaves;
};
constexpr Category kCategories[] = {
    {"housing", 16},       {"employment", 11}, {"treatment", 18},
    {"support-group", 14}, {"health", 14},     {"food", 9},
    {"transportation", 7}, {"legal", 10},      {"family", 12}};

constexpr const char* kGenders[] = {"woman", "man", "nonbinary"};
constexpr const char* kLanguages[] = {"en", "es", "zh", "vi", "ar", "fr",
                                      "ko", "ru", "tl", "ht", "pt", "so"};
constexpr const char* kPayments[] = {
    "medicaid",           "medicare",
    "private_insurance",  "military_insurance",
    "state_insurance",    "indian_health_service",
    "government_funding", "block_grant",
    "self_pay",           "voucher"};
constexpr const char* kMedications[] = {"methadone", "buprenorphine",
                                        "xr_buprenorphine", "xr_naltrexone"};
constexpr const char* kPathways[] = {"twelve_step", "secular",
                                     "faith_based", "buddhist_informed",
                                     "cultural",    "medication_affirming"};
constexpr const char* kAccess[] = {"step_free",      "accessible_restroom",
                                   "elevator",       "accessible_parking",
                                   "fragrance_free", "near_transit"};
constexpr const char* kDays[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

int Int(const std::string& text) { return std::atoi(text.c_str()); }

int E7(const std::string& degrees) {
  return static_cast<int>(std::atof(degrees.c_str()) * 1e7);
}

std::string Clock(int minutes) {
  return absl::StrFormat("%02d:%02d", minutes / 60, minutes % 60);
}

// The states and DC in the order of their names, as the workload numbers them.
constexpr const char* kStates[] = {
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA",
    "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD", "MA",
    "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY",
    "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX",
    "UT", "VT", "VA", "WA", "WV", "WI", "WY"};

std::string State(const std::string& number) { return kStates[Int(number)]; }

// Leaves of our taxonomy below a root, in order.
std::vector<std::string> LeavesBelow(const char* root) {
  const Taxonomy& taxonomy = matcher::BuiltInTaxonomy();
  std::vector<bool> is_parent(taxonomy.size());
  for (TermIndex term = 0; term < taxonomy.size(); ++term) {
    for (const TermIndex parent : taxonomy.term(term).parents) {
      is_parent[parent] = true;
    }
  }
  const matcher::TermSet& below = taxonomy.SubTree(*taxonomy.Find(root));
  std::vector<std::string> leaves;
  for (TermIndex term = 0; term < taxonomy.size(); ++term) {
    if (below[term] && !is_parent[term]) {
      leaves.push_back(taxonomy.term(term).id);
    }
  }
  return leaves;
}

// Our term of each leaf of the workload.
const std::vector<std::string>& LeafTerms() {
  static const auto* const terms = [] {
    auto* out = new std::vector<std::string>;
    for (const Category& category : kCategories) {
      const std::vector<std::string> leaves = LeavesBelow(category.term);
      for (int i = 0; i < category.leaves; ++i) {
        out->push_back(leaves[i % leaves.size()]);
      }
    }
    return out;
  }();
  return *terms;
}

void ForEachRow(const std::string& path,
                const std::function<bool(const Fields&)>& visit) {
  std::ifstream file(path);
  if (!file) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    std::exit(2);
  }
  std::string line;
  while (std::getline(file, line)) {
    if (!visit(absl::StrSplit(line, '\t'))) return;
  }
}

// The names of the bits of a mask.
template <typename Names>
Fields NamesOf(const std::string& mask, const Names& names) {
  const auto bits = static_cast<unsigned>(Int(mask));
  Fields out;
  for (std::size_t i = 0; i < std::size(names); ++i) {
    if ((bits >> i & 1) != 0) out.emplace_back(names[i]);
  }
  return out;
}

class ListingMaker {
 public:
  ListingMaker(const Fields& row, Ages ages) : row_(row) {
    absl::CivilDay day(kWorkloadTime);
    if (ages == Ages::kAged) absl::ParseCivilTime(row[22], &day);
    absl::CivilDay checked;
    absl::ParseCivilTime(row[22], &checked);
    facts_ = Dated(day);
    freshness_ = Dated(checked);
  }

  v1::Listing Make() {
    listing_.set_id(absl::StrFormat("l%08d", Int(row_[0])));
    listing_.set_name(row_[1]);
    listing_.set_description(row_[2]);
    listing_.set_organization_id("o" + row_[0]);
    for (const std::string& leaf :
         static_cast<Fields>(absl::StrSplit(row_[3], ','))) {
      listing_.add_terms()->set_term(LeafTerms()[Int(leaf)]);
    }
    FillPlace();
    FillRules();
    FillHours();
    v1::FieldProvenance& address = *listing_.add_fields();
    address.set_field("address");
    *address.mutable_provenance() = freshness_;
    return std::move(listing_);
  }

 private:
  static v1::Provenance Dated(absl::CivilDay day) {
    v1::Provenance provenance;
    provenance.set_source("workload");
    provenance.mutable_verified_at()->set_seconds(
        absl::ToUnixSeconds(absl::FromCivil(day, absl::UTCTimeZone())));
    return provenance;
  }

  void FillPlace() {
    v1::Place& place = *listing_.mutable_place();
    place.set_basis(v1::Place::COORDINATES);
    place.set_latitude_e7(E7(row_[4]));
    place.set_longitude_e7(E7(row_[5]));
    place.set_state(State(row_[8]));
    place.set_county("C" + row_[7]);
    listing_.set_zone(absl::StrCat("Etc/GMT+", -Int(row_[6]) / 60));
    // By radius: everybody near enough.
    if (row_[23] == "2") AddArea(v1::CoverageArea::STATE, State(row_[8]));
    if (row_[23] != "1") return;
    for (const std::string& county :
         static_cast<Fields>(absl::StrSplit(row_[25], ','))) {
      AddArea(v1::CoverageArea::COUNTY,
              absl::StrCat(State(row_[8]), "/C", county));
    }
  }

  void AddArea(v1::CoverageArea::Kind kind, const std::string& code) {
    v1::CoverageArea& area = *listing_.add_coverage();
    area.set_kind(kind);
    area.set_code(code);
  }

  // All codes are known: those of the mask as yes, the others as no.
  template <typename Names>
  void FillSet(const std::string& mask, const Names& names, v1::SetFact& set) {
    const auto bits = static_cast<unsigned>(Int(mask));
    for (std::size_t i = 0; i < std::size(names); ++i) {
      v1::CodedFact& fact = *set.add_values();
      fact.set_code(names[i]);
      fact.set_answer((bits >> i & 1) != 0 ? v1::YES : v1::NO);
      *fact.mutable_provenance() = facts_;
    }
  }

  void SetNumber(int value, v1::NumberFact& fact) {
    fact.set_answer(v1::YES);
    fact.set_value(value);
    *fact.mutable_provenance() = facts_;
  }

  void FillRules() {
    v1::AnyServiceProfile& any = *listing_.mutable_profile()->mutable_any();
    if (row_[9] != "0") SetNumber(Int(row_[9]), *any.mutable_minimum_age());
    if (Int(row_[10]) < 120) {
      SetNumber(Int(row_[10]), *any.mutable_maximum_age());
    }
    FillSet(row_[11], kGenders, *any.mutable_genders());
    FillSet(row_[13], kLanguages, *any.mutable_languages());
    FillSet(row_[14], kPayments, *any.mutable_payments());
    if (row_[16] != "0") {
      FillSet(row_[16], kMedications, *any.mutable_medication());
    }
    FillSet(row_[17], kPathways, *any.mutable_pathway());
    FillSet(row_[18], kAccess, *any.mutable_access());
    if (row_[20] == "3") return;
    v1::Fact& accepting = *any.mutable_accepting_new();
    accepting.set_answer(row_[20] == "2" ? v1::NO : v1::YES);
    *accepting.mutable_provenance() = facts_;
  }

  void FillHours() {
    v1::FieldProvenance& hours = *listing_.add_fields();
    hours.set_field("hours");
    *hours.mutable_provenance() = facts_;
    if (row_[26].empty()) return;
    for (const std::string& part :
         static_cast<Fields>(absl::StrSplit(row_[26], ';'))) {
      const Fields interval = absl::StrSplit(part, '-');
      v1::Schedule& schedule = *listing_.add_schedules();
      schedule.set_freq(v1::WEEKLY);
      schedule.set_byday(kDays[Int(interval[0])]);
      schedule.set_opens_at(Clock(Int(interval[1])));
      schedule.set_closes_at(Clock(Int(interval[2])));
    }
  }

  const Fields& row_;
  v1::Provenance facts_;
  v1::Provenance freshness_;
  v1::Listing listing_;
};

void AddCriterion(v1::CriterionKind kind, const std::string& field,
                  const Fields& values, int weight, v1::MatchRequest& request) {
  if (values.empty()) return;
  v1::Criterion& criterion = *request.add_criteria();
  criterion.set_kind(kind);
  criterion.set_field(field);
  if (kind == v1::PREFER) criterion.set_weight(weight);
  for (const std::string& value : values) criterion.add_values(value);
}

void AddOnce(const std::string& term, v1::Need& need) {
  const auto& terms = need.terms();
  if (std::find(terms.begin(), terms.end(), term) != terms.end()) return;
  need.add_terms(term);
}

// A need at the top level is a root kind, else a list of leaves.
void AddTerms(const std::string& needs, v1::Need& need) {
  for (const std::string& text :
       static_cast<Fields>(absl::StrSplit(needs, ';'))) {
    const Fields node = absl::StrSplit(text, ':');
    const int low = Int(node[1]);
    const int high = Int(node[2]);
    int first = 0;
    for (const Category& category : kCategories) {
      if (low == first && high == first + category.leaves - 1) {
        AddOnce(category.term, need);
        first = -1;
        break;
      }
      first += category.leaves;
    }
    if (first < 0) continue;
    for (int leaf = low; leaf <= high && need.terms_size() < 16; ++leaf) {
      AddOnce(LeafTerms()[leaf], need);
    }
  }
}

void SetTime(const Fields& row, v1::Need& need) {
  if (row[13] == "1") {
    // Minute of the week in UTC; 2026-01-01 is a Thursday.
    const int minutes = (Int(row[14]) - 3 * 1440 + 10'080) % 10'080;
    need.mutable_when()->mutable_at()->set_seconds(
        absl::ToUnixSeconds(
            absl::FromCivil(kWorkloadTime, absl::UTCTimeZone())) +
        60 * minutes);
  } else if (row[13] == "2") {
    v1::WeekWindow& window = *need.mutable_when()->mutable_window();
    window.add_days(kDays[Int(row[14])]);
    window.set_start("18:00");
    window.set_end("19:00");
    need.mutable_when()->set_mode(v1::THROUGHOUT);
  }
}

v1::MatchRequest RequestOf(const Fields& row) {
  v1::MatchRequest request;
  request.mutable_as_of()->set_seconds(
      absl::ToUnixSeconds(absl::FromCivil(kWorkloadTime, absl::UTCTimeZone())));
  v1::Person& person = *request.mutable_person();
  person.mutable_start()->set_latitude_e7(E7(row[2]));
  person.mutable_start()->set_longitude_e7(E7(row[3]));
  person.mutable_home()->set_county("C" + row[4]);
  person.mutable_home()->set_state(State(row[5]));
  person.set_age(Int(row[7]));
  for (const std::string& gender : NamesOf(row[8], kGenders)) {
    person.set_gender(gender);
  }
  for (const std::string& language : NamesOf(row[10], kLanguages)) {
    person.add_languages(language);
  }
  for (const std::string& form : NamesOf(row[11], kMedications)) {
    person.add_medications(form);
  }
  AddCriterion(v1::MUST, "any.payments", NamesOf(row[9], kPayments), 1,
               request);
  if (row[15] == "1") {
    AddCriterion(v1::MUST, "any.accepting_new", {"yes"}, 1, request);
  }
  AddCriterion(v1::PREFER, "any.pathway", NamesOf(row[20], kPathways), 2,
               request);
  AddCriterion(v1::PREFER, "any.access", NamesOf(row[28], kAccess), 1, request);
  v1::Need& need = *request.add_needs();
  AddTerms(row[1], need);
  need.set_within_m(Int(row[6]) * 1000);
  SetTime(row, need);
  if (row[29] != "0") {
    need.set_words(row[30]);
    if (row[29] == "1") need.set_words_mode(v1::BOOST);
  }
  return request;
}

}  // namespace

void ForEachListing(const std::string& path, Ages ages,
                    const std::function<void(v1::Listing)>& visit) {
  ForEachRow(path, [&](const Fields& row) {
    visit(ListingMaker(row, ages).Make());
    return true;
  });
}

std::vector<v1::Listing> ReadListings(const std::string& path, Ages ages) {
  std::vector<v1::Listing> listings;
  ForEachListing(path, ages, [&](v1::Listing listing) {
    listings.push_back(std::move(listing));
  });
  return listings;
}

std::vector<v1::MatchRequest> ReadRequests(const std::string& path, int count) {
  std::vector<v1::MatchRequest> requests;
  ForEachRow(path, [&](const Fields& row) {
    if (static_cast<int>(requests.size()) == count) return false;
    requests.push_back(RequestOf(row));
    return true;
  });
  return requests;
}

}  // namespace handrail::bench
