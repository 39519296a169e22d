#include "clients/formats/read_meter.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "clients/formats/limits.h"

namespace handrail::formats {

ReadMeter::ReadMeter(Options options)
    : on_progress_(std::move(options.on_progress)), passes_(options.passes) {
  progress_.inspecting = options.inspecting;
  progress_.bytes_total = options.bytes_total;
}

void ReadMeter::Bytes(size_t count) {
  read_ += static_cast<int64_t>(count);
  progress_.bytes_read =
      std::min(progress_.bytes_total, read_ / std::max(passes_, 1));
  since_ += count;
  if (since_ < kChunkBytes) return;
  since_ = 0;
  Tell();
}

void ReadMeter::End() {
  progress_.bytes_read = progress_.bytes_total;
  Tell();
}

ByteWatcher ReadMeter::watcher() {
  return [this](std::string_view bytes) { Bytes(bytes.size()); };
}

void ReadMeter::Tell() {
  if (on_progress_) on_progress_(progress_);
}

}  // namespace handrail::formats
