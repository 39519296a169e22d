// Facts confirmed and availability reported: what becomes of the record, and
// that everything that reads it sees the new date at once.
#include <gtest/gtest.h>

#include "matcher/fact_age.h"
#include "server/proto_time.h"
#include "tests/server/curating.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using handrail::testing::HasReason;
using handrail::testing::IsOk;
using handrail::testing::NamesField;
using handrail::testing::ParseText;
using handrail::testing::StatusIs;

// The options of a match for children, by listing id.
v1::Option OptionFor(County& county, const std::string& place) {
  county.Settle();
  auto request = ParseText<v1::MatchRequest>(R"pb(
    needs {
      terms: "recovery-residence"
      criteria { kind: MUST field: "housing.children" values: "yes" }
    }
    max_results: 20
  )pb");
  const auto answer = county->match().Match(TestContext(), request);
  HANDRAIL_CHECK(answer.ok());
  for (const v1::Option& option : answer->needs(0).options()) {
    if (option.listing().id() == CountyId("service_at_location", place)) {
      return option;
    }
  }
  return {};
}

TEST(CurationFactsTest, ConfirmingRaisesFreshnessEverywhereAtOnce) {
  County county;
  ASSERT_TRUE(county.Load(county.rows()).status.ok());
  EXPECT_EQ(OptionFor(county, "sal1").verdict(), v1::CHECK);
  const auto done =
      county.Confirm("sal1", "field: 'housing.children' method: CALL");
  ASSERT_THAT(done, IsOk());
  EXPECT_EQ(OptionFor(county, "sal1").verdict(), v1::FITS);
  const v1::Fact fact = county.Listing("sal1")->profile().housing().children();
  EXPECT_EQ(fact.answer(), v1::YES);
  EXPECT_EQ(fact.provenance().method(), v1::CALL);
  EXPECT_EQ(fact.provenance().source(), "curated");
  EXPECT_EQ(FromProto(fact.provenance().verified_at()), TestNow());
  EXPECT_EQ(done->record()
                .record()
                .service()
                .x_handrail()
                .profile()
                .housing()
                .children()
                .provenance()
                .method(),
            v1::CALL);
  EXPECT_GT(done->changes_size(), 0);
  EXPECT_EQ(county.History(CountyRef(v1::SERVICE, "s1"))[0].action(),
            "confirm");
}

TEST(CurationFactsTest, WhatItIsNowTakesThePlaceOfWhatItWas) {
  County county;
  ASSERT_THAT(county.Confirm("sal1", R"pb(
    field: "housing.children"
    answer: CONDITIONAL
    words: "one child, under 5"
    method: PROVIDER)pb"),
              IsOk());
  const v1::Fact fact = county.Listing("sal1")->profile().housing().children();
  EXPECT_EQ(fact.answer(), v1::CONDITIONAL);
  EXPECT_EQ(fact.words(), "one child, under 5");

  ASSERT_THAT(county.Confirm("sal1", R"pb(
    field: "housing.weekly_fee"
    answer: YES
    value: 15000
    method: CALL)pb"),
              IsOk());
  ASSERT_THAT(county.Confirm("sal1", R"pb(
    field: "any.medication"
    code: "methadone"
    answer: YES
    method: VISIT)pb"),
              IsOk());
  ASSERT_THAT(county.Confirm("sal1", R"pb(
    field: "any.medication[buprenorphine]"
    answer: NO
    method: VISIT)pb"),
              IsOk());
  ASSERT_THAT(county.Confirm("sal1", R"pb(
    field: "housing.narr_level"
    code: "level_2"
    answer: YES
    method: CALL)pb"),
              IsOk());
  const v1::RecoveryProfile profile = county.Listing("sal1")->profile();
  EXPECT_EQ(profile.housing().weekly_fee().value(), 15000);
  ASSERT_EQ(profile.any().medication().values_size(), 2);
  EXPECT_EQ(profile.any().medication().values(0).code(), "buprenorphine");
  EXPECT_EQ(profile.any().medication().values(0).answer(), v1::NO);
  EXPECT_EQ(profile.any().medication().values(1).answer(), v1::YES);
  EXPECT_EQ(profile.housing().narr_level().code(), "level_2");
}

TEST(CurationFactsTest, AnHsdsFieldIsDatedWhereTheListingTakesItFrom) {
  County county;
  const auto date_of = [&](const std::string& place, const std::string& name) {
    const auto listing = county.Listing(place);
    for (const v1::FieldProvenance& field : listing->fields()) {
      if (field.field() == name) return field.provenance();
    }
    return v1::Provenance();
  };
  // The county's number is the organization's.
  const auto phone = county.Confirm("sal1", "field: 'phone' method: CALL");
  ASSERT_THAT(phone, IsOk());
  EXPECT_EQ(phone->record().info().type(), v1::ORGANIZATION);
  EXPECT_EQ(date_of("sal1", "phone").method(), v1::CALL);
  // Both places have that number.
  EXPECT_EQ(date_of("sal2", "phone").method(), v1::CALL);
  const auto address = county.Confirm("sal1", "field: 'address' method: VISIT");
  ASSERT_THAT(address, IsOk());
  EXPECT_EQ(address->record().info().type(), v1::LOCATION);
  EXPECT_EQ(date_of("sal1", "address").method(), v1::VISIT);
  EXPECT_NE(date_of("sal2", "address").method(), v1::VISIT);
  ASSERT_THAT(county.Confirm("sal1", "field: 'eligibility' method: CALL"),
              IsOk());
  EXPECT_EQ(county.Listing("sal1")
                ->profile()
                .any()
                .minimum_age()
                .provenance()
                .method(),
            v1::CALL);
}

TEST(CurationFactsTest, WhatIsNotRecordedCannotStillBeSo) {
  County county;
  EXPECT_THAT(county.Confirm("sal1", "field: 'hours' method: CALL"),
              NamesField(std::string("field")));
  EXPECT_THAT(county.Confirm("sal1", "field: 'housing.pets' method: CALL"),
              NamesField(std::string("field")));
  EXPECT_THAT(county.Confirm("sal1",
                             "field: 'any.medication' code: 'methadone' "
                             "method: CALL"),
              NamesField(std::string("code")));
}

TEST(CurationFactsTest, WrongRequestsAreNamedFieldByField) {
  County county;
  struct Case {
    std::string text, field;
  };
  const Case cases[] = {
      {"field: 'housing.children'", "method"},
      {"field: 'housing.children' method: FEED", "method"},
      {"field: 'housing.kids' method: CALL", "field"},
      {"field: 'opening' method: CALL", "field"},
      {"field: 'housing.children' answer: CONDITIONAL method: CALL", "words"},
      {"field: 'housing.children' value: 3 answer: YES method: CALL", "value"},
      {"field: 'housing.children' code: 'x' answer: YES method: CALL", "code"},
      {"field: 'housing.weekly_fee' answer: YES method: CALL", "value"},
      {"field: 'housing.weekly_fee' value: 3 method: CALL", "answer"},
      {"field: 'any.medication' answer: YES method: CALL", "code"},
      {"field: 'any.medication' code: 'aspirin' answer: YES method: CALL",
       "code"},
      {"field: 'housing.narr_level' code: 'level_2' answer: NO method: CALL",
       "answer"},
      {"field: 'address' answer: NO method: CALL", "answer"},
      {"field: 'housing.children' method: CALL "
       "verified_at { seconds: 1893456000 }",
       "verified_at"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const auto refused = county.Confirm("sal1", c.text);
    EXPECT_THAT(refused, HasReason(v1::ERROR_REASON_INVALID_FIELD));
    EXPECT_THAT(refused, NamesField(c.field));
  }
  auto request = ParseText<v1::ConfirmFactRequest>(
      "listing_id: 'none' field: 'phone' method: CALL");
  request.set_request_id(NewRequestId());
  EXPECT_THAT(county.curation().ConfirmFact(TestContext(), request),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST(CurationFactsTest, AConfirmationWithAnOldEtagIsRefused) {
  County county;
  auto request = ParseText<v1::ConfirmFactRequest>(
      "field: 'housing.children' method: CALL");
  *request.mutable_ref() = CountyRef(v1::SERVICE, "s1");
  request.set_request_id(NewRequestId());
  request.set_etag(county.Get(request.ref()).info().etag());
  ASSERT_THAT(county.Update("s1", {"name"}, "name: 'Other'"), IsOk());
  EXPECT_THAT(county.curation().ConfirmFact(TestContext(), request),
              HasReason(v1::ERROR_REASON_VERSION_CONFLICT));
}

TEST(CurationFactsTest, AFactOfAPlaceIsConfirmedAtThatPlace) {
  County county;
  std::vector<v1::Row> rows = county.rows();
  v1::Service& service = *rows[0].mutable_records(2)->mutable_service();
  auto& at = *service.mutable_service_at_locations(0);
  at.mutable_x_handrail()
      ->mutable_profile()
      ->mutable_housing()
      ->mutable_children()
      ->set_answer(v1::NO);
  at.add_schedules()->set_opens_at("09:00");
  ASSERT_TRUE(county.Load(rows).status.ok());
  ASSERT_THAT(county.Confirm("sal1", "field: 'housing.children' method: CALL"),
              IsOk());
  const v1::Fact fact = county.Listing("sal1")->profile().housing().children();
  EXPECT_EQ(fact.answer(), v1::NO);
  EXPECT_EQ(fact.provenance().method(), v1::CALL);
  ASSERT_THAT(county.Confirm("sal1", "field: 'hours' method: CALL"), IsOk());
  const v1::Service after = county.Service("s1");
  EXPECT_EQ(after.service_at_locations(0).x_handrail().fields(0).field(),
            "hours");
}

// --- Availability ----------------------------------------------------------

absl::StatusOr<v1::UpdateAvailabilityResponse> Report(County& county,
                                                      const std::string& text) {
  county.Settle();
  auto request = ParseText<v1::UpdateAvailabilityRequest>(text);
  request.set_request_id(NewRequestId());
  if (request.target_case() == v1::UpdateAvailabilityRequest::TARGET_NOT_SET) {
    request.set_listing_id(CountyId("service_at_location", "sal1"));
  }
  return county.curation().UpdateAvailability(TestContext(), request);
}

TEST(CurationFactsTest, ReportedPlacesStandBesideOthersAndExpire) {
  County county;
  ASSERT_THAT(Report(county, R"pb(
                places {
                  population: "women"
                  unit: "bed"
                  available { value: 2 }
                  maximum { value: 6 }
                }
                places {
                  unit: "bed"
                  available { value: 4 }
                }
                method: PROVIDER
                expires_at { seconds: 1780401600 }
              )pb"),
              IsOk());
  ASSERT_THAT(Report(county, R"pb(
                places {
                  unit: "bed"
                  available { value: 1 }
                }
                accepting_new: YES
                waitlist_open: NO
                wait_days: 12
                method: CALL
              )pb"),
              IsOk());
  const v1::AnyServiceProfile any = county.Listing("sal1")->profile().any();
  ASSERT_EQ(any.places_size(), 2);
  EXPECT_EQ(any.places(0).population(), "women");
  EXPECT_EQ(any.places(0).available().value(), 2);
  EXPECT_EQ(any.places(0).available().provenance().expires_at().seconds(),
            1780401600);
  EXPECT_FALSE(any.places(0).maximum().provenance().has_expires_at());
  EXPECT_EQ(any.places(1).available().value(), 1);
  EXPECT_FALSE(any.places(1).available().provenance().has_expires_at());
  EXPECT_EQ(any.accepting_new().answer(), v1::YES);
  EXPECT_EQ(any.waitlist().code(), "closed");
  EXPECT_EQ(any.wait_days().value(), 12);
}

TEST(CurationFactsTest, WhatAPrivatePlaceReportsExpiresForEverybody) {
  County county;
  ASSERT_THAT(Report(county, "service_id: '" + CountyId("service", "s3") +
                                 "' accepting_new: CONDITIONAL words: 'ring "
                                 "at Lantern Lane' method: CALL "
                                 "expires_at { seconds: 1780401600 }"),
              IsOk());
  const v1::Fact fact = county.Listing("sal3")->profile().any().accepting_new();
  EXPECT_EQ(fact.answer(), v1::CONDITIONAL);
  EXPECT_EQ(fact.words(), "");
  EXPECT_EQ(fact.provenance().expires_at().seconds(), 1780401600);
}

TEST(CurationFactsTest, OfAServiceAtTwoPlacesEachHasItsOwn) {
  County county;
  std::vector<v1::Row> rows = county.rows();
  v1::Service& service = *rows[0].mutable_records(2)->mutable_service();
  auto& at = *service.add_service_at_locations();
  at.set_id("sal1b");
  at.mutable_location()->set_id("l2");
  std::swap(rows[0], rows[1]);
  rows[0].mutable_records(1)->mutable_service()->clear_organization_id();
  ASSERT_TRUE(county.Load(rows).status.ok());
  // The place of the other service comes with the row before.
  ASSERT_TRUE(county.Listing("sal1b").has_value());
  ASSERT_THAT(Report(county, "service_id: '" + CountyId("service", "s1") +
                                 "' places { unit: 'bed' population: 'men' "
                                 "available { value: 7 } } method: CALL"),
              IsOk());
  ASSERT_THAT(
      Report(county,
             "places { unit: 'bed' available { value: 3 } } method: CALL"),
      IsOk());
  const auto places = [&](const std::string& place) {
    return county.Listing(place)->profile().any().places();
  };
  ASSERT_EQ(places("sal1b").size(), 1);
  // What the service said of men still stands beside it.
  ASSERT_EQ(places("sal1").size(), 2);
  EXPECT_EQ(places("sal1")[0].available().value(), 7);
  EXPECT_EQ(places("sal1")[1].available().value(), 3);
}

TEST(CurationFactsTest, WrongAvailabilityIsNamedFieldByField) {
  County county;
  struct Case {
    std::string text, field;
  };
  const Case cases[] = {
      {"method: CALL", "places"},
      {"accepting_new: YES", "method"},
      {"accepting_new: CONDITIONAL method: CALL", "words"},
      {"wait_days: -1 method: CALL", "wait_days"},
      {"places { unit: 'room' available { value: 1 } } method: CALL",
       "places[0].unit"},
      {"places { unit: 'bed' population: 'nobody' available { value: 1 } } "
       "method: CALL",
       "record.service.x_handrail.profile.any.places[0]"},
      {"places { unit: 'bed' } method: CALL", "places[0].available"},
      {"places { unit: 'bed' available { value: -1 } } method: CALL",
       "places[0].available.value"},
      {"places { unit: 'bed' available { value: 5 } maximum { value: 2 } } "
       "method: CALL",
       "places[0].available.value"},
      {"places { unit: 'bed' available { value: 5 } } places { unit: 'bed' "
       "available { value: 5 } } method: CALL",
       "places[1]"},
      {"accepting_new: YES method: CALL expires_at { seconds: 1 }",
       "expires_at"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_THAT(Report(county, c.text), NamesField(c.field));
  }
}

TEST(CurationFactsTest, RepeatedReportsAndChecksWriteNothingMore) {
  County county;
  county.Settle();
  auto request = ParseText<v1::UpdateAvailabilityRequest>(
      "places { unit: 'bed' available { value: 5 } } method: CALL");
  request.set_service_id(CountyId("service", "s1"));
  request.set_request_id(NewRequestId());
  request.set_validate_only(true);
  const auto checked =
      county.curation().UpdateAvailability(TestContext(), request);
  ASSERT_THAT(checked, IsOk());
  EXPECT_EQ(checked->record()
                .record()
                .service()
                .x_handrail()
                .profile()
                .any()
                .places_size(),
            1);
  EXPECT_EQ(county.Service("s1").x_handrail().profile().any().places_size(), 0);
  request.set_validate_only(false);
  const auto first =
      county.curation().UpdateAvailability(TestContext(), request);
  ASSERT_THAT(first, IsOk());
  const auto again =
      county.curation().UpdateAvailability(TestContext(), request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->revision(), first->revision());
  EXPECT_EQ(county.History(CountyRef(v1::SERVICE, "s1"))[0].action(),
            "availability");
}

}  // namespace
}  // namespace handrail::server
