#include "clients/formats/table_recognise.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/json_tree.h"
#include "clients/formats/limits.h"
#include "clients/formats/plain_text.h"
#include "clients/formats/table_names.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

namespace fs = std::filesystem;

// Above a table's own folder.
constexpr int kDescriptorFoldersUp = 1;
// Below so many columns a name alone says nothing.
constexpr int kKnownColumnsMin = 2;

bool IsTableFile(const fs::path& path) {
  const std::string extension = Lower(path.extension().string());
  return extension == ".csv" || extension == ".tsv" || extension == ".txt";
}

// Tables refer to each other by ids.
bool HasIds(const std::vector<std::string>& header) {
  return std::any_of(header.begin(), header.end(), [](const std::string& name) {
    const std::string lower = Lower(name);
    return lower == "id" || lower.ends_with("_id");
  });
}

// A small file as a whole; nothing for one above kElementBytesMax.
std::optional<std::string> SmallFile(const std::string& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error || size > kElementBytesMax) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

bool ParseSmall(const std::string& text, JsonDocument& document) {
  return !OutlineJsonText(text).problem.has_value() &&
         !document.Parse(text).has_value();
}

SourceTable ByDescriptor(TableDialect dialect, const std::string& path,
                         const std::vector<std::string>& header) {
  const std::string file = fs::path(path).filename().string();
  for (const PromisedTable& promised :
       DescriptorOf(fs::path(path).parent_path().string())) {
    if (fs::path(promised.path).filename().string() == file) {
      return FindSourceTable(dialect, promised.name, header);
    }
  }
  return {};
}

}  // namespace

absl::StatusOr<bool> RecogniseTable(const std::string& path,
                                    std::string_view start, Format wanted,
                                    const ByteWatcher& watcher,
                                    Recognised& out) {
  const bool asked = wanted == Format::kHsds || wanted == Format::kOhana;
  if (wanted != Format::kUnknown && !(asked && IsTableFile(path))) return false;
  const CsvTable peeked = PeekCsv(start);
  const bool ohana =
      wanted == Format::kOhana ||
      (wanted == Format::kUnknown && IsOhanaTable(path, peeked.header));
  const TableDialect dialect =
      ohana ? TableDialect::kOhana : TableDialect::kHsds;
  SourceTable source;
  std::string how = "by its name";
  if (HasIds(peeked.header)) {
    source = FindSourceTable(dialect, path, peeked.header);
    if (source.table == nullptr) {
      source = ByDescriptor(dialect, path, peeked.header);
      how = "by the descriptor";
    }
    if (source.table == nullptr && asked) {
      source = GuessSourceTable(dialect, peeked.header);
      how = "by its columns alone";
    }
  }
  const bool known =
      source.table != nullptr && source.known_columns >= kKnownColumnsMin;
  if (!known && !asked) return false;
  HANDRAIL_ASSIGN_OR_RETURN(CsvTable csv, OutlineCsv(path, watcher));
  out.problem = csv.problem;
  if (!known && !out.problem.has_value()) {
    out.problem = ReadProblem{
        .reason = "unknown-table",
        .message =
            "the file is of no table of the format, by its name and "
            "its columns",
        .hint =
            "name the file as the table, such as services.csv, and let "
            "the first line name the columns",
        .line = 1};
  }
  out.format = ohana ? Format::kOhana : Format::kHsds;
  out.table = true;
  if (known) {
    out.why = absl::StrCat(ohana ? "Ohana CSV" : "HSDS tabular", ": the table ",
                           std::string(source.table->name), ", ", how, " and ",
                           source.known_columns, " of ", csv.header.size(),
                           " columns");
  }
  out.csv = std::make_shared<const CsvTable>(std::move(csv));
  return true;
}

bool RecogniseOhanaJson(const std::string& path, const JsonOutline& outline,
                        Format wanted, Recognised& out) {
  if (wanted != Format::kUnknown && wanted != Format::kOhana) return false;
  if (outline.top != JsonTop::kObject || outline.members.empty()) return false;
  const std::string name = Lower(fs::path(path).filename().string());
  const auto all = [&](auto predicate) {
    return std::all_of(outline.members.begin(), outline.members.end(),
                       predicate);
  };
  if (name.find("categor") != std::string::npos &&
      all([](const JsonMember& m) { return m.first == '['; }) &&
      ReadCategories(path).has_value()) {
    out.format = Format::kOhana;
    out.categories = true;
    out.why = "Ohana: kinds of service by the id of the service";
    return true;
  }
  if (outline.members.size() == 1 && outline.members[0].key == "taxonomy" &&
      outline.members[0].first == '{') {
    out.format = Format::kOhana;
    out.nothing_to_load = true;
    out.why = "Ohana: the Open Eligibility tree, which is known";
    return true;
  }
  return false;
}

std::optional<std::map<std::string, std::vector<std::string>>> ReadCategories(
    const std::string& path) {
  const std::optional<std::string> text = SmallFile(path);
  JsonDocument document;
  if (!text.has_value() || !ParseSmall(*text, document) ||
      !document.root().IsObject()) {
    return std::nullopt;
  }
  std::map<std::string, std::vector<std::string>> categories;
  for (size_t i = 0; i < document.root().keys.size(); ++i) {
    const JsonValue& list = document.root().items[i];
    if (!list.IsArray()) return std::nullopt;
    std::vector<std::string>& rows =
        categories[std::string(document.root().keys[i])];
    for (const JsonValue& row : list.items) {
      if (!row.IsScalar()) return std::nullopt;
      rows.emplace_back(row.IsString() ? row.string : row.text);
    }
  }
  return categories;
}

std::vector<PromisedTable> DescriptorOf(const std::string& folder) {
  fs::path place = folder;
  for (int up = 0; up <= kDescriptorFoldersUp; ++up) {
    const fs::path file = place / "datapackage.json";
    std::error_code error;
    if (fs::is_regular_file(file, error)) {
      std::vector<PromisedTable> tables;
      const std::optional<std::string> text = SmallFile(file.string());
      JsonDocument document;
      if (!text.has_value() || !ParseSmall(*text, document)) return tables;
      const JsonValue* resources = document.root().Given("resources");
      if (resources == nullptr || !resources->IsArray()) return tables;
      for (const JsonValue& resource : resources->items) {
        const JsonValue* name = resource.Given("name");
        const JsonValue* path = resource.Given("path");
        if (name == nullptr || path == nullptr) continue;
        tables.push_back({.name = std::string(name->string),
                          .path = std::string(path->string)});
      }
      return tables;
    }
    if (!place.has_parent_path() || place == place.parent_path()) break;
    place = place.parent_path();
  }
  return {};
}

}  // namespace handrail::formats
