// Mutex, MutexLock and CondVar: std::mutex with the annotations that let
// clang's -Wthread-safety check who holds what. absl::Mutex is not used: the
// platform's build of it is not instrumented, so the thread sanitizer reports
// races that are none.
//
//   class Counter {
//    public:
//     void Add() {
//       MutexLock lock(mu_);
//       ++count_;
//       changed_.NotifyAll();
//     }
//     void WaitFor(int count) {
//       MutexLock lock(mu_);
//       while (count_ < count) changed_.Wait(mu_);
//     }
//    private:
//     Mutex mu_;
//     CondVar changed_;
//     int count_ ABSL_GUARDED_BY(mu_) = 0;
//   };
//
// Hold no lock across RocksDB, gRPC or a callback.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"

namespace handrail {

// A std::mutex that clang can reason about. Not recursive.
class ABSL_LOCKABLE Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mu_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mu_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mu_;
};

// Holds a Mutex from its construction to the end of its scope.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mu) ABSL_EXCLUSIVE_LOCK_FUNCTION(mu) : mu_(mu) {
    mu_.Lock();
  }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mu_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mu_;
};

// Waits for another thread's notification. Wake-ups may be spurious: wait in a
// loop that reads the condition itself.
class CondVar {
 public:
  // Releases `mu`, waits, and holds `mu` again on return.
  void Wait(Mutex& mu) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    std::unique_lock<std::mutex> held(mu.mu_, std::adopt_lock);
    cv_.wait(held);
    held.release();
  }

  // The same, for at most `timeout`. Returns false when the time ran out.
  template <typename Rep, typename Period>
  bool WaitFor(Mutex& mu, std::chrono::duration<Rep, Period> timeout)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    std::unique_lock<std::mutex> held(mu.mu_, std::adopt_lock);
    const std::cv_status status = cv_.wait_for(held, timeout);
    held.release();
    return status == std::cv_status::no_timeout;
  }

  void NotifyOne() { cv_.notify_one(); }
  void NotifyAll() { cv_.notify_all(); }

 private:
  std::condition_variable cv_;
};

}  // namespace handrail
