#include "clients/cli/request_id.h"

#include <cstdint>
#include <random>

#include "absl/strings/str_format.h"

namespace handrail::cli {

std::string NewRequestId() {
  std::random_device device;
  std::uniform_int_distribution<uint64_t> any;
  const uint64_t high = (any(device) & ~0xF000ULL) | 0x4000ULL;
  const uint64_t low = (any(device) >> 2) | (1ULL << 63);
  return absl::StrFormat("%08x-%04x-%04x-%04x-%012x", high >> 32,
                         (high >> 16) & 0xFFFF, high & 0xFFFF, low >> 48,
                         low & 0xFFFFFFFFFFFFULL);
}

}  // namespace handrail::cli
