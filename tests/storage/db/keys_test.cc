// Keys: their bytes as FORMAT.md gives them, their order, and that every key
// has one form and every form one key.
#include "storage/db/keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace handrail::storage::keys {
namespace {

using namespace std::string_literals;
using handrail::v1::RecordRef;
using handrail::v1::RecordType;

RecordRef Ref(RecordType type, const std::string& id) {
  RecordRef ref;
  ref.set_type(type);
  ref.set_id(id);
  return ref;
}

// Changing one of these changes what is on people's disks: see FORMAT.md.
TEST(KeysTest, HasTheBytesThatAreDocumented) {
  EXPECT_EQ(FullKey(Ref(v1::SERVICE, "ab")), "f\x03"s + "ab");
  EXPECT_EQ(PublicKey(Ref(v1::LOCATION, "ab")), "p\x04"s + "ab");
  EXPECT_EQ(SourceKey("bchd", Ref(v1::SERVICE, "ab")),
            "s"s + "bchd\x00\x01"s + "\x03"s + "ab");
  EXPECT_EQ(ReferenceKey(Ref(v1::LOCATION, "here"), "service"),
            "r\x04"s + "here\x00\x01"s + "service");
  EXPECT_EQ(LoadKey("ab"), "lab");
  EXPECT_EQ(LoadStartKey(0, "ab"), "t\x7f\xff\xff\xff\xff\xff\xff\xff"s + "ab");
  EXPECT_EQ(LoadStartKey(1, "ab"), "t\x7f\xff\xff\xff\xff\xff\xff\xfe"s + "ab");
  EXPECT_EQ(CountKey("bchd", v1::SERVICE), "c"s + "bchd\x00\x01"s + "\x03"s);
  EXPECT_EQ(SourceKey("a\0b"s, Ref(v1::SERVICE, "c")),
            "s"s + "a\x00\xff"s + "b\x00\x01"s + "\x03"s + "c");
}

TEST(KeysTest, HasTheBytesOfQueuesThatAreDocumented) {
  const std::string start_of_1970 = "\x80\x00\x00\x00\x00\x00\x00\x00"s;
  EXPECT_EQ(ReportKey("ab"), "eab");
  EXPECT_EQ(ReportStateKey(0, 0, "ab"), "o\x00"s + start_of_1970 + "ab");
  EXPECT_EQ(ReportStateKey(v1::ErrorReport::OPEN, 1, "ab"),
            "o\x01\x80\x00\x00\x00\x00\x00\x00\x01"s + "ab");
  EXPECT_EQ(ConflictKey("ab"), "xab");
  EXPECT_EQ(OpenConflictKey(0, "ab"), "y"s + start_of_1970 + "ab");
  EXPECT_EQ(RecordConflictKey(Ref(v1::SERVICE, "here"), "ab"),
            "z\x03here\x00\x01"s + "ab");
  EXPECT_EQ(DecisionKey("a", "b"), "da\x00\x01"s + "b");
}

TEST(KeysTest, HasTheBytesOfAliasesThatAreDocumented) {
  EXPECT_EQ(AliasKey("bchd", v1::SERVICE, "12"), "nbchd\x00\x01\x03"s + "12");
  EXPECT_EQ(AliasKey("bchd", v1::RECORD_TYPE_UNSPECIFIED, "12"),
            "nbchd\x00\x01\x00"s + "12");
}

TEST(KeysTest, BeginsWithItsPrefixAndWithNoOther) {
  EXPECT_TRUE(
      FullKey(Ref(v1::SERVICE, "x")).starts_with(FullPrefix(v1::SERVICE)));
  EXPECT_FALSE(
      FullKey(Ref(v1::LOCATION, "x")).starts_with(FullPrefix(v1::SERVICE)));
  // A source's records are not those of a source whose name is longer.
  const std::string longer = SourceKey("bchd2", Ref(v1::SERVICE, "x"));
  EXPECT_FALSE(longer.starts_with(SourcePrefix("bchd")));
  const std::string zero = SourceKey("bchd\0"s, Ref(v1::SERVICE, "x"));
  EXPECT_FALSE(zero.starts_with(SourcePrefix("bchd")));
  EXPECT_FALSE(ReferenceKey(Ref(v1::LOCATION, "ab"), "s")
                   .starts_with(ReferencePrefix(Ref(v1::LOCATION, "a"))));
}

TEST(KeysTest, SortsRecordsByIdAndLoadsByNewestStart) {
  EXPECT_LT(FullKey(Ref(v1::SERVICE, "a")), FullKey(Ref(v1::SERVICE, "aa")));
  EXPECT_LT(FullKey(Ref(v1::SERVICE, "aa")), FullKey(Ref(v1::SERVICE, "b")));
  EXPECT_LT(FullKey(Ref(v1::SERVICE, "z")), FullKey(Ref(v1::LOCATION, "a")));
  EXPECT_LT(SourceKey("a", Ref(v1::SERVICE, "z")),
            SourceKey("a\0"s, Ref(v1::SERVICE, "a")));
  EXPECT_LT(SourceKey("a\0"s, Ref(v1::SERVICE, "z")),
            SourceKey("aa", Ref(v1::SERVICE, "a")));
  const std::vector<int64_t> newest_first = {
      INT64_MAX, 1'622'505'600'000'000, 1, 0, -1, INT64_MIN};
  for (size_t i = 1; i < newest_first.size(); ++i) {
    EXPECT_LT(LoadStartKey(newest_first[i - 1], "z"),
              LoadStartKey(newest_first[i], "a"));
    EXPECT_GT(OpenConflictKey(newest_first[i - 1], "a"),
              OpenConflictKey(newest_first[i], "z"));
  }
}

TEST(KeysTest, RefusesBytesThatAreNoKey) {
  const std::string cases[] = {
      "",
      "f",
      "f\x03"s,                       // no id
      "f\x00"s + "id",                // no type
      "f\x7f"s + "id",                // a type nobody knows
      "F\x03"s + "id",                // no kind
      "s"s + "bchd",                  // source does not end
      "s"s + "bchd\x00"s,             // cut inside the end
      "s"s + "bchd\x00\x02"s,         // neither zero nor end
      "s"s + "bchd\x00\x01"s,         // no type
      "s"s + "bchd\x00\x01\x03"s,     // no id
      "s"s + "\x00\x01\x03"s + "id",  // no source
      "r\x04"s + "here\x00\x01"s,     // no service
      "l",
      "t\x7f\xff"s,  // half a time
      "t\x7f\xff\xff\xff\xff\xff\xff\xff"s,
      "c"s + "bchd\x00\x01\x03"s + "x",  // something left
      "e",
      "o\x01\x80"s,                                    // half a time
      "o\x09\x80\x00\x00\x00\x00\x00\x00\x00"s + "a",  // an unknown status
      "o\x01\x80\x00\x00\x00\x00\x00\x00\x00"s,        // no report
      "x",
      "y\x80\x00\x00\x00\x00\x00\x00\x00"s,  // no conflict
      "z\x03here\x00\x01"s,                  // no conflict
      "da\x00\x01"s,                         // no second listing
      "dab",                                 // first does not end
      "nbchd\x00\x01\x03"s,                  // no name
      "nbchd\x00\x01\x7f"s + "12",           // a kind nobody knows
  };
  for (const std::string& bytes : cases) {
    EXPECT_EQ(ParseKey(bytes), std::nullopt) << ::testing::PrintToString(bytes);
  }
}

std::string SomeText(std::mt19937& random) {
  // Many zeros and what stands beside them in the escapes.
  constexpr char kBytes[] = {'\0', '\x01', '\xff', 'a', 'b', '/'};
  std::string text;
  const size_t size = 1 + random() % 6;
  while (text.size() < size) text.push_back(kBytes[random() % 6]);
  return text;
}

TEST(KeysTest, GivesBackWhatItWasBuiltFrom) {
  constexpr unsigned kSeed = 20260602;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  for (int i = 0; i < 20'000; ++i) {
    const auto type = static_cast<RecordType>(1 + random() % 8);
    const std::string id = SomeText(random);
    const Key cases[] = {
        {.kind = Kind::kFull, .type = type, .id = id},
        {.kind = Kind::kPublic, .type = type, .id = id},
        {.kind = Kind::kBySource,
         .type = type,
         .id = id,
         .source = SomeText(random)},
        {.kind = Kind::kByReference,
         .type = type,
         .id = id,
         .service_id = SomeText(random)},
        {.kind = Kind::kLoad, .id = id},
        {.kind = Kind::kLoadByStart,
         .id = id,
         .at_us = static_cast<int64_t>((uint64_t{random()} << 32) | random())},
        {.kind = Kind::kCount, .type = type, .source = id},
        {.kind = Kind::kReport, .id = id},
        {.kind = Kind::kReportByState,
         .id = id,
         .status = static_cast<int>(random() % 4),
         .at_us = static_cast<int64_t>((uint64_t{random()} << 32) | random())},
        {.kind = Kind::kConflict, .id = id},
        {.kind = Kind::kOpenConflict,
         .id = id,
         .at_us = static_cast<int64_t>((uint64_t{random()} << 32) | random())},
        {.kind = Kind::kConflictByRecord,
         .type = type,
         .id = id,
         .second_id = SomeText(random)},
        {.kind = Kind::kDecision, .id = id, .second_id = SomeText(random)},
        {.kind = Kind::kAlias, .type = type, .id = id, .source = id},
        {.kind = Kind::kAlias, .id = id, .source = id},
    };
    for (const Key& key : cases) {
      const std::string bytes = BuildKey(key);
      const std::optional<Key> parsed = ParseKey(bytes);
      ASSERT_TRUE(parsed.has_value());
      ASSERT_EQ(*parsed, key);
    }
  }
}

TEST(KeysTest, BuildsAgainWhatItParsed) {
  constexpr unsigned kSeed = 20260603;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  constexpr char kBytes[] = {'f',  'p',    's',    'r',    'l',   't', 'c',
                             'e',  'o',    'x',    'y',    'z',   'd', 'b',
                             '\0', '\x01', '\x03', '\x04', '\xff'};
  int parsed = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string bytes;
    const size_t size = random() % 14;
    while (bytes.size() < size)
      bytes.push_back(kBytes[random() % std::size(kBytes)]);
    const std::optional<Key> key = ParseKey(bytes);
    if (!key.has_value()) continue;
    ++parsed;
    ASSERT_EQ(BuildKey(*key), bytes);
  }
  EXPECT_GT(parsed, 1000);
}

}  // namespace
}  // namespace handrail::storage::keys
