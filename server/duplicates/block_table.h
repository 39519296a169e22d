// Who stands in which block (blocking.h). There are a dozen blocks a listing
// and most hold one alone, so one alone takes no list.
//
//   BlockTable blocks;
//   if (blocks.Add(key, handle) > kBlockListingsMax) …
//   blocks.Prepare(key);
//   for (const BlockTable::Handle other : blocks.In(key)) …
//
// A directory of a million listings has twelve million blocks: they stand in
// many tables, so that none is large and moving one as it grows stops nobody.
//
// Belongs to one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace handrail::server {

class BlockTable {
 public:
  using Handle = uint32_t;

  // Puts a listing into a block. REQUIRES: it is not in it. Returns how many
  // are in it now.
  size_t Add(uint64_t key, Handle handle);
  // Takes it out, where it is in it. Returns how many are left.
  size_t Remove(uint64_t key, Handle handle);

  // Brings what In, Add and Remove look at into the caches meanwhile.
  void Prepare(uint64_t key) const { TableOf(key).prefetch(key); }

  // In no order. Valid until the next change.
  std::span<const Handle> In(uint64_t key) const;

 private:
  // A handle, or kList with the place of a list.
  using Members = uint32_t;
  static constexpr Members kList = 1u << 31;

  using Table = absl::flat_hash_map<uint64_t, Members>;

  // Keys are hashes: by their upper bits.
  static constexpr int kTableBits = 8;
  static size_t PlaceOf(uint64_t key) { return key >> (64 - kTableBits); }
  Table& TableOf(uint64_t key) { return blocks_[PlaceOf(key)]; }
  const Table& TableOf(uint64_t key) const { return blocks_[PlaceOf(key)]; }

  std::array<Table, size_t{1} << kTableBits> blocks_;
  std::vector<std::vector<Handle>> lists_;
  // Places of lists that nobody uses.
  std::vector<Members> free_;
};

}  // namespace handrail::server
