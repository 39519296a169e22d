// The database's keys and values have the bytes that storage/FORMAT.md gives.
#include "storage/journal/rocks_layout.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>

namespace handrail::storage::layout {
namespace {

using namespace std::string_literals;

TEST(RocksLayoutTest, HasTheBytesThatAreDocumented) {
  const std::string seven = "\x00\x00\x00\x00\x00\x00\x00\x07"s;
  EXPECT_EQ(PositionKey("directory"), "pdirectory\0"s);
  EXPECT_EQ(EntryKey("directory", 7), "edirectory\0"s + seven);
  EXPECT_EQ(StateKey("directory", "f\x03"s + "ab"),
            "kdirectory\0f\x03"s + "ab");
  EXPECT_EQ(AuditKey("directory", 7, 1),
            "adirectory\0"s + seven + "\x00\x00\x00\x01"s);
  EXPECT_EQ(RequestKey("directory", "load-1/3"), "rdirectory\0load-1/3"s);
  EXPECT_EQ(ChangeKey("directory", "f\x03"s + "ab", 7),
            "hdirectory\0f\x03"s + "ab\0\x01"s + seven);
  EXPECT_EQ(ChangeKey("directory", "a\0b"s, 7),
            "hdirectory\0a\0\xff"s + "b\0\x01"s + seven);
  EXPECT_EQ(TrimKey("directory"), "tdirectory\0"s);
  EXPECT_EQ(NumberValue(7), seven);
  EXPECT_EQ(StateValue(7, "x"), "\x07x"s);
  EXPECT_EQ(StateValue(300, "x"), "\xac\x02x"s);
}

TEST(RocksLayoutTest, ReadsBackChanges) {
  for (const std::string& key :
       {"f\x03"s + "ab", "a\0b"s, "a\0"s, "\0"s, "\0\xff"s, "\0\1"s, "a"s}) {
    for (const uint64_t position : {uint64_t{1}, uint64_t{0x0001ff00}}) {
      const std::string row = ChangeKey("directory", key, position)
                                  .substr(TablePrefix('h', "directory").size());
      const auto change = ParseChange(row);
      ASSERT_TRUE(change.has_value());
      EXPECT_EQ(change->key, key);
      EXPECT_EQ(change->position, position);
      EXPECT_FALSE(ParseChange(row.substr(0, row.size() - 1)).has_value());
      EXPECT_FALSE(ParseChange(row + "x").has_value());
    }
  }
  EXPECT_FALSE(ParseChange("").has_value());
  EXPECT_FALSE(ParseChange("ab").has_value());
  EXPECT_FALSE(ParseChange("a\0\2b"s).has_value());
}

TEST(RocksLayoutTest, GroupsValuesByTheirFirstText) {
  EXPECT_EQ(GroupOf(StateKey("directory", "r\x04here\0\1service"s)),
            "kdirectory\0r\x04here\0\1"s);
  EXPECT_EQ(GroupOf(StateKey("directory", "r\x04here\0\1"s)),
            "kdirectory\0r\x04here\0\1"s);
  EXPECT_EQ(GroupOf(StateKey("directory", "n\0\xff\0\1\x03\0\1x"s)),
            "kdirectory\0n\0\xff\0\1"s);
  // The end of the stream's name and a first byte of 01 are no end of a text.
  EXPECT_EQ(GroupOf(StateKey("directory", "\1x"s)), std::nullopt);
  EXPECT_EQ(GroupOf(StateKey("directory", "r\x04here\0\xff"s)), std::nullopt);
  EXPECT_EQ(GroupOf(ChangeKey("directory", "ab", 7)), std::nullopt);
  EXPECT_EQ(GroupOf("k"), std::nullopt);
  EXPECT_EQ(GroupOf(""), std::nullopt);
}

TEST(RocksLayoutTest, ReadsBackNumbersAndStates) {
  for (const uint64_t number :
       {uint64_t{0}, uint64_t{1}, uint64_t{127}, uint64_t{128}, uint64_t{16383},
        uint64_t{1} << 32, (uint64_t{1} << 63) - 1, uint64_t{1} << 63,
        UINT64_MAX}) {
    EXPECT_EQ(ParseNumber(NumberValue(number)), number);
    const std::string bytes = StateValue(number, "value");
    const auto parts = ParseStateValue(bytes);
    ASSERT_TRUE(parts.has_value()) << number;
    EXPECT_EQ(parts->version, number);
    EXPECT_EQ(parts->value, "value");
  }
}

TEST(RocksLayoutTest, RefusesWhatItNeverWrote) {
  EXPECT_EQ(ParseNumber(""), std::nullopt);
  EXPECT_EQ(ParseNumber("1234567"), std::nullopt);
  EXPECT_EQ(ParseNumber("123456789"), std::nullopt);
  EXPECT_FALSE(ParseStateValue("").has_value());
  EXPECT_FALSE(ParseStateValue("\x80").has_value());
  EXPECT_FALSE(ParseStateValue(std::string(9, '\xff') + "\x02").has_value());
  EXPECT_FALSE(ParseStateValue(std::string(11, '\x80')).has_value());
}

TEST(RocksLayoutTest, SurvivesAnyBytes) {
  constexpr unsigned kSeed = 20260604;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  for (int i = 0; i < 100'000; ++i) {
    std::string bytes(random() % 16, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    const auto parts = ParseStateValue(bytes);
    if (parts.has_value()) {
      ASSERT_LE(parts->value.size(), bytes.size());
    }
  }
}

}  // namespace
}  // namespace handrail::storage::layout
