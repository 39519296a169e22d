// Which of very many ids have not been seen before, in about four bytes each.
//
//   SeenIds seen;
//   if (seen.IsNew(id)) …
//
// "New" is certain. Once in ten thousand or so an id that is new is taken for
// one that was seen: for ids that can be given another name then. Which ids
// these are depends on the ids alone, so that what is made of them is the same
// in every process.
//
// One thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace handrail::formats {

class SeenIds {
 public:
  // Adds it. False where it was there, or seems to have been.
  bool IsNew(std::string_view id);

 private:
  // A Bloom filter whose bits for one id lie in one line of the cache.
  using Line = std::array<uint64_t, 8>;
  struct Layer {
    std::vector<Line> lines;
    size_t room = 0;
  };

  static bool Has(const Layer& layer, uint64_t hash);
  static void Add(Layer& layer, uint64_t hash);

  // Each twice the size of the one before, which is full.
  std::vector<Layer> layers_;
};

}  // namespace handrail::formats
