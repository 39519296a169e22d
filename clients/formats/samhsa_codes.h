// What the service codes of SAMHSA's directories and of FindTreatment.gov mean.
//
// Codes mean different things in the substance use list and in the mental
// health list, and change with the years, so each is looked up by its list and
// edition. Sources also give the names without the codes; a name is looked up
// with its group where the source has groups.
//
// A fact is what a code says of the place. That a code is absent says nothing.
//
// Immutable after construction; threads may share it.
//
//   SamhsaCodes::Get().ByCode({.edition = "2017", .code = "PVT"});
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "clients/formats/code_tables.h"

namespace handrail::formats {

// A service as its source names it.
struct SamhsaService {
  // "2017", or "" for a source since 2019.
  std::string edition;
  // The mental health list goes first.
  bool mental_health = false;
  // FindTreatment.gov's f2, or "".
  std::string group;
  // One of the two.
  std::string code;
  std::string name;
};

// A row of the table.
struct SamhsaMeaning {
  // "HBV"; empty for a service in no row.
  std::string code;
  CodeMeaning meaning;
};

class SamhsaCodes {
 public:
  // The built-in table.
  static const SamhsaCodes& Get();

  // By code, in any case: the wanted list before the other, the wanted edition
  // before that since 2019 before any other.
  SamhsaMeaning ByCode(const SamhsaService& service) const;

  // By name without regard to case and blanks: that of the group, else the one
  // that is the same letter by letter, else that of the wanted list.
  SamhsaMeaning ByName(const SamhsaService& service) const;

 private:
  struct Row {
    bool mental_health = false;
    std::string edition;
    std::string group;
    SamhsaMeaning meaning;
  };

  SamhsaCodes();
  SamhsaMeaning Best(const std::vector<size_t>& rows,
                     const SamhsaService& service) const;

  std::vector<Row> rows_;
  absl::flat_hash_map<std::string, std::vector<size_t>> by_code_;
  absl::flat_hash_map<std::string, std::vector<size_t>> by_name_;
  absl::flat_hash_map<std::string, std::vector<size_t>> by_folded_name_;
};

}  // namespace handrail::formats
