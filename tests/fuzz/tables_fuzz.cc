// Any bytes as a package of tables: "%% phones.csv" on a line of its own starts
// a table. See hsds_fuzz.cc for what must hold.
#include <filesystem>
#include <string>

#include "tests/fuzz/formats_fuzz.h"

namespace handrail::formats {
namespace {

// Names that a table can have here; others would be left out anyway.
bool IsPlain(std::string_view name) {
  return !name.empty() && name.size() < 60 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_.") ==
             std::string_view::npos &&
         name.find("..") == std::string_view::npos;
}

void FuzzTables(std::string_view bytes) {
  const std::string first = FuzzFile("", "tables");
  const std::filesystem::path folder = first + ".d";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  std::string name = "services.csv";
  std::string text;
  const auto write = [&] {
    if (text.empty()) return;
    std::ofstream out(folder / name, std::ios::binary | std::ios::trunc);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    text.clear();
  };
  for (size_t at = 0; at < bytes.size();) {
    const size_t end = std::min(bytes.find('\n', at), bytes.size() - 1) + 1;
    const std::string_view line = bytes.substr(at, end - at);
    at = end;
    if (line.starts_with("%% ") && line.ends_with("\n") &&
        IsPlain(line.substr(3, line.size() - 4))) {
      write();
      name = line.substr(3, line.size() - 4);
    } else {
      text.append(line);
    }
  }
  write();
  const std::vector<v1::Row> rows =
      FuzzRows(folder.string(), {.source = "fuzz"});
  const std::string exported = FuzzExport(rows);
  if (exported.empty() || std::count_if(bytes.begin(), bytes.end(), [](char c) {
                            return c == '[' || c == '{';
                          }) > 40) {
    return;
  }
  ReadOptions again{.source = "fuzz", .format = Format::kHsds};
  HANDRAIL_CHECK(Inspect({FuzzFile(exported, "export.ndjson")}, again).ok());
}

}  // namespace
}  // namespace handrail::formats

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  handrail::formats::FuzzTables(
      std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
