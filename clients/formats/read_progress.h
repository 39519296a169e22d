// How far reading is: what callers of Inspect and Send are told.
#pragma once

#include <cstdint>

namespace handrail::formats {

struct ReadProgress {
  // True while Inspect reads, false while Send does.
  bool inspecting = false;
  // Of all files together. Inspect reads every file several times; the bytes
  // grow evenly from 0 to the total all the same.
  int64_t bytes_read = 0;
  int64_t bytes_total = 0;
  int64_t rows = 0;
};

}  // namespace handrail::formats
