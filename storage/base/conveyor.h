// From a thread that makes things to a thread that takes them, in order, with
// no more than so many between them.
//
//   Conveyor<Piece> pieces(/*room=*/8);
//   std::thread maker([&] {
//     while (…) pieces.Put(Make());
//     pieces.End();
//   });
//   while (std::optional<Piece> piece = pieces.Take()) …
//   maker.join();
//
// Thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "storage/base/mutex.h"

namespace handrail {

template <typename T>
class Conveyor {
 public:
  explicit Conveyor(size_t room) : room_(room) {}

  // Waits until there is room. REQUIRES: End was not called, and somebody takes
  // all that comes.
  void Put(T one) {
    MutexLock lock(mu_);
    while (waiting_.size() >= room_) changed_.Wait(mu_);
    waiting_.push_back(std::move(one));
    changed_.NotifyAll();
  }

  // Nothing more comes.
  void End() {
    MutexLock lock(mu_);
    ended_ = true;
    changed_.NotifyAll();
  }

  // Waits for the next; nothing: all were taken, and no more comes.
  std::optional<T> Take() {
    MutexLock lock(mu_);
    while (waiting_.empty() && !ended_) changed_.Wait(mu_);
    if (waiting_.empty()) return std::nullopt;
    std::optional<T> one(std::move(waiting_.front()));
    waiting_.pop_front();
    changed_.NotifyAll();
    return one;
  }

 private:
  const size_t room_;
  Mutex mu_;
  CondVar changed_;
  std::deque<T> waiting_ ABSL_GUARDED_BY(mu_);
  bool ended_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace handrail
