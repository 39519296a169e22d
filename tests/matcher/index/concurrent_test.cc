// Readers match while rows are edited and merged: each answer is the one that
// the directory of its revision gives when it is made from nothing.
#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "matcher/matcher.h"
#include "matcher/place.h"
#include "server/row_merger.h"
#include "tests/oracle/random_world.h"

namespace handrail::matcher {
namespace {

constexpr int kReaders = 3;
constexpr int kRevisions = 150;
constexpr int kRequests = 40;

// Small, so that merges come often.
constexpr SegmentSizes kSmall = {.indexed_min = 4, .cell_max = 16};
constexpr SegmentSizes kPlain = {.indexed_min =
                                     std::numeric_limits<int>::max()};

struct Answered {
  std::uint64_t revision;
  int request;
  std::string answer;
};

class Directory {
 public:
  explicit Directory(const oracle::World& world)
      : world_(world),
        centroids_(std::make_shared<const CentroidTable>(world.centroids)) {
    Publish();
  }

  std::shared_ptr<const Snapshot> snapshot() const {
    const std::lock_guard lock(mu_);
    return snapshot_;
  }

  // Puts, changes and takes out some listings, as one revision.
  void Edit(std::mt19937& random) {
    std::map<std::string, RowPtr> edits;
    for (int i = 0; i < 3; ++i) {
      v1::Listing listing = world_.listings[random() % world_.listings.size()];
      // Copies make the directory several times as large.
      const std::string id = listing.id() + "-" + std::to_string(random() % 12);
      listing.set_id(id);
      edits[id] = random() % 5 == 0 ? nullptr : MakeRow(std::move(listing));
      now_[id] = edits[id];
    }
    set_ = set_.Edited(RowEdits(edits.begin(), edits.end()));
    ++revision_;
    Publish();
  }

  // The directory of a revision, made from nothing.
  std::shared_ptr<const Snapshot> FromNothing(std::uint64_t revision) const {
    std::vector<RowPtr> rows;
    for (const auto& [id, row] : history_[revision]) {
      if (row != nullptr) rows.push_back(row);
    }
    return SnapshotOf(revision, RowSet::Of(std::move(rows), kPlain));
  }

 private:
  std::shared_ptr<const Snapshot> SnapshotOf(std::uint64_t revision,
                                             RowSet rows) const {
    Snapshot::Parts parts;
    parts.revision = revision;
    parts.row_set = std::move(rows);
    parts.centroids = centroids_;
    return Snapshot::Create(std::move(parts));
  }

  void Publish() {
    merger_.Step(set_);
    history_.resize(revision_ + 1);
    history_[revision_] = now_;
    std::shared_ptr<const Snapshot> next = SnapshotOf(revision_, set_);
    const std::lock_guard lock(mu_);
    snapshot_ = std::move(next);
  }

  const oracle::World& world_;
  std::shared_ptr<const CentroidTable> centroids_;
  std::uint64_t revision_ = 0;
  RowSet set_ = RowSet::Of({}, kSmall);
  std::map<std::string, RowPtr> now_;
  // Every row by id, of each revision.
  std::vector<std::map<std::string, RowPtr>> history_;
  server::RowMerger merger_{[] {}};
  mutable std::mutex mu_;
  std::shared_ptr<const Snapshot> snapshot_;
};

std::string Answer(const Snapshot& snapshot, const v1::MatchRequest& request,
                   absl::Time now) {
  const auto answer = Match(snapshot, request, now);
  return answer.ok() ? answer->DebugString() : answer.status().ToString();
}

TEST(ConcurrentTest, EachAnswerIsThatOfItsRevision) {
  const oracle::World world = oracle::RandomWorld(20'261'122);
  std::vector<v1::MatchRequest> requests;
  for (unsigned i = 0; i < kRequests; ++i) {
    requests.push_back(oracle::RandomRequest(i, world).request);
  }
  Directory directory(world);
  std::atomic<bool> done = false;
  std::vector<std::vector<Answered>> answered(kReaders);
  std::vector<std::thread> readers;
  for (int reader = 0; reader < kReaders; ++reader) {
    readers.emplace_back([&, reader] {
      std::mt19937 random(static_cast<unsigned>(reader));
      while (!done) {
        const int asked = static_cast<int>(random() % kRequests);
        const std::shared_ptr<const Snapshot> snapshot = directory.snapshot();
        answered[reader].push_back(
            {snapshot->revision(), asked,
             Answer(*snapshot, requests[asked], world.now)});
      }
    });
  }
  std::mt19937 random(7);
  for (int i = 0; i < kRevisions; ++i) {
    directory.Edit(random);
    std::this_thread::yield();
  }
  done = true;
  for (std::thread& reader : readers) reader.join();

  std::map<std::uint64_t, std::shared_ptr<const Snapshot>> from_nothing;
  int checked = 0;
  for (const std::vector<Answered>& one : answered) {
    for (const Answered& answer : one) {
      auto& snapshot = from_nothing[answer.revision];
      if (snapshot == nullptr) {
        snapshot = directory.FromNothing(answer.revision);
      }
      SCOPED_TRACE("revision " + std::to_string(answer.revision) +
                   ", request " + std::to_string(answer.request));
      ASSERT_EQ(answer.answer,
                Answer(*snapshot, requests[answer.request], world.now));
      ++checked;
    }
  }
  EXPECT_GE(checked, kReaders);
}

}  // namespace
}  // namespace handrail::matcher
