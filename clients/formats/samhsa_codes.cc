#include "clients/formats/samhsa_codes.h"

#include <algorithm>
#include <utility>

#include "clients/formats/code_data.h"
#include "clients/formats/code_rows.h"

namespace handrail::formats {
namespace {

constexpr std::string_view kCurrent = "*";
constexpr std::string_view kMentalHealth = "samhsa-mh";

}  // namespace

const SamhsaCodes& SamhsaCodes::Get() {
  static const SamhsaCodes* const codes = new SamhsaCodes;
  return *codes;
}

SamhsaCodes::SamhsaCodes() {
  // system edition group code names term fact source
  for (const auto& cells : CodeRows(data::kSamhsaServicesTsv, 8)) {
    const std::vector<std::string> names = SplitText(cells[4], " | ");
    Row row{.mental_health = cells[0] == kMentalHealth,
            .edition = cells[1],
            .group = cells[2]};
    row.meaning = {.code = cells[3],
                   .meaning = {.known = true,
                               .name = names.front(),
                               .key = cells[0] + ":" + cells[3],
                               .facts = CodeFacts(cells[6])}};
    AddTerms(cells[5], row.meaning.meaning);
    const size_t index = rows_.size();
    by_code_[UpperText(cells[3])].push_back(index);
    for (const std::string& name : names) {
      by_name_[name].push_back(index);
      by_folded_name_[FoldName(name)].push_back(index);
    }
    rows_.push_back(std::move(row));
  }
}

SamhsaMeaning SamhsaCodes::Best(const std::vector<size_t>& rows,
                                const SamhsaService& service) const {
  // A list and an edition weigh less than the source's own group.
  const auto fit = [&](const Row& row) {
    constexpr int kGroup = 8, kList = 4, kEdition = 2, kIsCurrent = 1;
    int points = row.mental_health == service.mental_health ? kList : 0;
    if (!service.group.empty() && row.group == service.group) points += kGroup;
    if (row.edition == service.edition) points += kEdition;
    if (row.edition == kCurrent) points += kIsCurrent;
    return points;
  };
  const Row* best = nullptr;
  for (const size_t index : rows) {
    const Row& row = rows_[index];
    if (best == nullptr || fit(row) > fit(*best)) best = &row;
  }
  return best->meaning;
}

SamhsaMeaning SamhsaCodes::ByCode(const SamhsaService& service) const {
  const auto found = by_code_.find(UpperText(service.code));
  return found == by_code_.end() ? SamhsaMeaning()
                                 : Best(found->second, service);
}

SamhsaMeaning SamhsaCodes::ByName(const SamhsaService& service) const {
  const auto folded = by_folded_name_.find(FoldName(service.name));
  if (folded == by_folded_name_.end()) return {};
  // The source's group tells more than its capital letters.
  const bool grouped = std::any_of(
      folded->second.begin(), folded->second.end(),
      [&](size_t row) { return rows_[row].group == service.group; });
  const auto exact = by_name_.find(service.name);
  return Best(
      !grouped && exact != by_name_.end() ? exact->second : folded->second,
      service);
}

}  // namespace handrail::formats
