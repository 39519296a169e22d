// Every field of the contract says who may see it at most (field_class), so
// that redaction, logging and export read one table. An unclassified field
// fails here, before it can leak anything.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "handrail/storage/v1/journal.pb.h"
#include "handrail/v1/admin_service.pb.h"
#include "handrail/v1/annotations.pb.h"
#include "handrail/v1/curation_service.pb.h"
#include "handrail/v1/directory_service.pb.h"
#include "handrail/v1/duplicates.pb.h"
#include "handrail/v1/error_reason.pb.h"
#include "handrail/v1/fact.pb.h"
#include "handrail/v1/follow.pb.h"
#include "handrail/v1/hsds.pb.h"
#include "handrail/v1/ingest_service.pb.h"
#include "handrail/v1/listing.pb.h"
#include "handrail/v1/match.pb.h"
#include "handrail/v1/match_service.pb.h"
#include "handrail/v1/profile.pb.h"
#include "handrail/v1/record.pb.h"
#include "handrail/v1/search.pb.h"
#include "tests/testing/testing.h"

namespace handrail {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::DescriptorPool;
using ::google::protobuf::EnumDescriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::FileDescriptor;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Every file of ours. ListsEveryFile fails when one is missing here.
std::vector<const FileDescriptor*> Files() {
  return {
      v1::FieldClass_descriptor()->file(),
      v1::ErrorReason_descriptor()->file(),
      v1::Service::descriptor()->file(),
      v1::Listing::descriptor()->file(),
      v1::MatchRequest::descriptor()->file(),
      v1::RecordType_descriptor()->file(),
      v1::Fact::descriptor()->file(),
      v1::RecordExtension::descriptor()->file(),
      v1::GetRecordRequest::descriptor()->file(),
      v1::ExplainRequest::descriptor()->file(),
      v1::LoadReport::descriptor()->file(),
      v1::SearchRequest::descriptor()->file(),
      v1::WatchChangesRequest::descriptor()->file(),
      v1::DuplicatePair::descriptor()->file(),
      v1::ConfirmFactRequest::descriptor()->file(),
      v1::Backup::descriptor()->file(),
      storage::v1::StoredRecord::descriptor()->file(),
  };
}

void CollectUnclassified(const Descriptor& message,
                         std::vector<std::string>& out) {
  if (message.options().map_entry()) return;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (field.options().GetExtension(v1::field_class) ==
        v1::FIELD_CLASS_UNSPECIFIED) {
      out.push_back(field.full_name());
    }
  }
  for (int i = 0; i < message.nested_type_count(); ++i) {
    CollectUnclassified(*message.nested_type(i), out);
  }
}

std::vector<std::string> Unclassified(const FileDescriptor& file) {
  std::vector<std::string> out;
  for (int i = 0; i < file.message_type_count(); ++i) {
    CollectUnclassified(*file.message_type(i), out);
  }
  return out;
}

TEST(FieldClassTest, EveryFieldIsClassified) {
  int fields_seen = 0;
  for (const FileDescriptor* file : Files()) {
    EXPECT_THAT(Unclassified(*file), IsEmpty())
        << "in " << file->name() << ": add [(field_class) = …]";
    fields_seen += file->message_type_count();
  }
  EXPECT_GT(fields_seen, 0);
}

TEST(FieldClassTest, ListsEveryFileOfTheContract) {
  std::set<std::string> listed;
  for (const FileDescriptor* file : Files()) {
    listed.insert(file->name());
  }
  const std::filesystem::path root = testing::SourceData("proto");
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(root / "handrail")) {
    if (entry.path().extension() != ".proto") continue;
    const std::string name =
        std::filesystem::relative(entry.path(), root).generic_string();
    EXPECT_EQ(listed.count(name), 1u) << name << " is not checked here";
  }
}

TEST(FieldClassTest, UnclassifiedFieldIsFoundAtAnyDepth) {
  google::protobuf::FileDescriptorProto proto =
      testing::ParseText<google::protobuf::FileDescriptorProto>(R"pb(
        name: "planted.proto"
        package: "planted"
        message_type {
          name: "Outer"
          nested_type {
            name: "Inner"
            field {
              name: "street"
              number: 1
              type: TYPE_STRING
              label: LABEL_OPTIONAL
            }
          }
          field { name: "id" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
          field {
            name: "inner"
            number: 2
            type: TYPE_MESSAGE
            type_name: ".planted.Outer.Inner"
            label: LABEL_OPTIONAL
            options {
              [handrail.v1.field_class]: PUBLIC
            }
          }
        }
      )pb");
  DescriptorPool pool;
  const FileDescriptor* file = pool.BuildFile(proto);
  ASSERT_NE(file, nullptr);
  EXPECT_THAT(Unclassified(*file),
              ElementsAre("planted.Outer.id", "planted.Outer.Inner.street"));
}

TEST(ContractTest, EveryEnumBeginsWithUnspecified) {
  for (const FileDescriptor* file : Files()) {
    for (int i = 0; i < file->enum_type_count(); ++i) {
      const EnumDescriptor& type = *file->enum_type(i);
      EXPECT_THAT(type.value(0)->name(), ::testing::EndsWith("_UNSPECIFIED"));
      EXPECT_EQ(type.value(0)->number(), 0);
    }
  }
}

}  // namespace
}  // namespace handrail
