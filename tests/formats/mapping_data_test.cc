// Checks clients/formats/data itself: every term is in the taxonomy, every
// fact path is a profile field and every value one of its codes. Counts what
// the tables make of the real data.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "handrail/v1/annotations.pb.h"
#include "handrail/v1/profile.pb.h"
#include "tests/testing/testing.h"

namespace handrail {
namespace {

using nlohmann::json;
using Row = std::map<std::string, std::string>;

std::vector<std::string> Split(const std::string& text,
                               const std::string& separator) {
  std::vector<std::string> parts;
  size_t from = 0;
  for (size_t to; (to = text.find(separator, from)) != std::string::npos;
       from = to + separator.size()) {
    parts.push_back(text.substr(from, to - from));
  }
  parts.push_back(text.substr(from));
  return parts;
}

std::vector<Row> ReadTable(const std::string& name) {
  std::istringstream lines(
      testing::ReadFile(testing::SourceData("clients/formats/data/" + name)));
  std::vector<std::string> columns;
  std::vector<Row> rows;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    const std::vector<std::string> cells = Split(line, "\t");
    if (columns.empty()) {
      columns = cells;
      continue;
    }
    EXPECT_EQ(cells.size(), columns.size()) << name << ": " << line;
    Row row;
    for (size_t i = 0; i < columns.size(); ++i) row[columns[i]] = cells.at(i);
    rows.push_back(row);
  }
  EXPECT_FALSE(rows.empty()) << name;
  return rows;
}

std::set<std::string> TaxonomyTerms() {
  std::set<std::string> terms;
  const json taxonomy = json::parse(
      testing::ReadFile(testing::SourceData("matcher/data/taxonomy.json")));
  for (const json& term : taxonomy.at("terms")) terms.insert(term.at("id"));
  return terms;
}

// The profile field of a path like "any.genders", or null.
const google::protobuf::FieldDescriptor* ProfileField(const std::string& path) {
  const std::vector<std::string> parts = Split(path, ".");
  if (parts.size() != 2) return nullptr;
  const auto* part =
      v1::RecoveryProfile::descriptor()->FindFieldByName(parts[0]);
  if (part == nullptr) return nullptr;
  return part->message_type()->FindFieldByName(parts[1]);
}

// What is wrong with one fact of a table ("path=value:answer"), or empty.
std::string WrongFact(const std::string& fact) {
  const size_t equals = fact.find('=');
  if (equals == std::string::npos) return "has no =";
  const auto* field = ProfileField(fact.substr(0, equals));
  if (field == nullptr) return "names no profile field";
  std::string value = fact.substr(equals + 1);
  const std::string type(field->message_type()->name());
  const auto& codes = field->options().GetExtension(v1::fact).codes();
  if (type == "Fact") {
    const bool known =
        value == "yes" || value == "no" || value == "conditional";
    return known ? "" : "wants yes, no or conditional";
  }
  if (type == "NumberFact") {
    const bool digits =
        !value.empty() &&
        value.find_first_not_of("0123456789") == std::string::npos;
    return digits ? "" : "wants a whole number";
  }
  if (type != "SetFact" && type != "ChoiceFact" && type != "DocumentRule") {
    return "cannot be set from a code";
  }
  for (const std::string answer : {":no", ":conditional"}) {
    if (value.ends_with(answer)) value.resize(value.size() - answer.size());
  }
  if (value.empty()) return "has no value";
  if (codes.empty()) return "";
  for (const std::string& code : codes) {
    if (code == value) return "";
  }
  return "is none of the field's codes";
}

void ExpectGoodFacts(const std::string& facts, const std::string& where) {
  if (facts.empty()) return;
  for (const std::string& fact : Split(facts, "; ")) {
    EXPECT_EQ(WrongFact(fact), "") << fact << " in " << where;
  }
}

// A cell of terms: "detox; treatment~".
void ExpectGoodTerms(const std::string& cell,
                     const std::set<std::string>& terms,
                     const std::string& where) {
  if (cell.empty()) return;
  for (std::string term : Split(cell, "; ")) {
    if (term.ends_with('~')) term.pop_back();
    EXPECT_TRUE(terms.contains(term)) << term << " in " << where;
  }
}

TEST(MappingDataTest, FactCheckRefusesWrongFacts) {
  EXPECT_EQ(WrongFact("any.genders=woman"), "");
  EXPECT_EQ(WrongFact("any.genders=man:no"), "");
  EXPECT_EQ(WrongFact("any.minimum_age=18"), "");
  EXPECT_EQ(WrongFact("any.documents=photo_id"), "");
  EXPECT_NE(WrongFact("any.genders=lady"), "");
  EXPECT_NE(WrongFact("any.colour=red"), "");
  EXPECT_NE(WrongFact("any.minimum_age=adult"), "");
  EXPECT_NE(WrongFact("any.child_care=maybe"), "");
  EXPECT_NE(WrongFact("any.entrance=side"), "");
}

TEST(MappingDataTest, OpenEligibilityRowsNameTermsAndFactsThatExist) {
  const std::set<std::string> terms = TaxonomyTerms();
  std::set<std::vector<std::string>> seen;
  std::set<std::string> systems;
  for (const Row& row : ReadTable("open-eligibility.tsv")) {
    const std::string where = row.at("code") + " " + row.at("name");
    EXPECT_FALSE(row.at("code").empty());
    EXPECT_FALSE(row.at("name").empty()) << where;
    systems.insert(row.at("system"));
    if (row.at("term").empty()) {
      EXPECT_EQ(row.at("mapping"), "") << where;
      EXPECT_FALSE(row.at("fact").empty()) << where;
    } else {
      EXPECT_TRUE(terms.contains(row.at("term"))) << row.at("term");
      EXPECT_TRUE(row.at("mapping") == "EXACT" ||
                  row.at("mapping") == "BROADER")
          << where;
    }
    EXPECT_TRUE(seen.insert({row.at("system"), row.at("code"), row.at("name"),
                             row.at("term")})
                    .second)
        << "twice: " << where;
    ExpectGoodFacts(row.at("fact"), where);
  }
  EXPECT_EQ(systems,
            (std::set<std::string>{"open-eligibility", "open-eligibility-2"}));
}

TEST(MappingDataTest, MeetingTypesAreUniquePerFellowship) {
  const std::set<std::string> terms = TaxonomyTerms();
  std::set<std::string> fellowships = {"*"};
  for (const Row& row : ReadTable("fellowships.tsv")) {
    EXPECT_TRUE(fellowships.insert(row.at("key")).second) << row.at("key");
  }
  std::set<std::pair<std::string, std::string>> seen;
  for (const Row& row : ReadTable("meeting-guide-types.tsv")) {
    const std::string where = row.at("fellowship") + " " + row.at("code");
    EXPECT_FALSE(row.at("code").empty()) << where;
    EXPECT_TRUE(fellowships.contains(row.at("fellowship"))) << where;
    EXPECT_TRUE(seen.insert({row.at("fellowship"), row.at("code")}).second)
        << "twice: " << where;
    if (!row.at("term").empty()) {
      EXPECT_TRUE(terms.contains(row.at("term"))) << where;
    }
    ExpectGoodFacts(row.at("fact"), where);
  }
}

TEST(MappingDataTest, CodesThatCollideAreToldApartByFellowship) {
  std::map<std::pair<std::string, std::string>, std::string> facts;
  for (const Row& row : ReadTable("meeting-guide-types.tsv")) {
    facts[{row.at("fellowship"), row.at("code")}] = row.at("fact");
  }
  EXPECT_EQ((facts.at({"aa", "POA"})), "any.proof_of_attendance=yes");
  EXPECT_EQ((facts.at({"al-anon", "POA"})),
            "support_group.focus=parents; any.audience=parent");
  EXPECT_EQ((facts.at({"aa", "A"})), "any.pathway=secular");
  EXPECT_EQ((facts.at({"aca", "A"})), "any.minimum_age=18");
  EXPECT_EQ((facts.at({"aa", "T"})), "any.populations=transgender");
  EXPECT_EQ((facts.at({"aca", "T"})), "support_group.focus=literature");
  EXPECT_EQ((facts.at({"aa", "S"})), "any.languages=es");
  EXPECT_EQ((facts.at({"aca", "S"})), "support_group.focus=speaker");
  for (const char* code : {"POA", "A", "T", "S", "SP", "TR", "Y"}) {
    EXPECT_FALSE(facts.contains({"*", code})) << code;
  }
}

TEST(MappingDataTest, FellowshipsNameTermsAndCodesThatExist) {
  const std::set<std::string> terms = TaxonomyTerms();
  for (const Row& row : ReadTable("fellowships.tsv")) {
    EXPECT_TRUE(terms.contains(row.at("term"))) << row.at("key");
    for (const auto& [column, path] : std::map<std::string, std::string>{
             {"pathway", "any.pathway"},
             {"audience", "any.audience"},
             {"focus", "support_group.substance_focus"}}) {
      if (row.at(column).empty()) continue;
      for (const std::string& value : Split(row.at(column), "; ")) {
        EXPECT_EQ(WrongFact(path + "=" + value), "") << row.at("key");
      }
    }
  }
}

TEST(MappingDataTest, CoversThePublishedMeetingTypes) {
  const auto feed = testing::SharedData("meeting-guide/type-codes.json");
  if (!feed) GTEST_SKIP() << "the shared data set is not here";
  std::set<std::string> known;
  for (const Row& row : ReadTable("meeting-guide-types.tsv")) {
    if (row.at("fellowship") == "aa") known.insert(row.at("code"));
  }
  size_t count = 0;
  const json types = json::parse(testing::ReadFile(*feed));
  for (const auto& [code, names] : types.items()) {
    EXPECT_TRUE(known.contains(code)) << code;
    ++count;
  }
  EXPECT_EQ(count, 87u);
}

// Counted from the file by a separate script: 174 codes in 2,430 attributes.
TEST(MappingDataTest, CountsWhatBaltimoreBecomes) {
  const auto feed =
      testing::SharedData("hsds-3.0-derived-baltimore/services.ndjson");
  if (!feed) GTEST_SKIP() << "the shared data set is not here";
  std::map<std::pair<std::string, std::string>, std::string> best;
  for (const Row& row : ReadTable("open-eligibility.tsv")) {
    if (row.at("system") != "open-eligibility") continue;
    std::string& kind = best[{row.at("code"), row.at("name")}];
    if (kind != "EXACT") kind = row.at("mapping");
  }
  std::map<std::string, int> count;
  std::istringstream lines(testing::ReadFile(*feed));
  for (std::string line; std::getline(lines, line);) {
    const json service = json::parse(line);
    const json attributes = service.value("attributes", json::array());
    for (const json& attribute : attributes) {
      const json& term = attribute.at("taxonomy_term");
      const auto found = best.find({term.at("code"), term.at("name")});
      if (found == best.end()) {
        ++count["unmapped"];
      } else {
        ++count[found->second.empty() ? "fact only" : found->second];
      }
    }
  }
  EXPECT_EQ(count, (std::map<std::string, int>{{"EXACT", 1385},
                                               {"BROADER", 221},
                                               {"fact only", 722},
                                               {"unmapped", 102}}));
}

TEST(MappingDataTest, BmltFormatsNameTermsAndFactsThatExist) {
  const std::set<std::string> terms = TaxonomyTerms();
  std::set<std::pair<std::string, std::string>> seen;
  for (const Row& row : ReadTable("bmlt-formats.tsv")) {
    const std::string where = row.at("fellowship") + " " + row.at("code");
    EXPECT_EQ(row.at("system"), "bmlt") << where;
    EXPECT_FALSE(row.at("name").empty()) << where;
    EXPECT_FALSE(row.at("source").empty()) << where;
    EXPECT_TRUE(seen.insert({row.at("fellowship"), row.at("code")}).second)
        << "twice: " << where;
    ExpectGoodTerms(row.at("term"), terms, where);
    ExpectGoodFacts(row.at("fact"), where);
  }
}

TEST(MappingDataTest, SamhsaServicesNameTermsAndFactsThatExist) {
  const std::set<std::string> terms = TaxonomyTerms();
  std::set<std::vector<std::string>> seen;
  for (const Row& row : ReadTable("samhsa-services.tsv")) {
    const std::string where = row.at("system") + " " + row.at("code");
    EXPECT_TRUE(row.at("system") == "samhsa-su" ||
                row.at("system") == "samhsa-mh")
        << where;
    EXPECT_TRUE(row.at("edition") == "*" || row.at("edition") == "2017")
        << where;
    EXPECT_FALSE(row.at("names").empty()) << where;
    EXPECT_FALSE(row.at("source").empty()) << where;
    EXPECT_TRUE(
        seen.insert({row.at("system"), row.at("edition"), row.at("code")})
            .second)
        << "twice: " << where;
    ExpectGoodTerms(row.at("term"), terms, where);
    ExpectGoodFacts(row.at("fact"), where);
  }
}

TEST(MappingDataTest, ProposedMappingsNameTermsAndFactsThatExist) {
  const std::set<std::string> terms = TaxonomyTerms();
  for (const Row& row : ReadTable("column-hints.tsv")) {
    if (row.at("kind") == "field") continue;
    EXPECT_EQ(row.at("kind"), "code") << row.at("words");
    for (const std::string& part : Split(row.at("meaning"), "; ")) {
      if (part.starts_with("term:")) {
        ExpectGoodTerms(part.substr(5), terms, row.at("words"));
      } else {
        EXPECT_EQ(WrongFact(part), "") << row.at("words");
      }
    }
  }
}

// The design's list of codes, where the design is beside the source tree: what
// stands in `backquotes` of its chapter on meetings, and the codes of its
// chapter on treatment.
std::string DesignOfTheField() {
  const auto data = testing::SharedData("README.md");
  if (!data) return "";
  const auto path = data->parent_path().parent_path() / "design" / "DOMAIN.md";
  return std::filesystem::exists(path) ? testing::ReadFile(path) : "";
}

std::string Between(const std::string& text, const std::string& from,
                    const std::string& to) {
  const size_t begin = text.find(from);
  const size_t end = text.find(to, begin);
  return begin == std::string::npos ? "" : text.substr(begin, end - begin);
}

TEST(MappingDataTest, EveryBmltFormatOfTheDesignIsInTheTable) {
  const std::string design = DesignOfTheField();
  if (design.empty()) GTEST_SKIP() << "the design is not here";
  std::set<std::string> known;
  for (const Row& row : ReadTable("bmlt-formats.tsv")) {
    known.insert(row.at("code"));
  }
  const std::string list =
      Between(design, "Format groups:", "Root servers may add");
  size_t count = 0;
  const std::vector<std::string> parts = Split(list, "`");
  for (size_t i = 3; i < parts.size(); i += 2) {
    EXPECT_TRUE(known.contains(parts[i])) << parts[i];
    ++count;
  }
  EXPECT_GT(count, 45u);
}

TEST(MappingDataTest, EveryMeetingTypeOfTheDesignIsInTheTable) {
  const std::string design = DesignOfTheField();
  if (design.empty()) GTEST_SKIP() << "the design is not here";
  std::set<std::string> known;
  for (const Row& row : ReadTable("meeting-guide-types.tsv")) {
    if (row.at("fellowship") == "aa") known.insert(row.at("code"));
  }
  const std::string list =
      Between(design, "**87 type codes**", "Attendance [S, TSML]");
  size_t count = 0;
  const std::vector<std::string> parts = Split(list, "`");
  for (size_t i = 1; i < parts.size(); i += 2) {
    EXPECT_TRUE(known.contains(parts[i])) << parts[i];
    ++count;
  }
  EXPECT_GE(count, 87u);
}

TEST(MappingDataTest, EverySamhsaCodeOfTheDesignIsInTheTable) {
  const std::string design = DesignOfTheField();
  if (design.empty()) GTEST_SKIP() << "the design is not here";
  std::set<std::string> known;
  for (const Row& row : ReadTable("samhsa-services.tsv")) {
    known.insert(row.at("code"));
  }
  const std::string list =
      Between(design, "**Substance-use service codes**", "### 3.1");
  // Words in capitals that are no codes.
  const std::set<std::string> words = {
      "N",    "SUMHSS", "SMI", "SU",    "AI",   "AN",      "OUD",   "AUD",
      "MOUD", "MAT",    "DUI", "HIV",   "AIDS", "IHS",     "LGBTQ", "XR",
      "II",   "SAMHSA", "OTP", "CCBHC", "OD",   "TRICARE", "BUP",   "MH",
      "TB",   "STD",    "VA",  "P",     "S",    "DV",      "SUD"};
  std::string code;
  size_t count = 0;
  for (const char c : list + " ") {
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
        (c >= 'a' && c <= 'z')) {
      code += c;
      continue;
    }
    const bool is_code =
        code.size() >= 2 && code.size() <= 6 && code[0] >= 'A' &&
        std::none_of(code.begin(), code.end(),
                     [](char x) { return x >= 'a' && x <= 'z'; }) &&
        code[0] <= 'Z';
    if (is_code && !words.contains(code)) {
      EXPECT_TRUE(known.contains(code)) << code;
      ++count;
    }
    code.clear();
  }
  EXPECT_GT(count, 230u);
}

}  // namespace
}  // namespace handrail
