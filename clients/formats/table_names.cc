#include "clients/formats/table_names.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "clients/formats/code_data.h"
#include "clients/formats/code_rows.h"
#include "clients/formats/hsds_names.h"
#include "clients/formats/plain_text.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

// Below so many columns a header says nothing.
constexpr int kGuessColumnsMin = 3;

// Tables of older editions that have no place of their own in HSDS 3.
const std::vector<TableInfo>& OlderTables() {
  static const std::vector<TableInfo> tables = {
      {"holiday_schedules", nullptr, HsdsKind::kNone},
      {"payments_accepted", nullptr, HsdsKind::kNone},
      {"eligibility", nullptr, HsdsKind::kNone},
  };
  return tables;
}

struct TableName {
  std::string becomes;
  std::vector<std::pair<std::string, std::string>> constants;
};

// data/table-names.tsv.
struct Names {
  // (edition, old name) → new names.
  std::map<std::pair<std::string, std::string>, std::vector<TableName>> tables;
  // (edition, old or new name, column) → what becomes of it.
  std::map<std::tuple<std::string, std::string, std::string>, std::string>
      columns;
};

TableName ReadTableName(const std::string& becomes) {
  TableName name;
  const size_t space = becomes.find(' ');
  name.becomes = becomes.substr(0, space);
  if (space == std::string::npos) return name;
  const std::string constant = becomes.substr(space + 1);
  const size_t equals = constant.find('=');
  name.constants.emplace_back(constant.substr(0, equals),
                              constant.substr(equals + 1));
  return name;
}

const Names& AllNames() {
  static const Names* const names = [] {
    auto* all = new Names;
    // edition table column becomes source
    for (const auto& row : CodeRows(data::kTableNamesTsv, 5)) {
      if (row[2].empty()) {
        all->tables[{row[0], row[1]}].push_back(ReadTableName(row[3]));
      } else {
        all->columns[{row[0], row[1], row[2]}] = row[3];
      }
    }
    return all;
  }();
  return *names;
}

std::string EditionOf(TableDialect dialect) {
  return dialect == TableDialect::kOhana ? "ohana" : "hsds";
}

// "Data/Phones.CSV" as "phones".
std::string Stem(std::string_view name) {
  std::string stem = Lower(std::string(name));
  if (const size_t slash = stem.find_last_of('/'); slash != std::string::npos) {
    stem.erase(0, slash + 1);
  }
  for (const std::string_view ending : {".csv", ".tsv", ".txt"}) {
    if (stem.ends_with(ending)) stem.resize(stem.size() - ending.size());
  }
  std::replace(stem.begin(), stem.end(), '-', '_');
  return stem;
}

// What the data file says about a column; "" for nothing.
std::string Renamed(TableDialect dialect, const SourceTable& source,
                    const std::string& column) {
  const auto& columns = AllNames().columns;
  for (const std::string& edition : {EditionOf(dialect), std::string("hsds")}) {
    for (const std::string& table :
         {source.name, std::string(source.table->name)}) {
      const auto found = columns.find({edition, table, column});
      if (found != columns.end()) return found->second;
    }
    // HSDS's own fields go before what another edition of it meant.
    if (edition == "ohana" && source.table->type != nullptr &&
        FindHsdsField(source.table->type, column) != nullptr) {
      return "";
    }
  }
  return "";
}

ColumnRule ReadRule(const std::string& becomes) {
  if (becomes == "@weekday") return {.kind = ColumnRule::kWeekday};
  if (becomes == "@virtual") return {.kind = ColumnRule::kVirtual};
  if (becomes == "@place") return {.kind = ColumnRule::kPlace};
  if (becomes == "@terms") return {.kind = ColumnRule::kTerms};
  if (becomes == "@code") return {.kind = ColumnRule::kCode};
  if (becomes == "@drop") return {.kind = ColumnRule::kDrop};
  const size_t list = becomes.find("[].");
  if (list != std::string::npos) {
    return {.kind = ColumnRule::kList,
            .name = becomes.substr(0, list),
            .item = becomes.substr(list + 3)};
  }
  return {.kind = ColumnRule::kField, .name = becomes};
}

int KnownColumns(TableDialect dialect, const SourceTable& source,
                 const std::vector<std::string>& header) {
  return static_cast<int>(
      std::count_if(header.begin(), header.end(), [&](const auto& column) {
        return RuleOf(dialect, source, column).kind != ColumnRule::kUnknown;
      }));
}

// The tables that a name can mean.
std::vector<SourceTable> Candidates(TableDialect dialect,
                                    const std::string& stem) {
  std::vector<SourceTable> found;
  const auto add = [&](const std::string& edition) {
    const auto renamed = AllNames().tables.find({edition, stem});
    if (renamed == AllNames().tables.end()) return;
    for (const TableName& name : renamed->second) {
      found.push_back({.table = FindTable(name.becomes),
                       .name = stem,
                       .constants = name.constants});
    }
  };
  if (dialect == TableDialect::kOhana) add("ohana");
  if (!found.empty()) return found;
  if (const TableInfo* table = FindTable(stem)) {
    found.push_back({.table = table, .name = stem});
  }
  add("hsds");
  return found;
}

bool Has(const std::vector<std::string>& header, std::string_view name) {
  return std::any_of(
      header.begin(), header.end(),
      [&](const std::string& column) { return Lower(column) == name; });
}

}  // namespace

const std::vector<TableInfo>& TableInfos() {
  static const std::vector<TableInfo> tables = {
      {"meta_table_descriptions", v1::MetaTableDescription::descriptor(),
       HsdsKind::kNone},
      {"metadata", v1::Metadata::descriptor(), HsdsKind::kNone},
      {"attributes", v1::Attribute::descriptor(), HsdsKind::kNone},
      {"units", v1::Unit::descriptor(), HsdsKind::kNone},
      {"service_capacity", v1::ServiceCapacity::descriptor(), HsdsKind::kNone},
      {"languages", v1::Language::descriptor(), HsdsKind::kNone},
      {"phones", v1::Phone::descriptor(), HsdsKind::kNone},
      {"contacts", v1::Contact::descriptor(), HsdsKind::kNone},
      {"addresses", v1::Address::descriptor(), HsdsKind::kNone},
      {"schedules", v1::Schedule::descriptor(), HsdsKind::kNone},
      {"funding", v1::Funding::descriptor(), HsdsKind::kNone},
      {"service_areas", v1::ServiceArea::descriptor(), HsdsKind::kNone},
      {"required_documents", v1::RequiredDocument::descriptor(),
       HsdsKind::kNone},
      {"accessibility", v1::Accessibility::descriptor(), HsdsKind::kNone},
      {"cost_options", v1::CostOption::descriptor(), HsdsKind::kNone},
      {"organization_identifiers", v1::OrganizationIdentifier::descriptor(),
       HsdsKind::kNone},
      {"url", v1::Url::descriptor(), HsdsKind::kNone},
      {"service_at_location", v1::ServiceAtLocation::descriptor(),
       HsdsKind::kServiceAtLocation},
      {"organizations", v1::Organization::descriptor(),
       HsdsKind::kOrganization},
      {"programs", v1::Program::descriptor(), HsdsKind::kProgram},
      {"locations", v1::Location::descriptor(), HsdsKind::kLocation},
      {"services", v1::Service::descriptor(), HsdsKind::kService},
      {"taxonomies", v1::Taxonomy::descriptor(), HsdsKind::kTaxonomy},
      {"taxonomy_terms", v1::TaxonomyTerm::descriptor(),
       HsdsKind::kTaxonomyTerm},
  };
  return tables;
}

const TableInfo* FindTable(std::string_view name) {
  for (const auto* tables : {&TableInfos(), &OlderTables()}) {
    for (const TableInfo& table : *tables) {
      if (table.name == name) return &table;
    }
  }
  return nullptr;
}

bool IsKeptWithOwner(const TableInfo& table) {
  return table.type == nullptr && !IsTextOfOwner(table);
}

bool IsTextOfOwner(const TableInfo& table) {
  return table.name == "eligibility";
}

SourceTable FindSourceTable(TableDialect dialect, std::string_view name,
                            const std::vector<std::string>& header) {
  SourceTable best;
  for (SourceTable& source : Candidates(dialect, Stem(name))) {
    source.known_columns = KnownColumns(dialect, source, header);
    if (best.table == nullptr || source.known_columns > best.known_columns) {
      best = std::move(source);
    }
  }
  return best;
}

SourceTable GuessSourceTable(TableDialect dialect,
                             const std::vector<std::string>& header) {
  SourceTable best;
  for (const TableInfo& table : TableInfos()) {
    SourceTable source{.table = &table, .name = std::string(table.name)};
    source.known_columns = KnownColumns(dialect, source, header);
    if (source.known_columns >= kGuessColumnsMin &&
        source.known_columns > best.known_columns) {
      best = std::move(source);
    }
  }
  return best;
}

bool IsOhanaTable(std::string_view name,
                  const std::vector<std::string>& header) {
  const std::string stem = Stem(name);
  const auto has = [&](std::string_view column) { return Has(header, column); };
  if (stem == "mail_addresses") return has("location_id");
  if (stem == "services") return has("location_id") && !has("organization_id");
  if (stem == "phones") return has("number_type");
  if (stem == "organizations") return has("date_incorporated");
  if (stem == "locations") return has("admin_emails") || has("virtual");
  if (stem == "taxonomy" || stem == "categories") {
    return has("taxonomy_id") && has("parent_name");
  }
  return false;
}

ColumnRule RuleOf(TableDialect dialect, const SourceTable& source,
                  std::string_view column) {
  const std::string name = Lower(std::string(column));
  const pb::Descriptor* type = source.table->type;
  const bool field = type != nullptr && FindHsdsField(type, name) != nullptr;
  const std::string renamed = Renamed(dialect, source, name);
  // What an old name of the table says goes before the field of that name:
  // link_type of other_attributes.
  const bool own_name = source.name != source.table->name;
  if (!renamed.empty() &&
      (!field || own_name || dialect == TableDialect::kOhana)) {
    ColumnRule rule = ReadRule(renamed);
    if (rule.kind == ColumnRule::kField && type != nullptr &&
        FindHsdsField(type, rule.name) == nullptr) {
      rule.kind = ColumnRule::kUnknown;
    }
    return rule;
  }
  if (field) return {.kind = ColumnRule::kField, .name = name};
  if (name == "x_handrail" ||
      (type == nullptr && (name == "id" || name.ends_with("_id")))) {
    return {.kind = ColumnRule::kField, .name = name};
  }
  return {.kind = ColumnRule::kUnknown, .name = std::string(column)};
}

}  // namespace handrail::formats
