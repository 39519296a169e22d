// Counts bytes and rows while files are read, and tells how far reading is.
//
// Inspect reads the same bytes several times, and a caller wants one bar that
// fills once: the meter divides what it counted by the number of passes. It
// tells every kChunkBytes, not at every row.
//
// One thread at a time.
//
//   ReadMeter meter({.on_progress = options.on_progress,
//                    .inspecting = true,
//                    .bytes_total = bytes,
//                    .passes = 3});
//   ForEachElement(path, part, take, meter.watcher());
//   meter.End();
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "clients/formats/json_stream.h"
#include "clients/formats/read_progress.h"

namespace handrail::formats {

class ReadMeter {
 public:
  struct Options {
    // May be empty: the meter then counts for nobody.
    std::function<void(const ReadProgress&)> on_progress;
    // ReadProgress::inspecting.
    bool inspecting = false;
    // Of all files, read once.
    int64_t bytes_total = 0;
    // How often every byte is read. At least 1.
    int passes = 1;
  };

  explicit ReadMeter(Options options);
  // Its watchers refer to it.
  ReadMeter(const ReadMeter&) = delete;
  ReadMeter& operator=(const ReadMeter&) = delete;

  // Bytes were read. Progress never shows more than the total, however often a
  // file was looked at.
  void Bytes(size_t count);
  // A row was read; told with the next bytes.
  void Row() { ++progress_.rows; }
  // Everything was read: tells the total.
  void End();

  // Counts what it is handed. REQUIRES: the meter outlives it.
  ByteWatcher watcher();

 private:
  void Tell();

  const std::function<void(const ReadProgress&)> on_progress_;
  const int passes_;
  ReadProgress progress_;
  // In all passes.
  int64_t read_ = 0;
  // Since progress was last told.
  size_t since_ = 0;
};

}  // namespace handrail::formats
