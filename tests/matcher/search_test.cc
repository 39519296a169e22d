// What a search finds, counts and puts in which order: each line of
// search.proto on directories made by hand, and on random ones against a plain
// look at every listing.
#include "matcher/search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/matcher/matching_kit.h"
#include "tests/oracle/random_world.h"

namespace handrail::matcher {
namespace {

using ::handrail::testing::IsOk;
using ::handrail::testing::NamesField;
using ::handrail::testing::ParseText;
using ::handrail::testing::StatusIs;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

using Ids = std::vector<std::string>;

constexpr char kHere[] =
    "near { latitude_e7: 390000000 longitude_e7: -760000000 } ";

v1::SearchRequest Request(const std::string& text) {
  return ParseText<v1::SearchRequest>(text);
}

SearchPage Page(const Snapshot& snapshot, const v1::SearchRequest& request,
                const std::optional<SearchPosition>& after = std::nullopt) {
  absl::StatusOr<SearchPage> page = Search(snapshot, request, Now(), {}, after);
  EXPECT_THAT(page, IsOk());
  return page.ok() ? *std::move(page) : SearchPage();
}

v1::SearchResponse Answer(const std::vector<v1::Listing>& listings,
                          const std::string& request) {
  return Page(*MakeSnapshot(listings), Request(request)).response;
}

Ids IdsOf(const v1::SearchResponse& response) {
  Ids ids;
  for (const auto& result : response.results()) {
    ids.push_back(result.listing().id());
  }
  return ids;
}

Ids Found(const std::vector<v1::Listing>& listings,
          const std::string& request) {
  return IdsOf(Answer(listings, request));
}

v1::Listing Named(const std::string& id, const std::string& name,
                  const std::string& more = "") {
  return MakeListing(id, "food", "name: '" + name + "' " + more);
}

v1::Listing Online(const std::string& id, const std::string& more = "") {
  v1::Listing listing = MakeListing(
      id, "support-group",
      "profile { any { attendance_mode { values { code: 'online' answer: YES "
      "@2; } } } } " +
          more);
  listing.clear_place();
  return listing;
}

TEST(SearchTest, ARequestThatSaysNothingListsTheWholeDirectoryByName) {
  const auto response = Answer(
      {Named("1", "Zeta House"), Named("2", "álamo"), Named("3", "Alamo Inn"),
       Named("4", "beta"), MakeListing("5", "food", "name: '' ")},
      "");
  EXPECT_THAT(IdsOf(response), ElementsAre("5", "2", "3", "4", "1"));
  EXPECT_EQ(response.total_count(), 5);
  EXPECT_EQ(response.directory_revision(), 7u);
  EXPECT_EQ(response.as_of().seconds(), kNowSeconds);
}

TEST(SearchTest, EachWordMatchesExactlyByStemBySynonymOrWithinOneEdit) {
  const std::vector<v1::Listing> listings = {
      Named("exact", "Riverside Pantry"),
      Named("stem", "Riverside Pantries"),
      Named("edit", "Riverside Pantrys"),
      Named("half", "Riverside House"),
      MakeListing("kind", "food-pantry", "name: 'Riverside'"),
      Named("text", "Riverside", "description: 'A pantry for all.'")};
  EXPECT_THAT(Found(listings, "words: 'riverside pantry'"),
              UnorderedElementsAre("exact", "stem", "edit", "kind", "text"));
  // A synonym of the kind's label.
  EXPECT_THAT(Found(listings, "words: 'food bank'"), Contains("kind"));
  EXPECT_THAT(Found(listings, "words: 'food bank'"),
              ::testing::Not(Contains("half")));
  // Two letters wrong are another word.
  EXPECT_THAT(Found(listings, "words: 'Riverzyde'"), IsEmpty());
  EXPECT_THAT(Found(listings, "words: 'RIVERSIDE the pantry'"),
              Contains("exact"));
}

TEST(SearchTest, SpanishWordsHaveSpanishStemsAndSynonyms) {
  const std::vector<v1::Listing> listings = {
      Named("1", "Hogar Niños"), MakeListing("2", "food-pantry", "name: 'X'")};
  EXPECT_THAT(Found(listings, "words: 'nino' language: 'es'"),
              ElementsAre("1"));
  EXPECT_THAT(Found(listings, "words: 'banco de alimentos' language: 'es-MX'"),
              ElementsAre("2"));
  // Names are found as they are written, whatever the language.
  EXPECT_THAT(Found(listings, "words: 'ninos hogar'"), ElementsAre("1"));
}

TEST(SearchTest, RelevanceIsPointsOfWordsThenNameThenId) {
  const std::vector<v1::Listing> listings = {
      Named("text", "A", "description: 'pantry'"), Named("b", "Pantry B"),
      Named("a2", "Pantry A"), Named("a1", "Pantry A"),
      Named("like", "Pantries")};
  const auto response = Answer(listings, "words: 'pantry'");
  EXPECT_THAT(IdsOf(response), ElementsAre("a1", "a2", "b", "like", "text"));
  EXPECT_EQ(response.results(0).points(), 150);
  EXPECT_EQ(response.results(3).points(), 105);
  EXPECT_EQ(response.results(4).points(), 60);
  EXPECT_THAT(response.results(0).reasons(),
              Contains("“pantry” is in its name."));
  EXPECT_THAT(response.results(3).reasons(),
              Contains("A word like “pantry” is in its name."));
  EXPECT_THAT(response.results(4).reasons(),
              Contains("“pantry” is in its text."));
}

TEST(SearchTest, KindsOfHelpCoverWhatIsBelowThemAndAnyIsEnough) {
  v1::Listing broader = MakeListing("broad", "food", "name: 'D'");
  broader.mutable_terms(0)->set_broader(true);
  const std::vector<v1::Listing> listings = {
      MakeListing("home", "recovery-residence", "name: 'C'"),
      MakeListing("pantry", "food-pantry", "name: 'B'"),
      MakeListing("detox", "detox", "name: 'A'"), broader};
  EXPECT_THAT(Found(listings, "terms: 'housing'"), ElementsAre("home"));
  EXPECT_THAT(Found(listings, "terms: 'food' terms: 'housing'"),
              UnorderedElementsAre("home", "pantry", "broad"));
  const auto response =
      Answer(listings, "terms: 'food' terms: 'housing' sort: RELEVANCE");
  EXPECT_THAT(IdsOf(response), ElementsAre("pantry", "home", "broad"));
  EXPECT_EQ(response.results(0).points(), 150);
  EXPECT_EQ(response.results(2).points(), 75);
  // Words and kinds are both required.
  EXPECT_THAT(Found(listings, "terms: 'food' words: 'b'"),
              ElementsAre("pantry"));
}

TEST(SearchTest, DistancesStartAtCoordinatesOrAZip) {
  const std::vector<v1::Listing> listings = {
      Named("far", "A", "place { latitude_e7: 400000000 }"),
      Named("near", "B", "place { latitude_e7: 390100000 }"),
      Named("here", "C"), Online("remote", "name: 'D'"),
      Named("nowhere", "E", "place { basis: BASIS_UNSPECIFIED }")};
  // What is set in text wins only where it is no default.
  std::vector<v1::Listing> all = listings;
  all[4].clear_place();
  const auto by_zip = Answer(all, "near { postal_code: '21990' }");
  EXPECT_THAT(IdsOf(by_zip),
              ElementsAre("here", "near", "far", "remote", "nowhere"));
  EXPECT_EQ(by_zip.results(0).distance_m(), 0);
  EXPECT_EQ(by_zip.results(1).distance_m(), 1112);
  EXPECT_EQ(by_zip.results(3).distance_m(), -1);
  EXPECT_EQ(by_zip.place_unknown_count(), 0);
  EXPECT_THAT(Found(all, kHere),
              ElementsAre("here", "near", "far", "remote", "nowhere"));
  // Listings without travel stay; one without a place is counted.
  const auto within = Answer(all, std::string(kHere) + "within_m: 5000");
  EXPECT_THAT(IdsOf(within), ElementsAre("here", "near", "remote"));
  EXPECT_EQ(within.place_unknown_count(), 1);
  EXPECT_EQ(within.total_count(), 3);
  // But not where it does not answer otherwise.
  EXPECT_EQ(Answer(all, std::string(kHere) + "within_m: 5000 words: 'near'")
                .place_unknown_count(),
            0);
  EXPECT_EQ(
      Answer(all, std::string(kHere) + "within_m: 5000 terms: 'support-group'")
          .place_unknown_count(),
      0);
}

TEST(SearchTest, AnAreaHoldsWhatStandsThere) {
  std::vector<v1::Listing> listings = {
      Named("1", "A", "place { county: 'Tamarack' postal_code: '21990' }"),
      Named("2", "B",
            "place { county: 'tamarack county' postal_code: '21991-0001' }"),
      Named("3", "C",
            "place { state: 'VA' county: 'Tamarack' postal_code: '22001' }"),
      Online("4", "coverage { kind: STATE code: 'MD' }")};
  EXPECT_THAT(Found(listings, "in_area { state: 'MD' }"),
              ElementsAre("1", "2"));
  EXPECT_THAT(Found(listings, "in_area { county: 'Tamarack County' }"),
              ElementsAre("1", "2", "3"));
  EXPECT_THAT(Found(listings, "in_area { state: 'VA' county: 'TAMARACK' }"),
              ElementsAre("3"));
  EXPECT_THAT(Found(listings, "in_area { postal_code: '21991' }"),
              ElementsAre("2"));
  EXPECT_THAT(Found(listings, "in_area { postal_code: '21991-0002' }"),
              ElementsAre("2"));
  EXPECT_THAT(Found(listings, "in_area { state: 'VA' postal_code: '21991' }"),
              IsEmpty());
}

TEST(SearchTest, ServesLeavesOutWhatServesOthers) {
  const std::vector<v1::Listing> listings = {
      Named("any", "A"),
      Named("here", "B",
            "coverage { kind: COUNTY code: 'MD/Tamarack' } "
            "fields { field: 'service_area' @2; }"),
      Named("other", "C",
            "coverage { kind: COUNTY code: 'MD/Garrett' } "
            "fields { field: 'service_area' @2; }"),
      Online("unsaid", "name: 'D'")};
  const auto response =
      Answer(listings, "serves { postal_code: '21990' } sort: NAME");
  EXPECT_THAT(IdsOf(response), ElementsAre("any", "here", "unsaid"));
  EXPECT_EQ(response.results(1).verdict(), v1::FITS);
  EXPECT_EQ(response.results(2).verdict(), v1::CHECK);
  ASSERT_EQ(response.results(2).questions_size(), 1);
  EXPECT_EQ(response.results(2).questions(0).rule(), "service_area");
}

// 08:00 on a Friday in New York.
TEST(SearchTest, OpenNowAtATimeInAWindowOrTonight) {
  const auto hours = [](const char* id, const char* days, const char* opens,
                        const char* closes) {
    return Named(id, id,
                 absl::StrCat("schedules { freq: WEEKLY byday: '", days,
                              "' opens_at: '", opens, "' closes_at: '", closes,
                              "' zone: 'America/New_York' } "
                              "fields { field: 'hours' @2; }"));
  };
  const std::vector<v1::Listing> listings = {
      hours("morning", "FR", "07:00", "09:00"),
      hours("evening", "FR", "20:00", "22:00"),
      hours("monday", "MO", "10:00", "12:00"), Named("unknown", "unknown")};
  EXPECT_THAT(Found(listings, "when { now: true }"),
              ElementsAre("morning", "unknown"));
  EXPECT_THAT(Found(listings, "when { at { seconds: 1780660800 } }"),
              ElementsAre("morning", "unknown"));
  EXPECT_THAT(
      Found(listings,
            "when { window { days: 'MO' start: '10:00' end: '11:00' } }"),
      ElementsAre("monday", "unknown"));
  EXPECT_THAT(Found(listings, "when { tonight: true }"),
              ElementsAre("evening", "morning", "unknown"));
  const auto now = Answer(listings, "when { now: true }");
  EXPECT_EQ(now.results(0).verdict(), v1::FITS);
  EXPECT_THAT(now.results(0).next().words(), HasSubstr("Open now until"));
  EXPECT_EQ(now.results(1).verdict(), v1::CHECK);
  EXPECT_EQ(now.results(1).questions(0).rule(), "hours");
}

TEST(SearchTest, CriteriaAreMetUnknownOrNot) {
  const auto home = [](const char* id, const char* values) {
    return MakeListing(
        id, "recovery-residence",
        absl::StrCat("name: '", id, "' profile { any { medication { ", values,
                     " } } }"));
  };
  const std::vector<v1::Listing> listings = {
      home("a-yes", "values { code: 'methadone' answer: YES @2; }"),
      home("b-old", "values { code: 'methadone' answer: YES @400; }"),
      home("c-no", "values { code: 'methadone' answer: NO @2; }"),
      home("d-absent", ""),
      home("e-depends",
           "values { code: 'methadone' answer: CONDITIONAL words: 'case by "
           "case' @2; }")};
  const auto must = Answer(
      listings,
      "criteria { kind: MUST field: 'any.medication' values: 'methadone' }");
  EXPECT_THAT(IdsOf(must),
              ElementsAre("a-yes", "b-old", "d-absent", "e-depends"));
  EXPECT_EQ(must.results(0).verdict(), v1::FITS);
  for (int i = 1; i < 4; ++i) {
    EXPECT_EQ(must.results(i).verdict(), v1::CHECK);
    EXPECT_EQ(must.results(i).questions_size(), 1);
  }
  EXPECT_THAT(must.results(0).reasons(), Contains(HasSubstr("methadone")));
  EXPECT_THAT(Found(listings,
                    "criteria { kind: MUST_NOT field: 'any.medication' values: "
                    "'methadone' }"),
              ElementsAre("b-old", "c-no", "d-absent", "e-depends"));
}

TEST(SearchTest, ModesAndSourcesNarrow) {
  const std::vector<v1::Listing> listings = {
      Named("place", "A"), Online("online", "name: 'B'"),
      Named("other", "C", "source: 'aa'")};
  EXPECT_THAT(Found(listings, "modes: 'online'"), Contains("online"));
  const auto in_person = Answer(listings, "modes: 'in_person'");
  EXPECT_THAT(IdsOf(in_person), ElementsAre("place", "other"));
  EXPECT_EQ(in_person.results(0).verdict(), v1::FITS);
  EXPECT_THAT(Found(listings, "source: 'aa'"), ElementsAre("other"));
  EXPECT_THAT(Found(listings, "source: 'none'"), IsEmpty());
}

TEST(SearchTest, WhatIsNoOptionIsNotFound) {
  EXPECT_THAT(
      Found({Named("inactive", "A", "status: INACTIVE"),
             Named("defunct", "B", "status: DEFUNCT"),
             Named("later", "C", "publish_from: '2026-06-06'"),
             Named("over", "D", "publish_until: '2026-06-04'"),
             Named("today", "E",
                   "publish_from: '2026-06-05' publish_until: '2026-06-05'"),
             Named("shut", "F", "status: TEMPORARILY_CLOSED"),
             Named("held", "G", "do_not_refer: true"), Named("open", "H")},
            ""),
      ElementsAre("today", "open"));
}

TEST(SearchTest, ListingsOfOnePlaceAreEachFound) {
  Snapshot::Parts parts;
  parts.revision = 7;
  for (const char* id : {"1", "2"})
    parts.rows.push_back(MakeRow(Named(id, "A")));
  parts.clusters = ClusterMap().Edited({{"1", "1"}, {"2", "1"}});
  const auto snapshot = Snapshot::Create(std::move(parts));
  EXPECT_THAT(IdsOf(Page(*snapshot, Request("words: 'a'")).response),
              ElementsAre("1", "2"));
}

TEST(SearchTest, AResultSaysWhatOneNeedsToAskFirst) {
  const auto response =
      Answer({Named("1", "Pantry",
                    "phones { number: '+14105550100' } confidential: false "
                    "fields { field: 'phone' @2; }")},
             absl::StrCat(kHere, "words: 'pantry' within_m: 5000"));
  ASSERT_EQ(response.results_size(), 1);
  const v1::SearchResult& result = response.results(0);
  EXPECT_EQ(result.listing().name(), "Pantry");
  EXPECT_EQ(result.verdict(), v1::FITS);
  EXPECT_FALSE(result.place_approximate());
  Ids facts;
  for (const auto& fact : result.facts()) facts.push_back(fact.sentence());
  EXPECT_THAT(facts, Contains(AllOf(HasSubstr("Confirmed 2 days ago by phone"),
                                    HasSubstr("555-0100"))));
  EXPECT_THAT(result.reasons(), Contains("It is 0 m away."));
}

TEST(SearchTest, AnswersInSpanish) {
  const auto response =
      Answer({Named("1", "Pantry")}, "words: 'pantry' language: 'es'");
  EXPECT_THAT(response.results(0).reasons(),
              Contains("“pantry” está en su nombre."));
  EXPECT_EQ(response.facets(0).values(0).label(), "Comida");
  EXPECT_EQ(response.facets(1).values(0).label(), "en persona");
}

// --- Facets ------------------------------------------------------------------

std::map<std::string, int> CountsOf(const v1::Facet& facet) {
  std::map<std::string, int> counts;
  for (const auto& value : facet.values())
    counts[value.value()] = value.count();
  return counts;
}

TEST(SearchTest, FacetsCountAllThatAnswerUnderEachValue) {
  std::vector<v1::Listing> listings = {
      MakeListing("1", "food",
                  "terms { term: 'food-pantry' } terms { term: 'free-meal' } "
                  "place { county: 'Tamarack' city: 'OSPREY' } "
                  "languages { code: 'es' } languages { code: 'es-MX' }"),
      MakeListing(
          "2", "food-pantry",
          "place { county: 'Tamarack County' city: 'Osprey' } profile { "
          "any { languages { values { code: 'es' answer: NO @2; } "
          "values { code: 'fr' answer: CONDITIONAL @2; } } } } "
          "languages { code: 'es' } languages { code: 'en' }"),
      MakeListing(
          "3", "housing",
          "place { state: 'VA' city: 'Osprey' } source: 'aa' profile { "
          "any { attendance_mode { values { code: 'online' answer: YES "
          "@2; } values { code: 'phone' answer: CONDITIONAL @2; } } } }")};
  const auto response =
      Answer(listings,
             "facets: 'term' facets: 'mode' facets: 'state' facets: 'county' "
             "facets: 'city' facets: 'source' facets: 'language' "
             "facets: 'any.attendance_mode' page_size: 1");
  using Counts = std::map<std::string, int>;
  ASSERT_EQ(response.facets_size(), 8);
  EXPECT_EQ(CountsOf(response.facets(0)),
            (Counts{{"food-pantry", 2}, {"free-meal", 1}, {"housing", 1}}));
  EXPECT_EQ(response.facets(0).values(0).label(), "Food pantry");
  EXPECT_EQ(CountsOf(response.facets(1)),
            (Counts{{"in_person", 2}, {"online", 1}, {"phone", 1}}));
  EXPECT_EQ(CountsOf(response.facets(2)), (Counts{{"MD", 2}, {"VA", 1}}));
  EXPECT_EQ(CountsOf(response.facets(3)), (Counts{{"MD/Tamarack", 2}}));
  EXPECT_EQ(response.facets(3).values(0).label(), "Tamarack, MD");
  EXPECT_EQ(response.facets(4).values_size(), 2);
  EXPECT_EQ(CountsOf(response.facets(4))["VA/Osprey"], 1);
  EXPECT_EQ(CountsOf(response.facets(5)), (Counts{{"aa", 1}, {"test", 2}}));
  EXPECT_EQ(CountsOf(response.facets(6)),
            (Counts{{"en", 1}, {"es", 1}, {"fr", 1}}));
  EXPECT_EQ(CountsOf(response.facets(7)),
            (Counts{{"online", 1}, {"phone", 1}}));
}

TEST(SearchTest, FacetsShowTheMostFirstAndSayHowManyMore) {
  std::vector<v1::Listing> listings;
  for (int i = 0; i < 60; ++i) {
    listings.push_back(
        MakeListing(absl::StrCat("id", i), "food",
                    absl::StrCat("source: 's", i < 10 ? 0 : i, "' ")));
  }
  const auto response = Answer(listings, "facets: 'source' facet_size: 3");
  ASSERT_EQ(response.facets(0).values_size(), 3);
  EXPECT_EQ(response.facets(0).values(0).value(), "s0");
  EXPECT_EQ(response.facets(0).values(0).count(), 10);
  EXPECT_EQ(response.facets(0).values(1).value(), "s10");
  EXPECT_EQ(response.facets(0).values(2).value(), "s11");
  EXPECT_EQ(response.facets(0).more_values(), 48);
  EXPECT_EQ(Answer(listings, "facets: 'source'").facets(0).values_size(), 20);
  const auto usual = Answer(listings, "");
  ASSERT_EQ(usual.facets_size(), 3);
  EXPECT_EQ(usual.facets(0).field(), "term");
  EXPECT_EQ(usual.facets(1).field(), "mode");
  EXPECT_EQ(usual.facets(2).field(), "county");
}

// --- Pages -------------------------------------------------------------------

TEST(SearchTest, PagesTogetherAreTheWholeOrder) {
  std::vector<v1::Listing> listings;
  for (int i = 0; i < 45; ++i) {
    listings.push_back(Named(absl::StrCat("id", i),
                             absl::StrCat("House ", i % 7),
                             i % 5 == 0 ? "description: 'pantry'" : ""));
    listings.back().mutable_place()->set_latitude_e7(390000000 + i % 9 * 10000);
  }
  const auto snapshot = MakeSnapshot(listings);
  for (const char* sort : {"RELEVANCE", "DISTANCE", "NAME"}) {
    v1::SearchRequest request =
        Request(absl::StrCat(kHere, "sort: ", sort, " words: 'house'"));
    request.set_page_size(100);
    const Ids whole = IdsOf(Page(*snapshot, request).response);
    EXPECT_EQ(whole.size(), 45u);
    request.set_page_size(7);
    Ids paged;
    std::optional<SearchPosition> after;
    do {
      const SearchPage page = Page(*snapshot, request, after);
      EXPECT_EQ(page.response.total_count(), 45);
      for (const std::string& id : IdsOf(page.response)) paged.push_back(id);
      after = page.next;
      if (after.has_value()) after = DecodePosition(EncodePosition(*after));
    } while (after.has_value());
    EXPECT_EQ(paged, whole) << sort;
  }
}

TEST(SearchTest, APageGoesOnAfterItsPlaceWhateverCameAndWent) {
  std::vector<v1::Listing> listings;
  for (const char* name : {"a", "c", "e", "g", "i"}) {
    listings.push_back(Named(name, name));
  }
  const v1::SearchRequest request = Request("page_size: 2");
  const SearchPage first = Page(*MakeSnapshot(listings), request);
  EXPECT_THAT(IdsOf(first.response), ElementsAre("a", "c"));
  // The last one seen has gone, one came before it and one after it.
  std::erase_if(listings,
                [](const v1::Listing& listing) { return listing.id() == "c"; });
  listings.push_back(Named("b", "b"));
  listings.push_back(Named("d", "d"));
  const SearchPage second = Page(*MakeSnapshot(listings), request, first.next);
  EXPECT_THAT(IdsOf(second.response), ElementsAre("d", "e"));
  EXPECT_EQ(second.response.total_count(), 6);
  const SearchPage third = Page(*MakeSnapshot(listings), request, second.next);
  EXPECT_THAT(IdsOf(third.response), ElementsAre("g", "i"));
  EXPECT_FALSE(third.next.has_value());
}

TEST(SearchTest, EveryPageIsAboutTheInstantOfTheFirst) {
  const auto snapshot = MakeSnapshot({Named("1", "a"), Named("2", "b")});
  const v1::SearchRequest request = Request("page_size: 1");
  const SearchPage first = Page(*snapshot, request);
  ASSERT_TRUE(first.next.has_value());
  const auto second =
      Search(*snapshot, request, Now() + absl::Hours(1), {}, first.next);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->response.as_of().seconds(), kNowSeconds);
}

TEST(SearchTest, PageSizesHaveBounds) {
  std::vector<v1::Listing> listings;
  for (int i = 0; i < 120; ++i) {
    listings.push_back(Named(absl::StrCat("id", i), "A"));
  }
  EXPECT_EQ(Answer(listings, "").results_size(), 20);
  EXPECT_EQ(Answer(listings, "page_size: 1000").results_size(), 100);
}

TEST(SearchTest, APositionThatIsNoneIsNotRead) {
  for (const char* bytes :
       {"", "1", "1 2", "1 2 3", "1 2 9 abc", "x 2 0 a", "1 2 -1 a", "-5 2 0 a",
        "99999999999999999999 2 0 a"}) {
    EXPECT_FALSE(DecodePosition(bytes).has_value()) << bytes;
  }
}

// --- Wrong fields ------------------------------------------------------------

TEST(SearchTest, EveryWrongFieldIsNamedAsTheSearchCallsIt) {
  const auto snapshot = MakeSnapshot({Named("1", "A")});
  const struct {
    std::string request;
    std::string field;
  } cases[] = {
      {"words: '" + std::string(201, 'a') + "'", "words"},
      {"words: '...'", "words"},
      {"terms: 'food' terms: 'nothing'", "terms[1]"},
      {"terms: 'food' terms: 'food'", "terms[1]"},
      {"near { postal_code: '1' }", "near.postal_code"},
      {"near { postal_code: '99999' }", "near.postal_code"},
      {"near { latitude_e7: 1 }", "near"},
      {"near {}", "near"},
      {"near { latitude_e7: 2000000000 longitude_e7: 0 }", "near"},
      {absl::StrCat(kHere, "within_m: -1"), "within_m"},
      {"within_m: 5", "within_m"},
      {"in_area { state: 'Maryland' }", "in_area.state"},
      {"in_area { postal_code: 'x' }", "in_area.postal_code"},
      {"serves { state: 'md' }", "serves.state"},
      {"when {}", "when"},
      {"when { window { days: 'XX' start: '1' end: '2' } }",
       "when.window.days[0]"},
      {"when { now: true mode: INSIDE }", "when.mode"},
      {"criteria { kind: PREFER field: 'any.pathway' values: 'secular' }",
       "criteria[0].kind"},
      {"criteria { field: 'any.pathway' values: 'secular' }",
       "criteria[0].kind"},
      {"criteria { kind: MUST field: 'any.nothing' values: 'x' }",
       "criteria[0].field"},
      {"criteria { kind: MUST field: 'any.pathway' values: 'x' }",
       "criteria[0].values[0]"},
      {"modes: 'by_boat'", "modes[0]"},
      {"sort: DISTANCE", "sort"},
      {"sort: 9", "sort"},
      {"facets: 'term' facets: 'colour'", "facets[1]"},
      {"facets: 'term' facets: 'term'", "facets[1]"},
      {"facets: 'any.minimum_age'", "facets[0]"},
      {"facet_size: -1", "facet_size"},
      {"facet_size: 101", "facet_size"},
      {"page_size: -1", "page_size"},
      {"as_of { seconds: -1 }", "as_of"},
      {"zone: 'Nowhere/At_All'", "zone"},
      {"language: 'fr'", "language"},
      {"source: '" + std::string(101, 'a') + "'", "source"},
  };
  for (const auto& one : cases) {
    v1::SearchRequest request;
    if (one.request == "sort: 9") {
      request.set_sort(static_cast<v1::SearchSort>(9));
    } else {
      request = Request(one.request);
    }
    const auto refused = Search(*snapshot, request, Now());
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument))
        << one.request;
    EXPECT_THAT(refused, NamesField(one.field)) << one.request;
    for (const FieldViolation& wrong : ViolationsOf(refused.status())) {
      EXPECT_FALSE(wrong.field.starts_with("needs")) << wrong.field;
      EXPECT_FALSE(wrong.field.starts_with("person")) << wrong.field;
      EXPECT_THAT(wrong.description, ::testing::Not(HasSubstr("person.")));
    }
  }
  v1::SearchRequest many;
  for (int i = 0; i < 17; ++i) many.add_facets("term");
  EXPECT_THAT(Search(*snapshot, many, Now()), NamesField("facets"));
}

TEST(SearchTest, EndsWhenTheTimeIsOver) {
  MatchOptions options;
  options.expired = [] { return true; };
  EXPECT_THAT(Search(*MakeSnapshot({Named("1", "A")}), {}, Now(), options),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

// --- Random directories ------------------------------------------------------

// What a search asks of the first need of a random request.
v1::SearchRequest AsSearch(const v1::MatchRequest& request) {
  v1::SearchRequest search;
  const v1::Need& need = request.needs(0);
  *search.mutable_terms() = need.terms();
  // One word, so that any and all are the same.
  const std::string& words = need.words();
  search.set_words(words.substr(0, words.find(' ')));
  if (request.person().has_start()) {
    *search.mutable_near() = request.person().start();
    search.set_within_m(need.within_m());
  }
  if (request.person().has_home()) {
    *search.mutable_serves() = request.person().home();
  }
  *search.mutable_modes() = need.modes();
  if (need.has_when()) *search.mutable_when() = need.when();
  for (const v1::Criterion& criterion : request.criteria()) {
    if (criterion.kind() != v1::PREFER) *search.add_criteria() = criterion;
  }
  if (request.has_as_of()) *search.mutable_as_of() = request.as_of();
  search.set_zone(request.zone());
  search.set_language(request.language());
  search.set_page_size(100);
  return search;
}

// The same as a question about one listing.
v1::MatchRequest AsMatch(const v1::SearchRequest& search) {
  v1::MatchRequest request;
  v1::Need& need = *request.add_needs();
  *need.mutable_terms() = search.terms();
  need.set_words(search.words());
  need.set_within_m(search.within_m());
  *need.mutable_modes() = search.modes();
  if (search.has_when()) *need.mutable_when() = search.when();
  if (search.has_near()) {
    *request.mutable_person()->mutable_start() = search.near();
  }
  if (search.has_serves()) {
    *request.mutable_person()->mutable_home() = search.serves();
  }
  *request.mutable_criteria() = search.criteria();
  if (search.has_as_of()) *request.mutable_as_of() = search.as_of();
  request.set_zone(search.zone());
  request.set_language(search.language());
  return request;
}

std::shared_ptr<const Snapshot> SnapshotOf(const oracle::World& world,
                                           const SegmentSizes& sizes) {
  std::vector<RowPtr> rows;
  for (const v1::Listing& listing : world.listings) {
    rows.push_back(MakeRow(listing));
  }
  Snapshot::Parts parts;
  parts.revision = 1;
  parts.row_set = RowSet::Of(std::move(rows), sizes);
  parts.centroids = std::make_shared<const CentroidTable>(world.centroids);
  return Snapshot::Create(std::move(parts));
}

TEST(SearchTest, FindsWhatAnExplanationOfEachListingSaysFits) {
  int searches = 0, found_any = 0;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    const oracle::World world = oracle::RandomWorld(seed);
    const auto snapshot =
        SnapshotOf(world, {.indexed_min = static_cast<int>(seed % 3) * 8 + 1,
                           .cell_max = 4,
                           .words_min = seed % 2 == 0 ? 1 : 1000});
    for (unsigned i = 0; i < 10; ++i) {
      const auto asked = oracle::RandomRequest(seed * 100 + i, world);
      if (asked.request.needs().empty()) continue;
      const v1::SearchRequest search = AsSearch(asked.request);
      if (search.terms().empty() && search.words().empty()) continue;
      const auto page = Search(*snapshot, search, world.now);
      if (!page.ok()) continue;
      ++searches;
      std::set<std::string> expected;
      std::map<std::string, int> sources;
      v1::ExplainRequest explain;
      *explain.mutable_request() = AsMatch(search);
      for (const v1::Listing& listing : world.listings) {
        explain.set_listing_id(listing.id());
        const auto explained = Explain(*snapshot, explain, world.now);
        ASSERT_THAT(explained, IsOk());
        const v1::NeedExplanation& need = explained->needs(0);
        if (need.candidate() && need.option().verdict() != v1::DOES_NOT_FIT) {
          expected.insert(listing.id());
          if (!need.option().listing().terms().empty()) {
            for (const auto& term : need.option().listing().terms()) {
              ++sources[term];
            }
          }
        }
      }
      const Ids ids = IdsOf(page->response);
      EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()), expected)
          << seed << " " << search.ShortDebugString();
      EXPECT_EQ(page->response.total_count(),
                static_cast<int>(expected.size()));
      for (const auto& value : page->response.facets(0).values()) {
        EXPECT_EQ(value.count(), sources[value.value()]) << value.value();
      }
      found_any += ids.empty() ? 0 : 1;
    }
  }
  EXPECT_GT(searches, 300);
  EXPECT_GT(found_any, 100);
}

}  // namespace
}  // namespace handrail::matcher
