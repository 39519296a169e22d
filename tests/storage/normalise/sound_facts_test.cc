// The quick look at small messages, and at text: nothing that the walk over a
// record would change or report gets past it. By reflection, so that fields
// added later are seen too.
#include "storage/normalise/sound_facts.h"

#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "handrail/v1/record.pb.h"
#include "storage/base/type_reach.h"
#include "storage/normalise/limits.h"
#include "storage/normalise/text.h"

namespace handrail::storage {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::MessageFactory;
using ::google::protobuf::Reflection;

void Fill(Message& object) {
  const Reflection& reflection = *object.GetReflection();
  for (const FieldDescriptor* field : FieldsByNumber(*object.GetDescriptor())) {
    if (field->message_type() != nullptr) {
      Fill(field->is_repeated() ? *reflection.AddMessage(&object, field)
                                : *reflection.MutableMessage(&object, field));
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      reflection.SetString(&object, field, "plain");
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      reflection.SetEnumValue(&object, field, 1);
    }
  }
}

// Calls `visit` with `object` and every object inside it.
void ForEachObject(Message& object,
                   const std::function<void(Message&)>& visit) {
  visit(object);
  const Reflection& reflection = *object.GetReflection();
  for (const FieldDescriptor* field : FieldsByNumber(*object.GetDescriptor())) {
    if (field->message_type() == nullptr) continue;
    if (!field->is_repeated()) {
      ForEachObject(*reflection.MutableMessage(&object, field), visit);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(object, field); ++i) {
      ForEachObject(*reflection.MutableRepeatedMessage(&object, field, i),
                    visit);
    }
  }
}

// Spoils one value after the other, and expects each to be seen.
void ExpectEachSeen(SoundLook look, const Message& whole, Message& inner) {
  const Reflection& reflection = *inner.GetReflection();
  const auto expect_seen = [&](const std::string& what) {
    EXPECT_FALSE(look(whole)) << inner.GetTypeName() << ": " << what;
  };
  reflection.MutableUnknownFields(&inner)->AddVarint(12345, 1);
  expect_seen("an unknown field");
  reflection.MutableUnknownFields(&inner)->Clear();
  for (const FieldDescriptor* field : FieldsByNumber(*inner.GetDescriptor())) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      for (const std::string& text :
           {std::string(kCodeBytesMax + 1, 'x'), std::string("a\x01"),
            std::string("\xff"), std::string("e\xcc\x81"),
            std::string("a\0b", 3)}) {
        reflection.SetString(&inner, field, text);
        expect_seen(field->name());
      }
      reflection.SetString(&inner, field, "plain");
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      reflection.SetEnumValue(&inner, field, 77);
      expect_seen(field->name());
      reflection.SetEnumValue(&inner, field, 1);
    } else if (field->is_repeated()) {
      for (int i = 0; i < kListEntriesMax; ++i) {
        reflection.AddMessage(&inner, field);
      }
      expect_seen(field->name());
      for (int i = 0; i < kListEntriesMax; ++i) {
        reflection.RemoveLast(&inner, field);
      }
    }
  }
}

TEST(SoundLookTest, SeesWhateverTheWalkWouldFind) {
  int looks = 0;
  for (const Descriptor* type : TypesBelow(*v1::Record::descriptor())) {
    const SoundLook look = SoundLookOf(*type);
    if (look == nullptr) continue;
    ++looks;
    const std::unique_ptr<Message> whole(
        MessageFactory::generated_factory()->GetPrototype(type)->New());
    EXPECT_TRUE(look(*whole)) << type->name();
    Fill(*whole);
    EXPECT_TRUE(look(*whole)) << type->name();
    ForEachObject(*whole,
                  [&](Message& inner) { ExpectEachSeen(look, *whole, inner); });
    EXPECT_TRUE(look(*whole)) << type->name();
  }
  // A type whose fields were changed has none: then its look needs them too.
  EXPECT_EQ(looks, 8);
}

TEST(PlainAsciiTest, HoldsForEachByteAtEachPlace) {
  for (size_t size = 1; size <= 20; ++size) {
    for (size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, '~');
        text[at] = static_cast<char>(byte);
        const bool plain = (byte >= 0x20 && byte < 0x7F) || byte == '\t' ||
                           byte == '\n' || byte == '\r';
        ASSERT_EQ(IsPlainAscii(text), plain)
            << "byte " << byte << " at " << at << " of " << size;
      }
    }
  }
}

TEST(PlainAsciiTest, LineEndsBesideOtherBytesArePlain) {
  EXPECT_TRUE(IsPlainAscii(""));
  EXPECT_TRUE(IsPlainAscii("a\n a\r\n\tbcd  efgh~~~~"));
  EXPECT_FALSE(IsPlainAscii("a\n a\r\n\tbcd  efgh~\x7f~~"));
}

}  // namespace
}  // namespace handrail::storage
