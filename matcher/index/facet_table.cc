#include "matcher/index/facet_table.h"

#include <algorithm>

namespace handrail::matcher {

FacetTable::FacetTable() {
  for (const FactField& field : FactRegister::Instance().fields()) {
    first_.push_back(size_);
    if (field.kind == FactKind::kYesNo) ++size_;
    if (field.kind == FactKind::kChoice || field.kind == FactKind::kSet) {
      size_ += static_cast<int>(field.codes.size());
    }
  }
}

const FacetTable& FacetTable::Instance() {
  static const FacetTable* const instance = new FacetTable;
  return *instance;
}

std::optional<int> FacetTable::Find(const FactField& field,
                                    std::string_view code) const {
  if (field.kind == FactKind::kNumber) return std::nullopt;
  if (field.kind == FactKind::kYesNo) return first_[field.index];
  const auto found = std::find(field.codes.begin(), field.codes.end(), code);
  if (found == field.codes.end()) return std::nullopt;
  return first_[field.index] + static_cast<int>(found - field.codes.begin());
}

}  // namespace handrail::matcher
