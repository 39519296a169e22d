#include "clients/formats/bmlt_codes.h"

#include <algorithm>
#include <optional>

#include "clients/formats/code_data.h"
#include "clients/formats/code_rows.h"

namespace handrail::formats {
namespace {

// World id of every language: it says that there is one, and not which.
constexpr std::string_view kAnyLanguage = "LANG";

}  // namespace

const BmltCodes& BmltCodes::Get() {
  static const BmltCodes* const codes = new BmltCodes;
  return *codes;
}

BmltCodes::BmltCodes() {
  // system fellowship code world name group term fact source
  for (const auto& cells : CodeRows(data::kBmltFormatsTsv, 9)) {
    Row row{.code = cells[2], .world = cells[3]};
    const std::vector<std::string> names = SplitText(cells[4], " | ");
    for (const std::string& name : names) row.names.push_back(FoldName(name));
    row.meaning = {.known = true,
                   .name = names.front(),
                   .key = cells[0] + ":" + cells[1] + ":" + cells[2],
                   .facts = CodeFacts(cells[7])};
    AddTerms(cells[6], row.meaning);
    rows_[cells[1]].push_back(std::move(row));
  }
}

std::vector<const BmltCodes::Row*> BmltCodes::RowsOf(
    std::string_view fellowship) const {
  std::vector<const Row*> rows;
  for (const std::string& key : {std::string(fellowship), std::string("*")}) {
    const auto found = rows_.find(key);
    if (found == rows_.end()) continue;
    for (const Row& row : found->second) rows.push_back(&row);
  }
  return rows;
}

CodeMeaning BmltCodes::Find(const BmltFormatName& format) const {
  const std::vector<const Row*> rows = RowsOf(format.fellowship);
  const auto named = [&](const Row& row) {
    return std::any_of(format.names.begin(), format.names.end(),
                       [&](const auto& name) {
                         return std::find(row.names.begin(), row.names.end(),
                                          FoldName(name)) != row.names.end();
                       });
  };
  for (const Row* row : rows) {
    if (row->code == format.code && named(*row)) return row->meaning;
  }
  if (!format.world.empty() && format.world != kAnyLanguage) {
    std::vector<CodeMeaning> same;
    for (const Row* row : rows) {
      if (row->world == format.world) same.push_back(row->meaning);
    }
    if (!same.empty()) {
      if (auto agreed = AgreedMeaning(same)) return *agreed;
    }
  }
  for (const Row* row : rows) {
    if (!format.world.empty() && row->code == format.code &&
        row->world == format.world) {
      return row->meaning;
    }
  }
  for (const Row* row : rows) {
    if (named(*row)) return row->meaning;
  }
  return {};
}

CodeMeaning BmltCodes::Seed(std::string_view fellowship,
                            std::string_view code) const {
  for (const Row* row : RowsOf(fellowship)) {
    if (row->code == code) return row->meaning;
  }
  return {};
}

}  // namespace handrail::formats
