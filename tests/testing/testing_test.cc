// The helpers that other tests rely on notice what they should.
#include "tests/testing/testing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "google/rpc/error_details.pb.h"

namespace handrail::testing {
namespace {

using ::testing::Not;

absl::StatusOr<google::rpc::RetryInfo> Info() {
  google::rpc::RetryInfo info;
  info.mutable_retry_delay()->set_seconds(5);
  return info;
}

TEST(MatchersTest, EqualsProtoSeesDifferences) {
  EXPECT_THAT(*Info(), EqualsProto(*Info()));
  EXPECT_THAT(*Info(), EqualsProto("retry_delay { seconds: 5 }"));
  EXPECT_THAT(*Info(), Not(EqualsProto("retry_delay { seconds: 6 }")));
  EXPECT_THAT(*Info(), Not(EqualsProto("")));
  EXPECT_THAT(*Info(), Not(EqualsProto(google::rpc::DebugInfo())));
}

TEST(MatchersTest, StatusMatchersTakeStatusAndStatusOr) {
  const absl::StatusOr<google::rpc::RetryInfo> none =
      InvalidField("retry", "must be there");
  EXPECT_THAT(Info(), IsOkAndHolds(EqualsProto("retry_delay { seconds: 5 }")));
  EXPECT_THAT(none, Not(IsOk()));
  EXPECT_THAT(none.status(), Not(IsOk()));
  EXPECT_THAT(none, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(none, HasReason(v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_THAT(none, NamesField("retry"));
  EXPECT_THAT(none, Not(NamesField("other")));
}

TEST(FilesTest, TempDirIsRemovedWithAllItHolds) {
  std::filesystem::path path;
  {
    const TempDir folder;
    path = folder.path();
    WriteFile(folder.File("a"), "bytes\n");
    EXPECT_EQ(ReadFile(folder.File("a")), "bytes\n");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(FilesTest, SourceDataIsFoundAndMissingSharedDataIsAbsent) {
  EXPECT_TRUE(std::filesystem::exists(SourceData("CMakePresets.json")));
  EXPECT_FALSE(SharedData("no/such/file").has_value());
}

}  // namespace
}  // namespace handrail::testing
