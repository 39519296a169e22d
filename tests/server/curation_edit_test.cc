// Records added, changed and retired by hand: masks, etags, repeated requests,
// what is refused and how it is said, and what nobody may learn from it.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "absl/strings/match.h"
#include "tests/server/curating.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using handrail::testing::HasMetadata;
using handrail::testing::HasReason;
using handrail::testing::IsOk;
using handrail::testing::NamesField;
using handrail::testing::ParseText;
using handrail::testing::StatusIs;

v1::CreateRecordRequest NewService(const std::string& text) {
  v1::CreateRecordRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_record()->mutable_service() = ParseText<v1::Service>(text);
  return request;
}

// --- Create ----------------------------------------------------------------

TEST(CurationEditTest, ACreatedServiceIsMatchedOnceItsRevisionIsThere) {
  County county;
  v1::CreateRecordRequest organization;
  organization.set_request_id(NewRequestId());
  organization.mutable_record()->mutable_organization()->set_name("New Start");
  const auto made = county.curation().CreateRecord(TestContext(), organization);
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->record().info().source(), "curated");

  v1::CreateRecordRequest request = NewService(R"pb(
    name: "New Start Home"
    status: ACTIVE
    phones { number: "(410) 555-0190" }
    x_handrail { terms { term: "recovery-residence" } }
  )pb");
  request.mutable_record()->mutable_service()->set_organization_id(
      made->record().info().id());
  const auto service = county.curation().CreateRecord(TestContext(), request);
  ASSERT_THAT(service, IsOk());
  EXPECT_EQ(service->record().record().service().phones(0).number(),
            "+14105550190");

  v1::ListListingsRequest list;
  list.set_min_revision(service->revision());
  const auto listings = county->records().ListListings(
      RequestContext({.now = TestNow(), .deadline = absl::InfiniteFuture()}),
      list);
  ASSERT_THAT(listings, IsOk());
  bool seen = false;
  for (const v1::Listing& listing : listings->listings()) {
    if (listing.name() != "New Start Home") continue;
    seen = true;
    EXPECT_EQ(listing.organization_name(), "New Start");
    EXPECT_EQ(listing.source(), "curated");
  }
  EXPECT_TRUE(seen);
}

TEST(CurationEditTest, EveryKindOfRecordCanBeMadeChangedAndRetired) {
  County county;
  const std::vector<std::pair<std::string, std::string>> kinds = {
      {"organization { name: 'A' }", "name"},
      {"program { name: 'A' organization_id: '$ORG' }", "name"},
      {"location { name: 'A' location_type: PHYSICAL }", "name"},
      {"service { name: 'A' status: ACTIVE organization_id: '$ORG' }", "name"},
      {"taxonomy { name: 'A' description: 'a' }", "name"},
      {"taxonomy_term { name: 'A' description: 'a' code: 'a' }", "name"},
      {"centroid { area: ZIP_CODE code: '21209' latitude_e7: 390000000 "
       "longitude_e7: -760000000 }",
       "latitude_e7"},
      {"crisis_resource { id: 'line' name: 'A' kinds: SUICIDE "
       "contacts { channel: 'voice' value: '410-555-0199' } }",
       "name"},
  };
  const std::string org = CountyId("organization", "o1");
  for (const auto& [text, field] : kinds) {
    SCOPED_TRACE(text);
    std::string with_org = text;
    if (const size_t at = with_org.find("$ORG"); at != std::string::npos) {
      with_org.replace(at, 4, org);
    }
    v1::CreateRecordRequest create;
    create.set_request_id(NewRequestId());
    *create.mutable_record() = ParseText<v1::Record>(with_org);
    const auto made = county.curation().CreateRecord(TestContext(), create);
    ASSERT_THAT(made, IsOk());

    v1::UpdateRecordRequest update;
    update.set_request_id(NewRequestId());
    update.mutable_ref()->set_type(made->record().info().type());
    update.mutable_ref()->set_id(made->record().info().id());
    std::string changed = with_org;
    const bool centroid = field != "name";
    const std::string from = centroid ? "390000000" : "name: 'A'";
    changed.replace(changed.find(from), from.size(),
                    centroid ? "391000000" : "name: 'B'");
    *update.mutable_record() = ParseText<v1::Record>(changed);
    update.mutable_update_mask()->add_paths(field);
    update.set_etag(made->record().info().etag());
    const auto done = county.curation().UpdateRecord(TestContext(), update);
    ASSERT_THAT(done, IsOk());
    EXPECT_EQ(done->changes_size(), 1);
    EXPECT_NE(done->record().info().etag(), made->record().info().etag());

    v1::RetireRecordRequest retire;
    retire.set_request_id(NewRequestId());
    *retire.mutable_ref() = update.ref();
    retire.set_etag(done->record().info().etag());
    ASSERT_THAT(county.curation().RetireRecord(TestContext(), retire), IsOk());
    EXPECT_FALSE(county.Get(update.ref()).has_record());
    EXPECT_EQ(county.History(update.ref()).size(), 3u);
  }
}

TEST(CurationEditTest, WhatALoadWouldKeepAsTextIsRefusedWithWhatIsRight) {
  County county;
  const auto refused = county.curation().CreateRecord(
      TestContext(), NewService(R"pb(
        name: "Home"
        organization_id: "5b0e6f0d-7a41-4c0f-a3c6-0d1d2b8e94c7"
        phones { number: "call us" }
        schedules { opens_at: "noon" }
        x_handrail {
          zone: "Eastern"
          profile { any { payments { values { code: "gold" answer: YES } } } }
        }
      )pb"));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(refused, NamesField("record.service.phones[0].number"));
  EXPECT_THAT(refused, NamesField("record.service.schedules[0].opens_at"));
  EXPECT_THAT(refused, NamesField("record.service.x_handrail.zone"));
}

TEST(CurationEditTest, NamesOfRecordsThatAreNotThereAreRefused) {
  County county;
  const auto refused = county.curation().CreateRecord(
      TestContext(), NewService(R"pb(
        name: "Home"
        status: ACTIVE
        organization_id: "5b0e6f0d-7a41-4c0f-a3c6-0d1d2b8e94c7"
        service_at_locations {
          location { id: "5b0e6f0d-7a41-4c0f-a3c6-0d1d2b8e94c8" }
        }
      )pb"));
  EXPECT_THAT(refused, NamesField("record.service.organization_id"));
  EXPECT_THAT(refused,
              NamesField("record.service.service_at_locations[0].location.id"));
}

TEST(CurationEditTest, AnIdThatIsThereOrIsNoneIsRefused) {
  County county;
  v1::CreateRecordRequest request = NewService("name: 'Home' status: ACTIVE");
  request.mutable_record()->mutable_service()->set_id("12");
  EXPECT_THAT(county.curation().CreateRecord(TestContext(), request),
              NamesField("record.service.id"));
  request.mutable_record()->mutable_service()->set_id(
      CountyId("service", "s1"));
  const auto there = county.curation().CreateRecord(TestContext(), request);
  EXPECT_THAT(there, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(there, HasReason(v1::ERROR_REASON_RECORD_EXISTS));
  EXPECT_THAT(there, HasMetadata("id", CountyId("service", "s1")));
}

TEST(CurationEditTest, ACheckWritesNothing) {
  County county;
  const std::string before = county.directory().EverythingShown();
  v1::CreateRecordRequest request = NewService("name: 'Home' status: ACTIVE");
  request.set_validate_only(true);
  request.clear_request_id();
  const auto checked = county.curation().CreateRecord(TestContext(), request);
  ASSERT_THAT(checked, IsOk());
  EXPECT_EQ(checked->record().record().service().name(), "Home");
  EXPECT_FALSE(checked->record().info().etag().empty());

  v1::UpdateRecordRequest update;
  *update.mutable_ref() = CountyRef(v1::SERVICE, "s1");
  update.mutable_record()->mutable_service()->set_name("Other");
  update.mutable_update_mask()->add_paths("name");
  update.set_validate_only(true);
  const auto changed = county.curation().UpdateRecord(TestContext(), update);
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->record().record().service().name(), "Other");
  EXPECT_EQ(changed->changes_size(), 1);
  EXPECT_EQ(county.directory().EverythingShown(), before);
}

// --- Update ----------------------------------------------------------------

TEST(CurationEditTest, TheMaskIsChangedAndNothingElse) {
  County county;
  const v1::Service before = county.Service("s1");
  const auto done = county.Update(
      "s1", {"name", "minimum_age"},
      R"pb(name: "Harbor Home" minimum_age: 21 description: "not masked")pb");
  ASSERT_THAT(done, IsOk());
  v1::Service after = county.Service("s1");
  EXPECT_EQ(after.name(), "Harbor Home");
  EXPECT_EQ(after.minimum_age(), 21);
  EXPECT_EQ(after.description(), before.description());
  EXPECT_EQ(county.Listing("sal1")->name(), "Harbor Home");
}

TEST(CurationEditTest, AMaskedFieldThatIsNotSetIsCleared) {
  County county;
  ASSERT_THAT(county.Update("s1", {"description"}, ""), IsOk());
  EXPECT_FALSE(county.Service("s1").has_description());
}

TEST(CurationEditTest, AFactAndAClosureAreNamedInsideExt) {
  County county;
  ASSERT_THAT(
      county.Update("s1", {"ext.operating_state", "ext.profile.housing.pets"},
                    R"pb(x_handrail {
                           operating_state {
                             kind: TEMPORARILY_SHUT
                             from: "2026-06-01"
                             until: "2026-06-30"
                           }
                           profile { housing { pets { answer: NO } } }
                         })pb"),
      IsOk());
  const v1::Listing listing = *county.Listing("sal1");
  EXPECT_EQ(listing.operating_state().kind(),
            v1::OperatingState::TEMPORARILY_SHUT);
  EXPECT_EQ(listing.profile().housing().pets().answer(), v1::NO);
  // Beside it, and untouched.
  EXPECT_EQ(listing.profile().housing().children().answer(), v1::YES);
  // Whoever edits says it as of now.
  EXPECT_EQ(listing.profile().housing().pets().provenance().source(),
            "curated");
  EXPECT_EQ(
      listing.profile().housing().pets().provenance().verified_at().seconds(),
      absl::ToUnixSeconds(TestNow()));
}

TEST(CurationEditTest, WrongPathsAreNamedWithWhatThereIs) {
  County county;
  const auto refused = county.Update(
      "s1",
      {"nmae", "phones.number", "ext.profile.housing.children.answer", "id",
       "ext.profile.houses"},
      "");
  EXPECT_THAT(refused, HasReason(v1::ERROR_REASON_INVALID_FIELD));
  for (const char* path :
       {"update_mask.paths[0]", "update_mask.paths[1]", "update_mask.paths[2]",
        "update_mask.paths[3]", "update_mask.paths[4]"}) {
    EXPECT_THAT(refused, NamesField(std::string(path)));
  }
  EXPECT_THAT(county.Update("s1", {}, ""),
              NamesField(std::string("update_mask")));
}

TEST(CurationEditTest, OfTwoEditsWithOneEtagExactlyOneWins) {
  County county;
  const std::string etag =
      county.Get(CountyRef(v1::SERVICE, "s1")).info().etag();
  constexpr int kEditors = 8;
  std::atomic<int> won = 0, lost = 0;
  std::vector<std::thread> editors;
  for (int i = 0; i < kEditors; ++i) {
    v1::UpdateRecordRequest request;
    request.set_request_id(NewRequestId());
    *request.mutable_ref() = CountyRef(v1::SERVICE, "s1");
    request.mutable_record()->mutable_service()->set_name("Editor " +
                                                          std::to_string(i));
    request.mutable_update_mask()->add_paths("name");
    request.set_etag(etag);
    editors.emplace_back([&county, &won, &lost, request] {
      const auto done = county.curation().UpdateRecord(TestContext(), request);
      if (done.ok()) {
        ++won;
      } else if (ReasonOf(done.status()) == v1::ERROR_REASON_VERSION_CONFLICT) {
        ++lost;
      }
    });
  }
  for (std::thread& editor : editors) editor.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, kEditors - 1);
}

TEST(CurationEditTest, ARepeatedRequestGivesTheFirstRevisionAndDoesNothing) {
  County county;
  v1::UpdateRecordRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_ref() = CountyRef(v1::SERVICE, "s1");
  request.set_etag(county.Get(request.ref()).info().etag());
  request.mutable_record()->mutable_service()->set_name("Once");
  request.mutable_update_mask()->add_paths("name");
  const auto first = county.curation().UpdateRecord(TestContext(), request);
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(county.Update("s1", {"name"}, "name: 'Later'"), IsOk());
  const size_t entries = county.History(request.ref()).size();
  const auto again = county.curation().UpdateRecord(TestContext(), request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->revision(), first->revision());
  EXPECT_EQ(county.Service("s1").name(), "Later");
  EXPECT_EQ(county.History(request.ref()).size(), entries);

  v1::CreateRecordRequest create = NewService("name: 'Home' status: ACTIVE");
  const auto made = county.curation().CreateRecord(TestContext(), create);
  ASSERT_THAT(made, IsOk());
  const auto remade = county.curation().CreateRecord(TestContext(), create);
  ASSERT_THAT(remade, IsOk());
  EXPECT_EQ(remade->revision(), made->revision());
  EXPECT_EQ(remade->record().info().id(), made->record().info().id());
}

TEST(CurationEditTest, AWriteWithoutARequestIdIsRefused) {
  County county;
  v1::RetireRecordRequest request;
  *request.mutable_ref() = CountyRef(v1::SERVICE, "s1");
  EXPECT_THAT(county.curation().RetireRecord(TestContext(), request),
              NamesField(std::string("request_id")));
}

TEST(CurationEditTest, AnOldPhoneNearbyDoesNotStandInTheWayOfANewName) {
  County county;
  std::vector<v1::Row> rows = county.rows();
  rows[0].mutable_records(2)->mutable_service()->add_phones()->set_number(
      "ask at the desk");
  ASSERT_TRUE(county.Load(rows).status.ok());
  EXPECT_THAT(county.Update("s1", {"name"}, "name: 'Harbor'"), IsOk());
  EXPECT_EQ(county.Service("s1").phones(0).number(), "ask at the desk");
}

// --- Retire ----------------------------------------------------------------

TEST(CurationEditTest, WhatOthersReferToIsNotRetired) {
  County county;
  v1::RetireRecordRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_ref() = CountyRef(v1::ORGANIZATION, "o1");
  const auto refused = county.curation().RetireRecord(TestContext(), request);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(refused, HasReason(v1::ERROR_REASON_STILL_REFERRED_TO));
  // Three services and a location.
  EXPECT_THAT(refused, HasMetadata("by", "4"));
}

TEST(CurationEditTest, ARetiredServiceIsGoneFromAnswersAndStaysInItsHistory) {
  County county;
  v1::RetireRecordRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_ref() = CountyRef(v1::SERVICE, "s2");
  ASSERT_THAT(county.curation().RetireRecord(TestContext(), request), IsOk());
  EXPECT_FALSE(county.Listing("sal2").has_value());
  const auto history = county.History(request.ref());
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history[0].action(), "retire");
  EXPECT_EQ(history[0].kind(), v1::RecordChange::RETIRED);
  EXPECT_EQ(history[1].action(), "load");
  EXPECT_FALSE(history[1].subject().empty());
  EXPECT_THAT(
      county.curation().RetireRecord(TestContext(),
                                     [&] {
                                       request.set_request_id(NewRequestId());
                                       return request;
                                     }()),
      StatusIs(absl::StatusCode::kNotFound));
}

// --- Hold and publishing ---------------------------------------------------

TEST(CurationEditTest, AHoldKeepsAServiceFromReferralsAndSurvivesLoads) {
  County county;
  v1::SetHoldRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_ref() = CountyRef(v1::SERVICE, "s1");
  request.set_do_not_refer(true);
  EXPECT_THAT(county.curation().SetHold(TestContext(), request),
              NamesField(std::string("note")));
  request.set_note("Two reports of an unsafe stairway.");
  ASSERT_THAT(county.curation().SetHold(TestContext(), request), IsOk());
  EXPECT_TRUE(county.Listing("sal1")->do_not_refer());
  EXPECT_EQ(county.History(request.ref())[0].note(), request.note());
  ASSERT_TRUE(county.Load(county.rows(), 3).status.ok());
  EXPECT_TRUE(county.Listing("sal1")->do_not_refer());
  EXPECT_TRUE(county.Conflicts().empty());

  request.set_request_id(NewRequestId());
  request.set_do_not_refer(false);
  request.clear_note();
  ASSERT_THAT(county.curation().SetHold(TestContext(), request), IsOk());
  EXPECT_FALSE(county.Listing("sal1")->do_not_refer());
}

TEST(CurationEditTest, ThePublishWindowIsTheNarrowerOfServiceAndPlace) {
  County county;
  const std::string place =
      "service_at_locations[" + CountyId("service_at_location", "sal1") + "]";
  ASSERT_THAT(county.Update("s1", {"ext.publish_from", "ext.publish_until"},
                            "x_handrail { publish_from: '20260601' "
                            "publish_until: '2026-12-31' }"),
              IsOk());
  v1::Service values;
  auto& at = *values.add_service_at_locations();
  at.set_id(CountyId("service_at_location", "sal1"));
  at.mutable_x_handrail()->set_publish_from("2026-05-01");
  at.mutable_x_handrail()->set_publish_until("2026-09-30");
  ASSERT_THAT(
      county.Update("s1",
                    {place + ".ext.publish_from", place + ".ext.publish_until"},
                    values.DebugString()),
      IsOk());
  EXPECT_EQ(county.Listing("sal1")->publish_from(), "2026-06-01");
  EXPECT_EQ(county.Listing("sal1")->publish_until(), "2026-09-30");
  EXPECT_THAT(
      county.Update("s1", {"ext.publish_until"},
                    "x_handrail { publish_until: '2026-01-31' }"),
      NamesField(std::string("record.service.x_handrail.publish_until")));
}

// --- Private places --------------------------------------------------------

TEST(CurationEditTest, AnEditOfWhatIsWithheldLeavesNoTraceForAnybody) {
  County county("Hidden");
  County other("Veiled");
  const v1::RecordRef place = CountyRef(v1::LOCATION, "l3");
  const v1::RecordRef service = CountyRef(v1::SERVICE, "s3");
  const std::string etag = county.Get(place).info().etag();
  const size_t entries = county.History(place).size();
  const auto edit = [&](County& where, const std::string& secret) {
    v1::UpdateRecordRequest request;
    request.set_request_id(NewRequestId());
    *request.mutable_ref() = place;
    v1::Location& location = *request.mutable_record()->mutable_location();
    location.set_description("Now behind " + secret);
    v1::Address& address = *location.add_addresses();
    address.set_address_1("11 " + secret + " Way");
    address.set_state_province("MD");
    address.set_postal_code("21203");
    address.set_country("US");
    request.mutable_update_mask()->add_paths("description");
    request.mutable_update_mask()->add_paths("addresses");
    request.set_note("They moved to " + secret);
    request.set_etag(where.Get(place).info().etag());
    const auto done = where.curation().UpdateRecord(TestContext(), request);
    EXPECT_THAT(done, IsOk());
    EXPECT_EQ(done->changes_size(), 0);
    EXPECT_FALSE(absl::StrContains(done->DebugString(), secret));

    ASSERT_THAT(where.Update("s3", {"alert", "ext.profile.housing.pets"},
                             "alert: 'Ring at " + secret +
                                 "' x_handrail { profile { housing { pets { "
                                 "answer: NO words: 'at " +
                                 secret + "' } } } }"),
                IsOk());
  };
  edit(county, "Lantern");
  edit(other, "Beacon");
  EXPECT_EQ(county.Get(place).info().etag(), etag);
  EXPECT_EQ(county.History(place).size(), entries);
  std::string shown = county.directory().EverythingShown();
  std::string all = shown;
  for (const v1::RecordRef& ref : {place, service}) {
    for (const v1::HistoryEntry& entry : county.History(ref)) {
      all += entry.DebugString();
    }
  }
  EXPECT_FALSE(absl::StrContains(all, "Lantern"));
  EXPECT_FALSE(absl::StrContains(all, "Hidden"));
  // Two directories that differ only in what is withheld look the same.
  EXPECT_EQ(shown, other.directory().EverythingShown());
}

TEST(CurationEditTest, AnAddressOfACountyPlaceCanBeChangedByHand) {
  County county;
  v1::UpdateRecordRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_ref() = CountyRef(v1::LOCATION, "l1");
  v1::Address& address =
      *request.mutable_record()->mutable_location()->add_addresses();
  address.set_address_1("5 Pier St");
  address.set_city("Baltimore");
  address.set_state_province("Maryland");
  address.set_postal_code("21201");
  address.set_country("US");
  address.set_address_type(v1::PHYSICAL);
  request.mutable_update_mask()->add_paths("addresses");
  ASSERT_THAT(county.curation().UpdateRecord(TestContext(), request), IsOk());
  const v1::Listing listing = *county.Listing("sal1");
  EXPECT_EQ(listing.address().address_1(), "5 Pier St");
  EXPECT_EQ(listing.address().state_province(), "MD");
  for (const v1::FieldProvenance& field : listing.fields()) {
    if (field.field() != "address") continue;
    EXPECT_EQ(field.provenance().source(), "curated");
  }
}

}  // namespace
}  // namespace handrail::server
