#include "clients/formats/ordered_work.h"

#include <utility>

#include "storage/base/status.h"

namespace handrail::formats {
namespace {

// Enough that neither thread waits for the other's longest piece.
constexpr size_t kPiecesMax = 4;

}  // namespace

OrderedWork::~OrderedWork() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  if (helper_.joinable()) helper_.join();
}

absl::Status OrderedWork::Add(Work work, Done done) {
  auto piece = std::make_unique<Piece>();
  piece->work = std::move(work);
  piece->done = std::move(done);
  bool several = false;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    pieces_.push_back(std::move(piece));
    several = pieces_.size() > 1;
  }
  changed_.notify_all();
  if (several && !helper_.joinable()) helper_ = std::thread([this] { Help(); });
  return Shrink(kPiecesMax);
}

absl::Status OrderedWork::Finish() { return Shrink(0); }

absl::Status OrderedWork::Shrink(size_t pieces_max) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!pieces_.empty()) {
    if (pieces_.front()->state == State::kDone) {
      const std::unique_ptr<Piece> first = std::move(pieces_.front());
      pieces_.pop_front();
      lock.unlock();
      HANDRAIL_RETURN_IF_ERROR(first->done());
      lock.lock();
    } else if (pieces_.size() <= pieces_max) {
      break;
    } else if (Piece* piece = Begin()) {
      lock.unlock();
      piece->work(0);
      lock.lock();
      piece->state = State::kDone;
    } else {
      changed_.wait(lock);
    }
  }
  return absl::OkStatus();
}

OrderedWork::Piece* OrderedWork::Begin() {
  for (const std::unique_ptr<Piece>& piece : pieces_) {
    if (piece->state != State::kWaiting) continue;
    piece->state = State::kBegun;
    return piece.get();
  }
  return nullptr;
}

void OrderedWork::Help() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!ended_) {
    Piece* piece = Begin();
    if (piece == nullptr) {
      changed_.wait(lock);
      continue;
    }
    lock.unlock();
    piece->work(1);
    lock.lock();
    piece->state = State::kDone;
    changed_.notify_all();
  }
}

}  // namespace handrail::formats
