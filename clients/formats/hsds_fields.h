// Maps an HSDS JSON object to its message, and what is nested in it likewise,
// driven by the messages' descriptors.
//
// Nothing is lost on the way:
// - a value that the field cannot hold as it was written (12.5 years, "12" for
//   a number, digits beyond 10^-7 degrees, an unknown enum word) is kept in
//   source_text;
// - a property that HSDS does not name, and a value of a kind the field cannot
//   take at all (a list where a text belongs), is kept in unknown_fields as the
//   source's JSON;
// - null means absent and is dropped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "clients/formats/finding_log.h"
#include "clients/formats/hsds_names.h"
#include "clients/formats/json_tree.h"
#include "google/protobuf/message.h"

namespace handrail::formats {

// Where a value is: a member of what is outside, or an item of a list. It is
// put into words for findings alone.
struct HsdsPath {
  const HsdsPath* outer = nullptr;
  std::string_view name;
  // -1 for a member.
  int64_t index = -1;

  // "phones[3].number"
  std::string Text() const;
};

class HsdsFieldReader {
 public:
  // Findings name `origin`. Both must outlive the reader.
  HsdsFieldReader(const v1::RowOrigin& origin, FindingLog& log)
      : origin_(origin), log_(log) {}

  // Fills `out`, which is empty, from `object`. `path` is that of the object,
  // "" for the record itself. Returns false when the record must not be loaded
  // at all; the finding is made then. REQUIRES: object.IsObject().
  bool Read(const JsonValue& object, std::string_view path,
            google::protobuf::Message& out);

 private:
  struct Place;
  bool ReadObject(const JsonValue& object, const HsdsPath& path,
                  const HsdsType& type, google::protobuf::Message& out);
  bool ReadMember(const Place& place, const JsonValue& value);
  bool ReadObjects(const Place& place, const JsonValue& value);
  void ReadText(const Place& place, const JsonValue& value);
  void ReadId(const Place& place, const JsonValue& value);
  void ReadEnum(const Place& place, const JsonValue& value);
  void ReadInteger(const Place& place, const JsonValue& value);
  void ReadDecimal(const Place& place, const JsonValue& value);
  void ReadDegrees(const Place& place, const JsonValue& value);
  bool ReadOurs(const JsonValue& value, const HsdsPath& path,
                const HsdsType& type, google::protobuf::Message& out);
  std::string FieldOf(const HsdsPath& path, std::string_view key) const;
  void WrongKind(const Place& place, const JsonValue& value,
                 std::string_view wanted);
  void KeptAsText(const Place& place, const JsonValue& value,
                  std::string reason, std::string message, std::string hint);

  const v1::RowOrigin& origin_;
  FindingLog& log_;
};

// Adds to the message's unknown_fields or source_text.
void KeepUnknown(google::protobuf::Message& message, std::string_view name,
                 std::string_view json);
void KeepSourceText(google::protobuf::Message& message, std::string_view field,
                    std::string_view text);

// The value of an "x_handrail" object as `out`, a RecordExtension. Members
// that this version does not know go to unknown_json. Returns false, with a
// finding, when the object cannot be read: it may hold visibility flags, so the
// record must not be loaded without it.
bool ReadExtension(const JsonValue& value, const HsdsPath& path,
                   const v1::RowOrigin& origin, FindingLog& log,
                   v1::RecordExtension& out);

}  // namespace handrail::formats
