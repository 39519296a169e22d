#include "tests/oracle/taxonomy.h"

#include "nlohmann/json.hpp"
#include "tests/testing/testing.h"

namespace handrail::oracle {
namespace {

using Rows = std::map<std::string, nlohmann::json>;

std::set<std::string> AsksOf(const Rows& rows, const std::string& id) {
  const nlohmann::json& row = rows.at(id);
  if (row.contains("asks")) return row["asks"].get<std::set<std::string>>();
  std::set<std::string> out;
  for (const std::string parent : row["parents"]) {
    out.merge(AsksOf(rows, parent));
  }
  return out;
}

std::string AttendanceOf(const Rows& rows, const std::string& id) {
  const nlohmann::json& row = rows.at(id);
  if (row.contains("attendance")) return row["attendance"];
  return AttendanceOf(rows, row["parents"].at(0));
}

std::set<std::string> AnswersOf(const Rows& rows, const std::string& id) {
  std::set<std::string> out = {id};
  for (const std::string parent : rows.at(id)["parents"]) {
    out.merge(AnswersOf(rows, parent));
  }
  return out;
}

std::map<std::string, Kind> Load() {
  const auto data = nlohmann::json::parse(
      testing::ReadFile(testing::SourceData("matcher/data/taxonomy.json")));
  Rows rows;
  for (const auto& row : data["terms"]) rows[row["id"]] = row;
  std::map<std::string, Kind> out;
  for (const auto& [id, row] : rows) {
    Kind& kind = out[id];
    row["label"].get_to(kind.labels);
    if (row.contains("synonyms")) row["synonyms"].get_to(kind.synonyms);
    kind.asks = AsksOf(rows, id);
    kind.occurrence = AttendanceOf(rows, id) == "occurrence";
    kind.answers = AnswersOf(rows, id);
  }
  return out;
}

}  // namespace

const std::map<std::string, Kind>& Kinds() {
  static const auto* const kinds = new std::map<std::string, Kind>(Load());
  return *kinds;
}

}  // namespace handrail::oracle
