// Error reports, conflicts and what was decided of duplicates: kept with the
// records, listed in their order, and never twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "storage/db/directory_store.h"
#include "storage/journal/timestamps.h"
#include "tests/storage/db/stores.h"
#include "tests/testing/testing.h"

namespace handrail::storage {
namespace {

using handrail::testing::EqualsProto;
using handrail::testing::HasMetadata;
using handrail::testing::HasReason;
using handrail::testing::IsOk;
using handrail::testing::IsOkAndHolds;
using handrail::testing::NamesField;
using handrail::testing::StatusIs;
using handrail::v1::Conflict;
using handrail::v1::DuplicatePair;
using handrail::v1::ErrorReport;
using handrail::v1::RecordRef;
using handrail::v1::SERVICE;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

MATCHER(FindsNothing, "is OK and finds nothing") {
  return arg.ok() && !arg->has_value();
}

ErrorReport AReport(const std::string& id, int day,
                    ErrorReport::Status status = ErrorReport::OPEN) {
  ErrorReport report;
  report.set_id(id);
  report.set_listing_id("listing");
  report.set_message("The phone rings and rings.");
  report.set_status(status);
  *report.mutable_reported_at() = ToTimestamp(Day(day));
  return report;
}

Conflict AConflict(const std::string& id, int day, const std::string& service,
                   bool settled = false) {
  Conflict conflict;
  conflict.set_id(id);
  *conflict.mutable_ref() = Ref(SERVICE, service);
  conflict.set_field("name");
  conflict.set_settled(settled);
  *conflict.mutable_found_at() = ToTimestamp(Day(day));
  return conflict;
}

DuplicatePair APair(const std::string& first, const std::string& second,
                    handrail::v1::DuplicateState state) {
  DuplicatePair pair;
  pair.set_first_id(first);
  pair.set_second_id(second);
  pair.set_state(state);
  return pair;
}

template <typename Messages>
std::vector<std::string> Ids(const absl::StatusOr<Messages>& found) {
  EXPECT_THAT(found, IsOk());
  std::vector<std::string> ids;
  if (!found.ok()) return ids;
  for (const auto& message : *found) ids.push_back(message.id());
  return ids;
}

class DirectoryQueuesTest : public StoreTest {
 protected:
  std::vector<std::string> Reports(ErrorReport::Status status,
                                   const std::string& after = "",
                                   size_t limit = 10) {
    return Ids(store_->View().ListErrorReports(status, after, limit));
  }

  std::vector<std::string> Conflicts(const std::string& after = "",
                                     size_t limit = 10) {
    return Ids(store_->View().ListConflicts(after, limit));
  }

  std::vector<std::string> Decisions() {
    std::vector<std::string> pairs;
    EXPECT_THAT(store_->View().ForEachDecision([&](const DuplicatePair& pair) {
      pairs.push_back(pair.first_id() + " " + pair.second_id());
      return true;
    }),
                IsOk());
    return pairs;
  }

  // Every key of the stream, to see that nothing is left behind.
  size_t Keys() {
    size_t keys = 0;
    EXPECT_THAT(journal_->Snapshot()->Scan(
                    kDirectoryStream, {},
                    [&](std::string_view, std::string_view, uint64_t) {
                      ++keys;
                      return true;
                    }),
                IsOk());
    return keys;
  }
};

HANDRAIL_BOTH_JOURNALS(DirectoryQueuesTest);

TEST_P(DirectoryQueuesTest, BeginsEmpty) {
  const DirectoryView view = store_->View();
  EXPECT_THAT(view.FindErrorReport("a"), FindsNothing());
  EXPECT_THAT(view.FindConflict("a"), FindsNothing());
  EXPECT_THAT(view.FindDecision("a", "b"), FindsNothing());
  EXPECT_THAT(view.FindDecision("", ""), FindsNothing());
  EXPECT_THAT(Reports(ErrorReport::OPEN), IsEmpty());
  EXPECT_THAT(Conflicts(), IsEmpty());
  EXPECT_THAT(view.ConflictsOf(Ref(SERVICE, "s1")), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(view.ConflictsOf(RecordRef()), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(Decisions(), IsEmpty());
  EXPECT_THAT(view.ListErrorReports(ErrorReport::OPEN, "a", 10),
              AllOf(StatusIs(absl::StatusCode::kNotFound),
                    HasReason(handrail::v1::ERROR_REASON_RECORD_NOT_FOUND),
                    HasMetadata("id", "a")));
  EXPECT_THAT(view.ListConflicts("a", 10),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(DirectoryQueuesTest, ListsReportsByStatusOldestFirst) {
  Made({.reports = {AReport("late", 9), AReport("b", 2), AReport("a", 2)},
        .at = Day(9)});
  Made({.reports = {AReport("early", 1)}, .at = Day(9)});
  EXPECT_THAT(Reports(ErrorReport::OPEN),
              ElementsAre("early", "a", "b", "late"));
  EXPECT_THAT(Reports(ErrorReport::OPEN, "", 2), ElementsAre("early", "a"));
  EXPECT_THAT(Reports(ErrorReport::OPEN, "a", 2), ElementsAre("b", "late"));
  EXPECT_THAT(Reports(ErrorReport::OPEN, "", 0), IsEmpty());
  EXPECT_THAT(Reports(ErrorReport::MENDED), IsEmpty());
  EXPECT_THAT(store_->View().FindErrorReport("a"),
              IsOkAndHolds(::testing::Optional(EqualsProto(AReport("a", 2)))));

  Made({.reports = {AReport("a", 2, ErrorReport::MENDED)}, .at = Day(10)});
  EXPECT_THAT(Reports(ErrorReport::OPEN), ElementsAre("early", "b", "late"));
  EXPECT_THAT(Reports(ErrorReport::MENDED), ElementsAre("a"));
  EXPECT_THAT(Reports(ErrorReport::STATUS_UNSPECIFIED),
              ElementsAre("early", "a", "b", "late"));
  // A page goes on behind a report that has left the list meanwhile.
  EXPECT_THAT(Reports(ErrorReport::OPEN, "a"), ElementsAre("b", "late"));
  // Four reports, two rows each.
  EXPECT_EQ(Keys(), 12u);
}

TEST_P(DirectoryQueuesTest, ListsConflictsThatAreNotSettled) {
  Made({.conflicts = {AConflict("c2", 2, "s1"), AConflict("c1", 1, "s1"),
                      AConflict("c3", 3, "s2"), AConflict("c0", 4, "s1", true)},
        .at = Day(5)});
  EXPECT_THAT(Conflicts(), ElementsAre("c1", "c2", "c3"));
  EXPECT_THAT(Conflicts("c1", 1), ElementsAre("c2"));
  EXPECT_THAT(Ids(store_->View().ConflictsOf(Ref(SERVICE, "s1"))),
              ElementsAre("c0", "c1", "c2"));
  EXPECT_THAT(Ids(store_->View().ConflictsOf(Ref(SERVICE, "s"))), IsEmpty());

  Made({.conflicts = {AConflict("c1", 1, "s1", true)}, .at = Day(6)});
  EXPECT_THAT(Conflicts(), ElementsAre("c2", "c3"));
  EXPECT_THAT(Conflicts("c1"), ElementsAre("c2", "c3"));
  EXPECT_THAT(Ids(store_->View().ConflictsOf(Ref(SERVICE, "s1"))),
              ElementsAre("c0", "c1", "c2"));

  Made({.conflicts_gone = {"c2", "c0", "never"}, .at = Day(7)});
  EXPECT_THAT(Conflicts(), ElementsAre("c3"));
  EXPECT_THAT(store_->View().FindConflict("c2"), FindsNothing());
  EXPECT_THAT(Ids(store_->View().ConflictsOf(Ref(SERVICE, "s1"))),
              ElementsAre("c1"));
  // A page goes on behind one that is gone, as long as it is remembered.
  EXPECT_THAT(Conflicts("c2"), ElementsAre("c3"));
  ASSERT_THAT(store_->TrimChanges(99), IsOk());
  EXPECT_THAT(store_->View().ListConflicts("c2", 10),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Conflicts("c1"), ElementsAre("c3"));
  // c1 settled: itself and one row; c3: itself and two.
  EXPECT_EQ(Keys(), 5u);
}

TEST_P(DirectoryQueuesTest, KeepsTheLastWordAboutTwoListings) {
  Made({.decisions = {APair("b", "c", handrail::v1::MERGED),
                      APair("a", "z", handrail::v1::DISMISSED)},
        .at = Day(1)});
  EXPECT_THAT(Decisions(), ElementsAre("a z", "b c"));
  Made({.decisions = {APair("b", "c", handrail::v1::DISMISSED)}, .at = Day(2)});
  EXPECT_THAT(store_->View().FindDecision("b", "c"),
              IsOkAndHolds(::testing::Optional(
                  EqualsProto(APair("b", "c", handrail::v1::DISMISSED)))));
  EXPECT_THAT(store_->View().FindDecision("c", "b"), FindsNothing());
  Made(
      {.decisions = {APair("b", "c", handrail::v1::DUPLICATE_STATE_UNSPECIFIED),
                     APair("x", "y",
                           handrail::v1::DUPLICATE_STATE_UNSPECIFIED)},
       .at = Day(3)});
  EXPECT_THAT(Decisions(), ElementsAre("a z"));
  EXPECT_EQ(Keys(), 1u);
  int seen = 0;
  EXPECT_THAT(store_->View().ForEachDecision([&](const DuplicatePair&) {
    ++seen;
    return false;
  }),
              IsOk());
  EXPECT_EQ(seen, 1);
}

TEST_P(DirectoryQueuesTest, ChangesTogetherWithTheRecords) {
  const DirectoryChange change{.upserts = {AService("s1", "org", {})},
                               .reports = {AReport("r", 1)},
                               .conflicts = {AConflict("c", 1, "s1")},
                               .request_id = "once",
                               .at = Day(1)};
  EXPECT_EQ(Made(change), 1u);
  EXPECT_EQ(Made(change), 1u);
  // All or nothing: the record is there already.
  EXPECT_THAT(store_->Commit({.upserts = {AService("s1", "org", {})},
                              .reports = {AReport("r2", 1)},
                              .at = Day(1)}),
              HasReason(handrail::v1::ERROR_REASON_VERSION_CONFLICT));
  EXPECT_THAT(Reports(ErrorReport::OPEN), ElementsAre("r"));
}

TEST_P(DirectoryQueuesTest, RefusesWhatItCouldNotKeep) {
  struct Case {
    const char* field;
    DirectoryChange change;
  };
  const auto open = handrail::v1::MERGED;
  const Case cases[] = {
      {"reports[0].id", {.reports = {AReport("", 1)}}},
      {"reports[0].status",
       {.reports = {AReport("r", 1, ErrorReport::STATUS_UNSPECIFIED)}}},
      {"reports[1]", {.reports = {AReport("r", 1), AReport("r", 2)}}},
      {"conflicts[0].id", {.conflicts = {AConflict("", 1, "s1")}}},
      {"conflicts[0].ref", {.conflicts = {AConflict("c", 1, "")}}},
      {"conflicts[1]",
       {.conflicts = {AConflict("c", 1, "s1"), AConflict("c", 1, "s1")}}},
      {"conflicts_gone[0]", {.conflicts_gone = {""}}},
      {"conflicts_gone[0]",
       {.conflicts = {AConflict("c", 1, "s1")}, .conflicts_gone = {"c"}}},
      {"decisions[0].first_id", {.decisions = {APair("", "b", open)}}},
      {"decisions[0].second_id", {.decisions = {APair("b", "a", open)}}},
      {"decisions[0].second_id", {.decisions = {APair("a", "a", open)}}},
      {"decisions[1]",
       {.decisions = {APair("a", "b", open), APair("a", "b", open)}}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.field);
    EXPECT_THAT(store_->Commit(c.change), NamesField(c.field));
  }
  EXPECT_THAT(store_->View().Revision(), IsOkAndHolds(0u));
}

// Many move the same report between statuses; it is always in exactly one list.
TEST_P(DirectoryQueuesTest, ListsAReportOnceWhenManyChangeItAtOnce) {
  constexpr int kWriters = 3;
  std::atomic<int> failed = 0;
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < 12; ++i) {
        const auto status = static_cast<ErrorReport::Status>(1 + (w + i) % 3);
        if (!store_
                 ->Commit({.reports = {AReport("r", 1 + i % 2, status)},
                           .at = Day(1)})
                 .ok()) {
          ++failed;
        }
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(failed, 0);
  size_t listed = 0;
  for (const ErrorReport::Status status :
       {ErrorReport::OPEN, ErrorReport::MENDED, ErrorReport::AS_RECORDED}) {
    listed += Reports(status).size();
  }
  EXPECT_EQ(listed, 1u);
  EXPECT_EQ(Keys(), 3u);
}

}  // namespace
}  // namespace handrail::storage
