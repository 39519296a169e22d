// A source that numbered its records anew: they are recognised by what they
// say and keep their ids, and everything that hangs on those.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/ingest/fingerprint.h"
#include "storage/base/status.h"
#include "storage/db/directory_store.h"
#include "storage/normalise/uuid.h"
#include "tests/server/curating.h"
#include "tests/server/loading.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using handrail::testing::IsOk;
using handrail::testing::NamesField;
using handrail::testing::ParseText;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

using Renumber = std::function<std::string(const std::string&)>;

// Every id of records, and of what refers to them.
void RenumberAll(google::protobuf::Message& object, const Renumber& id) {
  const auto& reflection = *object.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(object, &fields);
  for (const auto* field : fields) {
    const std::string& name = field->name();
    if (field->cpp_type() ==
            google::protobuf::FieldDescriptor::CPPTYPE_STRING &&
        !field->is_repeated() &&
        (name == "id" || (name.ends_with("_id") && name != "external_id"))) {
      reflection.SetString(&object, field,
                           id(reflection.GetString(object, field)));
    }
    if (field->cpp_type() !=
        google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
      continue;
    }
    if (!field->is_repeated()) {
      RenumberAll(*reflection.MutableMessage(&object, field), id);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(object, field); ++i) {
      RenumberAll(*reflection.MutableRepeatedMessage(&object, field, i), id);
    }
  }
}

std::vector<v1::Row> Renumbered(std::vector<v1::Row> rows, const Renumber& id) {
  for (v1::Row& row : rows) {
    for (v1::Record& record : *row.mutable_records()) RenumberAll(record, id);
  }
  return rows;
}

std::string Anew(const std::string& id) { return "anew-" + id; }

// "kind id" of every record of the source "county".
std::vector<std::string> Ids(Directory& directory) {
  std::vector<std::string> ids;
  EXPECT_THAT(directory.records().ExportRecords(
                  TestContext(), {},
                  [&](const v1::ExportRecordsResponse& run) {
                    for (const v1::DirectoryRecord& record : run.records()) {
                      if (record.info().source() != "county") continue;
                      ids.push_back(absl::StrCat(record.info().type(), " ",
                                                 record.info().id()));
                      for (const auto& place :
                           record.record().service().service_at_locations()) {
                        ids.push_back("place " + place.id());
                      }
                    }
                    return true;
                  }),
              IsOk());
  return ids;
}

// The first batches of a load, and then nobody is there any more.
void LoadPartOf(Directory& directory, const LoadOptions& options,
                const std::vector<v1::Row>& rows, size_t messages_read) {
  const auto messages = LoadMessages(options, rows);
  size_t next = 0;
  size_t read = 0;
  std::map<std::string, int64_t> counts;
  EXPECT_FALSE(directory.ingest()
                   .BulkLoad(TestContext(),
                             {.read =
                                  [&](v1::BulkLoadRequest& request) {
                                    if (read++ == messages_read) return false;
                                    request = messages[next++];
                                    return true;
                                  },
                              .write =
                                  [&](const v1::BulkLoadResponse& response) {
                                    if (response.has_started()) next = 1;
                                    return true;
                                  }},
                             counts)
                   .ok());
}

const LoadOptions kRekey{.replace = true,
                         .report_changes = true,
                         .rekey = true,
                         .allow_retire_percent = 0};

// Why there are findings, but for what the sample lacks.
std::vector<std::string> Reasons(const LoadOutcome& outcome) {
  std::vector<std::string> reasons;
  for (const v1::Finding& finding : outcome.findings) {
    if (finding.reason() == "missing-field") continue;
    reasons.push_back(finding.reason());
  }
  return reasons;
}

// One meal service with its place, of these ids.
v1::Row Meal(const std::string& id, const std::string& name,
             const std::string& more = "") {
  return MakeRow(absl::StrCat(
      R"(records { location { id: "l)", id,
      R"(" location_type: PHYSICAL name: "Hall of )", name,
      R"(" addresses { address_1: "1 )", name,
      R"( St" city: "Baltimore" state_province: "MD" postal_code: "21201"
         country: "US" address_type: PHYSICAL } } }
         records { service { id: ")",
      id, R"(" name: ")", name, R"(" status: ACTIVE )", more,
      R"( service_at_locations { id: "at)", id, R"(" location { id: "l)", id,
      R"(" } } x_handrail { terms { term: "meals" } } } })"));
}

class RekeyTest : public ::testing::Test {
 protected:
  RekeyTest() {
    HANDRAIL_CHECK(directory_.Load({}, rows_).status.ok());
    before_ = Records(*directory_);
    ids_ = Ids(*directory_);
  }

  const std::vector<v1::Row> rows_ = SampleRows("Nook");
  const std::vector<v1::Row> anew_ = Renumbered(rows_, Anew);
  TestDirectory directory_;
  std::vector<std::string> before_;
  std::vector<std::string> ids_;
};

TEST_F(RekeyTest, RecordsAndPlacesKeepTheirIds) {
  const LoadOutcome load = directory_.Load(kRekey, anew_);
  ASSERT_THAT(load.status, IsOk());
  EXPECT_EQ(load.report.rekeyed(), 9);
  EXPECT_EQ(load.report.added(), 0);
  EXPECT_EQ(load.report.retired(), 0);
  EXPECT_EQ(load.report.records_loaded(), 9);
  EXPECT_THAT(Reasons(load), IsEmpty());
  // References between records are those ids, too.
  EXPECT_EQ(Ids(*directory_), ids_);
  for (const std::string& record : Records(*directory_)) {
    EXPECT_THAT(record, ::testing::Not(HasSubstr(" id: \"anew")));
    EXPECT_THAT(record, ::testing::Not(HasSubstr("organization_id: \"anew")));
  }
}

TEST_F(RekeyTest, LaterLoadsOfTheNewNumbersChangeNothing) {
  ASSERT_THAT(directory_.Load(kRekey, anew_).status, IsOk());
  const std::vector<std::string> after = Records(*directory_);
  const LoadOutcome again =
      directory_.Load({.replace = true, .allow_retire_percent = 0}, anew_);
  ASSERT_THAT(again.status, IsOk());
  EXPECT_EQ(again.report.unchanged(), 9);
  EXPECT_EQ(again.report.added() + again.report.changed() +
                again.report.retired() + again.report.rekeyed(),
            0);
  EXPECT_EQ(Records(*directory_), after);
  // Nor does saying once more that they are numbered anew.
  const LoadOutcome once_more = directory_.Load(kRekey, anew_);
  ASSERT_THAT(once_more.status, IsOk());
  EXPECT_EQ(once_more.report.unchanged(), 9);
  EXPECT_EQ(once_more.report.rekeyed(), 0);
}

TEST_F(RekeyTest, NewNumbersAreKnownAfterAStart) {
  storage::MemoryJournal journal;
  {
    TestDirectory first(journal);
    ASSERT_THAT(first.Load({}, rows_).status, IsOk());
    ASSERT_THAT(first.Load(kRekey, anew_).status, IsOk());
  }
  TestDirectory second(journal);
  const LoadOutcome again = second.Load({.replace = true}, anew_);
  ASSERT_THAT(again.status, IsOk());
  EXPECT_EQ(again.report.unchanged(), 9);
}

TEST_F(RekeyTest, ADryRunSaysWhatTheLoadThenDoesAndWritesNothing) {
  std::vector<v1::Row> rows = anew_;
  rows.push_back(Meal("m1", "Soup"));
  rows.erase(rows.begin() + 1);
  LoadOptions options = kRekey;
  options.allow_retire_percent = 100;
  options.validate_only = true;
  const LoadOutcome dry = directory_.Load(options, rows);
  ASSERT_THAT(dry.status, IsOk());
  EXPECT_EQ(Records(*directory_), before_);
  options.validate_only = false;
  const LoadOutcome load = directory_.Load(options, rows);
  ASSERT_THAT(load.status, IsOk());
  EXPECT_EQ(load.report.rekeyed(), 7);
  EXPECT_EQ(load.report.added(), 2);
  EXPECT_EQ(load.report.retired(), 2);
  EXPECT_EQ(dry.report.rekeyed(), load.report.rekeyed());
  EXPECT_EQ(dry.report.added(), load.report.added());
  EXPECT_EQ(dry.report.changed(), load.report.changed());
  EXPECT_EQ(dry.report.retired(), load.report.retired());
  ASSERT_EQ(dry.changes.size(), load.changes.size());
  for (size_t i = 0; i < dry.changes.size(); ++i) {
    EXPECT_EQ(dry.changes[i].DebugString(), load.changes[i].DebugString());
  }
}

TEST_F(RekeyTest, TakenBackNothingOfItIsLeft) {
  const LoadOutcome load = directory_.Load(kRekey, anew_);
  ASSERT_THAT(load.status, IsOk());
  const auto undone = Undo(*directory_, load.report.load_id());
  ASSERT_THAT(undone, IsOk());
  EXPECT_EQ(undone->left_count(), 0);
  EXPECT_EQ(Records(*directory_), before_);
  // The old numbers are known, and the new ones are not.
  const LoadOutcome old = directory_.Load({.validate_only = true}, rows_);
  EXPECT_EQ(old.report.unchanged(), 9);
  const LoadOutcome anew = directory_.Load({.validate_only = true}, anew_);
  EXPECT_EQ(anew.report.added(), 9);
  // And it can be loaded once more.
  const LoadOutcome again = directory_.Load(kRekey, anew_);
  ASSERT_THAT(again.status, IsOk());
  EXPECT_EQ(again.report.rekeyed(), 9);
}

TEST_F(RekeyTest, TakenBackARecordThatWasChangedSinceKeepsItsNewNumber) {
  County county("Nook");
  const LoadOutcome load = county.directory().Load(kRekey, anew_);
  ASSERT_THAT(load.status, IsOk());
  ASSERT_THAT(county.Update("s2", {"name"}, "name: 'Northern'"), IsOk());
  const auto undone = Undo(*county, load.report.load_id());
  ASSERT_THAT(undone, IsOk());
  EXPECT_EQ(undone->left_count(), 1);
  const LoadOutcome anew =
      county.directory().Load({.validate_only = true}, {anew_[0], anew_[1]});
  ASSERT_THAT(anew.status, IsOk());
  // Of the five records the service s2 alone is found.
  EXPECT_EQ(anew.report.added(), 4);
}

TEST_F(RekeyTest, BrokenOffAnywhereItEndsAsOneThatNobodyDisturbed) {
  LoadOptions options = kRekey;
  options.allow_retire_percent = 100;
  options.request_id = "11111111-2222-4333-8444-555555555598";
  options.rows_per_batch = 1;
  std::vector<v1::Row> rows = anew_;
  rows.erase(rows.begin() + 1);
  // Content that two have, of which one is loaded before the break.
  rows.push_back(Meal("m1", "Soup"));
  rows.push_back(Meal("m2", "Soup"));
  rows.push_back(rows[1]);
  TestDirectory whole;
  std::vector<v1::Row> first = rows_;
  first.push_back(Meal("m0", "Soup"));
  ASSERT_THAT(whole.Load({}, first).status, IsOk());
  const LoadOutcome undisturbed = whole.Load(options, rows);
  ASSERT_THAT(undisturbed.status, IsOk());
  EXPECT_EQ(undisturbed.report.rekeyed(), 7);
  EXPECT_THAT(Reasons(undisturbed),
              UnorderedElementsAre("rekey-ambiguous", "rekey-ambiguous"));
  const size_t all = 2 * LoadMessages(options, rows).size() - 1;
  for (size_t read = 1; read < all; ++read) {
    SCOPED_TRACE(read);
    TestDirectory directory;
    ASSERT_THAT(directory.Load({}, first).status, IsOk());
    LoadPartOf(*directory, options, rows, read);
    // Whoever goes on need not know how it was begun.
    LoadOptions going_on = options;
    going_on.rekey = read % 2 == 0;
    const LoadOutcome done = directory.Load(going_on, rows);
    ASSERT_THAT(done.status, IsOk());
    EXPECT_EQ(done.report.added(), undisturbed.report.added());
    EXPECT_EQ(done.report.changed(), undisturbed.report.changed());
    EXPECT_EQ(done.report.unchanged(), undisturbed.report.unchanged());
    EXPECT_EQ(done.report.retired(), undisturbed.report.retired());
    EXPECT_EQ(done.report.rekeyed(), undisturbed.report.rekeyed());
    EXPECT_EQ(Reasons(done), Reasons(undisturbed));
    ASSERT_EQ(Records(*directory), Records(*whole));
    const LoadOutcome again =
        directory.Load({.replace = true, .allow_retire_percent = 0}, rows);
    EXPECT_EQ(again.report.unchanged(), again.report.records_loaded());
    // Both parts of it can be taken back.
    ASSERT_THAT(Undo(*directory, done.report.load_id()), IsOk());
    const LoadOutcome old = directory.Load({.validate_only = true}, first);
    EXPECT_EQ(old.report.unchanged(), old.report.records_loaded());
  }
}

TEST_F(RekeyTest, ALoadBegunWithoutItDoesNotGoOnWithIt) {
  LoadOptions options{.request_id = "11111111-2222-4333-8444-555555555597",
                      .rows_per_batch = 1};
  LoadPartOf(*directory_, options, anew_, 3);
  options.rekey = true;
  EXPECT_THAT(directory_.Load(options, anew_).status,
              NamesField(std::string("start.rekey")));
}

// --- What is the same, and what is not told ---------------------------------

TEST_F(RekeyTest, WhatTwoRecordsSayIsNotTakenForEither) {
  TestDirectory directory;
  ASSERT_THAT(
      directory
          .Load({}, {Meal("1", "Soup"), Meal("2", "Soup"), Meal("3", "Bread")})
          .status,
      IsOk());
  LoadOptions options = kRekey;
  options.allow_retire_percent = 100;
  const LoadOutcome load = directory.Load(
      options, {Meal("11", "Soup"), Meal("12", "Soup"), Meal("13", "Bread")});
  ASSERT_THAT(load.status, IsOk());
  EXPECT_EQ(load.report.rekeyed(), 2);
  EXPECT_EQ(load.report.added(), 4);
  EXPECT_EQ(load.report.retired(), 4);
  ASSERT_THAT(Reasons(load), ElementsAre("rekey-ambiguous", "rekey-ambiguous"));
  EXPECT_EQ(load.findings[0].count(), 2);
  EXPECT_EQ(load.findings[0].severity(), v1::NOTICE);
}

TEST_F(RekeyTest, OneThatBecameTwoIsNotTakenForEither) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, {Meal("1", "Soup")}).status, IsOk());
  LoadOptions options = kRekey;
  options.allow_retire_percent = 100;
  const LoadOutcome load =
      directory.Load(options, {Meal("11", "Soup"), Meal("12", "Soup")});
  ASSERT_THAT(load.status, IsOk());
  EXPECT_EQ(load.report.rekeyed(), 0);
  EXPECT_EQ(load.report.added(), 4);
}

TEST_F(RekeyTest, WhatChangedAsWellIsAnotherRecord) {
  std::vector<v1::Row> rows = anew_;
  rows[1].mutable_records(1)->mutable_service()->set_name("Elsewhere");
  LoadOptions options = kRekey;
  options.allow_retire_percent = 100;
  const LoadOutcome load = directory_.Load(options, rows);
  ASSERT_THAT(load.status, IsOk());
  EXPECT_EQ(load.report.rekeyed(), 8);
  EXPECT_EQ(load.report.added(), 1);
  EXPECT_EQ(load.report.retired(), 1);
}

TEST_F(RekeyTest, WithoutItTheFindingSaysHowRecordsKeepTheirIds) {
  const LoadOutcome load =
      directory_.Load({.validate_only = true, .replace = true}, anew_);
  ASSERT_THAT(load.status, IsOk());
  EXPECT_EQ(load.report.added(), 9);
  EXPECT_EQ(load.report.retired(), 9);
  EXPECT_EQ(load.report.renumbered(), 9);
  ASSERT_THAT(Reasons(load), ElementsAre("renumbered"));
  // It is told first, however many others there are.
  EXPECT_EQ(load.findings[0].reason(), "renumbered");
  EXPECT_EQ(load.findings[0].count(), 9);
  EXPECT_THAT(load.findings[0].hint(), HasSubstr("--rekey"));
}

TEST_F(RekeyTest, WithoutReplaceNothingIsRetired) {
  LoadOptions options = kRekey;
  options.replace = false;
  const LoadOutcome load = directory_.Load(options, {anew_[0]});
  ASSERT_THAT(load.status, IsOk());
  EXPECT_EQ(load.report.rekeyed(), 3);
  EXPECT_EQ(Ids(*directory_), ids_);
}

TEST_F(RekeyTest, UuidsAreNumbersLikeAnyOther) {
  const auto uuid = [](char first) -> Renumber {
    return [first](const std::string& id) {
      const char kind = id[0] == 'o'   ? 'a'
                        : id[0] == 'l' ? 'b'
                        : id[1] == 'a' ? 'c'
                                       : 'd';
      return first + std::string("0000000-0000-4000-8000-0000000000") + kind +
             id.back();
    };
  };
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, Renumbered(rows_, uuid('1'))).status, IsOk());
  const auto ids = Ids(*directory);
  const LoadOutcome load = directory.Load(kRekey, Renumbered(rows_, uuid('A')));
  ASSERT_THAT(load.status, IsOk());
  EXPECT_EQ(load.report.rekeyed(), 9);
  EXPECT_EQ(Ids(*directory), ids);
  // In either case.
  const LoadOutcome again =
      directory.Load({.replace = true}, Renumbered(rows_, uuid('a')));
  EXPECT_EQ(again.report.added(), 0);
  EXPECT_EQ(Ids(*directory), ids);
}

// --- Numbers that are used again --------------------------------------------

TEST(RekeyNumbersTest, AGapThatIsClosedMovesNumbersAndNotIds) {
  TestDirectory directory;
  ASSERT_THAT(directory
                  .Load({}, {Meal("1", "Soup"), Meal("2", "Bread"),
                             Meal("3", "Rice"), Meal("4", "Beans")})
                  .status,
              IsOk());
  const auto ids = Ids(*directory);
  // The bread is gone, and what came after it moved up.
  const std::vector<v1::Row> rows = {Meal("1", "Soup"), Meal("2", "Rice"),
                                     Meal("3", "Beans")};
  LoadOptions options = kRekey;
  options.allow_retire_percent = 25;
  const LoadOutcome load = directory.Load(options, rows);
  ASSERT_THAT(load.status, IsOk());
  EXPECT_EQ(load.report.rekeyed(), 4);
  EXPECT_EQ(load.report.unchanged(), 2);
  EXPECT_EQ(load.report.retired(), 2);
  for (const auto& [number, name] :
       std::map<std::string, std::string>{{"3", "Rice"}, {"4", "Beans"}}) {
    v1::GetRecordRequest get;
    *get.mutable_ref() = CountyRef(v1::SERVICE, number);
    const auto found = directory->records().GetRecord(TestContext(), get);
    ASSERT_THAT(found, IsOk());
    EXPECT_EQ(found->record().record().service().name(), name);
    EXPECT_EQ(found->record().record().service().service_at_locations(0).id(),
              CountyId("service_at_location", "at" + number));
  }
  EXPECT_EQ(directory.Load({.replace = true, .allow_retire_percent = 0}, rows)
                .report.unchanged(),
            6);
  // A number that was left is free for something else, which is no record of
  // before.
  std::vector<v1::Row> more = rows;
  more.push_back(Meal("4", "Tea"));
  const LoadOutcome grown =
      directory.Load({.replace = true, .allow_retire_percent = 0}, more);
  ASSERT_THAT(grown.status, IsOk());
  EXPECT_EQ(grown.report.unchanged(), 6);
  EXPECT_EQ(grown.report.added(), 2);
  EXPECT_EQ(grown.report.rows_skipped(), 0);
  EXPECT_EQ(directory.Load({.replace = true, .allow_retire_percent = 0}, more)
                .report.unchanged(),
            8);
  EXPECT_EQ(Ids(*directory).size(), 12u);
}

TEST(RekeyNumbersTest, ANumberThatGoesToSomethingNewLeavesTheOldRecordItsId) {
  TestDirectory directory;
  ASSERT_THAT(
      directory.Load({}, {Meal("1", "Soup"), Meal("2", "Bread")}).status,
      IsOk());
  // What is new comes before what had its number.
  const std::vector<v1::Row> rows = {Meal("2", "Tea"), Meal("1", "Soup"),
                                     Meal("3", "Bread")};
  const LoadOutcome load = directory.Load(kRekey, rows);
  ASSERT_THAT(load.status, IsOk());
  EXPECT_EQ(load.report.rekeyed(), 2);
  EXPECT_EQ(load.report.added(), 2);
  EXPECT_EQ(load.report.retired(), 0);
  EXPECT_EQ(load.report.rows_skipped(), 0);
  v1::GetRecordRequest get;
  *get.mutable_ref() = CountyRef(v1::SERVICE, "2");
  const auto bread = directory->records().GetRecord(TestContext(), get);
  ASSERT_THAT(bread, IsOk());
  EXPECT_EQ(bread->record().record().service().name(), "Bread");
  const auto all = Ids(*directory);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 9u);
  EXPECT_EQ(directory.Load({.replace = true, .allow_retire_percent = 0}, rows)
                .report.unchanged(),
            6);
}

TEST(RekeyNumbersTest, NumberedAnewTwiceAndBackAgain) {
  TestDirectory directory;
  const std::vector<v1::Row> first = {Meal("1", "Soup"), Meal("2", "Bread")};
  const std::vector<v1::Row> second = {Meal("a", "Soup"), Meal("b", "Bread")};
  const std::vector<v1::Row> third = {Meal("b", "Soup"), Meal("a", "Bread")};
  ASSERT_THAT(directory.Load({}, first).status, IsOk());
  const auto ids = Ids(*directory);
  for (const auto& rows : {second, third, first, second}) {
    const LoadOutcome load = directory.Load(kRekey, rows);
    ASSERT_THAT(load.status, IsOk());
    EXPECT_EQ(load.report.rekeyed(), 4);
    EXPECT_EQ(Ids(*directory), ids);
    const LoadOutcome again = directory.Load({.replace = true}, rows);
    EXPECT_EQ(again.report.unchanged(), 4);
  }
}

TEST(RekeyNumbersTest, AnotherSourceWithTheSameNumbersIsNotTouched) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({.source = "town"}, {Meal("a", "Soup")}).status,
              IsOk());
  ASSERT_THAT(directory.Load({}, {Meal("1", "Soup")}).status, IsOk());
  const LoadOutcome load = directory.Load(kRekey, {Meal("a", "Soup")});
  ASSERT_THAT(load.status, IsOk());
  EXPECT_EQ(load.report.rekeyed(), 2);
  const LoadOutcome town =
      directory.Load({.source = "town", .replace = true}, {Meal("a", "Soup")});
  EXPECT_EQ(town.report.unchanged(), 2);
}

// --- What people said stays -------------------------------------------------

class RekeyCuratedTest : public ::testing::Test {
 protected:
  // All of the county under new numbers.
  LoadOutcome Rekey(const std::vector<v1::Row>& rows) {
    LoadOutcome load = county_.directory().Load(kRekey, Renumbered(rows, Anew));
    EXPECT_THAT(load.status, IsOk());
    return load;
  }

  County county_{"Nook"};
};

TEST_F(RekeyCuratedTest, EditsConflictsHistoryReportsAndHoldsStay) {
  ASSERT_THAT(county_.Update("s1", {"name"}, "name: 'Harbor'"), IsOk());
  ASSERT_THAT(county_.Confirm(
                  "sal1", "field: 'housing.children' answer: NO method: CALL"),
              IsOk());
  v1::SetHoldRequest hold;
  hold.set_request_id(NewRequestId());
  *hold.mutable_ref() = CountyRef(v1::SERVICE, "s2");
  hold.set_do_not_refer(true);
  hold.set_note("Calls are not answered");
  ASSERT_THAT(county_.curation().SetHold(TestContext(), hold), IsOk());
  v1::ReportErrorRequest report;
  report.set_request_id(NewRequestId());
  report.set_listing_id(CountyId("service_at_location", "sal1"));
  report.set_message("The number is dead");
  county_.Settle();
  ASSERT_THAT(county_.curation().ReportError(TestContext(), report), IsOk());
  // The feed says its own, and that waits.
  ASSERT_THAT(county_.Load(county_.rows(), -3).status, IsOk());
  const size_t conflicts = county_.Conflicts().size();
  ASSERT_GE(conflicts, 1u);
  const size_t history = county_.History(CountyRef(v1::SERVICE, "s1")).size();

  const LoadOutcome load = Rekey(county_.rows());
  EXPECT_EQ(load.report.rekeyed(), 9);
  EXPECT_EQ(load.report.added(), 0);
  EXPECT_EQ(county_.Service("s1").name(), "Harbor");
  EXPECT_EQ(county_.Service("s1")
                .x_handrail()
                .profile()
                .housing()
                .children()
                .answer(),
            v1::NO);
  EXPECT_EQ(county_.Conflicts().size(), conflicts);
  EXPECT_GT(county_.History(CountyRef(v1::SERVICE, "s1")).size(), history);
  EXPECT_TRUE(county_.Service("s2").DebugString().find("do_not_refer") !=
              std::string::npos);
  v1::ListErrorReportsRequest list;
  list.set_listing_id(CountyId("service_at_location", "sal1"));
  const auto reports = county_.curation().ListErrorReports(TestContext(), list);
  ASSERT_THAT(reports, IsOk());
  EXPECT_EQ(reports->reports_size(), 1);
  EXPECT_TRUE(county_.Listing("sal1").has_value());
}

TEST_F(RekeyCuratedTest, WhatWasDecidedOfDuplicatesStays) {
  const std::vector<v1::Row> town = {county_.rows()[0]};
  ASSERT_THAT(county_.directory().Load({.source = "town"}, town).status,
              IsOk());
  county_.Settle();
  v1::DecideDuplicatesRequest decide;
  decide.set_request_id(NewRequestId());
  decide.add_listing_ids(CountyId("service_at_location", "sal1"));
  decide.add_listing_ids(
      storage::NamespacedId("town", "service_at_location", "sal1"));
  decide.set_state(v1::DISMISSED);
  ASSERT_THAT(county_->duplicates().DecideDuplicates(TestContext(), decide),
              IsOk());
  Rekey(county_.rows());
  county_.Settle();
  v1::ListDuplicatesRequest list;
  list.set_dismissed(true);
  const auto found = county_->duplicates().ListDuplicates(TestContext(), list);
  ASSERT_THAT(found, IsOk());
  ASSERT_EQ(found->clusters_size(), 1);
  EXPECT_THAT(found->clusters(0).DebugString(),
              HasSubstr(CountyId("service_at_location", "sal1")));
}

TEST_F(RekeyCuratedTest, AnEditThatTheSourceTookOverIsRecognisedToo) {
  ASSERT_THAT(county_.Update("s1", {"name"}, "name: 'Harbor'"), IsOk());
  std::vector<v1::Row> rows = county_.rows();
  rows[0].mutable_records(2)->mutable_service()->set_name("Harbor");
  EXPECT_EQ(Rekey(rows).report.rekeyed(), 9);
  EXPECT_EQ(county_.Service("s1").name(), "Harbor");
}

TEST_F(RekeyCuratedTest, WhatTheFeedLastSaidAgainstAnEditIsRecognised) {
  ASSERT_THAT(county_.Update("s1", {"name"}, "name: 'Harbor'"), IsOk());
  std::vector<v1::Row> rows = county_.rows();
  rows[0].mutable_records(2)->mutable_service()->set_name("Harbour Home");
  ASSERT_THAT(county_.Load(rows, -3).status, IsOk());
  ASSERT_EQ(county_.Conflicts().size(), 1u);
  EXPECT_EQ(Rekey(rows).report.rekeyed(), 9);
  EXPECT_EQ(county_.Service("s1").name(), "Harbor");
  EXPECT_EQ(county_.Conflicts().size(), 1u);
}

TEST_F(RekeyCuratedTest, AvailabilityStays) {
  v1::UpdateAvailabilityRequest beds;
  beds.set_request_id(NewRequestId());
  beds.set_service_id(CountyId("service", "s1"));
  beds.set_accepting_new(v1::YES);
  beds.set_method(v1::CALL);
  ASSERT_THAT(county_.curation().UpdateAvailability(TestContext(), beds),
              IsOk());
  EXPECT_EQ(Rekey(county_.rows()).report.rekeyed(), 9);
  EXPECT_THAT(county_.Service("s1").DebugString(), HasSubstr("accepting_new"));
}

TEST(RekeyTrimmedTest, AnEditOfSoLongAgoThatItsBeforeIsGoneIsTold) {
  storage::MemoryJournal journal;
  TestDirectory directory(journal);
  ASSERT_THAT(
      directory.Load({}, {Meal("1", "Soup"), Meal("2", "Bread")}).status,
      IsOk());
  v1::UpdateRecordRequest edit;
  edit.set_request_id(NewRequestId());
  *edit.mutable_ref() = CountyRef(v1::SERVICE, "1");
  edit.mutable_record()->mutable_service()->set_name("Broth");
  edit.mutable_update_mask()->add_paths("name");
  ASSERT_THAT(directory->curation().UpdateRecord(TestContext(), edit), IsOk());
  ASSERT_THAT(journal.Trim(storage::kDirectoryStream, 1000), IsOk());
  LoadOptions options = kRekey;
  options.allow_retire_percent = 100;
  const LoadOutcome load =
      directory.Load(options, {Meal("a", "Soup"), Meal("b", "Bread")});
  ASSERT_THAT(load.status, IsOk());
  EXPECT_EQ(load.report.rekeyed(), 3);
  EXPECT_EQ(load.report.added(), 1);
  EXPECT_EQ(load.report.retired(), 1);
  EXPECT_THAT(Reasons(load), Contains("rekey-edited-here"));
}

TEST(FingerprintTest, LeavesIdsOutOfWhatWeHaveNoFieldForToo) {
  const auto with = [](const std::string& id, const std::string& json) {
    return Fingerprint(ParseText<v1::Record>(absl::StrCat(
        "service { name: 'a' unknown_fields { name: 'id' json: '", id,
        "' } unknown_fields { name: 'region_id' json: '", id,
        "' } unknown_fields { name: 'regions' json: '", json, "' } }")));
  };
  EXPECT_EQ(with("1", R"(["Lewes", {"id": 1, "x": 2}])"),
            with("2", R"([ "Lewes",{"x":2, "id":7}])"));
  EXPECT_NE(with("1", R"(["Lewes"])"), with("1", R"(["Dover"])"));
  // Nesting without end is left as it is.
  EXPECT_NE(with("1", std::string(100'000, '[')), 0u);
}

TEST(FingerprintTest, OfARecordThatSaysNothingThereIsNone) {
  EXPECT_EQ(Fingerprint(ParseText<v1::Record>("service { id: 'a' }")), 0u);
  EXPECT_EQ(Fingerprint(ParseText<v1::Record>(
                "service { name: 'a' x_handrail { profile {} } }")),
            Fingerprint(ParseText<v1::Record>("service { name: 'a' }")));
}

}  // namespace
}  // namespace handrail::server
