// Distances, centroids and areas served.
#include "matcher/place.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/testing/testing.h"

namespace handrail::matcher {
namespace {

using ::handrail::testing::ParseText;

// Haversine in long double: another formula for the same sphere.
long double Haversine(const GeoPoint& a, const GeoPoint& b) {
  const long double degree = 3.14159265358979323846264338327950288L / 180;
  const auto radians = [&](std::int32_t e7) { return e7 * 1e-7L * degree; };
  const long double lat =
      std::sin((radians(b.latitude_e7()) - radians(a.latitude_e7())) / 2);
  const long double lng =
      std::sin((radians(b.longitude_e7()) - radians(a.longitude_e7())) / 2);
  const long double h = lat * lat + std::cos(radians(a.latitude_e7())) *
                                        std::cos(radians(b.latitude_e7())) *
                                        lng * lng;
  return 2 * 6371010.0L * std::asin(std::sqrt(std::min(1.0L, h)));
}

TEST(DistanceTest, ADegreeOfLatitudeIs111195Metres) {
  // 6,371,010 m × π ÷ 180 = 111,195.1 m.
  EXPECT_EQ(DistanceM({390'000'000, -766'000'000}, {400'000'000, -766'000'000}),
            111195);
  EXPECT_EQ(DistanceM({390'000'000, -766'000'000}, {390'000'000, -766'000'000}),
            0);
  // Half round the earth.
  EXPECT_EQ(DistanceM({900'000'000, 0}, {-900'000'000, 0}),
            static_cast<int>(std::lround(6371010.0 * M_PI)));
}

TEST(DistanceTest, CrossesTheDateLine) {
  EXPECT_EQ(DistanceM({0, 1'799'000'000}, {0, -1'799'000'000}),
            DistanceM({0, 0}, {0, 2'000'000}));
}

TEST(DistancePropertyTest, IsTheRoundedGreatCircleAndSymmetric) {
  const unsigned seed = 39;
  std::mt19937 random(seed);
  std::uniform_int_distribution<std::int32_t> lat(-890'000'000, 890'000'000);
  std::uniform_int_distribution<std::int32_t> lng(-1'800'000'000,
                                                  1'800'000'000);
  std::uniform_int_distribution<std::int32_t> step(-2'000'000, 2'000'000);
  for (int i = 0; i < 5000; ++i) {
    const GeoPoint a(lat(random), lng(random));
    const GeoPoint b =
        i % 2 == 0
            ? GeoPoint(lat(random), lng(random))
            : GeoPoint(a.latitude_e7() + step(random) / 4,
                       std::max(-1'800'000'000,
                                std::min(1'800'000'000, a.longitude_e7())));
    SCOPED_TRACE(absl::StrCat("seed ", seed, " round ", i));
    const long double expected = Haversine(a, b);
    if (expected > 19'000'000) continue;  // There haversine is worse than S2.
    EXPECT_NEAR(DistanceM(a, b), expected, 0.52);
    EXPECT_EQ(DistanceM(a, b), DistanceM(b, a));
  }
}

TEST(TravelMinutesTest, IsDistanceTimesAFactorRoundedUp) {
  EXPECT_EQ(TravelMinutes(600, "walk"), 10);
  EXPECT_EQ(TravelMinutes(601, "walk"), 11);
  EXPECT_EQ(TravelMinutes(1800, "bicycle"), 10);
  EXPECT_EQ(TravelMinutes(2000, "transit"), 10);
  EXPECT_EQ(TravelMinutes(5000, "car"), 10);
  EXPECT_EQ(TravelMinutes(5000, "ride"), 10);
  EXPECT_EQ(TravelMinutes(0, "walk"), 0);
  EXPECT_EQ(TravelMinutes(5000, "boat"), std::nullopt);
  EXPECT_EQ(WaysOfTravel().size(), 5u);
}

CentroidTable Table() {
  std::vector<v1::Centroid> rows;
  for (const char* text :
       {"area: ZIP_CODE code: '21201' latitude_e7: 392900001 "
        "longitude_e7: -766200001 state: 'MD' county: 'Baltimore City'",
        "area: ZIP_CODE code: '21202' latitude_e7: 392900004 "
        "longitude_e7: -766200004 state: 'MD' county: 'Baltimore City'",
        "area: ZIP_CODE code: '21000' latitude_e7: 391000000 "
        "longitude_e7: -760000000 state: 'MD'",
        "area: ZIP_CODE code: '2120' latitude_e7: 1 longitude_e7: 1",
        "area: ZIP_CODE code: '99999' latitude_e7: 950000000 longitude_e7: 1",
        "area: COUNTY_AREA code: 'MD/Howard' latitude_e7: 392500000 "
        "longitude_e7: -769000000",
        "area: COUNTY_AREA code: 'Howard' latitude_e7: 1 longitude_e7: 1"}) {
    rows.push_back(ParseText<v1::Centroid>(text));
  }
  return CentroidTable(rows);
}

TEST(CentroidTableTest, FindsZipCodesAndCounties) {
  const CentroidTable table = Table();
  ASSERT_NE(table.FindZip("21201-4321"), nullptr);
  EXPECT_EQ(table.FindZip("21201")->county, "Baltimore City");
  EXPECT_EQ(table.FindZip("2120"), nullptr);
  EXPECT_EQ(table.FindZip("99999"), nullptr);
  EXPECT_EQ(table.FindZip("212011"), nullptr);
  EXPECT_EQ(table.FindZip("MD 21201"), nullptr);
  EXPECT_TRUE(table.FindCounty("md", "Howard County").has_value());
  EXPECT_FALSE(table.FindCounty("VA", "Howard").has_value());
  EXPECT_FALSE(table.empty());
  EXPECT_TRUE(CentroidTable().empty());
}

TEST(CentroidTableTest, AThreeDigitAreaIsTheMeanInWholeNumbers) {
  const CentroidTable table = Table();
  // (1 + 4) ÷ 2 = 2.5, rounded away from zero: 3.
  const std::optional<GeoPoint> mean = table.FindZip3("212");
  ASSERT_TRUE(mean.has_value());
  EXPECT_EQ(mean->latitude_e7(), 392'900'003);
  EXPECT_EQ(mean->longitude_e7(), -766'200'003);
  EXPECT_EQ(table.FindZip3("21299")->latitude_e7(), 392'900'003);
  EXPECT_FALSE(table.FindZip3("99").has_value());
  EXPECT_FALSE(table.FindZip3("999").has_value());
}

TEST(CentroidTableTest, LocatesByZipThenByCounty) {
  const CentroidTable table = Table();
  EXPECT_EQ(table.Locate("21000", "MD", "Howard")->basis,
            v1::Place::ZIP_CENTROID);
  EXPECT_EQ(table.Locate("20500", "MD", "Howard")->basis,
            v1::Place::COUNTY_CENTROID);
  EXPECT_FALSE(table.Locate("20500", "MD", "").has_value());
  EXPECT_FALSE(table.Locate("", "", "").has_value());
}

TEST(CentroidTableTest, CompletesAHomeFromItsZipCode) {
  const CentroidTable table = Table();
  v1::HomeArea home;
  home.set_postal_code("21201");
  EXPECT_EQ(table.Complete(home).state(), "MD");
  EXPECT_EQ(table.Complete(home).county(), "Baltimore City");
  home.set_state("VA");  // What the person said stays.
  EXPECT_EQ(table.Complete(home).state(), "VA");
  EXPECT_EQ(table.Complete(home).county(), "");
}

TEST(CoverageTest, JudgesWhatThePersonSaid) {
  constexpr v1::Answer kUnknown = v1::ANSWER_UNSPECIFIED;
  struct Case {
    std::string name, coverage, home;
    v1::Answer answer;
  };
  const std::string county = "coverage { kind: COUNTY code: 'MD/Baltimore' } ";
  const std::string state = "coverage { kind: STATE code: 'MD' } ";
  const std::string zips =
      "coverage { kind: ZIP code: '21201' } coverage { kind: ZIP code: "
      "'21202' } ";
  const Case cases[] = {
      {"no area is recorded", "", "state: 'MD'", kUnknown},
      {"everywhere", "coverage { kind: NATIONWIDE }", "state: 'AK'", v1::YES},
      {"the state", state, "state: 'md'", v1::YES},
      {"another state", state, "state: 'VA'", v1::NO},
      {"the state, but only a county is said", state, "county: 'Howard'",
       kUnknown},
      {"the county", county, "state: 'MD' county: 'Baltimore County'", v1::YES},
      {"another county", county, "state: 'MD' county: 'Howard'", v1::NO},
      {"the county's name in another state", county,
       "state: 'OH' county: 'Baltimore'", v1::NO},
      {"the county's name, state not said", county, "county: 'Baltimore'",
       kUnknown},
      {"another county, state not said", county, "county: 'Howard'", v1::NO},
      {"only the state is said", county, "state: 'MD'", kUnknown},
      {"one of the ZIP codes", zips, "postal_code: '21202-1234'", v1::YES},
      {"none of the ZIP codes", zips, "postal_code: '21203'", v1::NO},
      {"ZIP codes, but only a county is said", zips,
       "state: 'MD' county: 'Baltimore'", kUnknown},
      {"any area is enough", county + "coverage { kind: STATE code: 'VA' }",
       "state: 'VA' county: 'Fairfax'", v1::YES},
      {"one says no, the other cannot tell", zips + county,
       "state: 'MD' county: 'Howard'", kUnknown},
      {"an area of a kind we do not know", "coverage { code: 'x' }",
       "state: 'MD'", kUnknown},
      {"a county without its state", "coverage { kind: COUNTY code: 'Howard' }",
       "state: 'MD' county: 'Howard'", kUnknown},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto listing = ParseText<v1::Listing>(c.coverage);
    EXPECT_EQ(
        CoverageCovers(listing.coverage(), ParseText<v1::HomeArea>(c.home)),
        c.answer);
  }
}

TEST(CoverageTest, KnowsWhetherHomeWasSaidAtAll) {
  EXPECT_FALSE(IsStated({}));
  EXPECT_TRUE(IsStated(ParseText<v1::HomeArea>("postal_code: '21201'")));
}

}  // namespace
}  // namespace handrail::matcher
