// While listings are edited, joined into places and put apart, and segments are
// merged, each answer is the oracle's over the very revision that it names.
//
//   HANDRAIL_ORACLE_SEED=n         which directory (1 else)
//   HANDRAIL_ORACLE_REVISIONS=n    how many edits (60 else)
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "matcher/matcher.h"
#include "matcher/place.h"
#include "matcher/ttl.h"
#include "server/row_merger.h"
#include "tests/oracle/compare.h"

namespace handrail::oracle {
namespace {

constexpr unsigned kReaders = 2;
constexpr unsigned kRequests = 60;
// Of one revision, by one reader; there are other revisions to see.
constexpr int kAnswersEach = 12;
// Ids that edits choose from.
constexpr unsigned kIds = 120;

int Number(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

// What one revision is: all that the oracle needs of it.
struct Revision {
  std::map<std::string, std::shared_ptr<const v1::Listing>> listings;
  std::map<std::string, std::string> places;
};

// Edited by one thread, read by any.
class EditedDirectory {
 public:
  EditedDirectory(const World& world, unsigned seed)
      : world_(world),
        random_(seed),
        centroids_(
            std::make_shared<const matcher::CentroidTable>(world.centroids)) {
    std::map<std::string, matcher::RowPtr> rows;
    for (const v1::Listing& listing : world.listings) Put(listing, rows);
    Publish(rows, {});
  }

  std::shared_ptr<const matcher::Snapshot> snapshot() const {
    const std::lock_guard lock(mu_);
    return snapshot_;
  }

  // One revision further: some listings come, change or go; some are one place.
  void Edit() {
    std::map<std::string, matcher::RowPtr> rows;
    for (int i = 0; i < 4; ++i) {
      const std::string id = AnyId();
      if (random_() % 4 == 0) {
        now_.listings.erase(id);
        rows[id] = nullptr;
      } else {
        Put(RandomListing(static_cast<unsigned>(random_()), world_, id), rows);
      }
    }
    matcher::ClusterMap::Edits places;
    const std::string one = AnyId();
    const std::string other = AnyId();
    if (random_() % 2 == 0) {
      const std::string place = absl::StrCat("place of ", one);
      places[one] = now_.places[one] = place;
      places[other] = now_.places[other] = place;
    } else {
      now_.places.erase(other);
      places[other] = std::nullopt;
    }
    Publish(rows, places);
  }

  const Revision& revision(std::uint64_t number) const {
    return history_[number];
  }
  const World& world() const { return world_; }

 private:
  std::string AnyId() { return absl::StrCat("l", 100 + random_() % kIds); }

  void Put(const v1::Listing& listing,
           std::map<std::string, matcher::RowPtr>& rows) {
    rows[listing.id()] = matcher::MakeRow(listing);
    now_.listings[listing.id()] = std::make_shared<const v1::Listing>(listing);
  }

  void Publish(const std::map<std::string, matcher::RowPtr>& rows,
               const matcher::ClusterMap::Edits& places) {
    set_ = set_.Edited(matcher::RowEdits(rows.begin(), rows.end()));
    clusters_ = clusters_.Edited(places);
    merger_.Step(set_);
    matcher::Snapshot::Parts parts;
    parts.revision = history_.size();
    parts.row_set = set_;
    parts.centroids = centroids_;
    parts.clusters = clusters_;
    history_.push_back(now_);
    auto next = matcher::Snapshot::Create(std::move(parts));
    const std::lock_guard lock(mu_);
    snapshot_ = std::move(next);
  }

  const World& world_;
  std::mt19937 random_;
  std::shared_ptr<const matcher::CentroidTable> centroids_;
  // Small segments, so that merges come often.
  matcher::RowSet set_ =
      matcher::RowSet::Of({}, {.indexed_min = 4, .cell_max = 16});
  matcher::ClusterMap clusters_;
  Revision now_;
  std::vector<Revision> history_;
  server::RowMerger merger_{[] {}};
  mutable std::mutex mu_;
  std::shared_ptr<const matcher::Snapshot> snapshot_;
};

// By the revision that the answer names, and request.
using Answers = std::map<std::pair<std::uint64_t, int>, v1::MatchResponse>;

matcher::TtlTable TableOf(const Lifetimes& lifetimes) {
  matcher::TtlTable table;
  for (const auto& [source, own] : lifetimes.by_source) {
    table.by_source[source].insert(own.begin(), own.end());
  }
  return table;
}

// Asks until told to stop.
Answers ReadOn(const EditedDirectory& directory,
               const std::vector<Asked>& requests, unsigned seed,
               const std::atomic<bool>& done) {
  std::mt19937 random(seed);
  std::map<std::uint64_t, int> each;
  Answers answers;
  while (!done) {
    const auto snapshot = directory.snapshot();
    if (++each[snapshot->revision()] > kAnswersEach) {
      std::this_thread::yield();
      continue;
    }
    const int number = static_cast<int>(random() % requests.size());
    const Asked& asked = requests[number];
    const matcher::TtlTable ttls = TableOf(asked.settings.lifetimes);
    matcher::MatchOptions options;
    options.policy = asked.settings.policy;
    options.ttls = &ttls;
    const auto answer = matcher::Match(*snapshot, asked.request,
                                       directory.world().now, options);
    EXPECT_TRUE(answer.ok()) << answer.status();
    if (!answer.ok()) break;
    answers[{answer->directory_revision(), number}] = *answer;
  }
  return answers;
}

std::unique_ptr<const Directory> OracleOf(const EditedDirectory& directory,
                                          std::uint64_t number) {
  const Revision& revision = directory.revision(number);
  std::vector<v1::Listing> listings;
  for (const auto& [id, listing] : revision.listings) {
    listings.push_back(*listing);
  }
  return std::make_unique<const Directory>(
      listings, directory.world().centroids, revision.places);
}

TEST(OracleWhileEditedTest, EachAnswerIsThatOfTheRevisionItNames) {
  const auto seed = static_cast<unsigned>(Number("HANDRAIL_ORACLE_SEED", 1));
  const int revisions = Number("HANDRAIL_ORACLE_REVISIONS", 60);
  const World world = RandomWorld(seed);
  std::vector<Asked> requests;
  for (unsigned i = 0; i < kRequests; ++i) {
    requests.push_back(RandomRequest(seed * 1000 + i, world));
  }
  EditedDirectory directory(world, seed);
  std::atomic<bool> done = false;
  std::vector<Answers> answered(kReaders);
  std::vector<std::thread> readers;
  for (unsigned reader = 0; reader < kReaders; ++reader) {
    readers.emplace_back([&, reader] {
      answered[reader] = ReadOn(directory, requests, seed + reader, done);
    });
  }
  for (int i = 0; i < revisions; ++i) {
    directory.Edit();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  done = true;
  for (std::thread& reader : readers) reader.join();

  int checked = 0;
  std::set<std::uint64_t> seen;
  for (const Answers& answers : answered) {
    std::unique_ptr<const Directory> oracle;
    std::uint64_t made = 0;
    for (const auto& [asked, answer] : answers) {
      const auto& [number, request] = asked;
      if (oracle == nullptr || made != number) {
        oracle = OracleOf(directory, number);
        made = number;
        seen.insert(number);
      }
      const Asked& question = requests[request];
      const auto differences = CompareAnswers(
          answer, Ask(*oracle, question.request, world.now, question.settings),
          question.request,
          [](const std::string&, int) { return std::nullopt; });
      ++checked;
      ASSERT_TRUE(differences.empty())
          << "revision " << number << ", request " << request << ": "
          << differences.front().text;
    }
  }
  RecordProperty("checked", checked);
  RecordProperty("revisions", static_cast<int>(seen.size()));
  EXPECT_GE(seen.size(), 2u);
}

}  // namespace
}  // namespace handrail::oracle
