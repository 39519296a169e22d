// Work that is cut into pieces, done on two threads, and taken up in order.
//
// The caller cuts a piece and adds it. Pieces are worked on by a thread of this
// class's own and by the caller, whenever it would otherwise wait; `done` is
// called for each piece on the caller's thread, in the order in which they were
// added. So what `work` does must not depend on other pieces, and what `done`
// does needs no locks.
//
//   OrderedWork pieces;
//   for (…) {
//     auto piece = std::make_shared<Piece>(…);
//     HANDRAIL_RETURN_IF_ERROR(pieces.Add(
//         [piece](int thread) { piece->Map(mappers[thread]); },
//         [piece] { return piece->Count(book); }));
//   }
//   HANDRAIL_RETURN_IF_ERROR(pieces.Finish());
//
// One thread calls. The other is begun with the second piece, because most
// input is one piece.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "absl/status/status.h"

namespace handrail::formats {

class OrderedWork {
 public:
  // Threads that `work` is called on: 0 is the caller's.
  static constexpr int kThreads = 2;

  using Work = std::function<void(int thread)>;
  using Done = std::function<absl::Status()>;

  OrderedWork() = default;
  // Leaves what nobody began.
  ~OrderedWork();
  OrderedWork(const OrderedWork&) = delete;
  OrderedWork& operator=(const OrderedWork&) = delete;

  // Queues a piece. Calls `done` of earlier ones; its first error is returned,
  // and nothing more can be added then.
  absl::Status Add(Work work, Done done);
  // Works off all pieces. Errors as Add.
  absl::Status Finish();

 private:
  enum class State { kWaiting, kBegun, kDone };
  struct Piece {
    Work work;
    Done done;
    State state = State::kWaiting;  // guarded by mutex_
  };

  // Takes up or works on pieces until at most so many are left.
  absl::Status Shrink(size_t pieces_max);
  // The first piece that nobody began, marked as begun; nullptr for none.
  // REQUIRES: mutex_ is held.
  Piece* Begin();
  void Help();

  std::thread helper_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // Only the caller adds and removes; a begun piece stays until it is done.
  std::deque<std::unique_ptr<Piece>> pieces_;  // guarded by mutex_
  bool ended_ = false;                         // guarded by mutex_
};

}  // namespace handrail::formats
