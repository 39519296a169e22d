// Any bytes as facilities of SAMHSA: JSON where they begin like it, else a
// table. See hsds_fuzz.cc.
#include "tests/fuzz/formats_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  handrail::formats::FuzzReader(
      std::string_view(reinterpret_cast<const char*>(data), size),
      {.source = "fuzz", .format = handrail::formats::Format::kSamhsa},
      "input.csv");
  return 0;
}
