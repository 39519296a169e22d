// The register of criteria: every profile field that a criterion may name, read
// once from the options in profile.proto.
//
//   const FactRegister& facts = FactRegister::Instance();
//   HANDRAIL_ASSIGN_OR_RETURN(const FactField* field,
//                             facts.Field("housing.narr_level"));
//   HANDRAIL_ASSIGN_OR_RETURN(FactValue value,
//                             ParseFactValue(*field, "level_2"));
//   const Reading reading = Read(listing.profile(), *field, value.code);
//   const v1::Answer answer = AnswerTo(reading, *field, value);
//
// The steps: Read says what is recorded; AnswerTo turns that into an answer to
// the statement "the field has this value"; judge_value.h judges the answer by
// its age. Reading costs a few pointer steps: descriptors and reflection are
// looked up once, here.
//
// Not in the register, because nobody can wish for them by code: texts,
// any.documents (rules with any-of groups) and any.places (counts).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "handrail/v1/annotations.pb.h"
#include "handrail/v1/fact.pb.h"
#include "handrail/v1/profile.pb.h"

namespace handrail::matcher {

// Longest code accepted for a field without a list of codes, in bytes.
inline constexpr int kFreeCodeBytesMax = 64;

// Largest number a criterion may name.
inline constexpr int kFactNumberMax = 1'000'000'000;

enum class FactKind : std::uint8_t { kYesNo, kNumber, kChoice, kSet };

// What NO means in a number fact ("there is no such number").
enum class NoNumber : std::uint8_t {
  // None: no fee, no wait, no deposit. Compared as 0.
  kZero,
  // No limit: no longest stay, no oldest age. Larger than every number.
  kUnlimited,
  // Neither: nothing follows from it, so the answer is as if absent.
  kNothing,
};

// One field of the register. Immutable; lives as long as the process.
struct FactField {
  std::string path;  // "housing.narr_level"
  FactKind kind = FactKind::kYesNo;
  v1::FactTtl ttl = v1::FACT_TTL_UNSPECIFIED;
  bool changeable = false;
  // Allowed codes (kChoice, kSet); empty where any text is a code.
  std::vector<std::string> codes;
  // The place of each in `codes`.
  std::unordered_map<std::string_view, std::uint32_t> code_places;
  // "cents", "days", … (kNumber); else empty.
  std::string unit;
  NoNumber no_number = NoNumber::kNothing;

  // For reading only: its place in the register and in the profile.
  std::uint16_t index = 0;
  const google::protobuf::FieldDescriptor* group = nullptr;
  const google::protobuf::FieldDescriptor* field = nullptr;
  const google::protobuf::Reflection* group_reflection = nullptr;
};

// All fields, in the order of profile.proto.
class FactRegister {
 public:
  static const FactRegister& Instance();

  const std::vector<FactField>& fields() const { return fields_; }

  // The field, or null.
  const FactField* Find(std::string_view path) const;

  // The field that a profile's group has here, or null.
  const FactField* Find(const google::protobuf::FieldDescriptor& group,
                        const google::protobuf::FieldDescriptor& field) const {
    const int place = by_descriptor_[group.index()][field.index()];
    return place < 0 ? nullptr : &fields_[place];
  }

  // The field, or INVALID_ARGUMENT whose message says which paths there are:
  // those of the group where the group is right, else the groups.
  absl::StatusOr<const FactField*> Field(std::string_view path) const;

 private:
  FactRegister();

  std::vector<FactField> fields_;
  std::unordered_map<std::string_view, const FactField*> by_path_;
  // By the indices of the descriptors of group and field; -1: none.
  std::vector<std::vector<int>> by_descriptor_;
};

// The field, which must exist: for paths written in our own code.
const FactField& KnownField(std::string_view path);

// What is recorded. Views point into the profile that was read.
struct Reading {
  // UNSPECIFIED: nothing is recorded.
  v1::Answer answer = v1::ANSWER_UNSPECIFIED;
  // The condition, or a remark; often empty.
  std::string_view words;
  // Null where nothing is recorded or the fact has none.
  const v1::Provenance* provenance = nullptr;
  // kNumber with YES or CONDITIONAL.
  int number = 0;
  // The code stated: of a choice the one recorded (not the one asked for), of
  // a set the one asked for.
  std::string_view code;
};

// Reads the field. `code` is the code asked for; kYesNo and kNumber ignore it.
//   kYesNo, kNumber  the fact as it is.
//   kChoice          the recorded code: YES or CONDITIONAL as stated; any other
//                    code: NO, because a single value rules out the others.
//   kSet             the entry of that code; absent where the list does not
//                    name it, because lists are open.
Reading Read(const v1::RecoveryProfile& profile, const FactField& field,
             std::string_view code = {});

// All entries of a kSet field, or the one of a kChoice field with its own
// answer, in stored order. Empty for the other kinds and where absent. For
// "their rules" and dated facts.
std::vector<Reading> ReadAll(const v1::RecoveryProfile& profile,
                             const FactField& field);

// What a choice or a yes-or-no fact of which `recorded` is all that is recorded
// says about `code`: another code of a choice rules it out. An absent reading
// says nothing.
Reading ReadSingle(const Reading& recorded, const FactField& field,
                   std::string_view code);

// What a set says about a code that it does not name.
Reading NotInSet();

// A value a criterion asks for, parsed.
struct FactValue {
  enum class Compare : std::uint8_t { kEquals, kAtMost, kAtLeast };

  // kYesNo: "yes" or "no".
  v1::Answer yes_no = v1::YES;
  // kChoice, kSet.
  std::string code;
  // kNumber: "90", "<=150", ">=30".
  Compare compare = Compare::kEquals;
  int number = 0;
};

// Parses one of Criterion.values. INVALID_ARGUMENT: the message starts with the
// field's path and lists what would be right; it never repeats the value, which
// may be somebody's words.
absl::StatusOr<FactValue> ParseFactValue(const FactField& field,
                                         std::string_view text);

// The answer to "the field has this value". CONDITIONAL stays CONDITIONAL and
// absent stays absent, whatever is asked. A number NO is read by no_number.
v1::Answer AnswerTo(const Reading& reading, const FactField& field,
                    const FactValue& value);

}  // namespace handrail::matcher
