// Any bytes that parse as a row: normalising must not crash, must say why it
// skips, and done twice must be what it is done once.
#include <google/protobuf/message.h>
#include <google/protobuf/stubs/logging.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "tests/fuzz/row_checks.h"

namespace {

constexpr size_t kBytesMax = 1 << 16;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // A line for every text that is not UTF-8 would take most of the time.
  static google::protobuf::LogHandler* const before =
      google::protobuf::SetLogHandler(nullptr);
  (void)before;
  handrail::v1::Row row;
  if (size > kBytesMax || !row.ParseFromArray(data, static_cast<int>(size))) {
    return 0;
  }
  handrail::CheckedRecords(std::move(row));
  return 0;
}
