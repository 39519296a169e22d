// CSV as it comes: whatever the quoting, the line ends and the encoding, the
// cells are those that were meant, on the lines where they stand; and what
// cannot be read says so with the line that is to blame.
#include "clients/formats/csv_table.h"

#include <fstream>
#include <random>

#include "clients/formats/csv_cut.h"
#include "clients/formats/csv_quick.h"
#include "clients/formats/limits.h"
#include "tests/testing/testing.h"

namespace handrail::formats {
namespace {

using ::handrail::testing::IsOk;
using ::handrail::testing::TempDir;

struct Table {
  CsvTable table;
  std::vector<std::vector<std::string>> rows;
  std::vector<int64_t> lines;
  std::vector<CsvFault> faults;
  std::vector<int64_t> offsets;
  std::string path;
};

Table ReadTable(std::string_view text) {
  static TempDir folder;
  Table read;
  read.path = folder.File("table.csv");
  std::ofstream(read.path, std::ios::binary)
      .write(text.data(), static_cast<std::streamsize>(text.size()));
  const absl::StatusOr<CsvTable> table = OutlineCsv(read.path);
  EXPECT_TRUE(table.ok()) << table.status();
  read.table = *table;
  if (table->problem.has_value()) return read;
  EXPECT_THAT(ForEachCsvRow(read.path, *table,
                            [&](const CsvRow& row) {
                              read.rows.push_back(row.cells);
                              read.lines.push_back(row.line);
                              read.faults.push_back(row.fault);
                              read.offsets.push_back(row.offset);
                              EXPECT_EQ(row.record,
                                        static_cast<int64_t>(read.rows.size()));
                              return absl::OkStatus();
                            }),
              IsOk());
  EXPECT_EQ(table->rows, static_cast<int64_t>(read.rows.size()));
  return read;
}

using Rows = std::vector<std::vector<std::string>>;

TEST(CsvTableTest, ReadsCellsWhateverTheLineEnds) {
  const Rows wanted = {{"1", "Hope House"}, {"2", "Harbor, \"The\"\nNorth"}};
  struct Case {
    std::string name, text;
  };
  const Case cases[] = {
      {"LF", "id,name\n1,Hope House\n2,\"Harbor, \"\"The\"\"\nNorth\"\n"},
      {"CR LF",
       "id,name\r\n1,Hope House\r\n2,\"Harbor, \"\"The\"\"\nNorth\"\r\n"},
      {"CR", "id,name\r1,Hope House\r2,\"Harbor, \"\"The\"\"\nNorth\"\r"},
      {"no end", "id,name\n1,Hope House\n2,\"Harbor, \"\"The\"\"\nNorth\""},
      {"byte order mark",
       "\xef\xbb\xbfid,name\n1,Hope House\n2,\"Harbor, \"\"The\"\"\nNorth\"\n"},
      {"tabs", "id\tname\n1\tHope House\n2\t\"Harbor, \"\"The\"\"\nNorth\"\n"},
      {"semicolons", "id;name\n1;Hope House\n2;\"Harbor, \"\"The\"\"\nNorth\""},
      {"empty lines",
       "id,name\n\n1,Hope House\n,\n2,\"Harbor, \"\"The\"\"\nNorth\"\n,,\n"},
      {"cells too many, empty",
       "id,name\n1,Hope House,,\n2,\"Harbor, \"\"The\"\"\nNorth\"\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Table read = ReadTable(c.text);
    EXPECT_FALSE(read.table.problem.has_value());
    EXPECT_EQ(read.table.header, (std::vector<std::string>{"id", "name"}));
    EXPECT_EQ(read.rows, wanted);
  }
}

TEST(CsvTableTest, KeepsCellsAsTheyAreWritten) {
  const Table read = ReadTable("a , b\n  x ,\" y\t\"\n");
  EXPECT_EQ(read.table.header, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(read.rows, (Rows{{"  x ", " y\t"}}));
}

TEST(CsvTableTest, CountsLinesThroughQuotedOnes) {
  const Table read = ReadTable("a,b\n1,\"x\ny\nz\"\n2,w\n");
  EXPECT_EQ(read.lines, (std::vector<int64_t>{2, 5}));
}

TEST(CsvTableTest, FindsARowAgainByItsOffset) {
  const std::string text =
      "\xef\xbb\xbf"
      "a,b\r\n1,\"x\r\ny\"\r\n2,w\r\n";
  const Table read = ReadTable(text);
  ASSERT_EQ(read.offsets.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    std::vector<std::string> cells;
    EXPECT_TRUE(ReadCsvRowAt(
        std::string_view(text).substr(static_cast<size_t>(read.offsets[i])),
        read.table, cells));
    EXPECT_EQ(cells, read.rows[i]);
  }
}

TEST(CsvTableTest, SaysWhichRowsDoNotFitTheHeader) {
  const Table read = ReadTable("a,b\n1\n1,2,3\n\"x\"y,2\n1,2\n");
  EXPECT_EQ(read.faults,
            (std::vector<CsvFault>{CsvFault::kShort, CsvFault::kLong,
                                   CsvFault::kQuotes, CsvFault::kNone}));
}

TEST(CsvTableTest, TakesQuotationMarksInsideAPlainCell) {
  const Table read = ReadTable("a,b\n12\" pipe,\"x, y\"\n");
  EXPECT_EQ(read.rows, (Rows{{"12\" pipe", "x, y"}}));
}

TEST(CsvTableTest, ConvertsLatin1RowByRow) {
  const Table read = ReadTable("a\nCaf\xe9\nSe\xc3\xb1or\n\x93quoted\x94\n");
  EXPECT_EQ(read.rows, (Rows{{"Café"}, {"Señor"}, {"“quoted”"}}));
  EXPECT_EQ(read.table.latin1_rows, 2);
  EXPECT_EQ(read.table.latin1_line, 2);
}

TEST(CsvTableTest, NamesColumnsWithoutANameOrWithAnothers) {
  const Table read = ReadTable("a,,A\n1,2,3\n");
  EXPECT_EQ(read.table.header,
            (std::vector<std::string>{"a", "column 2", "A (2)"}));
  EXPECT_EQ(read.table.Column("A"), 0);
  EXPECT_EQ(read.table.repeated_names, 1);
}

TEST(CsvTableTest, RefusesWhatIsNoTable) {
  struct Case {
    std::string name, text, reason;
    int64_t line;
  };
  const std::string utf16(
      "\xff\xfe"
      "a\0,\0b\0\n\0",
      10);
  const std::string bare16("a\0,\0b\0\n\0", 8);
  const std::string nul("a,b\n1,2\n3,\0\n", 12);
  const Case cases[] = {
      {"empty", "", "empty-file", 0},
      {"UTF-16", utf16, "not-utf8", 1},
      {"UTF-16 without its mark", bare16, "not-utf8", 1},
      {"NUL", nul, "nul-byte", 3},
      {"bytes of no text", "a,b\n1,\x81\n", "not-utf8", 2},
      {"a name of no text", "a,b\x81\n1,2\n", "not-utf8", 1},
      {"unclosed", "a,b\n1,2\n3,\"4\n5,6\n7,8\n", "unclosed-quote", 3},
      {"unclosed after a closed one", "a,b\n\"1\n2\",\"3\n4,5\n",
       "unclosed-quote", 3},
      {"a first line of wrong quotation marks", "a,\"b\"c\"\n1,2\n3,4\n",
       "not-csv", 1},
      {"10^6 columns", std::string(1'000'000, ','), "too-many-columns", 1},
      {"10^6 named columns",
       [] {
         std::string text = "a";
         for (int i = 1; i < 1'000'000; ++i) text += ",b";
         return text + "\n1\n";
       }(),
       "too-many-columns", 1},
      {"a long cell", "a\n" + std::string(kCsvRowBytesMax + 1, 'x') + "\n1\n",
       "too-long", 2},
      {"a long quoted cell",
       "a\n1\n\"" + std::string(kCsvRowBytesMax, 'x') + "\"\n", "too-long", 3},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Table read = ReadTable(c.text);
    ASSERT_TRUE(read.table.problem.has_value());
    EXPECT_EQ(read.table.problem->reason, c.reason);
    EXPECT_EQ(read.table.problem->line, c.line);
    EXPECT_FALSE(read.table.problem->hint.empty());
  }
}

TEST(CsvTableTest, CountsTheCellsOfAnEndlessRowWithoutKeepingThem) {
  const Table read =
      ReadTable("a,b\n" + std::string(1'000'000, ',') + "x\n1,2\n");
  EXPECT_EQ(read.faults,
            (std::vector<CsvFault>{CsvFault::kLong, CsvFault::kNone}));
}

TEST(CsvTableTest, PeeksAtTheHeaderOfAnyStart) {
  EXPECT_EQ(PeekCsv("id\tname\n1\tx").header,
            (std::vector<std::string>{"id", "name"}));
  EXPECT_EQ(PeekCsv("id,name").header,
            (std::vector<std::string>{"id", "name"}));
  EXPECT_TRUE(PeekCsv("").header.empty());
  EXPECT_TRUE(PeekCsv("\"id").header.empty());
}

TEST(CsvTableTest, TellsWhatWasOddAboutAFileOnce) {
  std::vector<v1::Finding> findings;
  FindingLog log([&](const v1::Finding& f) { findings.push_back(f); });
  const Table read = ReadTable("a,a\n\xe9,1\n,\n\xe9,2\n");
  LogCsvNotices(read.table, {}, log);
  ASSERT_EQ(findings.size(), 3u);
  EXPECT_EQ(findings[0].reason(), "latin-1");
  EXPECT_EQ(findings[0].origin().line(), 2);
  EXPECT_EQ(findings[1].reason(), "duplicate-column");
  EXPECT_EQ(findings[2].reason(), "empty-row");
}

// What the quick way takes, the parser takes likewise.
TEST(CsvQuickTest, GivesTheCellsOfTheParser) {
  constexpr std::string_view kAlphabet = "ab,,\"\" \n\r\xc3";
  std::mt19937 random(7);
  int quick = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    for (size_t left = 1 + random() % 12; left > 0; --left) {
      text.push_back(kAlphabet[random() % kAlphabet.size()]);
    }
    SCOPED_TRACE(text);
    std::vector<std::string> cells = {"left from before"};
    size_t count = 0;
    if (!CutQuickRow(text, ',', cells, count)) continue;
    ++quick;
    const size_t end = text.find_first_of("\r\n");
    ASSERT_NE(end, std::string::npos);
    CsvParser parser(',', true);
    ASSERT_TRUE(parser.Feed(std::string_view(text).substr(0, end + 1)));
    ASSERT_EQ(parser.count(), count);
    cells.resize(count);
    parser.cells().resize(count);
    ASSERT_EQ(parser.cells(), cells);
  }
  EXPECT_GT(quick, 10'000);
}

TEST(CsvQuickTest, LeavesWhatIsNotCertainToTheParser) {
  std::vector<std::string> cells;
  size_t count = 0;
  for (const char* text : {"", "\n", "a,b", "\"a", "\"a\"", "a\"b\n",
                           "\"a\" \n", "\"a\nb\",c\n", "\"a\"\"\n"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(CutQuickRow(text, ',', cells, count));
  }
  EXPECT_FALSE(
      CutQuickRow(std::string(kCsvColumnsMax, ',') + "\n", ',', cells, count));
}

}  // namespace
}  // namespace handrail::formats
