// HANDRAIL_CHECK: ends the process when something that only our own bug could
// break is broken. Input, disk and peers get a Status instead.
//
//   HANDRAIL_CHECK(row < rows_.size());
//   HANDRAIL_CHECK_OK(status);
//
// On in every build. The message names the place and the condition, never a
// value: values may be somebody's words.
#pragma once

namespace handrail::internal {

// Prints "file:line: check failed: condition" to stderr and aborts.
[[noreturn]] void CheckFailed(const char* file, int line,
                              const char* condition);

}  // namespace handrail::internal

#define HANDRAIL_CHECK(...)                                                \
  do {                                                                     \
    if (!(__VA_ARGS__)) [[unlikely]] {                                     \
      ::handrail::internal::CheckFailed(__FILE__, __LINE__, #__VA_ARGS__); \
    }                                                                      \
  } while (false)

// For a Status or StatusOr that cannot fail unless we made a mistake.
#define HANDRAIL_CHECK_OK(...) HANDRAIL_CHECK((__VA_ARGS__).ok())
