// Any bytes either are no key, or are exactly what their parts build.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "storage/base/check.h"
#include "storage/db/keys.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto key = handrail::storage::keys::ParseKey(bytes);
  if (key.has_value()) {
    HANDRAIL_CHECK(handrail::storage::keys::BuildKey(*key) == bytes);
  }
  return 0;
}
