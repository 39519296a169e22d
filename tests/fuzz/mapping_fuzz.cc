// Any bytes as a mapping file and a flat table, parted by a line of four
// hyphens, and as a table whose mapping is proposed. A proposal must run.
// See hsds_fuzz.cc.
#include "clients/formats/suggest_mapping.h"
#include "tests/fuzz/formats_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace handrail::formats;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr std::string_view kCut = "\n----\n";
  const size_t cut = bytes.find(kCut);
  const std::string_view table =
      cut == std::string_view::npos ? bytes : bytes.substr(cut + kCut.size());
  if (cut != std::string_view::npos) {
    const std::string mapping = FuzzFile(bytes.substr(0, cut), "map.toml");
    FuzzReader(table, {.source = "fuzz", .mapping = mapping}, "input.csv");
  }
  const auto proposal = SuggestMapping(FuzzFile(table, "input.csv"));
  if (!proposal.ok()) return 0;
  const std::string mapping = FuzzFile(*proposal, "proposed.toml");
  FuzzReader(table, {.source = "fuzz", .mapping = mapping}, "input.csv");
  return 0;
}
