#include "storage/base/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "google/rpc/error_details.pb.h"
#include "tests/testing/testing.h"

namespace handrail {
namespace {

using ::handrail::testing::EqualsProto;
using ::handrail::testing::HasMetadata;
using ::handrail::testing::HasReason;
using ::handrail::testing::IsOk;
using ::handrail::testing::IsOkAndHolds;
using ::handrail::testing::NamesField;
using ::handrail::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::Not;

absl::Status NoSuchService() {
  return NotFound(v1::ERROR_REASON_RECORD_NOT_FOUND, "there is no such service",
                  {{"type", "service"}, {"id", "s1"}});
}

TEST(StatusTest, ErrorCarriesReasonAndMetadata) {
  EXPECT_THAT(NoSuchService(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(NoSuchService(), HasReason(v1::ERROR_REASON_RECORD_NOT_FOUND));
  EXPECT_THAT(NoSuchService(), HasMetadata("id", "s1"));
  EXPECT_THAT(NoSuchService(), Not(HasMetadata("id", "s2")));
}

TEST(StatusTest, ErrorInfoIsReadableUnderItsTypeUrl) {
  const auto payload = NoSuchService().GetPayload(kErrorInfoUrl);
  ASSERT_TRUE(payload.has_value());
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(info.ParseFromString(std::string(*payload)));
  EXPECT_THAT(info, EqualsProto(R"pb(
                reason: "RECORD_NOT_FOUND"
                domain: "handrail"
                metadata { key: "id" value: "s1" }
                metadata { key: "type" value: "service" }
              )pb"));
}

TEST(StatusTest, InvalidFieldsListsEveryField) {
  const absl::Status status = InvalidFields(
      {{"page_size", "must be 0 or more"}, {"near", "needs a point"}});
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(status, HasReason(v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_THAT(status, NamesField("near"));
  EXPECT_THAT(ViolationsOf(status),
              ElementsAre(FieldViolation{"page_size", "must be 0 or more"},
                          FieldViolation{"near", "needs a point"}));
}

TEST(StatusTest, PlainStatusHasNoDetails) {
  const absl::Status status = absl::InternalError("plain");
  EXPECT_THAT(status, HasReason(v1::ERROR_REASON_UNSPECIFIED));
  EXPECT_TRUE(MetadataOf(status).empty());
  EXPECT_TRUE(ViolationsOf(status).empty());
}

TEST(StatusTest, UnknownReasonOfNewerServerReadsAsUnspecified) {
  google::rpc::ErrorInfo info;
  info.set_reason("NOT_INVENTED_YET");
  absl::Status status = absl::AbortedError("newer");
  status.SetPayload(kErrorInfoUrl, absl::Cord(info.SerializeAsString()));
  EXPECT_THAT(status, HasReason(v1::ERROR_REASON_UNSPECIFIED));
}

absl::StatusOr<std::unique_ptr<int>> Make(int value) {
  if (value < 0) return InvalidField("value", "must be 0 or more");
  return std::make_unique<int>(value);
}

absl::Status Refuse(bool refuse) {
  return refuse ? InvalidField("refuse", "must be false") : absl::OkStatus();
}

absl::StatusOr<int> Sum(int a, int b, bool refuse) {
  HANDRAIL_RETURN_IF_ERROR(Refuse(refuse));
  HANDRAIL_ASSIGN_OR_RETURN(const std::unique_ptr<int> first, Make(a));
  HANDRAIL_ASSIGN_OR_RETURN(std::unique_ptr<int> second, Make(b));
  return *first + *second;
}

TEST(StatusTest, MacrosPassValuesOnAndErrorsUp) {
  EXPECT_THAT(Sum(1, 2, false), IsOkAndHolds(3));
  EXPECT_THAT(Sum(1, -2, false), NamesField("value"));
  EXPECT_THAT(Sum(1, 2, true), NamesField("refuse"));
  EXPECT_THAT(Refuse(false), IsOk());
}

TEST(StatusDeathTest, CheckEndsTheProcessNamingTheCondition) {
  EXPECT_DEATH(HANDRAIL_CHECK(1 == 2), "check failed: 1 == 2");
  EXPECT_DEATH(HANDRAIL_CHECK_OK(Refuse(true)), "check failed");
}

}  // namespace
}  // namespace handrail
