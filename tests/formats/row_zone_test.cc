// Where a source has no time zone, its places get that of where they stand.
#include "clients/formats/row_zone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/testing/testing.h"

namespace handrail::formats {
namespace {

using handrail::testing::ParseText;

struct Zoned {
  std::string zone;
  std::vector<v1::Finding> findings;
};

// The zone that a row's one location has afterwards.
Zoned ZoneOf(const std::string& location, const std::string& given = "") {
  v1::Row row;
  *row.add_records()->mutable_location() = ParseText<v1::Location>(location);
  row.add_records()->mutable_service()->set_name("Evening group");
  Zoned zoned;
  FindingLog log(
      [&](const v1::Finding& finding) { zoned.findings.push_back(finding); });
  ZoneRow(given, row, log);
  log.Flush();
  zoned.zone = row.records(0).location().x_handrail().zone();
  EXPECT_FALSE(row.records(1).service().has_x_handrail());
  return zoned;
}

TEST(RowZoneTest, ComesFromTheStateAndIsSaid) {
  const Zoned zoned = ZoneOf("addresses { state_province: 'MD' }");
  EXPECT_EQ(zoned.zone, "America/New_York");
  ASSERT_EQ(zoned.findings.size(), 1u);
  EXPECT_EQ(zoned.findings[0].reason(), "derived");
  EXPECT_EQ(zoned.findings[0].field(), "x_handrail.zone");
}

TEST(RowZoneTest, ComesFromTheCoordinatesWhereALineCutsTheState) {
  const std::string tennessee = "addresses { state_province: 'TN' }";
  EXPECT_EQ(ZoneOf(tennessee).zone, "");
  // Nashville.
  EXPECT_EQ(ZoneOf(tennessee + " latitude_e7: 361600000 "
                               "longitude_e7: -867800000")
                .zone,
            "America/Chicago");
}

TEST(RowZoneTest, IsTheSourcesOwnWhereItSaysOne) {
  const Zoned zoned = ZoneOf(
      "addresses { state_province: 'MD' } "
      "x_handrail { zone: 'America/Chicago' }",
      "America/Denver");
  EXPECT_EQ(zoned.zone, "America/Chicago");
  EXPECT_TRUE(zoned.findings.empty());
}

TEST(RowZoneTest, IsTheLoadsWhereOneIsGiven) {
  const Zoned zoned =
      ZoneOf("addresses { state_province: 'MD' }", "Europe/London");
  EXPECT_EQ(zoned.zone, "Europe/London");
  EXPECT_TRUE(zoned.findings.empty());
}

// Western Australia is no Washington, and a meeting on the telephone stands
// nowhere.
TEST(RowZoneTest, IsNotGuessed) {
  EXPECT_EQ(ZoneOf("addresses { state_province: 'WA' country: 'AU' }").zone,
            "");
  EXPECT_EQ(
      ZoneOf("location_type: VIRTUAL addresses { state_province: 'WA' }").zone,
      "");
  EXPECT_EQ(ZoneOf("name: 'Nowhere'").zone, "");
}

}  // namespace
}  // namespace handrail::formats
