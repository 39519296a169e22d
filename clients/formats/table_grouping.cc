#include "clients/formats/table_grouping.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/table_names.h"
#include "clients/formats/table_package.h"
#include "clients/formats/table_recognise.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

namespace fs = std::filesystem;

std::string FolderOf(const RecognisedFile& file) {
  return fs::path(file.input.path).parent_path().string();
}

// What the table is in the dialect of its folder.
SourceTable SourceOf(TableDialect dialect, const RecognisedFile& file) {
  const std::vector<std::string>& header = file.recognised.csv->header;
  SourceTable source = FindSourceTable(dialect, file.input.path, header);
  if (source.table != nullptr) return source;
  const std::string name = fs::path(file.input.path).filename().string();
  for (const PromisedTable& promised : DescriptorOf(FolderOf(file))) {
    if (fs::path(promised.path).filename().string() != name) continue;
    source = FindSourceTable(dialect, promised.name, header);
    if (source.table != nullptr) return source;
  }
  return GuessSourceTable(dialect, header);
}

void Note(const std::string& file, FindingText text, FindingLog& log) {
  v1::RowOrigin origin;
  origin.set_file(file);
  text.severity = v1::NOTICE;
  log.Add(origin, std::move(text));
}

// What the descriptor says and is not so.
void CompareWithDescriptor(const TablePackage& package,
                           const std::set<std::string>& paths,
                           FindingLog& log) {
  for (const PromisedTable& promised : DescriptorOf(package.folder())) {
    const std::string file = fs::path(promised.path).filename().string();
    const SourceTable source =
        FindSourceTable(package.dialect(), promised.name, {});
    const bool there =
        source.table != nullptr && package.Has(source.table->name);
    const bool as_said =
        std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
          return path.ends_with("/" + promised.path);
        });
    if (as_said) continue;
    Note("datapackage.json",
         {.field = "resources[].path",
          .reason = there ? "path-differs" : "missing-table",
          .value_class = "text",
          .message = absl::StrCat(
              "the descriptor has ", promised.path,
              there ? ", which is not there; the table was found elsewhere"
                    : ", which is not there"),
          .hint = there ? "nothing to do, or put the path right"
                        : "add the table, if it has rows"},
         log);
  }
}

void NoteUnlinked(const TablePackage& package, FindingLog& log) {
  if (package.dialect() != TableDialect::kHsds || !package.Has("services") ||
      !package.Has("locations") || package.Has("service_at_location")) {
    return;
  }
  Note("",
       {.reason = "missing-table",
        .value_class = "file",
        .message = "there are services and locations and no table "
                   "service_at_location: nothing says where a service is given",
        .hint = "add service_at_location.csv with service_id and location_id"},
       log);
}

}  // namespace

void GroupTables(std::vector<RecognisedFile>& files, FindingLog& log) {
  std::map<std::string, std::vector<RecognisedFile*>> folders;
  for (RecognisedFile& file : files) {
    if (file.recognised.table || file.recognised.categories) {
      folders[FolderOf(file)].push_back(&file);
    }
  }
  for (auto& [folder, members] : folders) {
    const bool ohana =
        std::any_of(members.begin(), members.end(), [](const auto* file) {
          return file->recognised.format == Format::kOhana;
        });
    auto package = std::make_shared<TablePackage>(
        ohana ? TableDialect::kOhana : TableDialect::kHsds, folder);
    std::set<std::string> paths;
    for (RecognisedFile* file : members) {
      if (ohana) file->recognised.format = Format::kOhana;
      file->package = package;
      paths.insert(file->input.path);
      if (file->recognised.categories) {
        if (auto categories = ReadCategories(file->input.path)) {
          package->AddCategories(std::move(*categories));
        }
        continue;
      }
      SourceTable source = SourceOf(package->dialect(), *file);
      if (source.table == nullptr) continue;
      if (ohana && file->recognised.why.starts_with("HSDS")) {
        file->recognised.why = absl::StrCat(
            "Ohana CSV: the table ", std::string(source.table->name),
            ", as others of its folder are Ohana's");
      }
      file->table = package->Add(file->input.path, file->input.name,
                                 file->recognised.csv, std::move(source));
    }
    CompareWithDescriptor(*package, paths, log);
    NoteUnlinked(*package, log);
  }
}

absl::Status IndexTables(const std::vector<RecognisedFile>& files) {
  std::set<const TablePackage*> done;
  for (const RecognisedFile& file : files) {
    if (file.package == nullptr || !done.insert(file.package.get()).second) {
      continue;
    }
    HANDRAIL_RETURN_IF_ERROR(file.package->Index());
  }
  return absl::OkStatus();
}

}  // namespace handrail::formats
