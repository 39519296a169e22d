#include "tests/testing/testing.h"

#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <stdlib.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace handrail::testing {

std::string Describe(const absl::Status& status) {
  if (status.ok()) return "which is OK";
  std::string out = absl::StrCat(
      "which is ", absl::StatusCodeToString(status.code()), " ",
      v1::ErrorReason_Name(ReasonOf(status)), ": ", status.message());
  for (const auto& [key, value] : MetadataOf(status)) {
    absl::StrAppend(&out, "; ", key, "=", value);
  }
  for (const FieldViolation& violation : ViolationsOf(status)) {
    absl::StrAppend(&out, "; field ", violation.field, ": ",
                    violation.description);
  }
  return out;
}

bool ProtoEquals(const google::protobuf::Message& actual,
                 const google::protobuf::Message& expected,
                 std::string& difference) {
  if (actual.GetDescriptor() != expected.GetDescriptor()) {
    difference = absl::StrCat("is a ", actual.GetTypeName(), ", not a ",
                              expected.GetTypeName());
    return false;
  }
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&difference);
  return differencer.Compare(expected, actual);
}

std::unique_ptr<google::protobuf::Message> ParseLike(
    const google::protobuf::Message& like, std::string_view text) {
  std::unique_ptr<google::protobuf::Message> message(like.New());
  if (!google::protobuf::TextFormat::ParseFromString(std::string(text),
                                                     message.get())) {
    ADD_FAILURE() << "not the text form of a " << like.GetTypeName() << ": "
                  << text;
  }
  return message;
}

EqualsProtoMatcher::EqualsProtoMatcher(
    const google::protobuf::Message& expected) {
  std::shared_ptr<google::protobuf::Message> copy(expected.New());
  copy->CopyFrom(expected);
  expected_ = std::move(copy);
  text_ = expected.DebugString();
}

bool EqualsProtoMatcher::MatchAndExplain(
    const google::protobuf::Message& actual,
    ::testing::MatchResultListener* listener) const {
  std::string difference;
  const bool equal =
      expected_ != nullptr
          ? ProtoEquals(actual, *expected_, difference)
          : ProtoEquals(actual, *ParseLike(actual, text_), difference);
  if (!equal) *listener << "which differs:\n" << difference;
  return equal;
}

void EqualsProtoMatcher::DescribeTo(std::ostream* out) const {
  *out << "equals\n" << text_;
}

void EqualsProtoMatcher::DescribeNegationTo(std::ostream* out) const {
  *out << "does not equal\n" << text_;
}

std::filesystem::path SourceData(std::string_view path) {
  return std::filesystem::path(HANDRAIL_SOURCE_DIR) / path;
}

std::optional<std::filesystem::path> SharedData(std::string_view path) {
  const char* const folder = std::getenv("HANDRAIL_SHARED_DATA");
  const std::filesystem::path root =
      folder != nullptr
          ? std::filesystem::path(folder)
          : std::filesystem::path(HANDRAIL_SOURCE_DIR) / "../shared/data";
  std::error_code error;
  const std::filesystem::path found = root / path;
  if (!std::filesystem::exists(found, error)) return std::nullopt;
  return found.lexically_normal();
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << "cannot read " << path;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

void WriteFile(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  EXPECT_TRUE(out.good()) << "cannot write " << path;
}

void ExpectGolden(std::string_view path, std::string_view actual) {
  const std::filesystem::path file = SourceData(path);
  if (std::getenv("HANDRAIL_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(file.parent_path());
    WriteFile(file, actual);
    return;
  }
  ASSERT_TRUE(std::filesystem::exists(file))
      << path << " is not there: ./dev golden --update writes it";
  EXPECT_EQ(ReadFile(file), actual)
      << "differs from " << path << "; if that is right: ./dev golden --update";
}

TempDir::TempDir() {
  std::string name =
      (std::filesystem::temp_directory_path() / "handrail-test-XXXXXX")
          .string();
  HANDRAIL_CHECK(mkdtemp(name.data()) != nullptr);
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace handrail::testing
