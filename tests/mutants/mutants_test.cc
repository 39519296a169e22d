// The list of planted mistakes and the code name the same ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/testing/testing.h"

namespace handrail {
namespace {

using ::handrail::testing::ReadFile;
using ::handrail::testing::SourceData;

std::string Trimmed(const std::string& text) {
  const size_t begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

// The columns of each line of mutants.txt that is no comment.
std::vector<std::vector<std::string>> ListedRows() {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(ReadFile(SourceData("tests/mutants/mutants.txt")));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream cells(line);
    rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, '|');) {
      rows.back().push_back(Trimmed(cell));
    }
  }
  return rows;
}

// Adds the names in HANDRAIL_MUTATE(name, …) below `folder`.
void CollectPlanted(const char* folder, std::set<std::string>& out) {
  static const std::regex mutate(R"(HANDRAIL_MUTATE\(\s*([a-z0-9_]+)\s*,)");
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(SourceData(folder))) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".cc" && extension != ".h") continue;
    if (entry.path().filename() == "mutant.h") continue;
    const std::string text = ReadFile(entry.path());
    for (std::sregex_iterator it(text.begin(), text.end(), mutate), end;
         it != end; ++it) {
      out.insert((*it)[1]);
    }
  }
}

TEST(MutantsTest, EveryLineHasItsFourColumns) {
  for (const auto& row : ListedRows()) {
    SCOPED_TRACE(row[0]);
    ASSERT_EQ(row.size(), 4u);
    for (const std::string& cell : row) EXPECT_FALSE(cell.empty());
  }
}

TEST(MutantsTest, ListAndCodeNameTheSameMutants) {
  std::set<std::string> listed;
  for (const auto& row : ListedRows()) {
    EXPECT_TRUE(listed.insert(row[0]).second) << row[0] << " is listed twice";
  }
  std::set<std::string> planted;
  for (const char* folder : {"storage", "matcher", "server", "clients"}) {
    CollectPlanted(folder, planted);
  }
  EXPECT_EQ(listed, planted);
}

}  // namespace
}  // namespace handrail
