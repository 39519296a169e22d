// Any bytes as an archive. See hsds_fuzz.cc.
#include "tests/fuzz/formats_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  handrail::formats::FuzzReader(
      std::string_view(reinterpret_cast<const char*>(data), size),
      {.source = "fuzz"}, "input.zip");
  return 0;
}
