#include "matcher/search.h"

#include <algorithm>
#include <vector>

#include "matcher/index/candidate_scan.h"
#include "matcher/index/sieve.h"
#include "matcher/index/word_runs.h"
#include "matcher/judge.h"
#include "matcher/ranking.h"
#include "matcher/search_check.h"
#include "matcher/search_facets.h"
#include "matcher/search_result.h"
#include "storage/base/mutant.h"
#include "storage/base/status.h"

namespace handrail::matcher {
namespace {

// Listings between two looks at the clock.
constexpr int kListingsPerLook = 256;

// Goes through the directory once.
class Finder {
 public:
  Finder(const SearchQuestion& asked, const MatchOptions& options)
      : asked_(asked),
        options_(options),
        range_(FirstRange(asked.need())),
        times_(asked.question, asked.need()),
        sieve_(asked.question, asked.need()) {}

  absl::Status Run(const Snapshot& snapshot) {
    const CandidateScan scan(asked_.question, asked_.need(), range_);
    for (const RowSet::Part& part : snapshot.rows().parts()) {
      absl::Status status;
      const std::optional<RowBits> with_words = WithWords(*part.segment);
      has_words_ = with_words.has_value();
      scan.ForEach(part, [&](int number) {
        if (has_words_ && !with_words->Has(number)) return;
        if (seen_++ % kListingsPerLook == 0) status = CheckExpired(options_);
        if (status.ok()) Consider(*part.segment, number);
      });
      HANDRAIL_RETURN_IF_ERROR(status);
    }
    return absl::OkStatus();
  }

  std::vector<Found> Take() { return std::move(found_); }
  int place_unknown() const { return place_unknown_; }
  const Range& range() const { return range_; }

 private:
  // The rows that have all words, looked up; absent: they are not looked up.
  std::optional<RowBits> WithWords(const Segment& segment) const {
    const auto& words = asked_.need().words;
    if (!words.has_value() || segment.words() == nullptr) return std::nullopt;
    return segment.words()->Find(*words);
  }

  bool HasWords(const Row& row) const {
    const auto& words = asked_.need().words;
    return has_words_ || !words.has_value() ||
           HANDRAIL_MUTATE(search_words, words->MatchesAll(row.words), true);
  }

  // What does not fit answers nothing.
  bool Answers(const Segment& segment, int number, const Candidate& candidate,
               Found& found) {
    if (sieve_.Refuses(segment, number, candidate.in_person)) return false;
    Judge(asked_.question, asked_.need(), times_, candidate, AfterNo::kStop,
          judgment_);
    found.candidate = candidate;
    found.verdict = judgment_.verdict;
    return HANDRAIL_MUTATE(search_fits, judgment_.verdict != v1::DOES_NOT_FIT,
                           true);
  }

  void Consider(const Segment& segment, int number) {
    const Row& row = *segment.row(number);
    if (!asked_.source.empty() && row.listing.source() != asked_.source) return;
    if (!HANDRAIL_MUTATE(search_area, asked_.area.Holds(row), true)) return;
    Candidate candidate;
    const WhyNot why =
        ConsiderRow(asked_.question, asked_.need(), range_, row, candidate);
    if (why == WhyNot::kNoPlace) {
      CountUnplaced(segment, number);
    } else if (why == WhyNot::kNone && HasWords(row)) {
      Found found;
      if (Answers(segment, number, candidate, found)) found_.push_back(found);
    }
  }

  // Counted where it would answer without a distance.
  void CountUnplaced(const Segment& segment, int number) {
    const Row& row = *segment.row(number);
    Candidate candidate;
    Found found;
    if (ConsiderRow(asked_.question, asked_.need(), Range{}, row, candidate) ==
            WhyNot::kNone &&
        HANDRAIL_MUTATE(
            search_unplaced,
            HasWords(row) && Answers(segment, number, candidate, found),
            true)) {
      ++place_unknown_;
    }
  }

  const SearchQuestion& asked_;
  const MatchOptions& options_;
  const Range range_;
  AskedTimes times_;
  const Sieve sieve_;
  Judgment judgment_;
  // What is considered has all words.
  bool has_words_ = false;
  std::vector<Found> found_;
  int place_unknown_ = 0;
  int seen_ = 0;
};

void Rank(const SearchQuestion& asked, std::vector<Found>& found) {
  for (Found& one : found) {
    if (asked.sort == v1::RELEVANCE) {
      one.rank = RankByPoints(SearchPoints(asked.need(), *one.candidate.row));
    } else if (asked.sort == v1::DISTANCE) {
      one.rank = RankByDistance(one.candidate.distance_m);
    }
  }
}

void AddFacets(const SearchQuestion& asked, const std::vector<Found>& found,
               v1::SearchResponse& response) {
  for (const AskedFacet& facet : asked.facets) {
    FacetCounter counter(facet);
    for (const Found& one : found) counter.Add(*one.candidate.row);
    counter.Fill(*asked.question.say, asked.facet_size, *response.add_facets());
  }
}

void SetTime(absl::Time time, google::protobuf::Timestamp& out) {
  const std::int64_t seconds = absl::ToUnixSeconds(time);
  out.set_seconds(seconds);
  out.set_nanos(static_cast<int>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

}  // namespace

absl::StatusOr<SearchPage> Search(const Snapshot& snapshot,
                                  const v1::SearchRequest& request,
                                  absl::Time now, const MatchOptions& options,
                                  const std::optional<SearchPosition>& after) {
  HANDRAIL_ASSIGN_OR_RETURN(
      const SearchQuestion asked,
      CheckSearch(request, snapshot, after.has_value() ? after->as_of : now,
                  options));
  Finder finder(asked, options);
  HANDRAIL_RETURN_IF_ERROR(finder.Run(snapshot));
  std::vector<Found> found = finder.Take();
  SearchPage page;
  v1::SearchResponse& response = page.response;
  response.set_total_count(static_cast<int>(found.size()));
  response.set_place_unknown_count(finder.place_unknown());
  response.set_directory_revision(snapshot.revision());
  SetTime(asked.question.as_of, *response.mutable_as_of());
  AddFacets(asked, found, response);
  HANDRAIL_RETURN_IF_ERROR(CheckExpired(options));
  Rank(asked, found);
  if (after.has_value()) {
    std::erase_if(found,
                  [&after](const Found& one) { return !IsAfter(one, *after); });
  }
  const std::size_t shown =
      std::min(found.size(), static_cast<std::size_t>(asked.page_size));
  std::partial_sort(
      found.begin(), found.begin() + static_cast<long>(shown), found.end(),
      [](const Found& a, const Found& b) { return IsBefore(a, b); });
  for (std::size_t i = 0; i < shown; ++i) {
    *response.add_results() = MakeSearchResult(asked, finder.range(), found[i]);
  }
  if (shown < found.size()) {
    page.next = PositionOf(found[shown - 1], asked.question.as_of);
  }
  return page;
}

}  // namespace handrail::matcher
