// Taking JSON apart: what is whole is cut at the right places, what is broken
// is named with its line.
#include "clients/formats/json_stream.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "clients/formats/json_tree.h"
#include "clients/formats/limits.h"
#include "clients/formats/meeting_guide_reader.h"
#include "tests/testing/testing.h"

namespace handrail::formats {
namespace {

std::vector<std::string> Elements(const std::string& text,
                                  const JsonPart& part) {
  std::vector<std::string> out;
  const absl::Status status =
      ForEachElementOfText(text, part, [&](const JsonElement& element) {
        out.push_back(std::string(element.text) + "@" +
                      std::to_string(element.line));
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok());
  return out;
}

TEST(JsonStreamTest, CutsListsObjectsAndLinesIntoElements) {
  struct Case {
    std::string name, text;
    JsonTop top;
    std::vector<std::string> elements;
  };
  const Case cases[] = {
      {"a list",
       "[{\"a\":1},\n {\"b\":[2,3]} ]\n",
       JsonTop::kArray,
       {"{\"a\":1}@1", "{\"b\":[2,3]}@2"}},
      {"one object", "{\"a\":\n1}", JsonTop::kObject, {"{\"a\":\n1}@1"}},
      {"lines",
       "{\"a\":1}\r\n{\"b\":2}\r\n",
       JsonTop::kObjects,
       {"{\"a\":1}@1", "{\"b\":2}@2"}},
      {"a mark of UTF-8 in front",
       "\xef\xbb\xbf[1, \"x]\", null]",
       JsonTop::kArray,
       {"1@1", "\"x]\"@1", "null@1"}},
      {"brackets and quotes in texts",
       R"(["a\"]", "}{"])",
       JsonTop::kArray,
       {R"("a\"]"@1)", R"("}{"@1)"}},
      {"an empty list", "[ ]", JsonTop::kArray, {}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const JsonOutline outline = OutlineJsonText(c.text);
    ASSERT_FALSE(outline.problem.has_value()) << outline.problem->message;
    EXPECT_EQ(outline.top, c.top);
    EXPECT_EQ(Elements(c.text, outline.whole), c.elements);
  }
}

TEST(JsonStreamTest, FindsTheMembersOfAnEnvelope) {
  const std::string text =
      "{\"total_items\": 2,\n\"contents\": [\n{\"id\":1},{\"id\":2}],"
      "\"empty\":false}";
  const JsonOutline outline = OutlineJsonText(text);
  ASSERT_EQ(outline.members.size(), 3u);
  EXPECT_EQ(outline.members[1].key, "contents");
  EXPECT_EQ(Elements(text, outline.members[1].part),
            (std::vector<std::string>{"{\"id\":1}@3", "{\"id\":2}@3"}));
}

TEST(JsonStreamTest, NamesWhatIsBrokenAndWhere) {
  struct Case {
    std::string name, text, reason;
    int64_t line;
  };
  const Case cases[] = {
      {"nothing", "", "empty-file", 1},
      {"only space", " \n\n", "empty-file", 3},
      {"cut off in an object", "[{\"a\":1},\n{\"b\"", "truncated", 2},
      {"cut off in a text", "[\"abc", "truncated", 1},
      {"text after the end", "[1]\n\n invalid text", "trailing-text", 3},
      {"two lists", "[1]\n[2]", "trailing-text", 2},
      {"a missing comma", "[1\n 2]", "not-json", 2},
      {"a comma too many", "[1,\n]", "not-json", 2},
      {"no quotation marks", "{a:1}", "not-json", 1},
      {"a key without a value", "{\"a\"}", "not-json", 1},
      {"the wrong bracket", "[1}", "not-json", 1},
      {"a word", "[truth]", "not-json", 1},
      {"a number with a zero in front", "[\n012]", "not-json", 2},
      {"a line end in a text", "[\"a\nb\"]", "not-json", 1},
      {"a control character", "[\"a\x01\"]", "not-json", 1},
      {"UTF-16", "\xff\xfe[\0", "not-utf8", 1},
      {"Latin-1", "[1,\n\"caf\xe9\"]", "not-utf8", 2},
      {"an overlong form", "[\"\xc0\xaf\"]", "not-utf8", 1},
      {"a NUL byte", std::string("[1,\n\0]", 6), "nul-byte", 2},
      {"65 deep", std::string(65, '['), "too-deep", 1},
      {"100,000 deep", std::string(100'000, '['), "too-deep", 1},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const JsonOutline outline = OutlineJsonText(c.text);
    ASSERT_TRUE(outline.problem.has_value());
    EXPECT_EQ(outline.problem->reason, c.reason);
    EXPECT_EQ(outline.problem->line, c.line);
    EXPECT_FALSE(outline.problem->hint.empty());
  }
}

// Whether a file is read line by line is a matter of speed alone: of the same
// text in memory, which is read byte by byte, the same is said.
TEST(JsonStreamTest, LinesSayTheSameAsTheirBytes) {
  const std::string good = "{\"a\":{\"b\":[1,2.5e3,\"x\"]},\"c\":null}";
  const std::string long_key(300, 'k');
  const std::string texts[] = {
      good + "\n" + good + "\n",
      good + "\r\n\r\n  \n" + good,
      "\xef\xbb\xbf" + good + "\n" + good,
      "  " + good + " \n\t" + good + "\n\n",
      good + "\n" + good + good + "\n" + good,
      good + "\n{\"a\":\n1}\n" + good,
      good + "\n[1]\n",
      good + "\n" + good + ",\n",
      good + "\n{\"a\":1\n",
      good + "\n{\"a\":\"caf\xe9\"}\n",
      good + "\n{\"a\":\"x\ty\"}\n",
      good + "\n{\"a\":01}\n",
      good + "\n{\"a\":" + std::string(1001, '1') + "}\n",
      good + "\n{\"a\":" + std::string(900, '1') + "}\n",
      good + "\n{\"" + std::string(2000, 'k') + "\":1}\n",
      good + "\n{\"" + long_key + "\":1}\n" + good,
      good + "\n{\"a\":" + std::string(65, '[') + std::string(65, ']') + "}",
      good + "\n{\"a\":" + std::string(63, '[') + std::string(63, ']') + "}",
      good + "\n{\"a\":\"" + std::string(300'000, 'x') + "\"}\n" + good,
      good + "\n" + std::string("{\"a\":\"\0\"}\n", 10),
  };
  const testing::TempDir folder;
  for (const std::string& text : texts) {
    SCOPED_TRACE(text.substr(0, 120));
    const JsonOutline bytes = OutlineJsonText(text);
    const std::string path = folder.File("lines.json");
    testing::WriteFile(path, text);
    const absl::StatusOr<JsonOutline> lines = OutlineJson(path);
    ASSERT_TRUE(lines.ok());
    ASSERT_EQ(lines->problem.has_value(), bytes.problem.has_value());
    if (bytes.problem.has_value()) {
      EXPECT_EQ(lines->problem->reason, bytes.problem->reason);
      EXPECT_EQ(lines->problem->line, bytes.problem->line);
      continue;
    }
    EXPECT_EQ(lines->top, bytes.top);
    EXPECT_EQ(lines->whole.begin, bytes.whole.begin);
    EXPECT_EQ(lines->members.size(), bytes.members.size());
    std::vector<std::string> elements;
    ASSERT_TRUE(ForEachElement(path, lines->whole, [&](const JsonElement& e) {
                  elements.push_back(std::string(e.text) + "@" +
                                     std::to_string(e.line));
                  return absl::OkStatus();
                }).ok());
    EXPECT_EQ(elements, Elements(text, bytes.whole));
  }
}

TEST(JsonStreamTest, LinesSayWhetherAnXHandrailMayFlag) {
  const testing::TempDir folder;
  const auto outline = [&](const std::string& text) {
    testing::WriteFile(folder.File("lines.json"), text);
    return OutlineJson(folder.File("lines.json"))->whole;
  };
  const std::string plain = "{\"id\":\"a\",\"x_handrail\":{\"zone\":1}}\n";
  EXPECT_TRUE(outline(plain + plain).lines);
  EXPECT_FALSE(outline(plain + plain).may_flag);
  for (const char* flagged :
       {R"({"l":[{"x_handrail":{"visibility":{}}}]})",
        R"({"\u0078_handrail":{"visibilit\u0079":1}})",
        R"({"x_handrail":"secret"})", R"({"x_handrail":[1]})"}) {
    EXPECT_TRUE(outline(plain + flagged).lines) << flagged;
    EXPECT_TRUE(outline(plain + flagged).may_flag) << flagged;
  }
  // Of what is no line nothing is known.
  EXPECT_FALSE(outline("[1]").lines);
  EXPECT_TRUE(outline("[1]").may_flag);
}

TEST(JsonStreamTest, NestingOf64IsStillRead) {
  const std::string text = std::string(64, '[') + std::string(64, ']');
  EXPECT_FALSE(OutlineJsonText(text).problem.has_value());
  JsonDocument document;
  EXPECT_FALSE(document.Parse(text).has_value());
}

TEST(JsonStreamTest, AnElementAboveTheLimitIsHandedOverWithoutItsText) {
  const std::string text =
      "[\"" + std::string(size_t{kElementBytesMax} + 1, 'x') + "\", 2]";
  EXPECT_EQ(Elements(text, OutlineJsonText(text).whole),
            (std::vector<std::string>{"@1", "2@1"}));
}

TEST(JsonTreeTest, KeepsTheSourcesOwnText) {
  JsonDocument document;
  ASSERT_FALSE(document
                   .Parse("{\"n\": 39.33704410000001 , \"s\":\"caf\\u00e9\", "
                          "\"l\":[ {\"x\" : 1 } ], \"e\":{ }}")
                   .has_value());
  const JsonValue& root = document.root();
  EXPECT_EQ(root.Find("n")->text, "39.33704410000001");
  EXPECT_EQ(root.Find("s")->string, "caf\xc3\xa9");
  EXPECT_EQ(root.Find("s")->text, "\"caf\\u00e9\"");
  EXPECT_EQ(root.Find("l")->text, "[ {\"x\" : 1 } ]");
  EXPECT_EQ(root.Find("e")->text, "{ }");
  EXPECT_EQ(JsonText(*root.Find("l")), "[{\"x\":1}]");
  EXPECT_EQ(root.Find("none"), nullptr);
}

TEST(JsonTreeTest, RefusesWrongEscapesAndWhatFollowsAValue) {
  JsonDocument document;
  for (const char* text : {"\"\\ud800\"", "\"\\x\"", "\"\\u12\""}) {
    SCOPED_TRACE(text);
    const auto problem = document.Parse(text, 7);
    ASSERT_TRUE(problem.has_value());
    EXPECT_EQ(problem->reason, "bad-escape");
    EXPECT_EQ(problem->line, 7);
  }
  for (const char* text : {"1,2", "1] [2", "", "{\"a\":1", "nul"}) {
    SCOPED_TRACE(text);
    EXPECT_TRUE(document.Parse(text).has_value());
  }
  // A number of any length is a number.
  EXPECT_FALSE(document.Parse("123456789012345678901234567890").has_value());
}

TEST(ClockTimeTest, ReadsTheTimesOfFeeds) {
  const std::pair<const char*, const char*> cases[] = {
      {"18:30", "18:30"},    {"6:30 PM", "18:30"},
      {"11:00 AM", "11:00"}, {"12:00 AM", "00:00"},
      {"12:15 pm", "12:15"}, {"8 pm", "20:00"},
      {"18:30:00", "18:30"}, {"24:00", "00:00"},
      {"25:00", ""},         {"18:60", ""},
      {"noon", ""},          {"", ""},
      {"13:00 PM", ""},      {"7", ""},
      {"18:30:99", ""},
  };
  for (const auto& [text, time] : cases) EXPECT_EQ(ClockTime(text), time);
}

}  // namespace
}  // namespace handrail::formats
