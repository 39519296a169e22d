// Taking loads back, going on with one that broke off, and what a replace may
// retire.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/ingest/fingerprint.h"
#include "storage/base/status.h"
#include "tests/server/curating.h"
#include "tests/server/loading.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using handrail::testing::HasReason;
using handrail::testing::IsOk;
using handrail::testing::NamesField;
using handrail::testing::ParseText;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The county's rows, with another name for the first service, without the
// second, and with one more.
std::vector<v1::Row> OtherRows() {
  std::vector<v1::Row> rows = SampleRows("Nook");
  rows[0].mutable_records(2)->mutable_service()->set_name("Harbor Rest");
  rows.erase(rows.begin() + 1);
  rows.push_back(MakeRow(R"pb(
    records {
      location {
        id: "l9"
        location_type: PHYSICAL
        name: "New Hall"
        addresses {
          address_1: "9 New St"
          city: "Baltimore"
          state_province: "MD"
          postal_code: "21201"
          country: "US"
          address_type: PHYSICAL
        }
      }
    }
    records {
      service {
        id: "s9"
        organization_id: "o1"
        name: "New Meals"
        status: ACTIVE
        service_at_locations {
          id: "sal9"
          location { id: "l9" }
        }
        x_handrail { terms { term: "meals" } }
      }
    })pb"));
  return rows;
}

class UndoTest : public ::testing::Test {
 protected:
  UndoTest() {
    first_ = directory_.Load({}, SampleRows("Nook"));
    HANDRAIL_CHECK(first_.status.ok());
    before_ = Records(*directory_);
    second_ = directory_.Load({.replace = true}, OtherRows());
    HANDRAIL_CHECK(second_.status.ok());
  }

  TestDirectory directory_;
  LoadOutcome first_;
  LoadOutcome second_;
  std::vector<std::string> before_;
};

TEST_F(UndoTest, PutsEverythingBackThatTheLoadAddedChangedAndRetired) {
  ASSERT_NE(Records(*directory_), before_);
  const auto done = Undo(*directory_, second_.report.load_id());
  ASSERT_THAT(done, IsOk());
  EXPECT_EQ(done->removed(), second_.report.added());
  EXPECT_EQ(done->restored(), second_.report.changed());
  EXPECT_EQ(done->brought_back(), second_.report.retired());
  EXPECT_EQ(done->left_count(), 0);
  EXPECT_EQ(done->load().state(), v1::UNDONE);
  EXPECT_EQ(Records(*directory_), before_);
  // Matches see it, too.
  EXPECT_EQ(directory_->state().snapshot()->revision(), done->revision());
}

TEST_F(UndoTest, OfTheFirstLoadLeavesAnEmptyDirectory) {
  TestDirectory directory;
  const std::vector<std::string> empty = Records(*directory);
  const LoadOutcome done = directory.Load({}, SampleRows("Nook"));
  ASSERT_THAT(Undo(*directory, done.report.load_id()), IsOk());
  EXPECT_EQ(Records(*directory), empty);
}

TEST_F(UndoTest, ADryRunSaysTheSameAndChangesNothing) {
  const std::vector<std::string> now = Records(*directory_);
  const auto dry = Undo(*directory_, second_.report.load_id(), true);
  ASSERT_THAT(dry, IsOk());
  EXPECT_EQ(Records(*directory_), now);
  EXPECT_EQ(dry->load().state(), v1::DONE);
  const auto done = Undo(*directory_, second_.report.load_id());
  ASSERT_THAT(done, IsOk());
  EXPECT_EQ(dry->removed(), done->removed());
  EXPECT_EQ(dry->restored(), done->restored());
  EXPECT_EQ(dry->brought_back(), done->brought_back());
}

TEST_F(UndoTest, AskedForAgainDoesNothingMore) {
  ASSERT_THAT(Undo(*directory_, second_.report.load_id()), IsOk());
  const auto again = Undo(*directory_, second_.report.load_id());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->removed() + again->restored() + again->brought_back(), 0);
  EXPECT_EQ(again->left_count(), 0);
  EXPECT_EQ(Records(*directory_), before_);
}

TEST_F(UndoTest, LeavesWhatWasChangedSinceAndSaysWhich) {
  v1::UpdateRecordRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_ref() = CountyRef(v1::SERVICE, "s1");
  request.mutable_record()->mutable_service()->set_name("Harbor Light");
  request.mutable_update_mask()->add_paths("name");
  ASSERT_THAT(directory_->curation().UpdateRecord(TestContext(), request),
              IsOk());
  const auto done = Undo(*directory_, second_.report.load_id());
  ASSERT_THAT(done, IsOk());
  ASSERT_EQ(done->left_count(), 1);
  EXPECT_EQ(done->left(0).ref().id(), CountyId("service", "s1"));
  EXPECT_EQ(done->left(0).why(), v1::LeftRecord::CHANGED_SINCE);
  EXPECT_EQ(done->restored(), second_.report.changed() - 1);
  v1::GetRecordRequest get;
  *get.mutable_ref() = request.ref();
  EXPECT_EQ(directory_->records()
                .GetRecord(TestContext(), get)
                ->record()
                .record()
                .service()
                .name(),
            "Harbor Light");
}

TEST_F(UndoTest, LeavesAPlaceThatAServiceOfAnotherHandStillNeeds) {
  v1::CreateRecordRequest create;
  create.set_request_id(NewRequestId());
  *create.mutable_record()->mutable_service() = ParseText<v1::Service>(
      absl::StrCat(R"(name: "Evening Meals" status: ACTIVE organization_id: ")",
                   CountyId("organization", "o1"),
                   R"(" service_at_locations { location { id: ")",
                   CountyId("location", "l9"),
                   R"(" } } x_handrail { terms { term: "meals" } })"));
  ASSERT_THAT(directory_->curation().CreateRecord(TestContext(), create),
              IsOk());
  const auto done = Undo(*directory_, second_.report.load_id());
  ASSERT_THAT(done, IsOk());
  ASSERT_EQ(done->left_count(), 1);
  EXPECT_EQ(done->left(0).ref().id(), CountyId("location", "l9"));
  EXPECT_EQ(done->left(0).why(), v1::LeftRecord::STILL_REFERRED_TO);
}

TEST(UndoOneTest, LeavesAServiceWhosePlaceIsNoMore) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
  v1::Row moved = SampleRows("Nook")[1];
  moved.mutable_records(1)
      ->mutable_service()
      ->mutable_service_at_locations(0)
      ->mutable_location()
      ->set_id("l1");
  const LoadOutcome load = directory.Load({}, {moved});
  ASSERT_THAT(load.status, IsOk());
  ASSERT_EQ(load.report.changed(), 1);
  v1::RetireRecordRequest retire;
  retire.set_request_id(NewRequestId());
  *retire.mutable_ref() = CountyRef(v1::LOCATION, "l2");
  ASSERT_THAT(directory->curation().RetireRecord(TestContext(), retire),
              IsOk());
  const auto undone = Undo(*directory, load.report.load_id());
  ASSERT_THAT(undone, IsOk());
  ASSERT_EQ(undone->left_count(), 1);
  EXPECT_EQ(undone->left(0).ref().id(), CountyId("service", "s2"));
  EXPECT_EQ(undone->left(0).why(), v1::LeftRecord::REFERS_TO_NOTHING);
}

TEST_F(UndoTest, TakesBackTheConflictsThatTheLoadMade) {
  County county;
  ASSERT_THAT(county.Update("s1", {"name"}, R"pb(name: "Harbor")pb"), IsOk());
  std::vector<v1::Row> rows = county.rows();
  rows[0].mutable_records(2)->mutable_service()->set_name("Harbour");
  const LoadOutcome load = county.Load(rows);
  ASSERT_THAT(load.status, IsOk());
  ASSERT_EQ(county.Conflicts().size(), 1u);
  ASSERT_THAT(Undo(*county, load.report.load_id()), IsOk());
  EXPECT_THAT(county.Conflicts(), IsEmpty());
  EXPECT_EQ(county.Service("s1").name(), "Harbor");
}

TEST_F(UndoTest, OfALoadThatNeverWasIsNotFoundAndWrongFieldsAreNamed) {
  EXPECT_THAT(Undo(*directory_, "none"),
              HasReason(v1::ERROR_REASON_RECORD_NOT_FOUND));
  EXPECT_THAT(Undo(*directory_, ""), NamesField(std::string("id")));
  v1::UndoLoadRequest request;
  request.set_id(second_.report.load_id());
  EXPECT_THAT(directory_->ingest().UndoLoad(TestContext(), request),
              NamesField(std::string("request_id")));
}

TEST_F(UndoTest, IsRefusedWhenWhatTheLoadChangedIsNoLongerKept) {
  storage::MemoryJournal journal;
  TestDirectory directory(journal);
  const LoadOutcome load = directory.Load({}, SampleRows("Nook"));
  ASSERT_THAT(journal.Trim(storage::kDirectoryStream, 1000), IsOk());
  EXPECT_THAT(Undo(*directory, load.report.load_id()),
              HasReason(v1::ERROR_REASON_REVISION_GONE));
}

TEST_F(UndoTest, ALoadTakenBackCanBeLoadedAgain) {
  const std::vector<std::string> after = Records(*directory_);
  ASSERT_THAT(Undo(*directory_, second_.report.load_id()), IsOk());
  const LoadOutcome again = directory_.Load({.replace = true}, OtherRows());
  ASSERT_THAT(again.status, IsOk());
  EXPECT_EQ(again.report.added(), second_.report.added());
  EXPECT_EQ(Records(*directory_), after);
}

// --- Going on ---------------------------------------------------------------

TEST(ResumeTest, TheReportIsThatOfALoadNobodyDisturbed) {
  const std::string id = "11111111-2222-4333-8444-555555555599";
  const auto messages = LoadMessages(
      {.replace = true, .request_id = id, .rows_per_batch = 1}, OtherRows());
  TestDirectory whole;
  ASSERT_THAT(whole.Load({}, SampleRows("Nook")).status, IsOk());
  const LoadOutcome undisturbed =
      whole.Load({.replace = true, .request_id = id}, OtherRows());
  for (size_t sent = 2; sent < messages.size(); ++sent) {
    TestDirectory directory;
    ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
    size_t next = 0;
    std::map<std::string, int64_t> counts;
    EXPECT_FALSE(
        directory->ingest()
            .BulkLoad(
                TestContext(),
                {.read =
                     [&](v1::BulkLoadRequest& request) {
                       if (next == sent) return false;
                       request = messages[next++];
                       return true;
                     },
                 .write = [](const v1::BulkLoadResponse&) { return true; }},
                counts)
            .ok());
    const LoadOutcome done =
        directory.Load({.replace = true, .request_id = id}, OtherRows());
    ASSERT_THAT(done.status, IsOk());
    EXPECT_EQ(done.report.added(), undisturbed.report.added()) << sent;
    EXPECT_EQ(done.report.changed(), undisturbed.report.changed()) << sent;
    EXPECT_EQ(done.report.unchanged(), undisturbed.report.unchanged()) << sent;
    EXPECT_EQ(done.report.retired(), undisturbed.report.retired()) << sent;
    EXPECT_EQ(Records(*directory), Records(*whole)) << sent;
    // Both parts of it can be taken back.
    const auto undone = Undo(*directory, done.report.load_id());
    ASSERT_THAT(undone, IsOk());
    EXPECT_EQ(undone->removed(), done.report.added());
  }
}

// --- What a replace may retire ----------------------------------------------

// A source with ten services, numbered from `first`.
std::vector<v1::Row> TenServices(int first = 0, int count = 10) {
  std::vector<v1::Row> rows;
  for (int i = 0; i < count; ++i) {
    rows.push_back(MakeRow(absl::StrCat(
        R"(records { service { id: "n)", first + i, R"(" name: "Meals )", i,
        R"(" status: ACTIVE x_handrail { terms { term: "meals" } } } })")));
  }
  return rows;
}

TEST(RetireLimitTest, AFifthOfTheSourceMayGoAndNoMore) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, TenServices()).status, IsOk());
  const LoadOptions careful{.replace = true,
                            .allow_retire_percent = std::nullopt};
  const LoadOutcome seven = directory.Load(careful, TenServices(0, 7));
  EXPECT_THAT(seven.status, HasReason(v1::ERROR_REASON_RETIRE_LIMIT));
  EXPECT_THAT(std::string(seven.status.message()), HasSubstr("3 of the"));
  EXPECT_EQ(Records(*directory).size(), 10u);
  const LoadOutcome eight = directory.Load(careful, TenServices(0, 8));
  ASSERT_THAT(eight.status, IsOk());
  EXPECT_EQ(eight.report.retired(), 2);
  const LoadOutcome one = directory.Load(
      {.replace = true, .allow_retire_percent = 88}, TenServices(0, 1));
  ASSERT_THAT(one.status, IsOk());
  EXPECT_EQ(one.report.retired(), 7);
}

TEST(RetireLimitTest, ADryRunSaysThatTheLoadWouldBeRefused) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, TenServices()).status, IsOk());
  const LoadOutcome dry = directory.Load({.validate_only = true,
                                          .replace = true,
                                          .report_changes = true,
                                          .allow_retire_percent = std::nullopt},
                                         TenServices(0, 7));
  ASSERT_THAT(dry.status, IsOk());
  EXPECT_EQ(dry.report.retired(), 3);
  EXPECT_EQ(dry.changes.size(), 3u);
  ASSERT_EQ(dry.findings.size(), 1u);
  EXPECT_EQ(dry.findings[0].reason(), "retire-limit");
}

TEST(RetireLimitTest, ASourceThatNumberedItsRecordsAnewIsTold) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, TenServices()).status, IsOk());
  const LoadOutcome anew =
      directory.Load({.replace = true, .allow_retire_percent = std::nullopt},
                     TenServices(100));
  EXPECT_THAT(anew.status, HasReason(v1::ERROR_REASON_RETIRE_LIMIT));
  EXPECT_THAT(std::string(anew.status.message()),
              HasSubstr("10 of them came again under other ids"));
}

TEST(RetireLimitTest, ASillyShareIsNamed) {
  TestDirectory directory;
  EXPECT_THAT(
      directory
          .Load({.replace = true, .allow_retire_percent = 101}, TenServices())
          .status,
      NamesField(std::string("start.allow_retire_percent")));
}

TEST(FingerprintTest, IsOfWhatARecordSaysAndNotOfItsIds) {
  const auto a = ParseText<v1::Record>(
      R"pb(service {
             id: "a"
             organization_id: "o"
             name: "Meals"
             phones { id: "p" number: "+14105550100" }
           })pb");
  v1::Record b = a;
  b.mutable_service()->set_id("b");
  b.mutable_service()->set_organization_id("other");
  b.mutable_service()->mutable_phones(0)->set_id("q");
  EXPECT_EQ(Fingerprint(a), Fingerprint(b));
  b.mutable_service()->mutable_phones(0)->set_number("+14105550101");
  EXPECT_NE(Fingerprint(a), Fingerprint(b));
  EXPECT_EQ(Fingerprint(ParseText<v1::Record>("centroid { code: '21201' }")),
            0u);
}

}  // namespace
}  // namespace handrail::server
