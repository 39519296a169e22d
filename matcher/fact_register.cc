#include "matcher/fact_register.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "storage/base/check.h"
#include "storage/base/mutant.h"
#include "storage/base/status.h"

namespace handrail::matcher {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// What "there is no such number" means, per number field of profile.proto. A
// test checks that the table and the schema name the same fields.
const std::map<std::string_view, NoNumber>& NoNumbers() {
  static const auto* const table = new std::map<std::string_view, NoNumber>{
      {"any.minimum_age", NoNumber::kZero},
      {"any.maximum_age", NoNumber::kUnlimited},
      {"any.wait_days", NoNumber::kZero},
      {"any.intake_cutoff", NoNumber::kUnlimited},
      {"any.booking_lead_hours", NoNumber::kZero},
      {"housing.weekly_fee", NoNumber::kZero},
      {"housing.move_in_cost", NoNumber::kZero},
      {"housing.deposit", NoNumber::kZero},
      {"housing.guest_dosing_distance_m", NoNumber::kNothing},
      {"housing.children_max", NoNumber::kUnlimited},
      {"housing.boys_age_max", NoNumber::kUnlimited},
      {"housing.girls_age_max", NoNumber::kUnlimited},
      {"housing.minimum_days_without_use", NoNumber::kZero},
      {"housing.reentry_wait_days", NoNumber::kZero},
      {"housing.max_stay_days", NoNumber::kUnlimited},
      {"employment.lookback_years", NoNumber::kNothing},
      {"employment.pay", NoNumber::kZero},
      {"basic_needs.visits_per_month", NoNumber::kUnlimited},
  };
  return *table;
}

std::optional<FactKind> KindOf(const FieldDescriptor& field) {
  if (field.is_repeated() || field.message_type() == nullptr) {
    return std::nullopt;
  }
  const Descriptor* type = field.message_type();
  if (type == v1::Fact::descriptor()) return FactKind::kYesNo;
  if (type == v1::NumberFact::descriptor()) return FactKind::kNumber;
  if (type == v1::ChoiceFact::descriptor()) return FactKind::kChoice;
  if (type == v1::SetFact::descriptor()) return FactKind::kSet;
  return std::nullopt;
}

// What stands before the dot; the whole text where there is none.
std::string_view GroupOf(std::string_view path) {
  return path.substr(0, path.find('.'));
}

absl::Status Wrong(const FactField& field, std::string_view what) {
  return InvalidArgument(v1::ERROR_REASON_INVALID_FIELD,
                         absl::StrCat(field.path, " ", std::string(what)));
}

absl::StatusOr<FactValue> ParseYesNo(const FactField& field,
                                     std::string_view text) {
  if (text == "yes") return FactValue{.yes_no = v1::YES};
  if (text == "no") return FactValue{.yes_no = v1::NO};
  return Wrong(field, "takes \"yes\" or \"no\"");
}

absl::StatusOr<FactValue> ParseNumber(const FactField& field,
                                      std::string_view text) {
  FactValue value;
  if (text.starts_with("<=")) value.compare = FactValue::Compare::kAtMost;
  if (text.starts_with(">=")) value.compare = FactValue::Compare::kAtLeast;
  if (value.compare != FactValue::Compare::kEquals) text.remove_prefix(2);
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value.number);
  if (parsed.ec != std::errc() || parsed.ptr != end || value.number < 0 ||
      value.number > kFactNumberMax) {
    return Wrong(
        field, absl::StrCat("takes a whole number of ", field.unit,
                            ", as in \"<=150\", \">=30\" or \"90\", from 0 to ",
                            kFactNumberMax));
  }
  return value;
}

absl::StatusOr<FactValue> ParseCode(const FactField& field,
                                    std::string_view text) {
  if (!field.codes.empty()) {
    if (std::find(field.codes.begin(), field.codes.end(), text) ==
        field.codes.end()) {
      return Wrong(field, "takes one of: " + absl::StrJoin(field.codes, ", "));
    }
    return FactValue{.code = std::string(text)};
  }
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != 0x7f;
  });
  if (text.empty() || text.size() > kFreeCodeBytesMax || !printable) {
    return Wrong(field, absl::StrCat("takes a code of 1 to ", kFreeCodeBytesMax,
                                     " bytes without spaces"));
  }
  return FactValue{.code = std::string(text)};
}

template <typename Fact>
Reading ReadingOf(const Fact& fact) {
  return {.answer = fact.answer(),
          .words = fact.words(),
          .provenance = fact.has_provenance() ? &fact.provenance() : nullptr};
}

Reading ReadNumber(const v1::NumberFact& fact) {
  Reading reading = ReadingOf(fact);
  reading.number = fact.value();
  return reading;
}

// The choice as it is recorded.
Reading ReadChoice(const v1::ChoiceFact& fact) {
  if (fact.code().empty()) return {};
  Reading reading = ReadingOf(fact);
  reading.code = fact.code();
  return reading;
}

Reading ReadEntry(const v1::CodedFact& entry) {
  Reading reading = ReadingOf(entry);
  reading.code = entry.code();
  return reading;
}

// The fact's message, or null where the profile does not have it.
const Message* FactOf(const v1::RecoveryProfile& profile,
                      const FactField& field) {
  const google::protobuf::Reflection& reflection = *profile.GetReflection();
  if (!reflection.HasField(profile, field.group)) return nullptr;
  const Message& group = reflection.GetMessage(profile, field.group);
  if (!field.group_reflection->HasField(group, field.field)) return nullptr;
  return &field.group_reflection->GetMessage(group, field.field);
}

// All that is recorded in one field, in stored order.
void AppendReadings(const v1::RecoveryProfile& profile, const FactField& field,
                    std::vector<Reading>& out) {
  const Message* const fact = FactOf(profile, field);
  if (fact == nullptr) return;
  switch (field.kind) {
    case FactKind::kYesNo:
      out.push_back(ReadingOf(static_cast<const v1::Fact&>(*fact)));
      return;
    case FactKind::kNumber:
      out.push_back(ReadNumber(static_cast<const v1::NumberFact&>(*fact)));
      return;
    case FactKind::kChoice:
      out.push_back(ReadChoice(static_cast<const v1::ChoiceFact&>(*fact)));
      return;
    case FactKind::kSet:
      for (const auto& entry :
           static_cast<const v1::SetFact&>(*fact).values()) {
        out.push_back(ReadEntry(entry));
      }
      return;
  }
}

bool Holds(std::int64_t number, const FactValue& value) {
  switch (value.compare) {
    case FactValue::Compare::kAtMost:
      return HANDRAIL_MUTATE(at_most_inclusive, number <= value.number,
                             number < value.number);
    case FactValue::Compare::kAtLeast:
      return HANDRAIL_MUTATE(at_least_inclusive, number >= value.number,
                             number > value.number);
    case FactValue::Compare::kEquals:
      return number == value.number;
  }
  return false;
}

v1::Answer NumberAnswer(const Reading& reading, const FactField& field,
                        const FactValue& value) {
  constexpr std::int64_t kLargerThanAll = std::int64_t{1} << 40;
  std::int64_t number = reading.number;
  if (reading.answer == v1::NO) {
    if (field.no_number == NoNumber::kNothing) return v1::ANSWER_UNSPECIFIED;
    number = field.no_number == NoNumber::kZero ? 0 : kLargerThanAll;
  }
  return Holds(number, value) ? v1::YES : v1::NO;
}

}  // namespace

Reading ReadSingle(const Reading& recorded, const FactField& field,
                   std::string_view code) {
  Reading reading = recorded;
  if (field.kind == FactKind::kChoice &&
      reading.answer != v1::ANSWER_UNSPECIFIED && reading.code != code) {
    reading.answer =
        HANDRAIL_MUTATE(choice_implies_no, v1::NO, v1::ANSWER_UNSPECIFIED);
  }
  return reading;
}

Reading NotInSet() {
  return {.answer =
              HANDRAIL_MUTATE(list_is_open, v1::ANSWER_UNSPECIFIED, v1::NO)};
}

FactRegister::FactRegister() {
  const Descriptor& profile = *v1::RecoveryProfile::descriptor();
  for (int g = 0; g < profile.field_count(); ++g) {
    const FieldDescriptor& group = *profile.field(g);
    const Message& prototype =
        *google::protobuf::MessageFactory::generated_factory()->GetPrototype(
            group.message_type());
    std::vector<int>& places =
        by_descriptor_.emplace_back(group.message_type()->field_count(), -1);
    for (int f = 0; f < group.message_type()->field_count(); ++f) {
      const FieldDescriptor& field = *group.message_type()->field(f);
      const std::optional<FactKind> kind = KindOf(field);
      if (!kind.has_value() || !field.options().HasExtension(v1::fact)) {
        continue;
      }
      const v1::FactRule& rule = field.options().GetExtension(v1::fact);
      FactField& entry = fields_.emplace_back();
      entry.path = absl::StrCat(group.name(), ".", field.name());
      entry.kind = *kind;
      entry.ttl = rule.ttl();
      entry.changeable = rule.changeable();
      entry.codes.assign(rule.codes().begin(), rule.codes().end());
      entry.unit = rule.unit();
      const auto no_number = NoNumbers().find(entry.path);
      if (no_number != NoNumbers().end()) entry.no_number = no_number->second;
      entry.index = static_cast<std::uint16_t>(fields_.size() - 1);
      places[f] = entry.index;
      entry.group = &group;
      entry.field = &field;
      entry.group_reflection = prototype.GetReflection();
    }
  }
  // fields_ no longer grows: its elements stay where they are.
  for (FactField& field : fields_) {
    by_path_[field.path] = &field;
    for (std::uint32_t i = 0; i < field.codes.size(); ++i) {
      field.code_places.emplace(field.codes[i], i);
    }
  }
}

const FactRegister& FactRegister::Instance() {
  static const FactRegister* const instance = new FactRegister;
  return *instance;
}

const FactField* FactRegister::Find(std::string_view path) const {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : found->second;
}

absl::StatusOr<const FactField*> FactRegister::Field(
    std::string_view path) const {
  if (const FactField* field = Find(path)) return field;
  std::vector<std::string> groups;
  std::vector<std::string> in_group;
  for (const FactField& field : fields_) {
    const std::string group(GroupOf(field.path));
    if (groups.empty() || groups.back() != group) groups.push_back(group);
    if (group == GroupOf(path)) in_group.push_back(field.path);
  }
  if (!in_group.empty()) {
    return InvalidArgument(v1::ERROR_REASON_INVALID_FIELD,
                           "must be a profile field; in this group: " +
                               absl::StrJoin(in_group, ", "));
  }
  return InvalidArgument(
      v1::ERROR_REASON_INVALID_FIELD,
      absl::StrCat("must be the path of a profile field, such as "
                   "\"housing.narr_level\"; it begins with one of: ",
                   absl::StrJoin(groups, ", ")));
}

const FactField& KnownField(std::string_view path) {
  const FactField* const field = FactRegister::Instance().Find(path);
  HANDRAIL_CHECK(field != nullptr);
  return *field;
}

Reading Read(const v1::RecoveryProfile& profile, const FactField& field,
             std::string_view code) {
  std::vector<Reading> recorded;
  AppendReadings(profile, field, recorded);
  if (field.kind != FactKind::kSet) {
    if (recorded.empty()) return {};
    return ReadSingle(recorded.front(), field, code);
  }
  for (const Reading& entry : recorded) {
    if (entry.code == code) return entry;
  }
  return NotInSet();
}

std::vector<Reading> ReadAll(const v1::RecoveryProfile& profile,
                             const FactField& field) {
  std::vector<Reading> readings;
  if (field.kind == FactKind::kSet || field.kind == FactKind::kChoice) {
    AppendReadings(profile, field, readings);
  }
  return readings;
}

absl::StatusOr<FactValue> ParseFactValue(const FactField& field,
                                         std::string_view text) {
  switch (field.kind) {
    case FactKind::kYesNo:
      return ParseYesNo(field, text);
    case FactKind::kNumber:
      return ParseNumber(field, text);
    case FactKind::kChoice:
    case FactKind::kSet:
      return ParseCode(field, text);
  }
  return Wrong(field, "cannot be asked for");
}

v1::Answer AnswerTo(const Reading& reading, const FactField& field,
                    const FactValue& value) {
  if (reading.answer != v1::YES && reading.answer != v1::NO) {
    return reading.answer;
  }
  if (field.kind == FactKind::kNumber) {
    return NumberAnswer(reading, field, value);
  }
  if (field.kind == FactKind::kYesNo && value.yes_no == v1::NO) {
    return HANDRAIL_MUTATE(asks_for_no,
                           reading.answer == v1::YES ? v1::NO : v1::YES,
                           reading.answer);
  }
  return reading.answer;
}

}  // namespace handrail::matcher
