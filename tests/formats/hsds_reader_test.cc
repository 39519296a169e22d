// HSDS JSON in, rows out: shapes, fields, splitting, ids and references.
#include <gtest/gtest.h>

#include "clients/formats/hsds_writer.h"
#include "tests/formats/formats_testing.h"

namespace handrail::formats {
namespace {

using ::handrail::testing::EqualsProto;
using ::handrail::testing::StatusIs;

constexpr char kService[] = R"({
  "id": "11111111-1111-4111-8111-111111111111",
  "name": "Open Door",
  "status": "active",
  "organization": {"id": "22222222-2222-4222-8222-222222222222",
                   "name": "Harbor House", "description": "Helps."},
  "service_at_locations": [{
    "id": "33333333-3333-4333-8333-333333333333",
    "location": {"id": "44444444-4444-4444-8444-444444444444",
                 "location_type": "physical", "name": "Front door",
                 "latitude": 39.33704410000001, "longitude": -76.5}}]
})";

std::string Line(std::string text) {
  std::erase(text, '\n');
  return text;
}

TEST(HsdsReaderTest, EveryShapeOfAListGivesTheSameRow) {
  const Read one = ReadText(kService);
  ASSERT_EQ(one.rows.size(), 1u);
  const std::string line = Line(kService);
  const std::string shapes[] = {
      "[" + line + "]",
      line + "\n" +
          R"({"id":"22222222-2222-4222-8222-222222222222",)"
          R"("name":"Harbor House","description":"Helps."})" +
          "\n",
      R"({"total_items":1,"contents":[)" + line + "]}",
      R"({"services":[)" + line + "]}",
      "\xef\xbb\xbf" + line,
  };
  for (const std::string& shape : shapes) {
    SCOPED_TRACE(shape.substr(0, 30));
    const Read read = ReadText(shape);
    ASSERT_TRUE(read.plan.ok()) << MessageOf(read.plan.status());
    ASSERT_GE(read.rows.size(), 1u);
    EXPECT_EQ(read.rows[0].origin().table(), "services");
    EXPECT_THAT(read.Service(), EqualsProto(one.Service()));
    EXPECT_EQ(read.plan->format, Format::kHsds);
  }
}

TEST(HsdsReaderTest, NestedRecordsBecomeRecordsAndLeaveReferences) {
  const Read read = ReadText(kService);
  ASSERT_EQ(read.rows.size(), 1u);
  ASSERT_EQ(read.rows[0].records_size(), 3);
  EXPECT_TRUE(read.rows[0].records(0).has_organization());
  EXPECT_TRUE(read.rows[0].records(1).has_location());
  const v1::Service service = read.Service();
  EXPECT_EQ(service.organization_id(), read.Organization().id());
  EXPECT_FALSE(service.has_organization());
  ASSERT_EQ(service.service_at_locations_size(), 1);
  EXPECT_THAT(service.service_at_locations(0).location(),
              EqualsProto(R"pb(id: "44444444-4444-4444-8444-444444444444")pb"));
  EXPECT_THAT(
      read.Location(), EqualsProto(R"pb(
        id: "44444444-4444-4444-8444-444444444444"
        location_type: PHYSICAL
        name: "Front door"
        latitude_e7: 393370441
        longitude_e7: -765000000
        source_text { field: "latitude" text: "39.33704410000001" })pb"));
}

TEST(HsdsReaderTest, OtherRootsBecomeRowsOfTheirTables) {
  struct Case {
    std::string text, table;
    int records;
  };
  const Case cases[] = {
      {R"({"id":"o","name":"Org","description":"d","website":"http://example.org",
          "programs":[{"id":"p","name":"P","description":"d"}],
          "locations":[{"id":"l","location_type":"physical"}],
          "services":[{"id":"s","name":"S","status":"active"}]})",
       "organizations", 4},
      {R"({"id":"l","location_type":"virtual","url":"http://example.org"})",
       "locations", 1},
      {R"({"id":"a","location":{"id":"l","location_type":"physical"},
          "service":{"id":"s","name":"S","status":"active"}})",
       "service_at_locations", 2},
      {R"({"id":"t","name":"n","description":"d","uri":"u","version":"1"})",
       "taxonomies", 1},
      {R"({"id":"t","code":"1","name":"n","description":"d","taxonomy":"x"})",
       "taxonomy_terms", 1},
      {R"({"x_handrail_type":"program","id":"p","name":"n"})", "programs", 1},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.table);
    const Read read = ReadText(c.text);
    ASSERT_TRUE(read.plan.ok()) << MessageOf(read.plan.status());
    ASSERT_EQ(read.rows.size(), 1u);
    EXPECT_EQ(read.rows[0].origin().table(), c.table);
    EXPECT_EQ(read.rows[0].records_size(), c.records);
    EXPECT_EQ(read.Count("unknown-field"), 0);
  }
}

TEST(HsdsReaderTest, TheDescriptionOfAnApiIsLeftOutWithANotice) {
  const Read read = ReadText(
      R"({"version":"3.0","profile":"p","openapi_url":"http://example.org"})");
  ASSERT_TRUE(read.plan.ok());
  EXPECT_TRUE(read.rows.empty());
  EXPECT_EQ(read.First("nothing-to-load").severity(), v1::NOTICE);
}

TEST(HsdsReaderTest, TheDescriptorOfADataPackageIsLeftOutWithANotice) {
  const Read read = ReadText(
      R"({"name":"hsds","profile":"tabular-data-package","resources":[]})");
  ASSERT_TRUE(read.plan.ok());
  EXPECT_TRUE(read.rows.empty());
  EXPECT_EQ(read.First("nothing-to-load").severity(), v1::NOTICE);
}

TEST(HsdsReaderTest, ValuesOfOtherKindsAreReadAndKeptAsTheyWere) {
  const Read read = ReadText(R"({"id":"s","name":7,"status":"Active",
    "minimum_age":"18","maximum_age":12.5,"url":["a"],"x_beds":[1, 2],
    "email":null,"phones":[{"id":"p","number":"410","extension":"007"}],
    "cost_options":[{"id":"c","amount":35.50}],
    "schedules":[{"id":"h","timezone":-5,"freq":"YEARLY","count":"x",
                  "x_handrail":{"zone":"America/New_York"}}]})");
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_THAT(read.Service(), EqualsProto(R"pb(
                id: "s"
                name: "7"
                status: ACTIVE
                minimum_age: 18
                maximum_age: 12
                phones {
                  id: "p"
                  number: "410"
                  extension: "007"
                  source_text { field: "extension" text: "\"007\"" }
                }
                cost_options { id: "c" amount: "35.50" }
                schedules {
                  id: "h"
                  timezone: "-5"
                  freq: SCHEDULE_FREQUENCY_UNSPECIFIED
                  zone: "America/New_York"
                  source_text { field: "freq" text: "YEARLY" }
                  source_text { field: "count" text: "\"x\"" }
                }
                unknown_fields { name: "name" json: "7" }
                unknown_fields { name: "url" json: "[\"a\"]" }
                unknown_fields { name: "x_beds" json: "[1, 2]" }
                source_text { field: "status" text: "Active" }
                source_text { field: "minimum_age" text: "\"18\"" }
                source_text { field: "maximum_age" text: "12.5" })pb"));
  EXPECT_EQ(read.First("wrong-kind").field(), "url");
  EXPECT_EQ(read.First("not-a-number").field(), "schedules[0].count");
  EXPECT_EQ(read.First("unknown-field").field(), "x_beds");
  // And back, as it was.
  EXPECT_EQ(HsdsJson(read.Service()),
            R"({"id":"s","name":7,"url":["a"],"status":"Active",)"
            R"("minimum_age":"18","maximum_age":12.5,)"
            R"("phones":[{"id":"p","number":"410","extension":"007"}],)"
            R"("schedules":[{"id":"h","timezone":-5,"count":"x",)"
            R"("freq":"YEARLY","x_handrail":{"zone":"America/New_York"}}],)"
            R"("cost_options":[{"id":"c","amount":35.50}],"x_beds":[1,2]})");
}

TEST(HsdsReaderTest, RecoveryFactsAreReadAndUnknownMembersKept) {
  const Read read = ReadText(R"({"id":"s","name":"S","status":"active",
    "x_handrail":{"zone":"America/New_York","newer":{"a":1},
      "profile":{"housing":{"children":{"answer":"YES"},"sauna":true}}}})");
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_THAT(
      read.Service().x_handrail(), EqualsProto(R"pb(
        profile { housing { children { answer: YES } } }
        zone: "America/New_York"
        unknown_json: "{\"newer\":{\"a\":1},\"profile\":{\"housing\":{\"sauna\":true}}}"
      )pb"));
  EXPECT_EQ(HsdsJson(read.Service()),
            R"({"id":"s","name":"S","status":"active","x_handrail":{)"
            R"("profile":{"housing":{"children":{"answer":"YES"},)"
            R"("sauna":true}},"zone":"America/New_York","newer":{"a":1}}})");
}

TEST(HsdsReaderTest, ARecordIsNotLoadedWithoutTheFlagsItMayCarry) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"profile":{"housing":{"children":{"answer":"MAYBE"}}}})",
       "x_handrail.profile.housing.children.answer"},
      {R"({"visibility":{"confidentialLocatoin":true}})",
       "x_handrail.visibility"},
      {R"({"visibility":{"confidentialLocation":"perhaps"}})",
       "x_handrail.visibility.confidential_location"},
      {R"([])", "x_handrail"},
  };
  for (const auto& [json, field] : cases) {
    SCOPED_TRACE(json);
    const Read read = ReadText(
        std::string(R"({"id":"s","name":"S","status":"active","x_handrail":)") +
        json + "}");
    EXPECT_TRUE(read.rows.empty());
    const v1::Finding finding = read.First("impossible-value");
    EXPECT_EQ(finding.severity(), v1::ROW_SKIPPED);
    EXPECT_EQ(finding.field(), field);
    EXPECT_EQ(finding.message().find("MAYBE"), std::string::npos);
  }
}

TEST(HsdsReaderTest, FindingsOfAPrivateRowQuoteNothingOfIt) {
  const std::string said =
      R"("77 CANARYSTREET Ave":1,"canary":1,"canary":2,"attributes":[{"id":"a",
      "taxonomy_term":{"id":"t","code":"77 CANARYSTREET","name":"Canary",
      "taxonomy":"Canary"}}])";
  const std::string flag =
      R"("x_handrail":{"visibility":{"confidential_location":true}})";
  const std::string place = R"({"id":"l","location_type":"physical",)";
  const std::string service = R"({"id":"s","name":"S","status":"active",)";
  const std::string private_inputs[] = {
      // By its own flag, by that of a place in it, by that of the link, and by
      // that of a place which another row has.
      service + said + "," + flag + "}",
      service + said + R"(,"service_at_locations":[{"id":"x","location":)" +
          place + flag + "}}]}",
      service + said + R"(,"service_at_locations":[{"id":"x",)" + flag +
          R"(,"location":)" + place + R"("name":"L"}}]})",
      "[" + service + said +
          R"(,"service_at_locations":[{"id":"x","location_id":"l"}]},)" +
          place + flag + "}]",
      R"({"services":[)" + service + said + R"(}],"locations":[)" + place +
          flag + "}]}",
      service + said + R"(,"x_handrail":{"visibility":{"canary":true}}})",
  };
  for (const std::string& input : private_inputs) {
    SCOPED_TRACE(input);
    const Read read = ReadText(input);
    ASSERT_FALSE(read.findings.empty());
    for (const v1::Finding& finding : read.findings) {
      const std::string text = finding.ShortDebugString();
      EXPECT_EQ(text.find("anary"), std::string::npos) << text;
      EXPECT_EQ(text.find("CANARY"), std::string::npos) << text;
    }
  }
  const Read open = ReadText(service + said + "}");
  EXPECT_NE(open.First("unknown-code").message().find("77 CANARYSTREET"),
            std::string::npos);
  EXPECT_EQ(open.First("unknown-field").field(), "77 CANARYSTREET Ave");
}

TEST(HsdsReaderTest, OptionsOfMeetingsAreSaidNotToApply) {
  const Read read = ReadText(R"({"id":"s","name":"S","status":"active"})",
                             {.fellowship = "aa", .zone = "America/New_York"});
  EXPECT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.Count("does-not-apply"), 2);
  EXPECT_EQ(read.First("does-not-apply").field(), "fellowship");
  EXPECT_EQ(ReadText(kService).Count("does-not-apply"), 0);
}

TEST(HsdsReaderTest, RowsWithDanglingReferencesAreSkippedOneAfterAnother) {
  const Read read = ReadText(R"([
    {"id":"a","name":"A","status":"active","organization_id":"none"},
    {"id":"b","name":"B","status":"active",
     "service_at_locations":[{"id":"x","location_id":"nowhere"}]},
    {"id":"o","name":"O","description":"d","parent_organization_id":"none"},
    {"id":"c","name":"C","status":"active","organization_id":"o"},
    {"id":"d","name":"D","status":"active","program_id":"p"},
    {"x_handrail_type":"program","id":"p","name":"P","organization_id":"none"}
  ])");
  // d goes because p goes.
  EXPECT_EQ(read.plan->rows_read, 6);
  EXPECT_EQ(read.plan->rows_skipped, 4);
  ASSERT_EQ(read.rows.size(), 2u);
  EXPECT_EQ(read.Organization(0).id(), "o");
  EXPECT_EQ(read.Service(1).id(), "c");
  EXPECT_EQ(read.First("dangling-reference").origin().record(), 1);
  EXPECT_EQ(read.First("dangling-reference").field(), "organization_id");
}

TEST(HsdsReaderTest, WhatRowsSayAboutOneRecordIsPutTogether) {
  const Read read = ReadText(R"([
    {"id":"a","name":"A","status":"active",
     "organization":{"id":"o","name":"O","website":"http://example.org"}},
    {"id":"b","name":"B","status":"active",
     "organization":{"id":"o","name":"O","description":"d"}},
    {"id":"c","name":"C","status":"active",
     "organization":{"id":"o","name":"Other"}}])");
  ASSERT_EQ(read.rows.size(), 2u);
  EXPECT_THAT(read.Organization(0), EqualsProto(read.Organization(1)));
  EXPECT_EQ(read.Organization(0).description(), "d");
  EXPECT_EQ(read.Organization(0).website(), "http://example.org");
  const v1::Finding finding = read.First("id-reused");
  EXPECT_EQ(finding.severity(), v1::ROW_SKIPPED);
  EXPECT_EQ(finding.origin().record(), 3);
  EXPECT_EQ(finding.field(), "organization.name");
}

TEST(HsdsReaderTest, ServicesAtLocationsOfOneServiceAreJoined) {
  const Read read = ReadText(R"([
    {"id":"x","location":{"id":"l","location_type":"physical"},
     "service":{"id":"s","name":"S","status":"active"}},
    {"id":"y","location":{"id":"m","location_type":"physical"},
     "service":{"id":"s","name":"S","status":"active"}}])");
  ASSERT_EQ(read.rows.size(), 2u);
  EXPECT_EQ(read.Service(0).service_at_locations_size(), 2);
  EXPECT_THAT(read.Service(0), EqualsProto(read.Service(1)));
}

TEST(HsdsReaderTest, CodesOfOpenEligibilityBecomeKindsOfNeed) {
  const Read read = ReadText(R"([{"id":"s","name":"S","status":"active",
    "attributes":[
     {"id":"1","value":"","taxonomy_term":{"id":"t","code":"101-04",
      "name":"Emergency Shelter","taxonomy":"Open Eligibility"}},
     {"id":"2","taxonomy_term":{"id":"u","code":"999-99","name":"Strange",
      "taxonomy":"Open Eligibility"}}]},
    {"id":"r","name":"R","status":"active","attributes":[
     {"id":"2","taxonomy_term":{"id":"u","code":"999-99","name":"Strange",
      "taxonomy":"Open Eligibility"}}]}])");
  ASSERT_EQ(read.rows.size(), 2u);
  EXPECT_THAT(read.Service(0).x_handrail(), EqualsProto(R"pb(
                terms {
                  term: "emergency-shelter"
                  mapped_from: "open-eligibility:101-04"
                }
              )pb"));
  EXPECT_EQ(read.Service(0).attributes_size(), 2);
  const v1::Finding finding = read.First("unknown-code");
  EXPECT_EQ(finding.severity(), v1::NOTICE);
  EXPECT_EQ(finding.count(), 2);
}

TEST(HsdsReaderTest, TablesKeyedByNameAreJoined) {
  const Read read = ReadText(R"({
    "organizations.csv":[{"id":"o","name":"O","description":"d"}],
    "services.csv":[{"id":"s","organization_id":"o","name":"S","status":"active"}],
    "locations.csv":[{"id":"l","location_type":"physical"}],
    "service_at_location.csv":[{"id":"x","service_id":"s","location_id":"l"}],
    "phones.csv":[{"id":"p","service_id":"s","number":"410-555-0100"},
                  {"id":"q","service_id":"gone","number":"410-555-0101"}],
    "languages.csv":[{"id":"g","phone_id":"p","code":"es"}],
    "taxonomy_terms.csv":[{"id":"t","code":"101-04","name":"Emergency Shelter",
                           "description":"d","taxonomy":"Open Eligibility"}],
    "attributes.csv":[{"id":"a","link_id":"s","taxonomy_term_id":"t",
                       "link_entity":"service"}]})");
  ASSERT_TRUE(read.plan.ok());
  ASSERT_EQ(read.rows.size(), 4u);
  EXPECT_EQ(read.plan->rows_read, 5);
  EXPECT_EQ(read.First("dangling-reference").origin().table(), "phones");
  const v1::Service service = read.Service(1);
  EXPECT_THAT(service, EqualsProto(R"pb(
                id: "s"
                organization_id: "o"
                name: "S"
                status: ACTIVE
                phones {
                  id: "p"
                  service_id: "s"
                  number: "410-555-0100"
                  languages { id: "g" phone_id: "p" code: "es" }
                }
                service_at_locations {
                  id: "x"
                  service_id: "s"
                  location_id: "l"
                  location { id: "l" }
                }
                attributes {
                  id: "a"
                  link_id: "s"
                  taxonomy_term_id: "t"
                  link_entity: "service"
                  taxonomy_term {
                    id: "t"
                    code: "101-04"
                    name: "Emergency Shelter"
                    description: "d"
                    taxonomy: "Open Eligibility"
                  }
                }
                x_handrail {
                  terms {
                    term: "emergency-shelter"
                    mapped_from: "open-eligibility:101-04"
                  }
                })pb"));
}

TEST(HsdsReaderTest, ElementsThatAreNoObjectsAreSkipped) {
  const Read read =
      ReadText(std::string("[") + kService + R"(, 7, {"hello":"world"}])");
  EXPECT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.plan->rows_skipped, 2);
  EXPECT_EQ(read.First("wrong-kind").origin().record(), 2);
  EXPECT_EQ(read.First("unknown-object").origin().line(), 12);
}

TEST(HsdsReaderTest, RowsThatAreReadTwiceAreTheSame) {
  const Read read =
      ReadText(std::string("[") + kService + "," + kService + "]");
  ASSERT_EQ(read.rows.size(), 2u);
  EXPECT_THAT(read.Service(0), EqualsProto(read.Service(1)));
}

}  // namespace
}  // namespace handrail::formats
