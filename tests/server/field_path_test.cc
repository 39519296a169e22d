// Paths into records: what they may name, what they find, what a value says,
// and that copying one moves nothing else.
#include "server/curation/field_path.h"

#include <gtest/gtest.h>

#include "server/curation/dates.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using handrail::testing::EqualsProto;
using handrail::testing::ParseText;

FieldPath Path(const std::string& text, v1::RecordType type = v1::SERVICE) {
  auto path = FieldPath::Parse(type, text);
  EXPECT_TRUE(path.ok()) << text << ": " << MessageOf(path.status());
  return *std::move(path);
}

v1::Record Sample() {
  return ParseText<v1::Record>(R"pb(
    service {
      id: "s"
      name: "Harbor"
      minimum_age: 0
      phones { id: "p" number: "+14105550100" }
      source_text { field: "name" text: "HARBOR" }
      service_at_locations {
        id: "a"
        schedules { opens_at: "09:00" }
      }
      x_handrail {
        provenance { source: "county" }
        fields {
          field: "phone"
          provenance { source: "desk" }
        }
        profile {
          any {
            medication {
              values { code: "buprenorphine" answer: YES }
              values {
                code: "methadone"
                answer: NO
                provenance { source: "desk" method: CALL }
              }
            }
            places {
              population: "women"
              unit: "bed"
              available { value: 2 }
            }
          }
          housing { children { answer: YES } }
        }
      }
    }
  )pb");
}

TEST(FieldPathTest, SaysWhatIsWrongWithAPathThatIsNone) {
  for (const char* text :
       {"", "nmae", "phones.number", "ext.profile.housing.children.answer",
        "phones[1]", "ext.profile.any.medication[", "organization",
        "service_at_locations.phones", "name.first",
        "ext.profile.any.medication[]"}) {
    EXPECT_FALSE(FieldPath::Parse(v1::SERVICE, text).ok()) << text;
  }
  EXPECT_FALSE(FieldPath::Parse(v1::CENTROID, "ext.zone").ok());
  EXPECT_TRUE(FieldPath::Parse(v1::CENTROID, "code").ok());
}

TEST(FieldPathTest, FindsValuesByKey) {
  const v1::Record record = Sample();
  EXPECT_TRUE(Path("ext.profile.any.medication[methadone]").Says(record));
  EXPECT_FALSE(Path("ext.profile.any.medication[xr_naltrexone]").Says(record));
  EXPECT_TRUE(Path("ext.profile.any.places[women/bed]").Says(record));
  EXPECT_FALSE(Path("ext.profile.any.places[/bed]").Says(record));
  EXPECT_TRUE(Path("service_at_locations[a].schedules").Says(record));
  EXPECT_FALSE(Path("service_at_locations[b].schedules").HasHolder(record));
  // 0 years is an age; a field that is not set is none.
  EXPECT_TRUE(Path("minimum_age").Says(record));
  EXPECT_FALSE(Path("maximum_age").Says(record));
  EXPECT_FALSE(Path("ext.do_not_refer").Says(record));
}

TEST(FieldPathTest, AWordLeavesOutDatesIdsAndSpelling) {
  v1::Record other = Sample();
  other.mutable_service()->mutable_phones(0)->set_id("q");
  v1::SetFact& set = *other.mutable_service()
                          ->mutable_x_handrail()
                          ->mutable_profile()
                          ->mutable_any()
                          ->mutable_medication();
  set.mutable_values(1)->mutable_provenance()->set_method(v1::VISIT);
  for (const char* text : {"phones", "ext.profile.any.medication",
                           "ext.profile.any.medication[methadone]"}) {
    EXPECT_EQ(Path(text).Word(other), Path(text).Word(Sample())) << text;
    EXPECT_NE(Path(text).Json(other), Path(text).Json(Sample())) << text;
  }
  set.mutable_values(1)->set_words("with a letter");
  EXPECT_NE(Path("ext.profile.any.medication").Word(other),
            Path("ext.profile.any.medication").Word(Sample()));
}

TEST(FieldPathTest, CopiesOneValueAndNothingElse) {
  const v1::Record record = Sample();
  v1::Record to =
      ParseText<v1::Record>("service { id: 's' name: 'Old' url: 'x' }");
  Path("name").Copy(record, to);
  EXPECT_THAT(to, EqualsProto("service { id: 's' name: 'Harbor' url: 'x' "
                              "source_text { field: 'name' text: 'HARBOR' } "
                              "}"));
  v1::Record none = ParseText<v1::Record>("service { id: 's' }");
  Path("name").Copy(none, to);
  EXPECT_THAT(to, EqualsProto("service { id: 's' url: 'x' }"));
  // What stays unset makes nothing on the way.
  Path("ext.profile.housing.pets").Copy(record, to);
  EXPECT_THAT(to, EqualsProto("service { id: 's' url: 'x' }"));
  Path("ext.profile.any.medication[methadone]").Copy(record, to);
  Path("ext.profile.any.medication[buprenorphine]").Copy(record, to);
  EXPECT_EQ(Path("ext.profile.any.medication").Json(to),
            Path("ext.profile.any.medication").Json(record));
}

TEST(FieldPathTest, WhatJsonGaveIsSetAgain) {
  const v1::Record record = Sample();
  for (const char* text :
       {"name", "minimum_age", "phones", "ext.profile.housing.children",
        "ext.profile.any.medication[methadone]",
        "ext.profile.any.places[women/bed]",
        "service_at_locations[a].schedules"}) {
    SCOPED_TRACE(text);
    v1::Record to = ParseText<v1::Record>(
        "service { id: 's' service_at_locations { id: 'a' } }");
    ASSERT_TRUE(Path(text).SetJson(Path(text).Json(record), to).ok());
    EXPECT_EQ(Path(text).Json(to), Path(text).Json(record));
    EXPECT_FALSE(Path(text).SetJson("{{", to).ok());
    ASSERT_TRUE(Path(text).SetJson("", to).ok());
    EXPECT_FALSE(Path(text).Says(to));
  }
}

TEST(FieldPathTest, ALeafIsWhatIsDatedAndRemembered) {
  EXPECT_EQ(Path("ext.visibility.widen_to_state").Leaf().text(),
            "ext.visibility");
  EXPECT_EQ(Path("x_handrail.profile.housing.pets").Leaf().text(),
            "ext.profile.housing.pets");
  EXPECT_EQ(Path("service_at_locations[a].ext.profile.any.medication[x]")
                .Leaf()
                .text(),
            "service_at_locations[a].ext.profile.any.medication[x]");
  EXPECT_EQ(Path("phones").Leaf().text(), "phones");
  EXPECT_TRUE(Path("ext.profile").Covers(Path("ext.profile.housing.pets")));
  EXPECT_FALSE(Path("name").Covers(Path("ext.profile.housing.pets")));
}

TEST(FieldPathTest, TheDateIsTheFactsElseTheNamesElseTheRecords) {
  const v1::Record record = Sample();
  EXPECT_EQ(
      DateAt(Path("ext.profile.any.medication[methadone]"), record)->method(),
      v1::CALL);
  // Of several values the one that says least.
  EXPECT_EQ(DateAt(Path("ext.profile.any.medication"), record)->source(),
            "county");
  EXPECT_EQ(DateAt(Path("phones"), record)->source(), "desk");
  EXPECT_EQ(DateAt(Path("name"), record)->source(), "county");
  EXPECT_EQ(DatedNameOf(Path("service_at_locations[a].schedules")), "hours");
  EXPECT_EQ(DatedNameOf(Path("name")), "");
  EXPECT_EQ(PathsDatedBy(v1::SERVICE, "eligibility", "").size(), 3u);
  EXPECT_TRUE(PathsDatedBy(v1::ORGANIZATION, "hours", "").size() <= 1u);
}

}  // namespace
}  // namespace handrail::server
