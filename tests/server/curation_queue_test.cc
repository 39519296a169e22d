// The queues: what is reported as wrong, what is due to be checked, and the
// history of a record.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "server/curation/due_queue.h"
#include "tests/server/curating.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using handrail::testing::HasReason;
using handrail::testing::IsOk;
using handrail::testing::NamesField;
using handrail::testing::ParseText;
using handrail::testing::StatusIs;

absl::StatusOr<v1::ReportErrorResponse> ReportAt(
    County& county, const std::string& place, const std::string& message,
    const std::string& field = "") {
  county.Settle();
  v1::ReportErrorRequest request;
  request.set_request_id(NewRequestId());
  request.set_listing_id(CountyId("service_at_location", place));
  request.set_message(message);
  request.set_field(field);
  return county.curation().ReportError(TestContext(), request);
}

std::vector<v1::ErrorReport> Reports(County& county,
                                     v1::ErrorReport::Status status) {
  v1::ListErrorReportsRequest request;
  request.set_status(status);
  request.set_page_size(1);
  std::vector<v1::ErrorReport> reports;
  do {
    const auto page =
        county.curation().ListErrorReports(TestContext(), request);
    HANDRAIL_CHECK(page.ok());
    reports.insert(reports.end(), page->reports().begin(),
                   page->reports().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return reports;
}

// --- Reports ---------------------------------------------------------------

TEST(CurationQueueTest, AReportChangesNoFactAndWaitsUntilItIsResolved) {
  County county;
  const std::string before = county.Service("s1").DebugString();
  const auto first = ReportAt(county, "sal1", "The number is dead.", "phone");
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(ReportAt(county, "sal2", "They moved."), IsOk());
  EXPECT_EQ(county.Service("s1").DebugString(), before);
  const auto open = Reports(county, v1::ErrorReport::STATUS_UNSPECIFIED);
  ASSERT_EQ(open.size(), 2u);
  EXPECT_EQ(first->report().listing_name(), "Harbor Recovery Home");
  EXPECT_EQ(first->report().reported_by(), "loopback");

  v1::ResolveErrorReportRequest resolve;
  resolve.set_request_id(NewRequestId());
  resolve.set_id(first->report().id());
  EXPECT_THAT(county.curation().ResolveErrorReport(TestContext(), resolve),
              NamesField(std::string("status")));
  resolve.set_status(v1::ErrorReport::MENDED);
  resolve.set_resolution("New number entered.");
  const auto mended =
      county.curation().ResolveErrorReport(TestContext(), resolve);
  ASSERT_THAT(mended, IsOk());
  EXPECT_EQ(mended->report().status(), v1::ErrorReport::MENDED);
  EXPECT_EQ(Reports(county, v1::ErrorReport::OPEN).size(), 1u);
  EXPECT_EQ(Reports(county, v1::ErrorReport::MENDED).size(), 1u);
  const auto again =
      county.curation().ResolveErrorReport(TestContext(), resolve);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->revision(), mended->revision());
}

TEST(CurationQueueTest, WrongReportsAreNamedFieldByField) {
  County county;
  EXPECT_THAT(ReportAt(county, "sal1", ""), NamesField(std::string("message")));
  EXPECT_THAT(ReportAt(county, "sal1", std::string(1001, 'x')),
              NamesField(std::string("message")));
  EXPECT_THAT(ReportAt(county, "sal1", "Wrong", "number"),
              NamesField(std::string("field")));
  EXPECT_THAT(ReportAt(county, "none", "Wrong"),
              StatusIs(absl::StatusCode::kNotFound));
  v1::ResolveErrorReportRequest resolve;
  resolve.set_request_id(NewRequestId());
  resolve.set_id("none");
  resolve.set_status(v1::ErrorReport::MENDED);
  EXPECT_THAT(county.curation().ResolveErrorReport(TestContext(), resolve),
              HasReason(v1::ERROR_REASON_RECORD_NOT_FOUND));
}

TEST(CurationQueueTest, WordsAboutAPrivatePlaceAreKeptAndNotShown) {
  County county;
  const auto done = ReportAt(county, "sal3", "The house is by Lantern Lane.");
  ASSERT_THAT(done, IsOk());
  EXPECT_FALSE(absl::StrContains(done->DebugString(), "Lantern"));
  for (const v1::ErrorReport& report : Reports(county, v1::ErrorReport::OPEN)) {
    EXPECT_FALSE(absl::StrContains(report.DebugString(), "Lantern"));
    EXPECT_EQ(report.listing_name(), "Safe Haven Shelter");
  }
}

// --- Due -------------------------------------------------------------------

std::vector<v1::DueListing> Due(County& county, const std::string& text = "",
                                int days = 0) {
  county.Settle();
  auto request = ParseText<v1::ListDueRequest>(text);
  std::vector<v1::DueListing> due;
  do {
    const auto page = county.curation().ListDue(DaysLater(days), request);
    HANDRAIL_CHECK(page.ok());
    due.insert(due.end(), page->listings().begin(), page->listings().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return due;
}

TEST(CurationQueueTest, ReportedComesFirstThenUndatedThenTheLongestPast) {
  County county;
  // Everything was checked long ago but for one service that has no date.
  ASSERT_TRUE(county.Load(county.rows(), -400).status.ok());
  ASSERT_THAT(county.Update("s4", {"ext.provenance"},
                            "x_handrail { provenance { source: 'county' } }"),
              IsOk());
  ASSERT_THAT(ReportAt(county, "sal2", "They moved."), IsOk());
  const auto due = Due(county);
  ASSERT_EQ(due.size(), 4u);
  EXPECT_EQ(due[0].name(), "North Shelter");
  EXPECT_EQ(due[0].open_reports(), 1);
  EXPECT_EQ(due[1].name(), "Housing Phone Line");
  EXPECT_EQ(due[1].facts(0).overdue_days(), -1);
  EXPECT_EQ(due[1].channel(), "voice (410) 555-0104");
  for (const v1::DueListing& listing : due) {
    for (int i = 1; i < listing.facts_size(); ++i) {
      const auto days = [&](int at) {
        const int n = listing.facts(at).overdue_days();
        return n < 0 ? 1 << 30 : n;
      };
      EXPECT_GE(days(i - 1), days(i));
    }
  }
}

TEST(CurationQueueTest, PagesHoldEachListingOnce) {
  County county;
  ASSERT_TRUE(county.Load(county.rows(), -400).status.ok());
  const auto whole = Due(county);
  const auto paged = Due(county, "page_size: 1");
  ASSERT_EQ(paged.size(), whole.size());
  for (size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(paged[i].listing_id(), whole[i].listing_id());
  }
}

TEST(CurationQueueTest, AConfirmedFactIsDueAgainWhenItsLifetimeEnds) {
  County county;
  ASSERT_TRUE(county.Load(county.rows(), -400).status.ok());
  const auto is_due = [&](int days, const std::string& field) {
    for (const v1::DueListing& listing : Due(county, "", days)) {
      if (listing.name() != "Harbor Recovery Home") continue;
      for (const v1::DueFact& fact : listing.facts()) {
        if (fact.field() == field) return fact.overdue_days();
      }
    }
    return -2;
  };
  EXPECT_EQ(is_due(0, "housing.children"), 310);
  ASSERT_THAT(county.Confirm("sal1", "field: 'housing.children' method: CALL"),
              IsOk());
  EXPECT_EQ(is_due(0, "housing.children"), -2);
  EXPECT_EQ(is_due(90, "housing.children"), -2);
  EXPECT_EQ(is_due(93, "housing.children"), 3);
}

TEST(CurationQueueTest, WhatExpiresIsDueThenHoweverLongItsKindLives) {
  auto listing = ParseText<v1::Listing>(R"pb(
    profile {
      any {
        accepting_new {
          answer: YES
          provenance {
            source: "curated"
            verified_at { seconds: 1780315200 }
            expires_at { seconds: 1780322400 }
          }
        }
      }
    }
  )pb");
  const auto& ttls = matcher::DefaultTtlTable();
  EXPECT_TRUE(DueFacts(listing, TestNow() + absl::Minutes(119), ttls).empty());
  EXPECT_EQ(DueFacts(listing, TestNow() + absl::Minutes(120), ttls).size(), 1u);
}

TEST(CurationQueueTest, LifetimesOfASourceAreTheServers) {
  auto listing = ParseText<v1::Listing>(R"pb(
    profile {
      housing {
        pets {
          answer: YES
          provenance {
            source: "county"
            verified_at { seconds: 1780315200 }
          }
        }
      }
    }
  )pb");
  matcher::TtlTable ttls;
  ttls.by_source["county"][v1::TTL_POLICY] = absl::Hours(24 * 400);
  const absl::Time later = TestNow() + absl::Hours(24 * 200);
  EXPECT_EQ(DueFacts(listing, later, matcher::DefaultTtlTable()).size(), 1u);
  EXPECT_TRUE(DueFacts(listing, later, ttls).empty());
}

TEST(CurationQueueTest, TheQueueCanBeNarrowed) {
  County county;
  ASSERT_TRUE(county.Load(county.rows(), -400).status.ok());
  EXPECT_EQ(Due(county, "term: 'emergency-shelter'").size(), 2u);
  EXPECT_TRUE(Due(county, "source: 'elsewhere'").empty());
  v1::ListDueRequest request;
  request.set_term("nothing-such");
  EXPECT_THAT(county.curation().ListDue(TestContext(), request),
              NamesField(std::string("term")));
  request.clear_term();
  request.set_page_token("x");
  EXPECT_THAT(county.curation().ListDue(TestContext(), request),
              HasReason(v1::ERROR_REASON_PAGE_TOKEN_INVALID));
}

// --- History ---------------------------------------------------------------

TEST(CurationQueueTest, HistoryTellsWhoWhenBeforeAndAfterNewestFirst) {
  County county;
  v1::UpdateRecordRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_ref() = CountyRef(v1::SERVICE, "s1");
  request.mutable_record()->mutable_service()->set_name("Harbor");
  request.mutable_update_mask()->add_paths("name");
  request.set_note("They said so on the phone.");
  ASSERT_THAT(county.curation().UpdateRecord(TestContext(), request), IsOk());
  const auto history = county.History(request.ref());
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history[0].action(), "update");
  EXPECT_EQ(history[0].actor(), "loopback");
  EXPECT_EQ(history[0].note(), "They said so on the phone.");
  ASSERT_EQ(history[0].fields_size(), 1);
  EXPECT_EQ(history[0].fields(0).field(), "service.name");
  EXPECT_EQ(history[0].fields(0).old_json(), "\"Harbor Recovery Home\"");
  EXPECT_EQ(history[0].fields(0).new_json(), "\"Harbor\"");
  EXPECT_EQ(history[1].kind(), v1::RecordChange::ADDED);
  EXPECT_GT(history[0].revision(), history[1].revision());

  v1::ListHistoryRequest page;
  *page.mutable_ref() = request.ref();
  page.set_page_size(1);
  const auto first = county.curation().ListHistory(TestContext(), page);
  ASSERT_THAT(first, IsOk());
  page.set_page_token(first->next_page_token());
  const auto second = county.curation().ListHistory(TestContext(), page);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->entries(0).revision(), history[1].revision());
  EXPECT_TRUE(second->next_page_token().empty());
}

TEST(CurationQueueTest, WhatWasSaidAboutAPrivatePlaceStaysPrivate) {
  County county;
  v1::SetHoldRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_ref() = CountyRef(v1::SERVICE, "s3");
  request.set_do_not_refer(true);
  request.set_note("Somebody stood outside Lantern Lane.");
  ASSERT_THAT(county.curation().SetHold(TestContext(), request), IsOk());
  const auto history = county.History(request.ref());
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history[0].action(), "hold");
  EXPECT_EQ(history[0].note(), "");
}

// What a place's own history and those of its service and organization tell.
std::string ToldOf(County& county) {
  std::string told;
  for (const v1::RecordRef& ref :
       {CountyRef(v1::LOCATION, "l1"), CountyRef(v1::SERVICE, "s1"),
        CountyRef(v1::ORGANIZATION, "o1")}) {
    for (const v1::HistoryEntry& entry : county.History(ref)) {
      told += entry.DebugString();
    }
  }
  return told;
}

void UpdatePlace(County& county, const std::string& path,
                 const std::string& text) {
  v1::UpdateRecordRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_ref() = CountyRef(v1::LOCATION, "l1");
  *request.mutable_record()->mutable_location() = ParseText<v1::Location>(text);
  request.mutable_update_mask()->add_paths(path);
  ASSERT_THAT(county.curation().UpdateRecord(TestContext(), request), IsOk());
}

TEST(CurationQueueTest, AnAddressThatWasInTheOpenIsASecretOnceItIsPrivate) {
  County county;
  UpdatePlace(county, "addresses",
              R"pb(addresses {
                     address_1: "7 Wharf Walk"
                     city: "Baltimore"
                     state_province: "MD"
                     postal_code: "21201"
                     country: "US"
                     address_type: PHYSICAL
                   })pb");
  ASSERT_THAT(county.Update("s1", {"description"},
                            R"pb(description: "Beside 7 Wharf Walk.")pb"),
              IsOk());
  const std::string open = ToldOf(county);
  EXPECT_TRUE(absl::StrContains(open, "1 Pier St"));
  EXPECT_TRUE(absl::StrContains(open, "Beside 7 Wharf Walk"));

  UpdatePlace(
      county, "ext.visibility",
      R"pb(x_handrail { visibility { confidential_location: true } })pb");
  const std::string closed = ToldOf(county);
  EXPECT_FALSE(absl::StrContains(closed, "Pier"));
  EXPECT_FALSE(absl::StrContains(closed, "Wharf"));
  EXPECT_FALSE(absl::StrContains(closed, "39290"));
  // Who changed it and when is no secret: added, moved, made private.
  EXPECT_EQ(county.History(CountyRef(v1::LOCATION, "l1")).size(), 3u);

  for (const auto& [type, id] :
       {std::pair(v1::SERVICE, "s1"), std::pair(v1::LOCATION, "l1")}) {
    v1::RetireRecordRequest request;
    request.set_request_id(NewRequestId());
    *request.mutable_ref() = CountyRef(type, id);
    ASSERT_THAT(county.curation().RetireRecord(TestContext(), request), IsOk());
  }
  EXPECT_FALSE(absl::StrContains(ToldOf(county), "Pier"));
  EXPECT_FALSE(absl::StrContains(ToldOf(county), "Wharf"));
}

TEST(CurationQueueTest, ANumberThatWasInTheOpenIsASecretOnceItIsRestricted) {
  County county;
  ASSERT_THAT(county.Update("s1", {"phones"},
                            R"pb(phones { number: "410-555-0171" })pb"),
              IsOk());
  const auto service = CountyRef(v1::SERVICE, "s1");
  EXPECT_TRUE(
      absl::StrContains(county.History(service)[0].DebugString(), "0171"));
  ASSERT_THAT(county.Update("s1", {"phones"}, R"pb(phones {
                                                     number: "410-555-0172"
                                                     restricted: true
                                                   })pb"),
              IsOk());
  for (const v1::HistoryEntry& entry : county.History(service)) {
    EXPECT_FALSE(absl::StrContains(entry.DebugString(), "555017"));
    EXPECT_FALSE(absl::StrContains(entry.DebugString(), "555-017"));
  }
}

TEST(CurationQueueTest, OfARecordThatNeverWasThereIsNoHistory) {
  County county;
  v1::ListHistoryRequest request;
  request.mutable_ref()->set_type(v1::SERVICE);
  request.mutable_ref()->set_id("none");
  EXPECT_THAT(county.curation().ListHistory(TestContext(), request),
              StatusIs(absl::StatusCode::kNotFound));
  request.mutable_ref()->clear_type();
  EXPECT_THAT(county.curation().ListHistory(TestContext(), request),
              NamesField(std::string("ref.type")));
}

}  // namespace
}  // namespace handrail::server
