// Looking candidates up in the index finds what a plain scan finds, and the
// answers have the same bytes: over random directories with every awkward row,
// random questions, and directories that grew by random edits and merges.
//
//   HANDRAIL_INDEX_PAIRS=100000   how many pairs (5,000 else)
//   HANDRAIL_INDEX_SEED=n         where the seeds begin (1 else)
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <random>
#include <string>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "matcher/index/sieve.h"
#include "matcher/judge.h"
#include "matcher/matcher.h"
#include "matcher/place.h"
#include "matcher/request_check.h"
#include "tests/matcher/index/plain_scan.h"
#include "tests/oracle/random_world.h"
#include "tests/testing/testing.h"

namespace handrail::matcher {
namespace {

// Questions that one directory is asked.
constexpr int kRequestsEach = 20;

// No columns at all: every row is looked at, and all candidates are judged.
constexpr SegmentSizes kPlain = {.indexed_min =
                                     std::numeric_limits<int>::max()};

int Number(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

std::string Bytes(const v1::MatchResponse& answer) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  answer.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

std::shared_ptr<const Snapshot> SnapshotOf(
    RowSet rows, const std::vector<v1::Centroid>& centroids) {
  Snapshot::Parts parts;
  parts.revision = 7;
  parts.row_set = std::move(rows);
  parts.centroids = std::make_shared<const CentroidTable>(centroids);
  return Snapshot::Create(std::move(parts));
}

// Grows a directory by edits, with merges that end some edits after they began.
class Growing {
 public:
  explicit Growing(unsigned seed) : random_(seed) {
    sizes_.indexed_min = 1 + Below(12);
    sizes_.cell_max = 1 + Below(20);
    set_ = RowSet::Of({}, sizes_);
  }

  // Gives every listing once, some of them in another form before, and some
  // that are not to be are there for a while.
  void Grow(const std::vector<v1::Listing>& listings) {
    std::map<std::string, RowPtr> last;
    for (const v1::Listing& listing : listings) {
      last[listing.id()] = MakeRow(listing);
    }
    for (int step = 0; step < 12; ++step) Edit(listings, last, false);
    Edit(listings, last, true);
  }

  const RowSet& set() const { return set_; }

 private:
  int Below(int n) {
    return static_cast<int>(random_() % static_cast<unsigned>(n));
  }

  void Edit(const std::vector<v1::Listing>& listings,
            const std::map<std::string, RowPtr>& last, bool finish) {
    std::map<std::string, RowPtr> edits;
    for (const auto& [id, row] : last) {
      if (finish) edits[id] = row;
      if (finish || Below(5) != 0) continue;
      v1::Listing other = listings[Below(static_cast<int>(listings.size()))];
      other.set_id(id);
      edits[id] = Below(4) == 0   ? nullptr
                  : Below(2) == 0 ? row
                                  : MakeRow(std::move(other));
    }
    if (Below(3) == 0) {
      v1::Listing passing = listings.front();
      passing.set_id("passing");
      edits["passing"] = MakeRow(std::move(passing));
    }
    if (finish) edits["passing"] = nullptr;
    set_ = set_.Edited(RowEdits(edits.begin(), edits.end()));
    if (merge_.has_value() && (finish || Below(2) == 0)) {
      set_ = set_.WithMerged(*merge_, merge_->Run());
      merge_.reset();
    }
    if (!merge_.has_value() && !finish) merge_ = set_.BeginMerge();
  }

  std::mt19937 random_;
  SegmentSizes sizes_;
  RowSet set_;
  std::optional<RowSet::Merge> merge_;
};

std::string IdOf(const Candidate& candidate) {
  return std::string(candidate.row->listing.id());
}

// By id.
std::vector<Candidate> Sorted(std::vector<Candidate> found) {
  std::sort(
      found.begin(), found.end(),
      [](const Candidate& a, const Candidate& b) { return IdOf(a) < IdOf(b); });
  return found;
}

// Adds the number of those that the sieve refused.
void ExpectSameCandidates(const Snapshot& indexed, const Question& question,
                          const AskedNeed& need, const Range& range,
                          int& refused) {
  const Sieve sieve(question, need);
  const Candidates sought =
      FindCandidates(indexed, question, need, range, &sieve);
  const Candidates scanned = ScanForCandidates(indexed, question, need, range);
  EXPECT_EQ(sought.place_unknown, scanned.place_unknown);
  ASSERT_EQ(sought.found.size(), scanned.found.size());
  const std::vector<Candidate> found = Sorted(sought.found);
  AskedTimes times(question, need);
  for (std::size_t i = 0; i < found.size(); ++i) {
    SCOPED_TRACE(IdOf(found[i]));
    ASSERT_EQ(found[i].row, scanned.found[i].row);
    EXPECT_EQ(found[i].in_person, scanned.found[i].in_person);
    EXPECT_EQ(found[i].without_travel, scanned.found[i].without_travel);
    EXPECT_EQ(found[i].distance_m, scanned.found[i].distance_m);
    if (!found[i].refused) continue;
    ++refused;
    Judgment judgment;
    Judge(question, need, times, found[i], AfterNo::kGoOn, judgment);
    EXPECT_EQ(judgment.verdict, v1::DOES_NOT_FIT);
  }
}

// What was asked, so that the test is known to have tested something.
struct Seen {
  int asked = 0;
  int answered = 0;
  // Candidates that the sieve refused.
  int refused = 0;
};

void ExpectSame(const Snapshot& indexed, const Snapshot& plain,
                const oracle::Asked& asked, absl::Time now, Seen& seen) {
  const TtlTable ttls = {
      .by_source = {asked.settings.lifetimes.by_source.begin(),
                    asked.settings.lifetimes.by_source.end()}};
  MatchOptions options;
  options.policy = asked.settings.policy;
  options.ttls = &ttls;
  const auto expected = Match(plain, asked.request, now, options);
  const auto answer = Match(indexed, asked.request, now, options);
  ASSERT_EQ(answer.status(), expected.status());
  ++seen.asked;
  if (!answer.ok()) return;
  ++seen.answered;
  EXPECT_EQ(Bytes(*answer), Bytes(*expected))
      << answer->DebugString() << "\nbut by the scan:\n"
      << expected->DebugString();
  const auto question =
      CheckRequest(asked.request, indexed, now, options.policy, *options.ttls);
  ASSERT_THAT(question, testing::IsOk());
  for (const AskedNeed& need : question->needs) {
    std::optional<Range> range = FirstRange(need);
    for (; range.has_value(); range = WiderRange(*question, need, *range)) {
      ExpectSameCandidates(indexed, *question, need, *range, seen.refused);
    }
  }
}

TEST(IndexEqualsScanTest, OverRandomDirectoriesThatGrewByEditsAndMerges) {
  const int pairs = Number("HANDRAIL_INDEX_PAIRS", 5'000);
  const unsigned first = Number("HANDRAIL_INDEX_SEED", 1);
  Seen seen;
  for (unsigned seed = first; seen.asked < pairs; ++seed) {
    SCOPED_TRACE("HANDRAIL_INDEX_SEED=" + std::to_string(seed));
    const oracle::World world = oracle::RandomWorld(seed);
    Growing growing(seed);
    growing.Grow(world.listings);
    std::vector<RowPtr> rows;
    for (const v1::Listing& listing : world.listings) {
      rows.push_back(MakeRow(listing));
    }
    const auto indexed = SnapshotOf(growing.set(), world.centroids);
    const auto plain = SnapshotOf(RowSet::Of(rows, kPlain), world.centroids);
    ASSERT_EQ(indexed->rows().size(), world.listings.size());
    for (int i = 0; i < kRequestsEach && seen.asked < pairs; ++i) {
      const unsigned request_seed = seed * 1000 + static_cast<unsigned>(i);
      SCOPED_TRACE("request " + std::to_string(request_seed));
      const oracle::Asked asked = oracle::RandomRequest(request_seed, world);
      ExpectSame(*indexed, *plain, asked, world.now, seen);
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(seen.answered, pairs * 9 / 10);
  EXPECT_GT(seen.refused, pairs / 10);
}

}  // namespace
}  // namespace handrail::matcher
