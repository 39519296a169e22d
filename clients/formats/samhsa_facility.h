// One treatment facility as SAMHSA's sources give it: FindTreatment.gov JSON
// (services by group, or flattened into one text), the locator's CSV (a column
// per service code), and directories (a column of service keys).
//
// All become one Facility; samhsa_reader.h maps it.
//
//   const FacilityTable table = FacilityTable::Of(csv);
//   const Facility facility = table.Read(row);
//
// Pure functions; a FacilityTable does not change and may be shared.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clients/formats/csv_table.h"
#include "clients/formats/json_tree.h"
#include "clients/formats/samhsa_codes.h"

namespace handrail::formats {

struct FacilityPhone {
  std::string number;
  std::string extension;
  // "Intake", "Hot line"; empty for the main number.
  std::string purpose;
};

struct Facility {
  std::string name;
  // Programme, department, "DBA".
  std::vector<std::string> other_names;
  std::vector<std::string> streets;
  std::string city;
  std::string state;
  std::string zip;
  std::string zip4;
  std::string county;
  std::string latitude;
  std::string longitude;
  std::vector<FacilityPhone> phones;
  std::string website;
  // "SA", "MH" or "BOTH" where the source says.
  std::string type;
  // The source lists opioid treatment programs alone.
  bool opioid_program = false;
  // The source has service codes or names, whether this facility has any.
  bool has_services = false;
  std::vector<SamhsaService> services;
  // Code columns whose value is neither a yes nor empty.
  std::vector<std::string> odd_codes;
  // What has no place of its own: name and value.
  std::vector<std::pair<std::string, std::string>> rest;
};

// True for an object of FindTreatment.gov, raw or flattened.
bool LooksLikeFacility(const JsonValue& object);

// Members that say where the facility stands in a page or how far from a place
// it is are left out: they are of the question, not of the facility.
Facility ReadFacility(const JsonValue& object);

// "(205)221-1799x12 Intakes: (205)221-1796 (205)221-1797" taken apart.
std::vector<FacilityPhone> ReadFacilityPhones(std::string_view text);

// The columns of a table of facilities.
class FacilityTable {
 public:
  // From the header. Not known() where it is no such table.
  static FacilityTable Of(const CsvTable& table);

  bool known() const { return kind_ != Kind::kNone; }
  // For people: "SAMHSA: the locator's table, 12 columns of service codes".
  std::string Why() const;

  // REQUIRES: known(), and a row of the table without fault.
  Facility Read(const CsvRow& row) const;

 private:
  enum class Kind { kNone, kLocator, kDirectory, kOpioidPrograms };
  enum class Field {
    kRest,
    kCode,
    kName,
    kOtherName,
    kStreet,
    kCity,
    kState,
    kZip,
    kZip4,
    kCounty,
    kLatitude,
    kLongitude,
    kPhone,
    kIntake,
    kHotLine,
    kWebsite,
    kType,
    kKeys,
    kCertification,
  };
  struct Column {
    Field field = Field::kRest;
    std::string name;
  };

  static Field FieldOf(const std::string& name);

  Kind kind_ = Kind::kNone;
  // The directories with columns Keys and Name1 are those up to 2018.
  std::string edition_;
  int code_columns_ = 0;
  std::vector<Column> columns_;
};

}  // namespace handrail::formats
