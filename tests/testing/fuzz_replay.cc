// Replays a fuzz target's corpus in builds that have no fuzzer: every file as
// it is, cut short at several places, and with single bytes flipped. Whatever
// once crashed is kept as a file in the corpus folder and so tested for ever.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

void Feed(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()),
                         bytes.size());
}

// Cuts and flips at this many places of each file.
constexpr size_t kPlaces = 61;

void FeedWithDamage(const std::string& bytes) {
  Feed(bytes);
  const size_t step = bytes.size() / kPlaces + 1;
  for (size_t at = 0; at < bytes.size(); at += step) {
    Feed(bytes.substr(0, at));
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
    Feed(flipped);
  }
}

TEST(FuzzReplayTest, CorpusDoesNotCrash) {
  Feed("");
  Feed(std::string(1, '\0'));
  Feed("\xff\xfe");
  const std::string folder = HANDRAIL_FUZZ_CORPUS;
  if (folder.empty()) return;
  ASSERT_TRUE(std::filesystem::is_directory(folder)) << folder;
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    SCOPED_TRACE(file.string());
    std::ifstream in(file, std::ios::binary);
    FeedWithDamage(std::string(std::istreambuf_iterator<char>(in), {}));
  }
}

}  // namespace
