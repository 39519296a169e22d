// A zip that goes to a sink as it is made (by libarchive). The same files give
// the same bytes, whenever they are packed.
//
//   PackageZip zip(sink);
//   zip.Begin("services.csv", bytes);
//   zip.Put(chunk); …
//   HANDRAIL_RETURN_IF_ERROR(zip.Close());
//
// One thread at a time.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "clients/formats/hsds_writer.h"

struct archive;

namespace handrail::formats {

class PackageZip {
 public:
  // The sink must outlive it.
  explicit PackageZip(const LineSink& sink);
  ~PackageZip();
  PackageZip(const PackageZip&) = delete;
  PackageZip& operator=(const PackageZip&) = delete;

  // Starts a file of so many bytes.
  void Begin(const std::string& name, int64_t bytes);
  // Its next bytes. What goes wrong is told by Close.
  void Put(std::string_view bytes);
  // Returns what the sink returned first, or UNAVAILABLE (STORAGE_FAILED).
  absl::Status Close();

 private:
  static ssize_t Write(archive* zip, void* self, const void* bytes,
                       size_t size);

  const LineSink& sink_;
  archive* zip_;
  bool ok_ = false;
  absl::Status status_;
};

}  // namespace handrail::formats
