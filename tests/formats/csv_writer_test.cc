#include "clients/formats/csv_writer.h"

#include <gtest/gtest.h>

#include <string>

namespace handrail::formats {
namespace {

std::string Row(const std::vector<std::string>& cells) {
  std::string out;
  AppendCsvRow(cells, out);
  return out;
}

TEST(CsvWriterTest, QuotesWhatRfc4180WantsQuoted) {
  EXPECT_EQ(Row({"id", "Harbor House", ""}), "id,Harbor House,\r\n");
  EXPECT_EQ(Row({"a,b", "say \"hi\"", "two\nlines"}),
            "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n");
  EXPECT_EQ(Row({" before", "after "}), "\" before\",\"after \"\r\n");
}

TEST(CsvWriterTest, NoCellIsAFormula) {
  for (const char* const risky :
       {"=1+1", "=HYPERLINK(\"http://example.org\")", "+SUM(A1)", "-2+3",
        "@cmd", "\tx", "\rx", "-", "+", "=", "-1.2.3", "+1 410 555 0100"}) {
    EXPECT_EQ(FormulaSafe(risky), "'" + std::string(risky));
  }
  for (const char* const plain :
       {"", "Harbor", "-76.6122", "+14105550100", "12", "1-2", "a=b", "'x"}) {
    EXPECT_EQ(FormulaSafe(plain), plain);
  }
}

}  // namespace
}  // namespace handrail::formats
