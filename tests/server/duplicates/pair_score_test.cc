// Which two listings are the same help at the same place: a table of pairs as
// curators meet them, with the verdict a careful reader would give.
//
// One side is Harbor House of source "north" with what `a` changes, the other
// Harbor House of source "south" with what `b` changes.
#include "server/duplicates/pair_score.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/duplicates/blocking.h"
#include "tests/server/duplicates/duplicate_listings.h"

namespace handrail::server {
namespace {

struct Case {
  std::string what;
  std::string a;
  std::string b;
  bool same = false;
  Apart apart = Apart::kNo;
};

const std::string kElsewhere =
    " place { basis: COORDINATES latitude_e7: 390500000 "
    "longitude_e7: -760000000 } ";
const std::string kNoPhone = " phones { number: '-' } ";
const std::string kOtherPhone = " phones { number: '+12405550177' } ";
const std::string kFarAway = kNoPlace;

std::string Address(const std::string& line) {
  return absl::StrCat(" address { address_1: '", line,
                      "' city: 'Millbrook' postal_code: '21000' } ");
}

std::string Name(const std::string& name) {
  return absl::StrCat(" name: \"", name, "\" ");
}

// A meeting: its terms, name and time.
std::string Meeting(const std::string& name, const std::string& days,
                    const std::string& opens,
                    const std::string& term = "aa-meeting") {
  return absl::StrCat("name: \"", name, "\" terms { term: '", term,
                      "' } zone: 'America/New_York' schedules { freq: WEEKLY "
                      "byday: '",
                      days, "' opens_at: '", opens, "' } ");
}

std::vector<Case> SameCases() {
  return {
      {"twins", "", "", true},
      {"legal form and case", Name("HARBOR HOUSE, INC."), "", true},
      {"shorthand", Name("Harbor Rehab Ctr"),
       Name("Harbor Rehabilitation Center"), true},
      {"a slip of the pen", Name("Harbour House"), "", true},
      {"diacritics", Name("Casa Niño Jesús"), Name("Casa Nino Jesus"), true},
      {"acronym with dots", Name("H.O.P.E. House"), Name("HOPE House"), true},
      {"the organization's name before it",
       Name("Tamarack Recovery Harbor House"), "", true},
      {"the town's name behind it", Name("Harbor House Millbrook"), "", true},
      {"the other source knows no phone", "", kNoPhone, true},
      {"another phone, all else the same", "", kOtherPhone, true},
      {"suites differ", Address("12 Main St, Suite 4"),
       Address("12 Main St #7"), true},
      {"the post's words", Address("12 North Main Street"),
       Address("12 N. Main St."), true},
      {"one leaves the direction out", Address("12 N Main St"), "", true},
      {"a slip in the street", Address("12 Chesapeake Ave"),
       Address("12 Chesapeke Avenue"), true},
      {"the building's name first", Address("Grace Church, 12 Main St"), "",
       true},
      {"a house number in letters", Address("One Main Street"),
       Address("1 Main St"), true},
      {"a range with the other's number in it", Address("10-14 Main St"), "",
       true},
      {"a letter behind the house number", Address("12A Main St"), "", true},
      {"no street, but the spot on the map",
       " place { basis: COORDINATES latitude_e7: 390001000 "
       "longitude_e7: -760001000 } address {} ",
       "", true},
      {"an extension on one side",
       " phones { number: '+12405550104' extension: '3' } ", "", true},
      {"coordinates of one are wrong, address and phone are not", kElsewhere,
       "", true},
      {"a number that the street explains",
       Name("12th Street Harbor House") + Address("12 12th Street"),
       Name("Harbor House") + Address("12 12th St"), true},
      {"the same number written two ways", Name("Harbor House II"),
       Name("Harbor House #2"), true},
      {"a broader kind of help", "", " terms { term: 'housing' } ", true},
      {"one source knows no kind", "", " terms { term: '-' } ", true},
      {"one has the other's name as another name",
       Name("Bayside Home") + "alternate_names: 'Harbor House'", "", true},
      {"from afar: name, phone, page and organization", kFarAway, kFarAway,
       true},
      {"a meeting in two feeds", Meeting("Nooners", "MO", "12:00"),
       Meeting("Nooners Group", "MO", "12:00"), true},
      {"a meeting online, by its link",
       Meeting("Nooners", "MO", "12:00") + kFarAway + kNoPhone +
           "profile { support_group { conference_link { text: "
           "'https://zoom.example/j/1' } } }",
       Meeting("Nooners", "MO", "12:00") + kFarAway + kNoPhone +
           "profile { support_group { conference_link { text: "
           "'http://zoom.example/j/1/' } } }",
       true},
      {"a hotline: name, phone and organization", kFarAway + "url: '-'",
       kFarAway + "url: '-'", true},
      {"a group without times",
       "name: 'Family Groups' terms { term: 'aa-meeting' }",
       "name: 'Family Group' terms { term: 'aa-meeting' }", true},
      {"an agency that has a group too",
       " terms { term: 'aa-meeting' } terms { term: 'treatment' } ",
       " terms { term: 'aa-meeting' } terms { term: 'treatment' } ", true},
      {"two private places of one county, by phone and name",
       "confidential: true url: '-' address {} place { state: 'MD' county: "
       "'Harford' }",
       "confidential: true url: '-' address {} place { state: 'MD' county: "
       "'Harford' }",
       true},
      {"two private places, by phone, page and name",
       "confidential: true" + kFarAway, "confidential: true" + kFarAway, true},
  };
}

std::vector<Case> DifferentCases() {
  return {
      {"house numbers differ", "", Address("14 Main St"), false,
       Apart::kHouseNumber},
      {"house numbers differ, phone and page do not", kElsewhere,
       Address("1200 Main St"), false, Apart::kHouseNumber},
      {"ranges apart", Address("2-8 Main St"), Address("10-14 Main St"), false,
       Apart::kHouseNumber},
      {"Group 2 and Group 3", Name("Harbor House Group 2"),
       Name("Harbor House Group 3"), false, Apart::kNameNumber},
      {"#12 and #13", Name("Oxford House #12"), Name("Oxford House #13"), false,
       Apart::kNameNumber},
      {"Ward 3 and Ward III is the same, Ward IV is not", Name("Harbor Ward 3"),
       Name("Harbor Ward IV"), false, Apart::kNameNumber},
      {"levels", Name("Harbor Level One"), Name("Harbor Level Two"), false,
       Apart::kNameNumber},
      {"House A and House B", Name("Harbor House A"), Name("Harbor House B"),
       false, Apart::kNameNumber},
      {"only one has a number", Name("Harbor House"), Name("Harbor House 2"),
       false},
      {"men and women", Name("Harbor House for Men"),
       Name("Harbor House for Women"), false, Apart::kTellingWord},
      {"adults and youth", Name("Harbor Adult Program"),
       Name("Harbor Teen Program"), false, Apart::kTellingWord},
      {"inpatient and outpatient", Name("Harbor Inpatient Treatment"),
       Name("Harbor Outpatient Treatment"), false, Apart::kTellingWord},
      {"eastern and western", Name("Eastern Community Action Center"),
       Name("Western Community Action Center"), false, Apart::kTellingWord},
      {"English and Spanish", Name("Harbor English Classes"),
       Name("Harbor Spanish Classes"), false, Apart::kTellingWord},
      {"another kind of help there", Name("Harbor House Pantry"),
       Name("Harbor House") + " terms { term: 'legal' } ", false, Apart::kKind},
      {"the same name, another kind", "", " terms { term: 'food-pantry' } ",
       false, Apart::kKind},
      {"another service of the same organization and building",
       Name("Job Search Help"), Name("Peer Support"), false},
      {"one word more that says something", Name("Harbor Pantry"),
       Name("Harbor Pantry Delivery"), false},
      {"another street, same number", "", Address("12 Oak Ave") + kElsewhere,
       false},
      {"street and avenue", Address("12 Oak St"),
       Address("12 Oak Ave") + kElsewhere, false},
      {"north and south of one street", Address("12 N Main St"),
       Address("12 S Main St") + kElsewhere, false},
      {"the same address in another town", "",
       " address { address_1: '12 Main St' city: 'Harlow' postal_code: "
       "'21999' } place { city: 'Harlow' postal_code: '21999' } ",
       false},
      {"only the switchboard is shared", Name("Harbor House") + kFarAway,
       Name("Bayside Home") + kFarAway, false},
      {"only the name is shared", kFarAway + "organization_name: '-' url: '-'",
       kFarAway + kNoPhone + "organization_name: '-' url: '-'", false},
      {"a short number is everybody's",
       kFarAway + " phones { number: '211' } url: '-'",
       kFarAway + " phones { number: '211' } url: '-'", false},
      {"extensions differ",
       kFarAway + " phones { number: '+12405550104' extension: '3' } url: '-'",
       kFarAway + " phones { number: '+12405550104' extension: '4' } url: '-'",
       false},
      {"two meetings in one church, other times",
       Meeting("Nooners", "MO", "12:00"), Meeting("Nooners", "TU", "12:00"),
       false, Apart::kMeetingTime},
      {"the same hour of two fellowships",
       Meeting("Monday Noon", "MO", "12:00", "aa-meeting"),
       Meeting("Monday Noon", "MO", "12:00", "na-meeting"), false,
       Apart::kKind},
      {"a meeting without a time", Meeting("Nooners", "MO", "12:00"),
       "name: 'Nooners' terms { term: 'aa-meeting' }", false},
      {"some of its days only", Meeting("Nooners", "MO,TU", "12:00"),
       Meeting("Nooners", "MO", "12:00"), false},
      {"the same meeting, another church", Meeting("Nooners", "MO", "12:00"),
       Meeting("Nooners", "MO", "12:00") + Address("90 Oak Ave") + kElsewhere,
       false, Apart::kHouseNumber},
      {"private places of two counties",
       "confidential: true address {} place { state: 'MD' county: 'Harford' }",
       "confidential: true address {} place { state: 'MD' county: 'Cecil' }",
       false},
      {"a private place and an open one", "confidential: true" + kFarAway, "",
       false, Apart::kPrivacy},
      {"same centroid is no evidence",
       Name("Shelter") + kNoPhone +
           "confidential: true url: '-' organization_name: '-' address {} "
           "place { basis: ZIP3_CENTROID latitude_e7: 1 longitude_e7: 1 }",
       Name("Shelter") + kNoPhone +
           "confidential: true url: '-' organization_name: '-' address {} "
           "place { basis: ZIP3_CENTROID latitude_e7: 1 longitude_e7: 1 }",
       false},
      {"same ZIP centroid is no evidence",
       kNoPhone + " url: '-' address {} place { basis: ZIP_CENTROID "
                  "latitude_e7: 1 longitude_e7: 1 approximate: true }",
       kNoPhone + " url: '-' address {} place { basis: ZIP_CENTROID "
                  "latitude_e7: 1 longitude_e7: 1 approximate: true }",
       false},
      {"a post office box is no place",
       Address("PO Box 12") + kNoPhone + "url: '-' organization_name: '-' ",
       Address("P.O. Box 12") + kNoPhone + "url: '-' organization_name: '-' ",
       false},
  };
}

// The two share a block, so that they are compared at all.
bool Meet(const Features& a, const Features& b) {
  const BlockKeys of_a = BlockKeysOf(a);
  const BlockKeys of_b = BlockKeysOf(b);
  const std::set<uint64_t> stored(of_b.stored.begin(), of_b.stored.end());
  for (const uint64_t key : of_a.seen) {
    if (stored.contains(key)) return true;
  }
  return false;
}

std::string Text(const std::vector<std::string>& reasons) {
  std::string text;
  for (const std::string& reason : reasons)
    absl::StrAppend(&text, reason, "\n");
  return text;
}

TEST(PairScoreTest, JoinsWhatIsTheSame) {
  for (const Case& c : SameCases()) {
    SCOPED_TRACE(c.what);
    const Features a = FeaturesFrom("north", c.a);
    const Features b = FeaturesFrom("south", c.b);
    const PairScore score = ScorePair(a, b);
    EXPECT_TRUE(score.Joins())
        << score.score << " of " << score.points << ", apart "
        << static_cast<int>(score.apart) << "\n"
        << Text(ReasonsFor(a, b));
    EXPECT_TRUE(Meet(a, b));
    EXPECT_TRUE(Meet(b, a));
  }
}

TEST(PairScoreTest, PartsWhatIsNot) {
  for (const Case& c : DifferentCases()) {
    SCOPED_TRACE(c.what);
    const Features a = FeaturesFrom("north", c.a);
    const Features b = FeaturesFrom("south", c.b);
    const PairScore score = ScorePair(a, b);
    EXPECT_FALSE(score.Joins()) << score.score << "\n"
                                << Text(ReasonsFor(a, b));
    EXPECT_EQ(static_cast<int>(score.apart), static_cast<int>(c.apart));
  }
}

TEST(PairScoreTest, IsSymmetric) {
  std::vector<Case> cases = SameCases();
  for (Case& c : DifferentCases()) cases.push_back(std::move(c));
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    const Features a = FeaturesFrom("north", c.a);
    const Features b = FeaturesFrom("south", c.b);
    EXPECT_EQ(ScorePair(a, b).score, ScorePair(b, a).score);
    EXPECT_EQ(ReasonsFor(a, b), ReasonsFor(b, a));
  }
}

TEST(PairScoreTest, AddsUpAsWritten) {
  // 40 name + 25 place + 20 phone + 10 page + 10 organization + 5 kind = 110.
  const PairScore twins =
      ScorePair(FeaturesFrom("north", ""), FeaturesFrom("south", ""));
  EXPECT_EQ(twins.points, 110);
  EXPECT_EQ(twins.score, 100);
  // Without phone and page: 40 + 25 + 10 + 5 = 80.
  const PairScore sparse = ScorePair(
      FeaturesFrom("north", kNoPhone + "url: '-'"), FeaturesFrom("south", ""));
  EXPECT_EQ(sparse.points, 80);
  EXPECT_EQ(sparse.score, 80);
}

TEST(PairScoreTest, AsksMoreOfOneSource) {
  // One source gave them two ids: 12 less.
  const auto one = [](const std::string& more) {
    return FeaturesFrom("north", "id: 'a'" + more);
  };
  const auto other = [](const std::string& more) {
    return FeaturesFrom("north", "id: 'b'" + more);
  };
  EXPECT_EQ(ScorePair(one(""), other("")).score, 88);
  // Phone and house would be 90, and are 78 here.
  const std::string less = " url: '-' organization_name: '-' ";
  EXPECT_EQ(ScorePair(one(less), other(less)).score, 78);
  EXPECT_TRUE(
      MustStayApart(one(less), other(less), ScorePair(one(less), other(less))));
}

// Everything of the tables beside everything, of one source and of two.
TEST(PairScoreTest, AGlanceLetsThroughWhateverJoins) {
  std::vector<Case> cases = SameCases();
  for (Case& c : DifferentCases()) cases.push_back(std::move(c));
  std::vector<Features> all;
  const ListingIdentity id{.own = "8d9fbb58-bf88-54e5-8333-4f3e490a7459"};
  for (const Case& c : cases) {
    all.push_back(FeaturesFrom("north", c.a));
    all.push_back(FeaturesFrom("north", c.b));
    all.push_back(FeaturesFrom("north", c.b));
    all.back().phones.clear();
    all.back().page.clear();
    all.back().web_site.clear();
    all.push_back(FeaturesFrom("south", c.b, id));
  }
  int told = 0;
  for (const Features& a : all) {
    for (const Features& b : all) {
      const bool may_join = MayJoin(GlanceOf(a), GlanceOf(b));
      if (may_join) continue;
      ++told;
      ASSERT_FALSE(ScorePair(a, b).Joins()) << a.name << "\n" << b.name;
    }
  }
  EXPECT_GT(told, 0);
}

TEST(PairScoreTest, BelievesAnIdThatBothSourcesUse) {
  const ListingIdentity id{.own = "8d9fbb58-bf88-54e5-8333-4f3e490a7459"};
  const Features a = FeaturesFrom("north", "", id);
  const Features renamed =
      FeaturesFrom("south", Name("Bayside Home") + kNoPhone + "url: '-'", id);
  EXPECT_EQ(ScorePair(a, renamed).score, 95);
  EXPECT_TRUE(Meet(a, renamed));
  EXPECT_EQ(ReasonsFor(a, renamed)[0], "Both sources give it the same id");
  // Even so, two house numbers are two places.
  const Features moved = FeaturesFrom("south", Address("99 Main St"), id);
  EXPECT_EQ(ScorePair(a, moved).apart, Apart::kHouseNumber);
}

TEST(PairScoreTest, SaysWhyInPlainWordsTheStrongestFirst) {
  EXPECT_EQ(
      ReasonsFor(FeaturesFrom("north", ""),
                 FeaturesFrom("south", Name("Harbour House"))),
      (std::vector<std::string>{
          "Names are much alike: Harbor House / Harbour House",
          "Same address: 12 Main St", "Same phone number: (240) 555-0104",
          "Same web page: tamarack.example.org/harbor",
          "Same organization: Tamarack Recovery, Inc.", "Same kind of help"}));
  EXPECT_EQ(ReasonsFor(FeaturesFrom("north", Name("Harbor House 1")),
                       FeaturesFrom("south", Name("Harbor House 2")))
                .back(),
            "Not joined: different numbers in their names");
}

TEST(PairScoreTest, LooksAtNothingOfAPrivatePlace) {
  // A projection has none of it; were it there, it would not be read.
  const Features features = FeaturesFrom("north", "confidential: true");
  EXPECT_FALSE(features.point.has_value());
  EXPECT_FALSE(features.has_place);
  EXPECT_EQ(features.address, "");
  EXPECT_EQ(features.street.name, "");
}

}  // namespace
}  // namespace handrail::server
