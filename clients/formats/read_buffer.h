// How much of a file is read at once: a chunk, or all of a small file, because
// loads are often many of those.
#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string>

#include "clients/formats/limits.h"

namespace handrail::formats {

inline size_t ReadBufferBytes(const std::string& path) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path, error);
  if (error) return kChunkBytes;
  // One more, so that the end is seen with the first read.
  return static_cast<size_t>(std::min<uintmax_t>(bytes + 1, kChunkBytes));
}

}  // namespace handrail::formats
