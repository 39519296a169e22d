// The quick way to read x_handrail against protobuf's own.
#include "clients/formats/json_message.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "handrail/v1/profile.pb.h"
#include "handrail/v1/record.pb.h"
#include "tests/testing/testing.h"

namespace handrail::formats {
namespace {

using google::protobuf::util::JsonStringToMessage;
using google::protobuf::util::MessageDifferencer;

// What protobuf makes of the text; false where it refuses.
bool ReadByProtobuf(const std::string& text, v1::RecordExtension& out) {
  return JsonStringToMessage(text, &out).ok();
}

bool ReadQuickly(const std::string& text, v1::RecordExtension& out) {
  JsonDocument document;
  HANDRAIL_CHECK(!document.Parse(text).has_value());
  return FillPlainly(document.root(), out);
}

// Every object that stands under "x_handrail" anywhere in the value.
void ForEachExtension(const JsonValue& value, int& seen) {
  for (size_t i = 0; i < value.items.size(); ++i) {
    const bool ours = value.IsObject() && value.keys[i] == "x_handrail";
    if (!ours) {
      ForEachExtension(value.items[i], seen);
      continue;
    }
    v1::RecordExtension expected;
    // Those of phones and schedules are not RecordExtensions.
    if (!ReadByProtobuf(JsonText(value.items[i]), expected)) continue;
    v1::RecordExtension quick;
    ASSERT_TRUE(FillPlainly(value.items[i], quick)) << JsonText(value.items[i]);
    EXPECT_TRUE(MessageDifferencer::Equals(quick, expected))
        << JsonText(value.items[i]);
    ++seen;
  }
}

TEST(JsonMessageTest, ReadsAllOfTheSampleAsProtobufDoes) {
  std::ifstream file(testing::SourceData("clients/sample/services.ndjson"));
  ASSERT_TRUE(file);
  std::string line;
  int seen = 0;
  while (std::getline(file, line)) {
    JsonDocument document;
    ASSERT_FALSE(document.Parse(line).has_value());
    ForEachExtension(document.root(), seen);
  }
  EXPECT_GT(seen, 200);
}

TEST(JsonMessageTest, WhatItTakesIsWhatProtobufTakes) {
  for (const char* const text : {
           R"({})",
           R"({"visibility": {"confidentialLocation": true}})",
           R"({"visibility": {"confidential_location": true}})",
           R"({"terms": [{"term": "meals"}, {"term": "shelter"}]})",
           R"({"terms": []})",
           R"({"provenance": {"verifiedAt": "2026-06-01T12:00:00Z"}})",
           R"({"provenance": {"verifiedAt": "2026-06-01T12:00:00.5+02:00"}})",
           R"({"county": "Tamarack", "approximate": false})",
           R"({"profile": {"housing": {"children": {"answer": "YES"}}}})",
       }) {
    v1::RecordExtension expected;
    ASSERT_TRUE(ReadByProtobuf(text, expected)) << text;
    v1::RecordExtension quick;
    EXPECT_TRUE(ReadQuickly(text, quick)) << text;
    EXPECT_TRUE(MessageDifferencer::Equals(quick, expected)) << text;
  }
}

// Wrong, or right in a way that only protobuf's parser knows.
TEST(JsonMessageTest, WhatIsNotPlainIsLeftToProtobuf) {
  for (const char* const text : {
           R"({"visibility": {"confidentialLocatoin": true}})",
           R"({"visibility": {"confidentialLocation": "true"}})",
           R"({"visibility": null})",
           R"({"county": 7})",
           R"({"county": "a", "county": "b"})",
           R"({"terms": {"term": "meals"}})",
           R"({"provenance": {"verifiedAt": "yesterday"}})",
           R"({"provenance": {"verifiedAt": 5}})",
           R"({"profile": {"housing": {"children": {"answer": "MAYBE"}}}})",
           R"({"profile": {"housing": {"children": {"answer": 1}}}})",
           R"([])",
       }) {
    v1::RecordExtension quick;
    EXPECT_FALSE(ReadQuickly(text, quick)) << text;
  }
}

}  // namespace
}  // namespace handrail::formats
