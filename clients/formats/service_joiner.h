// Puts services together with what they refer to, from a stream of records.
//
// A service comes out with its organization, program and locations nested
// inside, as soon as these have come; what waits comes out at the end, and then
// what no service nests, by type and then in the order in which it came. So ask
// for services last: those that come before what they refer to are written down
// and read again.
//
//   ServiceJoiner joiner([&](v1::Service service) { return Write(service); },
//                        [&](const v1::Record& record) { return Alone(record);
//                        });
//   HANDRAIL_RETURN_IF_ERROR(joiner.Add(record));
//   …
//   HANDRAIL_RETURN_IF_ERROR(joiner.Finish());
//
// Records stand in files (spill_file.h) and their places are sorted there
// (spilled_sort.h); in memory is one bit of each. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/formats/spill_file.h"
#include "clients/formats/spilled_sort.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

class ServiceJoiner {
 public:
  using OnService = std::function<absl::Status(v1::Service service)>;
  using OnRecord = std::function<absl::Status(const v1::Record& record)>;

  // `alone` may be null: then what no service nests is left out.
  explicit ServiceJoiner(OnService whole, OnRecord alone = nullptr)
      : whole_(std::move(whole)), alone_(std::move(alone)) {}

  // Takes the next record. Centroids and crisis resources are left out.
  // Returns what the functions return, and UNAVAILABLE (STORAGE_FAILED) where
  // the disk takes no more.
  absl::Status Add(const v1::Record& record);

  // Call it once, last.
  absl::Status Finish();

 private:
  // The records of one type, and by their number whether a service nests them.
  struct Records {
    SpillFile file;
    std::vector<bool> nested;
  };
  // Where one stands there.
  struct Place {
    uint64_t key = 0;
    int64_t offset = 0;
    int64_t number = 0;
    int64_t type = 0;

    friend bool operator<(const Place& a, const Place& b) {
      return std::tie(a.key, a.number) < std::tie(b.key, b.number);
    }
  };
  using Places = SpilledSort<Place>;
  // Places that are looked up once they are sorted.
  struct Batch {
    Places places;
    std::unique_ptr<Places::Cursor> cursor;
  };

  // Sorts what came, for a first service.
  absl::Status Close(Batch& batch);
  absl::Status Wait(const v1::Service& service);
  // The record of that type and id into `record`. False: it has not come.
  absl::StatusOr<bool> Find(v1::RecordType type, const std::string& id,
                            v1::Record& record);
  // Nests what the service refers to. False where something has not come.
  absl::StatusOr<bool> Join(v1::Service& service);
  absl::Status GiveWaiting();
  absl::Status GiveAlone();

  OnService whole_;
  OnRecord alone_;
  std::map<v1::RecordType, Records> records_;
  // What came before the first service, and what came after it.
  Batch first_;
  Batch late_;
  bool any_late_ = false;
  SpillFile waiting_;
};

}  // namespace handrail::formats
