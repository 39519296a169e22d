// What one append and one read may be. A caller that exceeds a limit gets
// INVALID_ARGUMENT, reason LIMIT_EXCEEDED, with the limit's name and maximum.
#pragma once

#include <cstddef>

namespace handrail::storage {

// Bytes of a stream's name.
inline constexpr size_t kStreamNameBytesMax = 64;
// Bytes of a key, without what the implementation puts before it.
inline constexpr size_t kKeyBytesMax = 2048;
// Bytes of a request id.
inline constexpr size_t kRequestIdBytesMax = 128;
// Bytes of what an append says about itself.
inline constexpr size_t kNoteBytesMax = 4096;
// Keys one append may change, versions it may expect and audit rows it may
// bring.
inline constexpr size_t kMutationsPerAppendMax = 200'000;
inline constexpr size_t kExpectedPerAppendMax = 200'000;
inline constexpr size_t kAuditRowsPerAppendMax = 10'000;
// Bytes of the keys and values one append brings (before-images come on top):
// an entry is one value in the store and one message in memory.
inline constexpr size_t kAppendBytesMax = 64u << 20;
// Keys that one step of a trim or of an upgrade writes or removes, unless one
// entry alone has more.
inline constexpr size_t kKeysPerStep = 20'000;

}  // namespace handrail::storage
