// A feed against what a person confirmed: no older word of a feed undoes it,
// what the feed says waits as a conflict, and a settled one does not come back.
#include <gtest/gtest.h>

#include <functional>

#include "absl/strings/match.h"
#include "tests/server/curating.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using handrail::testing::IsOk;
using handrail::testing::StatusIs;

// The county's rows with the first service changed.
std::vector<v1::Row> With(const County& county,
                          const std::function<void(v1::Service&)>& change) {
  std::vector<v1::Row> rows = county.rows();
  change(*rows[0].mutable_records(2)->mutable_service());
  return rows;
}

void SetChildren(v1::Service& service, v1::Answer answer) {
  service.mutable_x_handrail()
      ->mutable_profile()
      ->mutable_housing()
      ->mutable_children()
      ->set_answer(answer);
}

v1::Answer Children(County& county) {
  return county.Service("s1")
      .x_handrail()
      .profile()
      .housing()
      .children()
      .answer();
}

constexpr char kNoChildren[] =
    "field: 'housing.children' answer: NO method: CALL";

TEST(CurationConflictTest, AnOlderWordOfAFeedBecomesAConflict) {
  County county;
  ASSERT_THAT(county.Confirm("sal1", kNoChildren), IsOk());
  // The county still says YES, as of three days before.
  const LoadOutcome load = county.Load(county.rows(), -3);
  ASSERT_TRUE(load.status.ok());
  EXPECT_EQ(Children(county), v1::NO);
  const auto conflicts = county.Conflicts();
  ASSERT_EQ(conflicts.size(), 1u);
  const v1::Conflict& conflict = conflicts[0];
  EXPECT_EQ(conflict.field(), "ext.profile.housing.children");
  EXPECT_EQ(conflict.ref().id(), CountyId("service", "s1"));
  EXPECT_EQ(conflict.load_id(), load.report.load_id());
  EXPECT_EQ(conflict.feed().source(), "county");
  EXPECT_EQ(conflict.confirmed().method(), v1::CALL);
  EXPECT_TRUE(absl::StrContains(conflict.feed_json(), "YES"));
  EXPECT_TRUE(absl::StrContains(conflict.confirmed_json(), "NO"));
  bool told = false;
  for (const v1::Finding& finding : load.findings) {
    told |= finding.reason() == "confirmed-here";
  }
  EXPECT_TRUE(told);
}

TEST(CurationConflictTest, TheSameFileAgainChangesNothing) {
  County county;
  ASSERT_THAT(county.Confirm("sal1", kNoChildren), IsOk());
  ASSERT_TRUE(county.Load(county.rows()).status.ok());
  const auto before = county.Conflicts();
  const LoadOutcome again = county.Load(county.rows());
  EXPECT_EQ(again.report.changed(), 0);
  EXPECT_EQ(again.report.added(), 0);
  const auto after = county.Conflicts();
  ASSERT_EQ(after.size(), 1u);
  EXPECT_EQ(after[0].DebugString(), before[0].DebugString());
}

TEST(CurationConflictTest, AFeedCheckedLaterWinsWithoutAConflict) {
  County county;
  ASSERT_THAT(county.Confirm("sal1", kNoChildren), IsOk());
  ASSERT_TRUE(county.Load(county.rows(), 2).status.ok());
  EXPECT_EQ(Children(county), v1::YES);
  EXPECT_TRUE(county.Conflicts().empty());
  // From now on the field is the county's again.
  ASSERT_TRUE(
      county
          .Load(With(county, [](auto& s) { SetChildren(s, v1::CONDITIONAL); }))
          .status.ok());
  EXPECT_EQ(Children(county), v1::CONDITIONAL);
}

TEST(CurationConflictTest, AFeedThatAgreesIsNoConflictAndTheNewerDateStays) {
  County county;
  ASSERT_THAT(county.Confirm("sal1", "field: 'housing.children' method: CALL"),
              IsOk());
  ASSERT_TRUE(county.Load(county.rows(), -3).status.ok());
  EXPECT_TRUE(county.Conflicts().empty());
  EXPECT_EQ(county.Listing("sal1")
                ->profile()
                .housing()
                .children()
                .provenance()
                .method(),
            v1::CALL);
  ASSERT_TRUE(county.Load(county.rows(), 4).status.ok());
  EXPECT_TRUE(county.Conflicts().empty());
  EXPECT_EQ(county.Listing("sal1")
                ->profile()
                .housing()
                .children()
                .provenance()
                .method(),
            v1::FEED);
}

TEST(CurationConflictTest, AFeedThatIsSilentTakesNothingAway) {
  County county;
  ASSERT_THAT(county.Confirm("sal1",
                             "field: 'housing.pets' answer: YES "
                             "method: CALL"),
              IsOk());
  ASSERT_TRUE(county.Load(county.rows(), 5).status.ok());
  EXPECT_EQ(
      county.Service("s1").x_handrail().profile().housing().pets().answer(),
      v1::YES);
  EXPECT_TRUE(county.Conflicts().empty());
}

TEST(CurationConflictTest, AnEditedFieldIsKeptLikeAConfirmedOne) {
  County county;
  ASSERT_THAT(county.Update("s1", {"name", "minimum_age"},
                            "name: 'Harbor' minimum_age: 21"),
              IsOk());
  ASSERT_TRUE(county.Load(county.rows()).status.ok());
  EXPECT_EQ(county.Service("s1").name(), "Harbor");
  EXPECT_EQ(county.Service("s1").minimum_age(), 21);
  const auto conflicts = county.Conflicts();
  ASSERT_EQ(conflicts.size(), 2u);
  for (const v1::Conflict& conflict : conflicts) {
    EXPECT_TRUE(conflict.field() == "name" || conflict.field() == "minimum_age")
        << conflict.field();
  }
  // What was not edited is the county's.
  ASSERT_TRUE(
      county.Load(With(county, [](auto& s) { s.set_description("New words"); }))
          .status.ok());
  EXPECT_EQ(county.Service("s1").description(), "New words");
}

TEST(CurationConflictTest, AnEditedPhoneIsNoConflictWhereTheNumberIsTheSame) {
  County county;
  ASSERT_THAT(
      county.Update("s4", {"phones"}, "phones { number: '+14105550104' }"),
      IsOk());
  std::vector<v1::Row> rows = county.rows();
  rows[3].mutable_records(0)->mutable_service()->mutable_phones(0)->set_id(
      "p-17");
  ASSERT_TRUE(county.Load(rows).status.ok());
  EXPECT_TRUE(county.Conflicts().empty());
}

TEST(CurationConflictTest, AcceptingTheFeedMakesItsWordTheRecords) {
  County county;
  ASSERT_THAT(county.Confirm("sal1", kNoChildren), IsOk());
  ASSERT_TRUE(county.Load(county.rows()).status.ok());
  ASSERT_THAT(county.Resolve(county.Conflicts()[0].id(), true), IsOk());
  EXPECT_EQ(Children(county), v1::YES);
  EXPECT_TRUE(county.Conflicts().empty());
  EXPECT_EQ(county.History(CountyRef(v1::SERVICE, "s1"))[0].action(),
            "resolve");
  const LoadOutcome again = county.Load(county.rows());
  EXPECT_EQ(again.report.changed(), 0);
  EXPECT_TRUE(county.Conflicts().empty());
}

TEST(CurationConflictTest, AKeptWordIsNotAskedAboutAgainUntilTheFeedSaysOther) {
  County county;
  ASSERT_THAT(county.Confirm("sal1", kNoChildren), IsOk());
  ASSERT_TRUE(county.Load(county.rows()).status.ok());
  const std::string id = county.Conflicts()[0].id();
  ASSERT_THAT(county.Resolve(id, false), IsOk());
  EXPECT_TRUE(county.Conflicts().empty());
  ASSERT_TRUE(county.Load(county.rows()).status.ok());
  EXPECT_TRUE(county.Conflicts().empty());
  EXPECT_EQ(Children(county), v1::NO);
  const auto depends =
      With(county, [](auto& s) { SetChildren(s, v1::CONDITIONAL); });
  ASSERT_TRUE(county.Load(depends).status.ok());
  ASSERT_EQ(county.Conflicts().size(), 1u);
  EXPECT_NE(county.Conflicts()[0].id(), id);
  // Back to what was settled: nothing to ask.
  ASSERT_TRUE(county.Load(county.rows()).status.ok());
  EXPECT_TRUE(county.Conflicts().empty());
  EXPECT_THAT(county.Resolve(id, true), StatusIs(absl::StatusCode::kNotFound));
}

TEST(CurationConflictTest, AConflictEndsWhenTheFeedOrThePersonComesRound) {
  County county;
  ASSERT_THAT(county.Confirm("sal1", kNoChildren), IsOk());
  ASSERT_TRUE(county.Load(county.rows()).status.ok());
  ASSERT_EQ(county.Conflicts().size(), 1u);
  ASSERT_TRUE(county.Load(With(county, [](auto& s) { SetChildren(s, v1::NO); }))
                  .status.ok());
  EXPECT_TRUE(county.Conflicts().empty());
  ASSERT_TRUE(county.Load(county.rows()).status.ok());
  ASSERT_EQ(county.Conflicts().size(), 1u);
  ASSERT_THAT(county.Confirm("sal1",
                             "field: 'housing.children' answer: YES "
                             "method: VISIT"),
              IsOk());
  EXPECT_TRUE(county.Conflicts().empty());
}

TEST(CurationConflictTest, ADryRunFilesNothing) {
  County county;
  ASSERT_THAT(county.Confirm("sal1", kNoChildren), IsOk());
  ASSERT_TRUE(
      county.directory()
          .Load({.source = "county", .validate_only = true}, county.rows())
          .status.ok());
  EXPECT_TRUE(county.Conflicts().empty());
}

TEST(CurationConflictTest, ConflictsGoWithTheirRecord) {
  County county;
  ASSERT_THAT(county.Confirm("sal1", kNoChildren), IsOk());
  ASSERT_TRUE(county.Load(county.rows()).status.ok());
  ASSERT_EQ(county.Conflicts().size(), 1u);
  std::vector<v1::Row> without(county.rows().begin() + 1, county.rows().end());
  v1::Row organization = county.rows()[0];
  organization.mutable_records()->RemoveLast();
  without.insert(without.begin(), organization);
  ASSERT_TRUE(county.Load(without, std::nullopt, /*replace=*/true).status.ok());
  EXPECT_TRUE(county.Conflicts().empty());
}

TEST(CurationConflictTest, AFlagOfAPrivatePlaceIsNeverTakenOff) {
  County county;
  ASSERT_THAT(county.Update(
                  "s1", {"ext.visibility"},
                  "x_handrail { visibility { confidential_location: true } }"),
              IsOk());
  EXPECT_TRUE(county.Listing("sal1")->confidential());
  ASSERT_TRUE(county.Load(county.rows(), 9).status.ok());
  EXPECT_TRUE(county.Listing("sal1")->confidential());
  // A person takes it off; a feed that puts it on is safe at once.
  ASSERT_THAT(county.Update("s1", {"ext.visibility"}, ""), IsOk());
  EXPECT_FALSE(county.Listing("sal1")->confidential());
  ASSERT_TRUE(county
                  .Load(With(county,
                             [](auto& s) {
                               s.mutable_x_handrail()
                                   ->mutable_visibility()
                                   ->set_confidential_location(true);
                             }))
                  .status.ok());
  EXPECT_TRUE(county.Listing("sal1")->confidential());
}

TEST(CurationConflictTest, AConflictAboutWhatIsWithheldIsSeenByNobody) {
  County county("Hidden");
  v1::UpdateRecordRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_ref() = CountyRef(v1::LOCATION, "l3");
  request.mutable_record()->mutable_location()->set_description("By Lantern");
  request.mutable_update_mask()->add_paths("description");
  ASSERT_THAT(county.curation().UpdateRecord(TestContext(), request), IsOk());
  const LoadOutcome load = county.Load(county.rows());
  ASSERT_TRUE(load.status.ok());
  EXPECT_TRUE(county.Conflicts().empty());
  for (const v1::Finding& finding : load.findings) {
    EXPECT_NE(finding.reason(), "confirmed-here");
  }
}

TEST(CurationConflictTest, HoursKeptByAPersonKeepTheirDate) {
  County county;
  const auto with_hours = With(county, [](auto& s) {
    auto& schedule = *s.add_schedules();
    schedule.set_freq(v1::WEEKLY);
    schedule.set_byday("MO");
    schedule.set_opens_at("09:00");
    schedule.set_closes_at("17:00");
  });
  ASSERT_TRUE(county.Load(with_hours, -5).status.ok());
  ASSERT_THAT(county.Confirm("sal1", "field: 'hours' method: CALL"), IsOk());
  auto later = with_hours;
  later[0]
      .mutable_records(2)
      ->mutable_service()
      ->mutable_schedules(0)
      ->set_closes_at("15:00");
  ASSERT_TRUE(county.Load(later, -1).status.ok());
  const v1::Listing listing = *county.Listing("sal1");
  EXPECT_EQ(listing.schedules(0).closes_at(), "17:00");
  for (const v1::FieldProvenance& field : listing.fields()) {
    if (field.field() == "hours") {
      EXPECT_EQ(field.provenance().method(), v1::CALL);
    }
  }
  ASSERT_EQ(county.Conflicts().size(), 1u);
  EXPECT_EQ(county.Conflicts()[0].field(), "schedules");
  ASSERT_THAT(county.Resolve(county.Conflicts()[0].id(), true), IsOk());
  EXPECT_EQ(county.Listing("sal1")->schedules(0).closes_at(), "15:00");
}

}  // namespace
}  // namespace handrail::server
