// How records become listings: which level wins, whose date counts, where a
// listing stands. Tables written from the design's words.
#include "server/projection.h"

#include <map>
#include <string>
#include <vector>

#include "matcher/place.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using handrail::testing::ParseText;
using storage::v1::StoredRecord;
using ::testing::IsEmpty;
using ::testing::SizeIs;

matcher::CentroidTable Centroids() {
  return matcher::CentroidTable(
      {ParseText<v1::Centroid>("area: ZIP_CODE code: '21201' latitude_e7: "
                               "392950000 longitude_e7: -766250000 state: 'MD' "
                               "county: 'Baltimore'"),
       ParseText<v1::Centroid>("area: ZIP_CODE code: '21203' latitude_e7: "
                               "392970000 longitude_e7: -766270000 state: 'MD' "
                               "county: 'Baltimore'"),
       ParseText<v1::Centroid>(
           "area: COUNTY_AREA code: 'MD/Baltimore' latitude_e7: 394430000 "
           "longitude_e7: -766160000")});
}

// A service with whatever surrounds it, each as protobuf text of its kind.
struct Texts {
  std::string service;
  std::string organization;
  std::string program;
  std::string location;
};

std::vector<v1::Listing> Project(const Texts& texts) {
  StoredRecord service, organization, program, location;
  service.mutable_info()->set_id("s");
  service.mutable_info()->set_source("county");
  *service.mutable_record()->mutable_service() =
      ParseText<v1::Service>("id: 's' name: 'S' " + texts.service);
  organization.mutable_info()->set_id("o");
  *organization.mutable_record()->mutable_organization() =
      ParseText<v1::Organization>("name: 'O' " + texts.organization);
  program.mutable_info()->set_id("p");
  *program.mutable_record()->mutable_program() =
      ParseText<v1::Program>("name: 'P' " + texts.program);
  location.mutable_info()->set_id("l");
  *location.mutable_record()->mutable_location() =
      ParseText<v1::Location>("name: 'L' " + texts.location);
  google::protobuf::Arena arena;
  std::vector<v1::Listing> listings;
  for (const v1::Listing* listing :
       ProjectService({.service = &service,
       .organization = &organization,
       .program = &program,
       .location =
                           [&](const std::string& id) {
                             return id == "l" ? &location : nullptr;
                           },
       .term_name = [](const std::string& id) { return "name of " + id; }},
                      Centroids(), arena)) {
    listings.push_back(*listing);
  }
  return listings;
}

constexpr char kAt[] = "service_at_locations { id: 'x' location_id: 'l' ";

TEST(ProjectionTest, OneListingPerPlaceOrOneWithout) {
  EXPECT_THAT(Project({}), SizeIs(1));
  EXPECT_THAT(Project({.service = std::string(kAt) + "} " + kAt + "}"}),
              SizeIs(2));
  EXPECT_EQ(Project({.service = std::string(kAt) + "}"})[0].id(), "x");
}

TEST(ProjectionTest, EndedServicesHaveNoListing) {
  EXPECT_THAT(Project({.service = "status: INACTIVE"}), IsEmpty());
  EXPECT_THAT(Project({.service = "status: DEFUNCT"}), IsEmpty());
  EXPECT_THAT(Project({.service = "status: TEMPORARILY_CLOSED"}), SizeIs(1));
}

// The same fact at each level; the most specific one that has it wins.
TEST(ProjectionTest, MostSpecificLevelWins) {
  const auto fact = [](const char* words) {
    return std::string(
               "x_handrail { profile { any { child_care { answer: YES "
               "words: '") +
           words + "' } } } }";
  };
  Texts texts{.service = std::string(kAt) + fact("at") + "} " + fact("service"),
              .organization = fact("organization"),
              .program = fact("program"),
              .location = fact("location")};
  const auto words = [&] {
    return Project(texts)[0].profile().any().child_care().words();
  };
  EXPECT_EQ(words(), "at");
  texts.service = std::string(kAt) + "} " + fact("service");
  EXPECT_EQ(words(), "service");
  texts.service = std::string(kAt) + "}";
  EXPECT_EQ(words(), "location");
  texts.location.clear();
  EXPECT_EQ(words(), "program");
  texts.program.clear();
  EXPECT_EQ(words(), "organization");
}

TEST(ProjectionTest, FactsTakeTheDateNearestToThem) {
  struct Case {
    std::string name, service;
    int64_t seconds;
  };
  const std::string own = "provenance { verified_at { seconds: 100 } }";
  const std::string field =
      "fields { field: 'languages' provenance { verified_at { seconds: 200 } } "
      "}";
  const std::string record = "provenance { verified_at { seconds: 300 } }";
  const auto languages = [](const std::string& inside) {
    return "profile { any { languages { values { code: 'es' answer: YES " +
           inside + " } } } }";
  };
  const Case cases[] = {
      {"its own", languages(own) + field + record, 100},
      {"the field's", languages("") + field + record, 200},
      {"the record's", languages("") + record, 300},
      {"none", languages(""), 0},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto listing =
        Project({.service = "x_handrail {" + c.service + "}"})[0];
    const v1::CodedFact& fact = listing.profile().any().languages().values(0);
    EXPECT_EQ(fact.provenance().verified_at().seconds(), c.seconds);
    EXPECT_EQ(fact.has_provenance(), c.seconds != 0);
  }
}

TEST(ProjectionTest, HsdsAgesBecomeFactsWithTheDateOfEligibility) {
  const auto listing = Project(
      {.service = "minimum_age: 18 maximum_age: 24 x_handrail { fields { "
                  "field: 'eligibility' provenance { verified_at { seconds: 7 "
                  "} } } profile { any { maximum_age { answer: YES value: 30 } "
                  "} } }"})[0];
  EXPECT_EQ(listing.profile().any().minimum_age().value(), 18);
  EXPECT_EQ(listing.profile()
                .any()
                .minimum_age()
                .provenance()
                .verified_at()
                .seconds(),
            7);
  EXPECT_EQ(listing.profile().any().maximum_age().value(), 30);
}

TEST(ProjectionTest, SchedulesAreThoseOfOneLevel) {
  const std::string nine = "schedules { opens_at: '09:00' }";
  const std::string ten = "schedules { opens_at: '10:00' }";
  const std::string eleven = "schedules { opens_at: '11:00' }";
  const auto opens = [](const Texts& texts) {
    const auto listing = Project(texts)[0];
    return listing.schedules_size() == 1 ? listing.schedules(0).opens_at()
                                         : "none";
  };
  EXPECT_EQ(opens({.service = std::string(kAt) + nine + "}" + ten,
                   .location = eleven}),
            "09:00");
  EXPECT_EQ(
      opens({.service = std::string(kAt) + "}" + ten, .location = eleven}),
      "10:00");
  EXPECT_EQ(opens({.service = std::string(kAt) + "}", .location = eleven}),
            "11:00");
  EXPECT_EQ(opens({.service = std::string(kAt) + "}"}), "none");
}

TEST(ProjectionTest, PhonesComeMostSpecificFirstAndOnce) {
  const auto listing =
      Project({.service = std::string(kAt) +
                          "phones { number: '+14105550101' } } phones { "
                          "number: '+14105550102' } phones { number: "
                          "'+14105550109' restricted: true }",
               .organization = "phones { number: '+14105550101' } phones { "
                               "number: '+14105550104' }",
               .location = "phones { number: '+14105550103' }"})[0];
  std::vector<std::string> numbers;
  for (const v1::Phone& phone : listing.phones()) {
    numbers.push_back(phone.number());
  }
  EXPECT_THAT(numbers, ::testing::ElementsAre("+14105550101", "+14105550102",
                                              "+14105550103", "+14105550104"));
}

TEST(ProjectionTest, CategoriesAreNamesOfTheSourcesTerms) {
  const auto listing = Project(
      {.service = "attributes { taxonomy_term { name: 'Shelter' } } attributes "
                  "{ taxonomy_term_id: 't9' }"})[0];
  EXPECT_THAT(listing.categories(),
              ::testing::ElementsAre("Shelter", "name of t9"));
}

TEST(ProjectionTest, ListingsStandWhereTheyMayBeShown) {
  const std::string own = "latitude_e7: 390000000 longitude_e7: -760000000 ";
  const std::string zip =
      "addresses { state_province: 'MD' postal_code: '21201-1234' } ";
  const std::string county =
      "addresses { state_province: 'MD' } x_handrail { "
      "county: 'Baltimore' } ";
  struct Case {
    std::string name, location;
    v1::Place::Basis basis;
    bool approximate;
    int latitude_e7;
  };
  const Case cases[] = {
      {"own coordinates", own + zip, v1::Place::COORDINATES, false, 390000000},
      {"coordinates of a town", own + "x_handrail { approximate: true }",
       v1::Place::COORDINATES, true, 390000000},
      {"ZIP", zip, v1::Place::ZIP_CENTROID, true, 392950000},
      {"county", county, v1::Place::COUNTY_CENTROID, true, 394430000},
      {"nothing", "", v1::Place::BASIS_UNSPECIFIED, false, 0},
      {"virtual", "location_type: VIRTUAL " + own, v1::Place::BASIS_UNSPECIFIED,
       false, 0},
      {"private, county known",
       own + "addresses { state_province: 'MD' postal_code: '212' } x_handrail "
             "{ county: 'Baltimore' visibility { confidential_location: true } "
             "}",
       v1::Place::COUNTY_CENTROID, true, 394430000},
      {"private, ZIP known",
       "addresses { state_province: 'MD' postal_code: '212' } x_handrail { "
       "visibility { confidential_location: true } }",
       v1::Place::ZIP3_CENTROID, true, 392960000},
      {"private, widened to the state",
       "addresses { state_province: 'MD' postal_code: '212' } x_handrail { "
       "county: 'Baltimore' visibility { confidential_location: true "
       "widen_to_state: true } }",
       v1::Place::BASIS_UNSPECIFIED, true, 0},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto listing =
        Project({.service = std::string(kAt) + "}", .location = c.location})[0];
    EXPECT_EQ(listing.place().basis(), c.basis);
    EXPECT_EQ(listing.place().approximate(), c.approximate);
    EXPECT_EQ(listing.place().latitude_e7(), c.latitude_e7);
  }
}

}  // namespace
}  // namespace handrail::server
