// What is compared of every listing, kept small, by numbers that stand for the
// listings.
//
// Features as they are used take over a kilobyte of strings, and there are as
// many as listings: here they stand as bytes, some 400 of them, and are
// unpacked for the few that are compared. A listing has its number for good;
// its features come, change and go.
//
//   FeatureStore store;
//   const FeatureStore::Handle handle = store.HandleOf("listing-1");
//   store.Set(handle, FeaturesOf(…));
//   if (const std::optional<Features> now = store.Find("listing-1")) …
//
// Thread-safe. A reader sees the features of now, not of the table it came by.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "server/duplicates/features.h"
#include "storage/base/mutex.h"

namespace handrail::server {

class FeatureStore {
 public:
  using Handle = uint32_t;

  FeatureStore();
  FeatureStore(const FeatureStore&) = delete;
  FeatureStore& operator=(const FeatureStore&) = delete;

  // The number of a listing, a new one where it has none yet.
  Handle HandleOf(std::string_view id);
  // Absent: nobody ever asked HandleOf.
  std::optional<Handle> FindHandle(std::string_view id) const;

  // REQUIRES (of all below): the handle came from HandleOf.
  std::string IdOf(Handle handle) const;
  void Set(Handle handle, const Features& features);
  void Clear(Handle handle);
  bool Has(Handle handle) const;
  // Absent: there are none (any more).
  std::optional<Features> Get(Handle handle) const;
  // The same into features that are there, whose memory is used again. False:
  // there are none, and `features` is as it was.
  bool Get(Handle handle, Features& features) const;

  std::optional<Features> Find(std::string_view id) const;

 private:
  // The size of the id, the id, and the packed features behind it; the total
  // stands in front.
  class Packed {
   public:
    Packed() = default;
    Packed(std::string_view id, std::string_view features);

    std::string_view id() const;
    // Empty: there are none.
    std::string_view features() const;

   private:
    std::unique_ptr<char[]> bytes_;
  };
  // Found by id, which stands in the entry alone.
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view id) const;
    size_t operator()(Handle handle) const;
    const std::deque<Packed>* entries;
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(Handle a, Handle b) const { return a == b; }
    bool operator()(Handle a, std::string_view b) const;
    bool operator()(std::string_view a, Handle b) const {
      return (*this)(b, a);
    }
    const std::deque<Packed>* entries;
  };

  // By the upper bits of the hash: moving one table of a million as it grows
  // would stop everybody for a second.
  using Handles = absl::flat_hash_set<Handle, Hash, Equal>;
  static constexpr int kTableBits = 6;
  static size_t PlaceOf(std::string_view id);

  mutable Mutex mu_;
  std::deque<Packed> entries_ ABSL_GUARDED_BY(mu_);
  std::vector<Handles> handles_ ABSL_GUARDED_BY(mu_);
};

// The bytes that Set keeps, without the id; and what they stand for.
std::string PackFeatures(const Features& features);
Features UnpackFeatures(std::string_view id, std::string_view packed);
// The same in place of what `features` were.
void UnpackFeatures(std::string_view id, std::string_view packed,
                    Features& features);

}  // namespace handrail::server
