// Rows as a whole, from the design's words: what is accepted, what is kept as
// text, what skips the row; ids, references, provenance, and that normalising
// twice is normalising once.
#include "storage/normalise/normalise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "storage/base/hash.h"
#include "storage/normalise/limits.h"
#include "storage/normalise/uuid.h"
#include "tests/testing/testing.h"

namespace handrail::storage {
namespace {

using ::handrail::testing::EqualsProto;
using ::handrail::testing::ParseText;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kServiceId[] = "9a7e5ebd-8fe2-5fcd-bd6f-2fb09d53fa17";
constexpr char kOtherId[] = "38a5e766-f39b-5d28-8c39-06110e59edc7";

// A row of one record in protobuf text.
NormalisedRow Normalise(std::string_view record,
                        NormaliseContext context = {.source = "bchd"}) {
  v1::Row row;
  row.mutable_origin()->set_table("services");
  *row.add_records() = ParseText<v1::Record>(record);
  return NormaliseRow(std::move(row), context);
}

std::string ServiceWith(std::string_view fields) {
  return std::string("service { id: '") + kServiceId +
         "' name: 'Hope House' status: ACTIVE " + std::string(fields) + "}";
}

std::string LocationWith(std::string_view fields) {
  return std::string("location { id: '") + kServiceId +
         "' location_type: PHYSICAL " + std::string(fields) + "}";
}

// "SEVERITY reason field" of each finding.
std::vector<std::string> Summary(const NormalisedRow& row) {
  std::vector<std::string> lines;
  for (const v1::Finding& finding : row.findings) {
    lines.push_back(v1::FindingSeverity_Name(finding.severity()) + " " +
                    finding.reason() + " " + finding.field());
  }
  return lines;
}

const v1::Service& Service(const NormalisedRow& row) {
  EXPECT_FALSE(row.skipped);
  EXPECT_EQ(row.records.size(), 1u);
  return row.records.at(0).service();
}

TEST(NormaliseRowTest, AcceptsWhatIsInOrderWithoutAWord) {
  const NormalisedRow row = Normalise(ServiceWith("email: 'a@example.org'"));
  EXPECT_FALSE(row.skipped);
  EXPECT_THAT(row.findings, IsEmpty());
  EXPECT_EQ(Service(row).id(), kServiceId);
}

TEST(NormaliseRowTest, FindingsOfAFlaggedRowDoNotTellTheClassOfAValue) {
  constexpr char kWrong[] = "phones { id: 'p' number: '77 Lane' } ";
  const NormalisedRow open = Normalise(ServiceWith(kWrong));
  ASSERT_FALSE(open.findings.empty());
  EXPECT_EQ(open.findings[0].value_class(), "text of 7 characters");
  const NormalisedRow flagged = Normalise(ServiceWith(
      std::string(kWrong) +
      "service_at_locations { id: 'x' location { id: 'l' } x_handrail { "
      "visibility { confidential_location: true } } } "));
  ASSERT_FALSE(flagged.findings.empty());
  for (const v1::Finding& finding : flagged.findings) {
    EXPECT_EQ(finding.value_class(), "withheld") << finding.reason();
  }
}

// --- Skipped rows -----------------------------------------------------------

TEST(NormaliseRowTest, SkipsRowsWithImpossibleValues) {
  struct Case {
    std::string record, finding;
  };
  const Case cases[] = {
      {ServiceWith("minimum_age: -1"),
       "ROW_SKIPPED impossible-value minimum_age"},
      {ServiceWith("maximum_age: 151"),
       "ROW_SKIPPED impossible-value maximum_age"},
      {ServiceWith("minimum_age: 40 maximum_age: 18"),
       "ROW_SKIPPED impossible-value maximum_age"},
      {ServiceWith("assured_date: '2021-02-30'"),
       "ROW_SKIPPED impossible-value assured_date"},
      {ServiceWith("schedules { opens_at: '25:00' }"),
       "ROW_SKIPPED impossible-value schedules[0].opens_at"},
      {ServiceWith("schedules { byday: 'XX' }"),
       "ROW_SKIPPED impossible-value schedules[0].byday"},
      {ServiceWith("schedules { interval: 0 }"),
       "ROW_SKIPPED impossible-value schedules[0].interval"},
      {ServiceWith("schedules { count: -1 }"),
       "ROW_SKIPPED impossible-value schedules[0].count"},
      {ServiceWith("schedules { bymonthday: '32' }"),
       "ROW_SKIPPED impossible-value schedules[0].bymonthday"},
      {ServiceWith("schedules { freq: SCHEDULE_FREQUENCY_UNSPECIFIED }"),
       "ROW_SKIPPED impossible-value schedules[0].freq"},
      {ServiceWith("schedules { source_text { field: 'wkst' text: 'Mon' } }"),
       "ROW_SKIPPED impossible-value schedules[0].wkst"},
      {ServiceWith("schedules { valid_from: '2022-01-01' "
                   "valid_to: '2021-01-01' }"),
       "ROW_SKIPPED impossible-value schedules[0].valid_to"},
      {ServiceWith("cost_options { amount: '-5' }"),
       "ROW_SKIPPED impossible-value cost_options[0].amount"},
      {ServiceWith("capacities { available: -2 }"),
       "ROW_SKIPPED impossible-value capacities[0].available"},
      {ServiceWith("x_handrail { profile { housing { weekly_fee { answer: YES "
                   "value: -1 } } } }"),
       "ROW_SKIPPED impossible-value "
       "x_handrail.profile.housing.weekly_fee.value"},
      {ServiceWith("x_handrail { profile { any { "
                   "minimum_age { answer: YES value: 30 } "
                   "maximum_age { answer: YES value: 18 } } } }"),
       "ROW_SKIPPED impossible-value x_handrail.profile.any.maximum_age"},
      {ServiceWith("x_handrail { operating_state { from: '2026-13-01' } }"),
       "ROW_SKIPPED impossible-value x_handrail.operating_state.from"},
      {ServiceWith("x_handrail { provenance { verified_at { nanos: -1 } } }"),
       "ROW_SKIPPED impossible-value x_handrail.provenance.verified_at"},
      {"service { id: 'a' name: 'x' source_text { field: 'status' "
       "text: 'closed' } }",
       "ROW_SKIPPED impossible-value status"},
      {"service { id: 'a' status: ACTIVE }", "ROW_SKIPPED missing-field name"},
      {"service { name: 'x' status: ACTIVE }", "ROW_SKIPPED missing-field id"},
      {"organization { id: 'a' description: 'x' }",
       "ROW_SKIPPED missing-field name"},
      {ServiceWith("service_at_locations { location { id: 'a' } }"),
       "ROW_SKIPPED missing-field service_at_locations[0].id"},
      {ServiceWith("service_at_locations { id: 'a' } "
                   "service_at_locations { id: 'a' }"),
       "ROW_SKIPPED id-reused service_at_locations[1].id"},
      {ServiceWith("organization { id: 'a' name: 'nested' }"),
       "ROW_SKIPPED nested-record organization"},
      {"centroid { area: ZIP_CODE code: '2108' latitude_e7: 1 }",
       "ROW_SKIPPED impossible-value code"},
      {"centroid { area: COUNTY_AREA code: 'MD/Baltimore' }",
       "ROW_SKIPPED impossible-value latitude"},
      {"", "ROW_SKIPPED missing-field "},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.record);
    const NormalisedRow row = Normalise(c.record);
    EXPECT_TRUE(row.skipped);
    EXPECT_THAT(row.records, IsEmpty());
    EXPECT_THAT(Summary(row), ::testing::Contains(c.finding));
  }
}

TEST(NormaliseRowTest, SkipsRowsWithoutRecords) {
  EXPECT_TRUE(NormaliseRow({}, {.source = "bchd"}).skipped);
}

TEST(NormaliseRowTest, SkipsTextThatIsNotUtf8OrHoldsNul) {
  v1::Row row;
  v1::Service& service = *row.add_records()->mutable_service();
  service.set_id(kServiceId);
  service.set_name("caf\xE9");
  EXPECT_THAT(Summary(NormaliseRow(row, {.source = "bchd"})),
              ::testing::Contains("ROW_SKIPPED not-utf8 name"));
  service.set_name(std::string("a\0b", 3));
  EXPECT_THAT(Summary(NormaliseRow(row, {.source = "bchd"})),
              ::testing::Contains("ROW_SKIPPED control-character name"));
  // Also where text is kept as it came.
  service.set_name("Hope House");
  service.add_unknown_fields()->set_json("\xFF");
  EXPECT_THAT(
      Summary(NormaliseRow(row, {.source = "bchd"})),
      ::testing::Contains("ROW_SKIPPED not-utf8 unknown_fields[0].json"));
}

TEST(NormaliseRowTest, SkipsWhatIsTooLargeAndNamesTheLimit) {
  v1::Row row;
  v1::Service& service = *row.add_records()->mutable_service();
  service.set_id(kServiceId);
  service.set_status(v1::ACTIVE);
  service.set_name(std::string(kNameBytesMax, 'a'));
  service.set_description(std::string(kDescriptionBytesMax, 'b'));
  EXPECT_FALSE(NormaliseRow(row, {.source = "bchd"}).skipped);
  service.set_name(std::string(kNameBytesMax + 1, 'a'));
  const NormalisedRow done = NormaliseRow(row, {.source = "bchd"});
  EXPECT_TRUE(done.skipped);
  ASSERT_EQ(done.findings.size(), 1u);
  EXPECT_EQ(done.findings[0].reason(), "too-long");
  EXPECT_THAT(done.findings[0].message(), HasSubstr("kNameBytesMax"));
  service.set_name("Hope House");
  for (int i = 0; i <= kListEntriesMax; ++i) service.add_phones();
  EXPECT_THAT(Summary(NormaliseRow(row, {.source = "bchd"})),
              ::testing::Contains("ROW_SKIPPED too-many phones"));
}

TEST(NormaliseRowTest, FindingsAreBoundedAndKeepTheReasonForSkipping) {
  v1::Row row;
  v1::Service& service = *row.add_records()->mutable_service();
  service.set_id(kServiceId);
  service.set_status(v1::ACTIVE);
  for (int i = 0; i < 500; ++i) service.add_phones()->set_number("call us");
  const NormalisedRow done = NormaliseRow(row, {.source = "bchd"});
  EXPECT_TRUE(done.skipped) << "the name is missing";
  EXPECT_LE(done.findings.size(), kRowFindingsMax);
  EXPECT_EQ(done.findings.front().reason(), "missing-field");
  EXPECT_EQ(done.findings.back().reason(), "more-findings");
  int64_t all = 0;
  for (const v1::Finding& finding : done.findings) all += finding.count();
  EXPECT_EQ(all, 501);
}

TEST(NormaliseRowTest, FindingsNeverRepeatTheValue) {
  const NormalisedRow row = Normalise(ServiceWith(
      "phones { number: 'canary-1' } languages { name: 'canary-2' } "
      "schedules { opens_at: 'canary-3' zone: 'canary-4' } "
      "x_handrail { zone: 'canary-5' coverage { kind: STATE code: 'canary-6' } "
      "profile { any { payments { values { code: 'canary-7' answer: YES } } } "
      "} }"));
  EXPECT_EQ(row.findings.size(), 7u);
  for (const v1::Finding& finding : row.findings) {
    EXPECT_THAT(finding.DebugString(), Not(HasSubstr("canary")));
    EXPECT_EQ(finding.severity(), v1::VALUE_KEPT_AS_TEXT);
    EXPECT_THAT(finding.message(), Not(IsEmpty()));
    EXPECT_THAT(finding.hint(), Not(IsEmpty()));
    EXPECT_EQ(finding.origin().table(), "services");
  }
}

// --- Values -----------------------------------------------------------------

TEST(NormaliseRowTest, NormalisesValuesAndKeepsTheSourcesText) {
  const NormalisedRow row = Normalise(ServiceWith(
      "phones { number: '(410) 555-0100 ext 7' } "
      "languages { name: 'Spanish' } languages { code: 'SPA' } "
      "schedules { opens_at: '9:00 AM' byday: 'mo,tu' freq: WEEKLY }"));
  EXPECT_THAT(row.findings, IsEmpty());
  const v1::Service& service = Service(row);
  EXPECT_THAT(
      service.phones(0), EqualsProto(R"pb(
        number: '+14105550100'
        extension: '7'
        source_text { field: 'number' text: '(410) 555-0100 ext 7' })pb"));
  EXPECT_THAT(service.languages(0), EqualsProto("name: 'Spanish' code: 'es'"));
  EXPECT_THAT(service.languages(1), EqualsProto(R"pb(
                code: 'es'
                source_text { field: 'code' text: 'SPA' })pb"));
  EXPECT_THAT(service.schedules(0), EqualsProto(R"pb(
                opens_at: '09:00'
                byday: 'MO,TU'
                freq: WEEKLY
                source_text { field: 'opens_at' text: '9:00 AM' }
                source_text { field: 'byday' text: 'mo,tu' })pb"));
}

TEST(NormaliseRowTest, KeepsAsTextWhatItDoesNotUnderstand) {
  const NormalisedRow row = Normalise(
      ServiceWith("phones { number: 'ask at the desk' } "
                  "assured_date: 'last spring' "
                  "schedules { opens_at: 'noon' zone: 'Mars/Base' } "
                  "cost_options { amount: 'about 10' currency: 'dollars' }"));
  EXPECT_FALSE(row.skipped);
  EXPECT_EQ(row.findings.size(), 6u);
  const v1::Service& service = Service(row);
  EXPECT_THAT(service.phones(0), EqualsProto("number: 'ask at the desk'"));
  EXPECT_FALSE(service.has_assured_date());
  EXPECT_THAT(service.schedules(0), EqualsProto(R"pb(
                source_text { field: 'opens_at' text: 'noon' }
                source_text { field: 'zone' text: 'Mars/Base' })pb"));
  EXPECT_THAT(service.cost_options(0), EqualsProto(R"pb(
                currency: 'dollars'
                source_text { field: 'amount' text: 'about 10' })pb"));
}

TEST(NormaliseRowTest, RemovesImpossibleCoordinatesAndKeepsTheRow) {
  struct Case {
    std::string fields, kept;
  };
  const Case cases[] = {
      {"latitude_e7: 0 longitude_e7: 0", "0"},
      {"latitude_e7: 910000000 longitude_e7: -766122000", "91"},
      {"latitude_e7: 392904000", "39.2904"},
      {"latitude_e7: 392904000 longitude_e7: 1810000000", "39.2904"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.fields);
    const NormalisedRow row = Normalise(LocationWith(c.fields));
    ASSERT_FALSE(row.skipped);
    EXPECT_THAT(Summary(row),
                ::testing::ElementsAre(
                    "VALUE_KEPT_AS_TEXT impossible-coordinates latitude"));
    const v1::Location& location = row.records[0].location();
    EXPECT_FALSE(location.has_latitude_e7() || location.has_longitude_e7());
    EXPECT_EQ(location.source_text(0).field(), "latitude");
    EXPECT_EQ(location.source_text(0).text(), c.kept);
  }
  const NormalisedRow good =
      Normalise(LocationWith("latitude_e7: 0 longitude_e7: -766122000"));
  EXPECT_THAT(good.findings, IsEmpty()) << "the equator is a place";
}

TEST(NormaliseRowTest, NormalisesAddresses) {
  const NormalisedRow row = Normalise(LocationWith(
      "addresses { state_province: 'Maryland' postal_code: '212011234' "
      "country: 'United States' } "
      "addresses { state_province: 'Alberta' postal_code: 'T5J 2R7' "
      "country: 'Canada' } "
      "addresses { state_province: 'MA' postal_code: '2108' }"));
  EXPECT_THAT(Summary(row),
              ::testing::ElementsAre(
                  "VALUE_KEPT_AS_TEXT unknown-code addresses[2].postal_code"));
  const v1::Location& location = row.records[0].location();
  EXPECT_THAT(location.addresses(0), EqualsProto(R"pb(
                state_province: 'MD'
                postal_code: '21201-1234'
                country: 'US'
                source_text { field: 'country' text: 'United States' }
                source_text { field: 'state_province' text: 'Maryland' }
                source_text { field: 'postal_code' text: '212011234' })pb"));
  EXPECT_EQ(location.addresses(1).state_province(), "Alberta");
  EXPECT_EQ(location.addresses(1).country(), "CA");
  EXPECT_EQ(location.addresses(2).postal_code(), "2108");
}

TEST(NormaliseRowTest, ComposesTextAndKeepsTheSourcesForm) {
  const NormalisedRow row =
      Normalise(ServiceWith("description: 'Jose\xCC\x81' alert: 'ring\\007'"));
  const v1::Service& service = Service(row);
  EXPECT_EQ(service.description(), "Jos\xC3\xA9");
  EXPECT_EQ(service.alert(), "ring ");
  ASSERT_EQ(service.source_text_size(), 2);
  EXPECT_EQ(service.source_text(0).text(), "Jose\xCC\x81");
  EXPECT_EQ(service.source_text(1).text(), "ring\a");
  EXPECT_THAT(Summary(row), ::testing::ElementsAre(
                                "VALUE_KEPT_AS_TEXT control-character alert"));
}

TEST(NormaliseRowTest, LeavesMarkupSpacesAndEmptyValuesAlone) {
  const NormalisedRow row = Normalise(
      ServiceWith("description: ' <b>Call</b> first ' url: '' fees: ''"));
  EXPECT_EQ(Service(row).description(), " <b>Call</b> first ");
  EXPECT_TRUE(Service(row).has_url());
  EXPECT_TRUE(Service(row).has_fees());
}

TEST(NormaliseRowTest, NoticesWhatHsdsAsksFor) {
  EXPECT_THAT(Summary(Normalise("service { id: 'a' name: 'x' }")),
              ::testing::ElementsAre("NOTICE missing-field status"));
  EXPECT_THAT(Summary(Normalise("organization { id: 'a' name: 'x' }")),
              ::testing::ElementsAre("NOTICE missing-field description"));
  EXPECT_THAT(Summary(Normalise("location { id: 'a' }")),
              ::testing::ElementsAre("NOTICE missing-field location_type"));
}

// --- Ids --------------------------------------------------------------------

TEST(NormaliseRowTest, GivesWhatHasAnAliasTheIdThatItNamesAndReferencesToo) {
  v1::Row row;
  *row.add_records() = ParseText<v1::Record>(
      "organization { id: '7' name: 'Hope' description: 'x' }");
  *row.add_records() = ParseText<v1::Record>(
      "location { id: 'l1' location_type: PHYSICAL organization_id: '7' }");
  *row.add_records() = ParseText<v1::Record>(R"(
    service { id: 'AAAAAAAA-0000-4000-8000-000000000001' name: 'Beds'
      status: ACTIVE organization_id: '7'
      phones { service_id: 'aaaaaaaa-0000-4000-8000-000000000001'
               number: '988' }
      service_at_locations { id: '7' location { id: 'l1' }
        schedules { service_at_location_id: '7' } }
      attributes { link_id: '7' link_entity: 'service_at_location'
                   taxonomy_term_id: 't1' } })");
  const NormaliseContext context{
      .source = "bchd",
      .alias = [](v1::RecordType type,
                  const std::string& name) -> std::optional<std::string> {
        if (type == v1::ORGANIZATION && name == "7") return "kept-org";
        if (type == v1::RECORD_TYPE_UNSPECIFIED && name == "7") {
          return "kept-place";
        }
        if (name == "aaaaaaaa-0000-4000-8000-000000000001") {
          return "kept-service";
        }
        return std::nullopt;
      }};
  const NormalisedRow done = NormaliseRow(std::move(row), context);
  ASSERT_FALSE(done.skipped);
  EXPECT_EQ(done.records[0].organization().id(), "kept-org");
  EXPECT_EQ(done.records[0].organization().x_handrail().external_id(), "7");
  EXPECT_EQ(done.records[1].location().id(),
            NamespacedId("bchd", "location", "l1"));
  EXPECT_EQ(done.records[1].location().organization_id(), "kept-org");
  const v1::Service& service = done.records[2].service();
  EXPECT_EQ(service.id(), "kept-service");
  EXPECT_EQ(service.organization_id(), "kept-org");
  EXPECT_EQ(service.phones(0).service_id(), "kept-service");
  EXPECT_EQ(service.service_at_locations(0).id(), "kept-place");
  EXPECT_EQ(
      service.service_at_locations(0).schedules(0).service_at_location_id(),
      "kept-place");
  EXPECT_EQ(service.attributes(0).link_id(), "kept-place");
  EXPECT_EQ(DirectoryId(v1::ORGANIZATION, "7", context), "kept-org");
  EXPECT_EQ(DirectoryId(v1::LOCATION, "7", context),
            NamespacedId("bchd", "location", "7"));
}

TEST(NormaliseRowTest, NamespacesIdsAndReferencesAlike) {
  v1::Row row;
  *row.add_records() = ParseText<v1::Record>(
      "organization { id: 'o1' name: 'Hope' description: 'x' }");
  *row.add_records() = ParseText<v1::Record>(
      "location { id: 'l1' location_type: PHYSICAL organization_id: 'o1' "
      "phones { location_id: 'l1' number: '988' } }");
  *row.add_records() = ParseText<v1::Record>(R"(
    service { id: 's1' name: 'Beds' status: ACTIVE organization_id: 'o1'
      phones { id: 'p1' service_id: 's1' contact_id: 'c1' number: '988' }
      service_at_locations { id: 'sl1' location { id: 'l1' }
        schedules { service_at_location_id: 'sl1' } }
      attributes { link_id: 's1' link_entity: 'service'
        taxonomy_term_id: 't1' taxonomy_term { id: 't1' name: 'Food' } } })");
  const NormalisedRow done = NormaliseRow(std::move(row), {.source = "bchd"});
  ASSERT_FALSE(done.skipped);
  EXPECT_THAT(done.findings, IsEmpty());
  const std::string organization = NamespacedId("bchd", "organization", "o1");
  const std::string location = NamespacedId("bchd", "location", "l1");
  const std::string service = NamespacedId("bchd", "service", "s1");
  const std::string link = NamespacedId("bchd", "service_at_location", "sl1");
  const std::string term = NamespacedId("bchd", "taxonomy_term", "t1");

  EXPECT_EQ(done.records[0].organization().id(), organization);
  EXPECT_EQ(done.records[0].organization().x_handrail().external_id(), "o1");
  EXPECT_EQ(done.records[1].location().id(), location);
  EXPECT_EQ(done.records[1].location().organization_id(), organization);
  EXPECT_EQ(done.records[1].location().phones(0).location_id(), location);
  const v1::Service& s = done.records[2].service();
  EXPECT_EQ(s.id(), service);
  EXPECT_EQ(s.organization_id(), organization);
  EXPECT_EQ(s.phones(0).id(), "p1") << "ids of children stay";
  EXPECT_EQ(s.phones(0).contact_id(), "c1");
  EXPECT_EQ(s.phones(0).service_id(), service);
  EXPECT_EQ(s.service_at_locations(0).id(), link);
  EXPECT_EQ(s.service_at_locations(0).x_handrail().external_id(), "sl1");
  EXPECT_EQ(s.service_at_locations(0).location().id(), location);
  EXPECT_EQ(s.service_at_locations(0).schedules(0).service_at_location_id(),
            link);
  EXPECT_EQ(s.attributes(0).link_id(), service);
  EXPECT_EQ(s.attributes(0).taxonomy_term_id(), term);
  EXPECT_EQ(s.attributes(0).taxonomy_term().id(), term);
  EXPECT_THAT(s.attributes(0).taxonomy_term().source_text(0),
              EqualsProto("field: 'id' text: 't1'"));
}

TEST(NormaliseRowTest, KeepsUuidsUnlessAnotherSourceOwnsThem) {
  const NormaliseContext context{
      .source = "bchd",
      .id_owner = [](v1::RecordType type,
                     const std::string& id) -> std::optional<std::string> {
        if (type == v1::SERVICE && id == kServiceId) return "marin";
        if (type == v1::ORGANIZATION && id == kOtherId) return "bchd";
        return std::nullopt;
      }};
  const NormalisedRow row = Normalise(
      ServiceWith("organization_id: '38A5E766-F39B-5D28-8C39-06110E59EDC7' "
                  "service_at_locations { "
                  "id: '511a3c25-242d-56a0-8a0e-38a839f4d2ea' }"),
      context);
  EXPECT_THAT(Summary(row),
              ::testing::ElementsAre("NOTICE id-owned-by-another-source id"));
  const v1::Service& service = Service(row);
  EXPECT_EQ(service.id(), NamespacedId("bchd", "service", kServiceId));
  EXPECT_EQ(service.x_handrail().external_id(), kServiceId);
  EXPECT_EQ(service.organization_id(), kOtherId);
  EXPECT_EQ(service.service_at_locations(0).id(),
            NamespacedId("bchd", "service_at_location",
                         "511a3c25-242d-56a0-8a0e-38a839f4d2ea"))
      << "a copy's listing is not the other source's listing";
  // A second pass sees ids of our own and leaves them.
  v1::Row again;
  *again.add_records() = row.records[0];
  EXPECT_THAT(NormaliseRow(again, context).records[0],
              EqualsProto(row.records[0]));
}

TEST(NormaliseRowTest, FoldsBareReferences) {
  const NormalisedRow row = Normalise(
      ServiceWith("organization { id: 'o1' } "
                  "service_at_locations { id: 'a' location_id: 'l1' }"));
  const v1::Service& service = Service(row);
  EXPECT_FALSE(service.has_organization());
  EXPECT_EQ(service.organization_id(),
            NamespacedId("bchd", "organization", "o1"));
  EXPECT_EQ(service.service_at_locations(0).location().id(),
            NamespacedId("bchd", "location", "l1"));
}

TEST(NormaliseRowTest, TwoSourcesNeverShareACentroid) {
  const NormaliseContext context{
      .source = "b", .id_owner = [](v1::RecordType, const std::string& id) {
        EXPECT_EQ(id, "zip-21201");
        return std::optional<std::string>("a");
      }};
  const NormalisedRow row = Normalise(
      "centroid { area: ZIP_CODE code: '21201' latitude_e7: 392904000 "
      "longitude_e7: -766122000 }",
      context);
  EXPECT_THAT(Summary(row), ::testing::ElementsAre(
                                "ROW_SKIPPED id-owned-by-another-source code"));
}

// --- Provenance -------------------------------------------------------------

TEST(NormaliseRowTest, DatesRecordsByTheMostExplicitStatement) {
  const absl::Time as_of = absl::FromUnixSeconds(1'622'505'600);  // 2021-06-01
  struct Case {
    std::string name, fields;
    std::optional<absl::Time> as_of;
    std::string want;
  };
  const Case cases[] = {
      {"nothing said", "", std::nullopt, "source: 'bchd' method: FEED"},
      {"the load says", "", as_of,
       "source: 'bchd' method: FEED verified_at { seconds: 1622505600 }"},
      {"HSDS says", "assured_date: '2020-01-02'", as_of,
       "source: 'bchd' method: FEED verified_at { seconds: 1577923200 }"},
      {"the record says",
       "assured_date: '2020-01-02' x_handrail { provenance { source: 'x' "
       "method: CALL verified_at { seconds: 5 } } }",
       as_of, "source: 'x' method: CALL verified_at { seconds: 5 }"},
      {"the record does not say when",
       "x_handrail { provenance { method: "
       "CALL } }",
       as_of, "source: 'bchd' method: CALL"},
      {"last_modified never counts", "last_modified: '2020-01-02T00:00:00Z'",
       std::nullopt, "source: 'bchd' method: FEED"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const NormalisedRow row =
        Normalise(ServiceWith(c.fields + " service_at_locations { id: 'a' }"),
                  {.source = "bchd", .as_of = c.as_of});
    EXPECT_THAT(Service(row).x_handrail().provenance(), EqualsProto(c.want));
    EXPECT_THAT(Service(row).service_at_locations(0).x_handrail().provenance(),
                EqualsProto(c.want));
  }
}

// --- Recovery facts ---------------------------------------------------------

TEST(NormaliseRowTest, SortsListsAndKeepsUnknownCodesAsText) {
  const NormalisedRow row = Normalise(ServiceWith(R"(
    x_handrail {
      profile {
        any {
          payments {
            values { code: 'voucher' answer: YES }
            values { code: 'bitcoin' answer: YES }
            values { code: 'medicaid' answer: NO }
            values { code: 'voucher' answer: YES }
            values { code: 'medicaid' answer: YES }
          }
          languages { values { code: 'Spanish' answer: YES } }
          documents { any_of: 'photo_id' any_of: 'blood_oath' answer: YES }
        }
        housing { narr_level { code: 'level_9' answer: YES } }
      }
      terms { term: 'shelter' broader: true }
      terms { term: 'food' }
      terms { term: 'shelter' }
      coverage { kind: STATE code: 'Maryland' }
      coverage { kind: ZIP code: '9' }
      coverage { kind: NATIONWIDE }
      zone: 'Mars/Base'
      county: 'Kent County'
      unknown_json: '{"later":1}'
    })"));
  ASSERT_FALSE(row.skipped);
  const v1::RecordExtension& x = Service(row).x_handrail();
  EXPECT_THAT(x.profile(), EqualsProto(R"pb(
                any {
                  payments {
                    values { code: 'medicaid' answer: NO }
                    values { code: 'voucher' answer: YES }
                  }
                  languages { values { code: 'es' answer: YES } }
                  documents { any_of: 'other' any_of: 'photo_id' answer: YES }
                }
                housing {})pb"));
  ASSERT_EQ(x.terms_size(), 2);
  EXPECT_THAT(x.terms(0), EqualsProto("term: 'food'"));
  EXPECT_THAT(x.terms(1), EqualsProto("term: 'shelter'"));
  ASSERT_EQ(x.coverage_size(), 2);
  EXPECT_THAT(x.coverage(0), EqualsProto("kind: NATIONWIDE"));
  EXPECT_THAT(x.coverage(1), EqualsProto("kind: STATE code: 'MD'"));
  EXPECT_EQ(x.zone(), "");
  EXPECT_EQ(x.county(), "Kent");
  EXPECT_EQ(
      x.unknown_json(),
      R"({"later":1,"kept_as_text":[)"
      R"({"field":"profile.any.payments","value":{"code":"bitcoin","answer":"YES"}},)"
      R"({"field":"profile.any.payments","value":{"code":"medicaid","answer":"YES"}},)"
      R"({"field":"profile.housing.narr_level","value":{"answer":"YES","code":"level_9"}},)"
      R"({"field":"profile.any.documents","value":"blood_oath"},)"
      R"({"field":"coverage","value":{"kind":"ZIP","code":"9"}},)"
      R"({"field":"zone","value":"Mars/Base"}]})");
  EXPECT_EQ(row.findings.size(), 6u);
}

TEST(NormaliseRowTest, RefusesNoToOneValueOfAList) {
  const NormalisedRow row = Normalise(ServiceWith(
      "x_handrail { profile { any { cost { code: 'free' answer: NO } } } }"));
  EXPECT_THAT(Summary(row),
              ::testing::ElementsAre("VALUE_KEPT_AS_TEXT impossible-answer "
                                     "x_handrail.profile.any.cost"));
  EXPECT_FALSE(Service(row).x_handrail().profile().any().has_cost());
}

TEST(NormaliseRowTest, DropsFieldsOfNewerProgramsWithANotice) {
  v1::Row row;
  v1::Service& service = *row.add_records()->mutable_service();
  service.ParseFromString("\xC2\x3E\x03new");  // field 1000, three bytes
  service.set_id(kServiceId);
  service.set_name("Hope House");
  service.set_status(v1::ACTIVE);
  const NormalisedRow done = NormaliseRow(row, {.source = "bchd"});
  EXPECT_THAT(Summary(done), ::testing::ElementsAre("NOTICE unknown-field "));
  EXPECT_THAT(done.records[0].SerializeAsString(), Not(HasSubstr("new")));
}

}  // namespace
}  // namespace handrail::storage
