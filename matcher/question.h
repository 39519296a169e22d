// A checked question: a MatchRequest with everything parsed that the matcher
// needs more than once. Made only by CheckRequest (request_check.h); a plain
// value that points into the request it was made from.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "handrail/v1/match.pb.h"
#include "matcher/fact_register.h"
#include "matcher/intervals.h"
#include "matcher/place.h"
#include "matcher/row.h"
#include "matcher/sentences.h"
#include "matcher/taxonomy.h"
#include "matcher/ttl.h"
#include "matcher/words.h"

namespace handrail::matcher {

// A criterion with its field and values found.
struct AskedCriterion {
  v1::CriterionKind kind = v1::MUST;
  const FactField* field = nullptr;
  std::vector<FactValue> values;
  // 1 to 3; of a PREFER.
  int weight = 1;
  // PERSON, OBLIGATION or AGENCY.
  v1::RuleOwner owner = v1::PERSON;
  // Of an obligation; else null.
  const v1::Obligation* obligation = nullptr;
  // Last local day on which an obligation binds; absent: open.
  std::optional<absl::CivilDay> last_day;
};

struct AskedNeed {
  const v1::Need* need = nullptr;
  std::vector<TermIndex> terms;
  // All terms asked for and everything below them.
  TermSet covered;
  // Absent where no words are given.
  std::optional<WordQuery> words;
  // Words decide, not only earn points.
  bool words_required = false;
  // Set where modes are asked for.
  std::vector<Mode> modes;
  // Of a weekly `when`.
  std::optional<WeeklyWindow> window;
  // MUST and MUST_NOT: the person's, then obligations, then the agency's.
  std::vector<AskedCriterion> musts;
  std::vector<AskedCriterion> prefers;

  bool distance_bound() const { return need->within_m() > 0 || need->widen(); }
  // The help is for a family member alone: what the person said about
  // themself is not said about whoever comes.
  bool for_family_only() const { return need->for_whom() == v1::FAMILY; }
};

// A document the person holds, or will hold from a day on.
struct OwnedDocument {
  std::string_view code;
  std::optional<absl::CivilDay> from;
};

struct Question {
  const v1::MatchRequest* request = nullptr;
  absl::Time as_of;
  int max_results = 0;
  int range_size = 0;
  const TtlTable* ttls = nullptr;
  // How the answer is said.
  const Sentences* say = &Sentences::English();

  // Where trips start.
  std::optional<GeoPoint> start;
  // State of the starting point, for the last ring of `widen`; may be empty.
  std::string start_state;
  // Home, with state and county filled in from its ZIP code.
  v1::HomeArea home;
  bool home_stated = false;
  // The person's zone; absent where not said.
  std::optional<absl::TimeZone> zone;

  std::vector<WeeklyWindow> free;
  std::vector<WeeklyWindow> anchors;
  std::optional<absl::CivilDay> earliest_start;
  bool documents_said = false;
  std::vector<OwnedDocument> documents;

  std::set<std::string_view> excluded_listings;
  std::set<std::string_view> excluded_organizations;

  std::vector<AskedNeed> needs;

  const v1::Person& person() const { return request->person(); }
  // The request's zone name; may be empty.
  const std::string& zone_name() const { return request->zone(); }
};

}  // namespace handrail::matcher
