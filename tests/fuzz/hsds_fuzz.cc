// Any bytes as an HSDS file: the reader ends in findings, never in a crash, and
// accounts for every row; what it reads comes out of the writer as HSDS that
// reads back to the same.
#include "tests/fuzz/formats_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  handrail::formats::FuzzReader(
      std::string_view(reinterpret_cast<const char*>(data), size),
      {.source = "fuzz", .format = handrail::formats::Format::kHsds},
      "input.json");
  return 0;
}
