// Any bytes as a file of every format that a caller may name, and of none:
// recognising says what it is and why, or what is wrong with it.
#include <string>

#include "clients/formats/format.h"
#include "clients/formats/recognise.h"
#include "tests/fuzz/formats_fuzz.h"

namespace handrail::formats {
namespace {

void FuzzRecognise(const std::string& path, Format wanted) {
  const absl::StatusOr<Recognised> found = Recognise(path, wanted);
  HANDRAIL_CHECK_OK(found.status());
  if (found->problem.has_value()) {
    HANDRAIL_CHECK(!found->problem->reason.empty());
    HANDRAIL_CHECK(!found->problem->message.empty());
    HANDRAIL_CHECK(!found->problem->hint.empty());
    return;
  }
  HANDRAIL_CHECK(found->format != Format::kUnknown);
  HANDRAIL_CHECK(!found->why.empty());
}

}  // namespace
}  // namespace handrail::formats

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace handrail::formats;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const char* name : {"input.json", "services.csv", "input.txt"}) {
    const std::string path = FuzzFile(bytes, name);
    FuzzRecognise(path, Format::kUnknown);
    for (const Format wanted : kFormats) FuzzRecognise(path, wanted);
  }
  return 0;
}
