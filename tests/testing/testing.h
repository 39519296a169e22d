// What tests share: matchers for Status and protobuf, temporary folders, and
// the way to data that is not part of the tree.
//
//   EXPECT_THAT(store.Open(), IsOk());
//   EXPECT_THAT(store.Get(id), IsOkAndHolds(EqualsProto("name: 'Hope
//   House'"))); EXPECT_THAT(store.Get(none),
//   StatusIs(absl::StatusCode::kNotFound)); EXPECT_THAT(store.Get(none),
//   HasReason(v1::ERROR_REASON_RECORD_NOT_FOUND));
//
//   HANDRAIL_SHARED_DATA_OR_SKIP(path, "meeting-guide/aasfmarin-2021.json");
//   const std::string json = ReadFile(path);
//
// The matchers take a Status or a StatusOr. Assert codes and reasons, not the
// wording of messages. All names are in handrail::testing.
#pragma once

#include <gmock/gmock.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "storage/base/status.h"

namespace handrail::testing {

// --- Status ---------------------------------------------------------------

inline const absl::Status& StatusOf(const absl::Status& status) {
  return status;
}
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& value) {
  return value.status();
}

// Tells a failed match in words: code, message, reason, metadata, fields.
std::string Describe(const absl::Status& status);

MATCHER(IsOk, negation ? "is an error" : "is OK") {
  *result_listener << Describe(StatusOf(arg));
  return arg.ok();
}

// The value of an OK StatusOr matches `inner`.
MATCHER_P(
    IsOkAndHolds, inner,
    "is OK and holds a value that " +
        ::testing::DescribeMatcher<typename std::decay_t<arg_type>::value_type>(
            inner, negation)) {
  if (!arg.ok()) {
    *result_listener << Describe(arg.status());
    return false;
  }
  return ::testing::ExplainMatchResult(inner, *arg, result_listener);
}

MATCHER_P(StatusIs, code, "has code " + absl::StatusCodeToString(code)) {
  *result_listener << Describe(StatusOf(arg));
  return StatusOf(arg).code() == code;
}

// The reason in the error's ErrorInfo (error_reason.proto).
MATCHER_P(HasReason, reason, "has reason " + v1::ErrorReason_Name(reason)) {
  *result_listener << Describe(StatusOf(arg));
  return ReasonOf(StatusOf(arg)) == reason;
}

// The metadata in the error's ErrorInfo has `key` with `value`.
MATCHER_P2(HasMetadata, key, value, "has the metadata given") {
  *result_listener << Describe(StatusOf(arg));
  const ErrorMetadata metadata = MetadataOf(StatusOf(arg));
  const auto found = metadata.find(key);
  return found != metadata.end() && found->second == value;
}

// The error names `field` among the wrong fields of the request.
MATCHER_P(NamesField, field, "names a wrong field") {
  *result_listener << Describe(StatusOf(arg));
  for (const FieldViolation& violation : ViolationsOf(StatusOf(arg))) {
    if (violation.field == field) return true;
  }
  return false;
}

// --- Protobuf -------------------------------------------------------------

// True when the messages are equal field by field; `difference` says where not.
bool ProtoEquals(const google::protobuf::Message& actual,
                 const google::protobuf::Message& expected,
                 std::string& difference);

// Parses protobuf text as a message of the same type as `like`. Fails the test
// on text that does not parse.
std::unique_ptr<google::protobuf::Message> ParseLike(
    const google::protobuf::Message& like, std::string_view text);

// Parses protobuf text as a T. Fails the test on text that does not parse.
template <typename T>
T ParseText(std::string_view text) {
  T message;
  message.CopyFrom(*ParseLike(message, text));
  return message;
}

// Equals a message of the same type, or its protobuf text form.
class EqualsProtoMatcher {
 public:
  explicit EqualsProtoMatcher(const google::protobuf::Message& expected);
  explicit EqualsProtoMatcher(std::string_view text) : text_(text) {}

  bool MatchAndExplain(const google::protobuf::Message& actual,
                       ::testing::MatchResultListener* listener) const;
  void DescribeTo(std::ostream* out) const;
  void DescribeNegationTo(std::ostream* out) const;

 private:
  std::shared_ptr<const google::protobuf::Message> expected_;
  std::string text_;
};

template <typename MessageOrText>
::testing::PolymorphicMatcher<EqualsProtoMatcher> EqualsProto(
    const MessageOrText& expected) {
  return ::testing::MakePolymorphicMatcher(EqualsProtoMatcher(expected));
}

// --- Files ----------------------------------------------------------------

// A file of the source tree: SourceData("tests/matcher/golden/one.txt").
std::filesystem::path SourceData(std::string_view path);

// A file or folder of the shared real data, which is not part of the tree:
// $HANDRAIL_SHARED_DATA, or ../shared/data beside the source tree. Absent when
// it is not there; such a test is skipped and says so.
std::optional<std::filesystem::path> SharedData(std::string_view path);

#define HANDRAIL_SHARED_DATA_OR_SKIP(variable, name)                         \
  const auto variable##_or_none = ::handrail::testing::SharedData(name);     \
  if (!variable##_or_none.has_value()) {                                     \
    GTEST_SKIP() << "shared data is not here: " << (name)                    \
                 << " (set HANDRAIL_SHARED_DATA to the folder that has it)"; \
  }                                                                          \
  const std::filesystem::path& variable = *variable##_or_none

// The whole file. Fails the test when it cannot be read or written.
std::string ReadFile(const std::filesystem::path& path);
void WriteFile(const std::filesystem::path& path, std::string_view bytes);

// The golden file `path` of the source tree holds exactly `actual`. With
// HANDRAIL_UPDATE_GOLDEN=1 (./dev golden --update) it is rewritten instead.
// Tests that call this have "Golden" in their name.
void ExpectGolden(std::string_view path, std::string_view actual);

// A folder of its own that is removed with all it holds at the end of scope.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string File(std::string_view name) const {
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

}  // namespace handrail::testing
