#include "clients/formats/seen_ids.h"

#include <algorithm>

#include "storage/base/hash.h"

namespace handrail::formats {
namespace {

constexpr size_t kFirstLines = 512;
// 512 bits for 16 ids of 12 bits each.
constexpr size_t kIdsPerLine = 16;
constexpr int kBitsPerId = 12;

// Bits of the hash that did not choose the line, stretched.
uint64_t Mix(uint64_t hash) {
  hash ^= hash >> 31;
  hash *= 0x9e3779b97f4a7c15u;
  return hash ^ (hash >> 29);
}

// Calls `take` with the word and the bit of each bit of the id; stops when it
// returns false.
template <typename Take>
bool ForEachBit(uint64_t hash, Take take) {
  uint64_t bits = Mix(hash);
  for (int i = 0; i < kBitsPerId; ++i) {
    if (i == kBitsPerId / 2) bits = Mix(bits + hash);
    if (!take(bits & 7u, uint64_t{1} << ((bits >> 3) & 63u))) return false;
    bits >>= 9;
  }
  return true;
}

}  // namespace

bool SeenIds::Has(const Layer& layer, uint64_t hash) {
  const Line& line = layer.lines[hash % layer.lines.size()];
  return ForEachBit(hash, [&](uint64_t word, uint64_t bit) {
    return (line[word] & bit) != 0;
  });
}

void SeenIds::Add(Layer& layer, uint64_t hash) {
  Line& line = layer.lines[hash % layer.lines.size()];
  ForEachBit(hash, [&](uint64_t word, uint64_t bit) {
    line[word] |= bit;
    return true;
  });
  --layer.room;
}

bool SeenIds::IsNew(std::string_view id) {
  const uint64_t hash = StableHash64(id);
  for (const Layer& layer : layers_) {
    if (Has(layer, hash)) return false;
  }
  if (layers_.empty() || layers_.back().room == 0) {
    const size_t lines =
        layers_.empty() ? kFirstLines : 2 * layers_.back().lines.size();
    layers_.push_back(
        {.lines = std::vector<Line>(lines), .room = lines * kIdsPerLine});
  }
  Add(layers_.back(), hash);
  return true;
}

}  // namespace handrail::formats
