// Properties over rows made from awkward values by a seeded generator, and the
// phone numbers of real listings.
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <utility>

#include "handrail/v1/annotations.pb.h"
#include "storage/normalise/normalise.h"
#include "storage/normalise/phone.h"
#include "tests/testing/testing.h"

namespace handrail::storage {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

constexpr const char* kAwkward[] = {
    "",
    "x",
    "(410) 555-0100",
    "988",
    "Maryland",
    "USA",
    "GB",
    "02108",
    "2108",
    "9:00 AM",
    "24:00",
    "noon",
    "2021-06-01",
    "20210601",
    "Spanish",
    "pt-br",
    "MO,tu",
    "-1FR",
    "1,15",
    "America/New_York",
    "Mars/Base",
    "level_2",
    "medicaid",
    "photo_id",
    "MD/Kent",
    "MD",
    "21201",
    "service",
    "location",
    "Jose\xCC\x81",
    "a\x07z",
    "\xE2\x84\xAB",
    "35.50",
    "$5",
    "{\"a\":1}",
    "Kent County",
    "1-410-555-0100 x9",
    "38A5E766-F39B-5D28-8C39-06110E59EDC7",
};

// Nested records would skip the row, and with it the point.
bool IsNestedRecord(const FieldDescriptor& field) {
  const std::string& name = field.name();
  const auto* type = field.message_type();
  return type == v1::Organization::descriptor() ||
         type == v1::Program::descriptor() ||
         type == v1::Service::descriptor() || name == "locations" ||
         name == "location";
}

void Fill(Message& object, int depth, std::mt19937& random) {
  const auto& reflection = *object.GetReflection();
  const auto some = [&] {
    return std::string(kAwkward[random() % std::size(kAwkward)]);
  };
  for (int i = 0; i < object.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = object.GetDescriptor()->field(i);
    if (random() % 3 == 0) continue;
    const int copies = field->is_repeated() ? 1 + random() % 3 : 1;
    for (int copy = 0; copy < copies; ++copy) {
      switch (field->cpp_type()) {
        case FieldDescriptor::CPPTYPE_MESSAGE:
          if (depth == 0 || IsNestedRecord(*field)) break;
          Fill(field->is_repeated()
                   ? *reflection.AddMessage(&object, field)
                   : *reflection.MutableMessage(&object, field),
               depth - 1, random);
          break;
        case FieldDescriptor::CPPTYPE_STRING:
          if (field->is_repeated()) {
            reflection.AddString(&object, field, some());
          } else {
            reflection.SetString(&object, field, some());
          }
          break;
        case FieldDescriptor::CPPTYPE_ENUM:
          if (!field->is_repeated()) {
            reflection.SetEnumValue(&object, field, 1 + random() % 2);
          }
          break;
        case FieldDescriptor::CPPTYPE_INT32:
          reflection.SetInt32(&object, field, random() % 120);
          break;
        case FieldDescriptor::CPPTYPE_INT64:
          reflection.SetInt64(&object, field, random());
          break;
        case FieldDescriptor::CPPTYPE_BOOL:
          reflection.SetBool(&object, field, random() % 2 == 0);
          break;
        default:
          break;
      }
    }
  }
}

v1::Row RandomRow(std::mt19937& random) {
  v1::Row row;
  v1::Location& location = *row.add_records()->mutable_location();
  Fill(location, 3, random);
  location.set_id("l1");
  v1::Service& service = *row.add_records()->mutable_service();
  Fill(service, 4, random);
  service.set_id("s1");
  service.set_name("Hope House");
  // So that rows are skipped for one reason in a while, not for all at once.
  service.set_minimum_age(1);
  service.clear_schedules();
  if (random() % 4 == 0) Fill(*service.add_schedules(), 1, random);
  int link = 0;
  for (auto& one : *service.mutable_service_at_locations()) {
    one.set_id("link " + std::to_string(++link));
    one.clear_schedules();
    one.mutable_location()->set_id("l1");
  }
  location.clear_schedules();
  return row;
}

TEST(NormalisePropertyTest, NormalisingTwiceIsNormalisingOnce) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const NormaliseContext context{.source = "bchd",
                                 .as_of = absl::FromUnixSeconds(1622505600)};
  // Most random rows are too awkward to load.
  constexpr int kRowsWanted = 30;
  int loaded = 0;
  for (int round = 0; round < 5000 && loaded < kRowsWanted; ++round) {
    const v1::Row row = RandomRow(random);
    const NormalisedRow once = NormaliseRow(row, context);
    EXPECT_EQ(NormaliseRow(row, context).findings.size(), once.findings.size());
    if (once.skipped) continue;
    ++loaded;
    v1::Row again;
    for (const v1::Record& record : once.records) *again.add_records() = record;
    const NormalisedRow twice = NormaliseRow(again, context);
    ASSERT_FALSE(twice.skipped);
    for (size_t i = 0; i < once.records.size(); ++i) {
      ASSERT_THAT(twice.records[i], testing::EqualsProto(once.records[i]));
    }
  }
  EXPECT_EQ(loaded, kRowsWanted)
      << "the generator is too awkward to show anything";
}

TEST(NormaliseRealDataTest, ReadsThePhonesOfRealListings) {
  HANDRAIL_SHARED_DATA_OR_SKIP(path,
                               "hsds-3.0-derived-baltimore/services.ndjson");
  std::ifstream in(path);
  int all = 0, read = 0;
  for (std::string line; std::getline(in, line);) {
    const auto service = nlohmann::json::parse(line);
    if (!service.contains("phones")) continue;
    for (const auto& phone : service["phones"]) {
      ++all;
      const auto parsed = ParsePhone(phone["number"].get<std::string>(), "US");
      if (!parsed.has_value()) continue;
      ++read;
      EXPECT_EQ(ParsePhone(parsed->number, "US")->number, parsed->number);
    }
  }
  RecordProperty("phones", all);
  RecordProperty("read", read);
  EXPECT_GT(all, 500);
  EXPECT_GE(read * 100, all * 95) << read << " of " << all;
}

}  // namespace
}  // namespace handrail::storage
