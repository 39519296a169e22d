// Hashes whose values may be written down: the same on every machine, in every
// build and version. For tables in memory use absl's own hashing instead.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace handrail {

// 64-bit FNV-1a of `bytes`. Pass an earlier result as `seed` to hash in parts.
// Not for anything an adversary could choose.
constexpr uint64_t StableHash64(std::string_view bytes,
                                uint64_t seed = 0xcbf29ce484222325u) {
  for (const char c : bytes) {
    seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  return seed;
}

// SHA-256 of `bytes`, as 64 lower-case hexadecimal digits.
std::string Sha256Hex(std::string_view bytes);

// The first half of it: as much as telling things apart takes, in sixteen
// bytes.
using Sha256Half = std::array<unsigned char, 16>;
Sha256Half Sha256HalfOf(std::string_view bytes);

// True for the 36-character text form of a UUID, in either case.
bool IsUuid(std::string_view text);

// The name-based UUID (RFC 4122, version 5) of `name` in the name space
// `name_space`, in lower case. The same two always give the same UUID.
// REQUIRES: IsUuid(name_space).
std::string UuidV5(std::string_view name_space, std::string_view name);

}  // namespace handrail
