#include "matcher/search_check.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "matcher/limits.h"
#include "matcher/request_check.h"
#include "matcher/ttl.h"
#include "matcher/violations.h"

namespace handrail::matcher {
namespace {

// The path of a field of the MatchRequest that a search becomes, as the search
// calls it.
std::string SearchPath(std::string_view path) {
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"needs[0].", ""}, {"person.start", "near"}, {"person.home", "serves"}};
  for (const auto& [ours, theirs] : kNames) {
    if (!path.starts_with(ours)) continue;
    return std::string(theirs).append(path.substr(ours.size()));
  }
  return std::string(path);
}

std::unique_ptr<const v1::MatchRequest> AsMatch(
    const v1::SearchRequest& request) {
  auto match = std::make_unique<v1::MatchRequest>();
  v1::Need& need = *match->add_needs();
  *need.mutable_terms() = request.terms();
  need.set_words(request.words());
  // Without a start it is refused in the words of a search.
  if (request.has_near()) need.set_within_m(request.within_m());
  *need.mutable_modes() = request.modes();
  if (request.has_when()) *need.mutable_when() = request.when();
  if (request.has_near()) {
    *match->mutable_person()->mutable_start() = request.near();
  }
  if (request.has_serves()) {
    *match->mutable_person()->mutable_home() = request.serves();
  }
  *match->mutable_criteria() = request.criteria();
  for (v1::Criterion& criterion : *match->mutable_criteria()) {
    // What else it is, is refused in the words of a search.
    if (criterion.kind() != v1::MUST_NOT) criterion.set_kind(v1::MUST);
  }
  if (request.has_as_of()) *match->mutable_as_of() = request.as_of();
  match->set_zone(request.zone());
  match->set_language(request.language());
  return match;
}

void CheckCriteria(const v1::SearchRequest& request, Violations& violations) {
  for (int i = 0; i < std::min(request.criteria_size(), kCriteriaMax); ++i) {
    const v1::CriterionKind kind = request.criteria(i).kind();
    if (kind != v1::MUST && kind != v1::MUST_NOT) {
      violations.Add(At("criteria", i) + ".kind",
                     "must be MUST or MUST_NOT: a search has no points for "
                     "wishes");
    }
  }
}

v1::SearchSort ReadSort(const v1::SearchRequest& request,
                        Violations& violations) {
  switch (request.sort()) {
    case v1::SEARCH_SORT_UNSPECIFIED:
      if (!request.words().empty()) return v1::RELEVANCE;
      return request.has_near() ? v1::DISTANCE : v1::NAME;
    case v1::DISTANCE:
      if (!request.has_near()) {
        violations.Add("sort", "DISTANCE needs near to measure from");
      }
      return v1::DISTANCE;
    case v1::RELEVANCE:
    case v1::NAME:
      return request.sort();
    default:
      violations.Add("sort", "must be RELEVANCE, DISTANCE, NAME or left out");
      return v1::NAME;
  }
}

void ReadFacets(const v1::SearchRequest& request, SearchQuestion& asked,
                Violations& violations) {
  std::vector<std::string> names(request.facets().begin(),
                                 request.facets().end());
  if (names.empty()) names = {"term", "mode", "county"};
  violations.CheckSize("facets", request.facets_size(), kSearchFacetsMax);
  for (int i = 0;
       i < std::min(static_cast<int>(names.size()), kSearchFacetsMax); ++i) {
    const std::optional<AskedFacet> facet = FindFacet(names[i]);
    if (!facet.has_value()) {
      violations.Add(At("facets", i),
                     "must be term, mode, state, county, city, source, "
                     "language or the path of a profile field with codes, as "
                     "in housing.pathway");
    } else if (std::find(names.begin(), names.begin() + i, names[i]) !=
               names.begin() + i) {
      violations.Add(At("facets", i), "is named twice");
    } else {
      asked.facets.push_back(*facet);
    }
  }
  violations.CheckRange("facet_size", request.facet_size(), 0, kFacetSizeMax);
  if (request.facet_size() > 0) asked.facet_size = request.facet_size();
}

void ReadPageSize(const v1::SearchRequest& request, SearchQuestion& asked,
                  Violations& violations) {
  if (request.page_size() < 0) {
    violations.Add("page_size", "must be 0 (the default) or more");
  } else if (request.page_size() > 0) {
    asked.page_size = std::min<int>(request.page_size(), kSearchPageMax);
  }
}

}  // namespace

absl::StatusOr<SearchQuestion> CheckSearch(const v1::SearchRequest& request,
                                           const Snapshot& snapshot,
                                           absl::Time as_of,
                                           const MatchOptions& options) {
  Violations violations;
  SearchQuestion asked;
  asked.request = AsMatch(request);
  const TtlTable& ttls =
      options.ttls == nullptr ? DefaultTtlTable() : *options.ttls;
  absl::StatusOr<Question> question =
      CheckRequest(*asked.request, snapshot, as_of, options.policy, ttls,
                   BareNeed::kAllowed);
  for (const FieldViolation& wrong : ViolationsOf(question.status())) {
    violations.Add(SearchPath(wrong.field), wrong.description);
  }
  if (!question.ok() && violations.empty()) return question.status();
  CheckCriteria(request, violations);
  CheckHomeArea("in_area", request.in_area(), violations);
  asked.area = SearchArea(request.in_area());
  if (request.within_m() != 0 && !request.has_near()) {
    violations.Add("within_m", "needs near to measure from");
  }
  violations.CheckLength("source", request.source(), kShortTextMax);
  asked.source = request.source();
  asked.sort = ReadSort(request, violations);
  ReadFacets(request, asked, violations);
  ReadPageSize(request, asked, violations);
  HANDRAIL_RETURN_IF_ERROR(violations.ToStatus());
  asked.question = *std::move(question);
  asked.question.needs.front().words_required = false;
  return asked;
}

}  // namespace handrail::matcher
