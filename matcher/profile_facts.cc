#include "matcher/profile_facts.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "google/protobuf/message.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// With how many dates a new one is compared. Facts of one listing have one or
// two; what is beyond is kept twice, which costs memory only.
constexpr std::size_t kDatesCompared = 8;

// Most listings have fewer facts; the table is cut to its size in the end.
constexpr std::size_t kUsualFacts = 96;

// Has no fields but those of this program's schema. There are dozens in a
// listing, so the reflection is looked up once for a type.
template <typename M>
bool IsKnown(const M& message) {
  static const Reflection& reflection = *M::default_instance().GetReflection();
  return reflection.GetUnknownFields(message).empty();
}

bool IsSame(const google::protobuf::Timestamp& a,
            const google::protobuf::Timestamp& b) {
  return a.seconds() == b.seconds() && a.nanos() == b.nanos();
}

bool IsSame(const v1::Provenance& a, const v1::Provenance& b) {
  return a.method() == b.method() &&
         a.has_verified_at() == b.has_verified_at() &&
         a.has_expires_at() == b.has_expires_at() &&
         IsSame(a.verified_at(), b.verified_at()) &&
         IsSame(a.expires_at(), b.expires_at()) && a.source() == b.source() &&
         IsKnown(a) && IsKnown(b);
}

// Whether a fact can be put back from its answer, words and date.
template <typename Fact>
bool IsPlain(const Fact& fact) {
  return v1::Answer_IsValid(fact.answer()) && IsKnown(fact);
}

bool IsPlain(const v1::SetFact& set) {
  return set.values_size() > 0 && IsKnown(set) &&
         std::all_of(set.values().begin(), set.values().end(),
                     [](const v1::CodedFact& entry) { return IsPlain(entry); });
}

// Nothing is left in a group that had facts.
bool IsBare(const Message& group) { return group.ByteSizeLong() == 0; }

}  // namespace

ProfileFacts ProfileFacts::TakenFrom(v1::RecoveryProfile& profile) {
  ProfileFacts facts;
  facts.fields_.reserve(kUsualFacts);
  facts.kept_.reserve(kUsualFacts);
  const FactRegister& all = FactRegister::Instance();
  const Reflection& reflection = *profile.GetReflection();
  const auto& type = *v1::RecoveryProfile::descriptor();
  for (int g = 0; g < type.field_count(); ++g) {
    if (!reflection.HasField(profile, type.field(g))) continue;
    Message& group = *reflection.MutableMessage(&profile, type.field(g));
    const Reflection& in_group = *group.GetReflection();
    const auto& group_type = *group.GetDescriptor();
    bool taken = false;
    for (int f = 0; f < group_type.field_count(); ++f) {
      const FactField* field = all.Find(*type.field(g), *group_type.field(f));
      if (field == nullptr || !in_group.HasField(group, field->field)) continue;
      if (!facts.Keep(*field, in_group.GetMessage(group, field->field))) {
        continue;
      }
      in_group.ClearField(&group, field->field);
      taken = true;
    }
    if (taken && IsBare(group)) reflection.ClearField(&profile, type.field(g));
  }
  facts.fields_.shrink_to_fit();
  facts.kept_.shrink_to_fit();
  facts.wide_.shrink_to_fit();
  facts.texts_.shrink_to_fit();
  facts.dates_.shrink_to_fit();
  return facts;
}

bool ProfileFacts::Keep(const FactField& field, const Message& fact) {
  switch (field.kind) {
    case FactKind::kYesNo:
      return KeepOne(field, static_cast<const v1::Fact&>(fact), 0);
    case FactKind::kNumber: {
      const auto& number = static_cast<const v1::NumberFact&>(fact);
      return KeepOne(field, number, static_cast<std::uint32_t>(number.value()));
    }
    case FactKind::kChoice:
      return KeepCoded(field, static_cast<const v1::ChoiceFact&>(fact));
    case FactKind::kSet: {
      const auto& set = static_cast<const v1::SetFact&>(fact);
      for (const v1::CodedFact& entry : set.values()) KeepCoded(field, entry);
      return IsPlain(set);
    }
  }
  return false;
}

template <typename Fact>
bool ProfileFacts::KeepCoded(const FactField& field, const Fact& fact) {
  const auto listed = field.code_places.find(fact.code());
  const std::size_t place = listed != field.code_places.end()
                                ? listed->second
                                : field.codes.size() + KeepText(fact.code());
  return KeepOne(field, fact, static_cast<std::uint32_t>(place));
}

template <typename Fact>
bool ProfileFacts::KeepOne(const FactField& field, const Fact& fact,
                           std::uint32_t value) {
  Add(field, {.answer = static_cast<std::uint32_t>(fact.answer()),
              .date = fact.has_provenance() ? KeepDate(fact.provenance()) : 0,
              .value = value,
              .words = KeepText(fact.words())});
  return IsPlain(fact);
}

void ProfileFacts::Add(const FactField& field, const Kept& kept) {
  fields_.push_back(field.index);
  const bool is_small = kept.words == 0 && kept.answer < (1u << 2) &&
                        kept.date < kWide && kept.value < (1u << 24);
  if (HANDRAIL_MUTATE(every_fact_is_small, is_small, true)) {
    kept_.push_back(
        {kept.answer & 3u, kept.date & kWide, kept.value & 0xffffffu});
    return;
  }
  const auto place = static_cast<std::uint32_t>(wide_.size());
  kept_.push_back({0, kWide, place & 0xffffffu});
  wide_.push_back(kept);
}

ProfileFacts::Kept ProfileFacts::KeptAt(std::size_t i) const {
  const Small& small = kept_[i];
  if (small.date == kWide) return wide_[small.value];
  return {.answer = small.answer,
          .date = small.date,
          .value = small.value,
          .words = 0};
}

std::uint32_t ProfileFacts::KeepText(const std::string& text) {
  if (text.empty()) return 0;
  if (texts_.empty()) texts_.push_back('\0');
  const auto place = static_cast<std::uint32_t>(texts_.size());
  const auto size = static_cast<std::uint32_t>(text.size());
  texts_.append(reinterpret_cast<const char*>(&size), sizeof size);
  texts_.append(text);
  return place;
}

std::uint32_t ProfileFacts::KeepDate(const v1::Provenance& date) {
  const std::size_t compared = std::min(dates_.size(), kDatesCompared);
  for (std::size_t i = 0; i < compared; ++i) {
    const std::size_t number = dates_.size() - i;
    if (IsSame(dates_[number - 1], date)) {
      return static_cast<std::uint32_t>(number);
    }
  }
  dates_.push_back(date);
  return static_cast<std::uint32_t>(dates_.size());
}

std::string_view ProfileFacts::TextAt(std::uint32_t place) const {
  if (place == 0) return {};
  std::uint32_t size = 0;
  std::memcpy(&size, texts_.data() + place, sizeof size);
  return {texts_.data() + place + sizeof size, size};
}

std::string_view ProfileFacts::CodeAt(const FactField& field,
                                      std::size_t i) const {
  const std::uint32_t place = KeptAt(i).value;
  if (place < field.codes.size()) return field.codes[place];
  return TextAt(place - static_cast<std::uint32_t>(field.codes.size()));
}

Reading ProfileFacts::At(const FactField& field, std::size_t i) const {
  const Kept kept = KeptAt(i);
  Reading reading{.answer = static_cast<v1::Answer>(kept.answer),
                  .words = TextAt(kept.words),
                  .provenance = Date(kept.date)};
  switch (field.kind) {
    case FactKind::kYesNo:
      break;
    case FactKind::kNumber:
      reading.number = static_cast<int>(kept.value);
      break;
    case FactKind::kChoice:
      reading.code = CodeAt(field, i);
      // A choice of nothing says nothing.
      if (reading.code.empty()) return {};
      break;
    case FactKind::kSet:
      reading.code = CodeAt(field, i);
      break;
  }
  return reading;
}

ProfileFacts::Readings ProfileFacts::All(const FactField& field) const {
  const auto first =
      std::lower_bound(fields_.begin(), fields_.end(), field.index);
  auto last = first;
  while (last != fields_.end() && *last == field.index) ++last;
  return {*this, field, static_cast<std::size_t>(first - fields_.begin()),
          static_cast<std::size_t>(last - fields_.begin())};
}

Reading ProfileFacts::Read(const FactField& field,
                           std::string_view code) const {
  const Readings all = All(field);
  if (field.kind != FactKind::kSet) {
    if (all.empty()) return {};
    return ReadSingle(At(field, all.first_), field, code);
  }
  for (std::size_t i = all.first_; i < all.last_; ++i) {
    if (CodeAt(field, i) == code) return At(field, i);
  }
  return NotInSet();
}

void ProfileFacts::PutBack(v1::RecoveryProfile& profile) const {
  const std::vector<FactField>& register_fields =
      FactRegister::Instance().fields();
  const Reflection& reflection = *profile.GetReflection();
  for (std::size_t first = 0; first < fields_.size();) {
    std::size_t last = first + 1;
    while (last < fields_.size() && fields_[last] == fields_[first]) ++last;
    const FactField& field = register_fields[fields_[first]];
    PutBackField(field, first, last,
                 *reflection.MutableMessage(&profile, field.group));
    first = last;
  }
}

void ProfileFacts::PutBackField(const FactField& field, std::size_t first,
                                std::size_t last, Message& group) const {
  // What had to stay is there as it was.
  if (field.group_reflection->HasField(group, field.field)) return;
  Message& fact = *field.group_reflection->MutableMessage(&group, field.field);
  switch (field.kind) {
    case FactKind::kYesNo:
      PutBackOne(first, static_cast<v1::Fact&>(fact));
      return;
    case FactKind::kNumber: {
      auto& number = static_cast<v1::NumberFact&>(fact);
      PutBackOne(first, number);
      number.set_value(static_cast<int>(KeptAt(first).value));
      return;
    }
    case FactKind::kChoice: {
      auto& choice = static_cast<v1::ChoiceFact&>(fact);
      PutBackOne(first, choice);
      choice.set_code(std::string(CodeAt(field, first)));
      return;
    }
    case FactKind::kSet: {
      auto& set = static_cast<v1::SetFact&>(fact);
      set.mutable_values()->Reserve(static_cast<int>(last - first));
      for (std::size_t i = first; i < last; ++i) {
        v1::CodedFact& entry = *set.add_values();
        PutBackOne(i, entry);
        entry.set_code(std::string(CodeAt(field, i)));
      }
      return;
    }
  }
}

template <typename Fact>
void ProfileFacts::PutBackOne(std::size_t i, Fact& fact) const {
  const Kept kept = KeptAt(i);
  fact.set_answer(static_cast<v1::Answer>(kept.answer));
  fact.set_words(std::string(TextAt(kept.words)));
  if (const v1::Provenance* date = Date(kept.date)) {
    *fact.mutable_provenance() = *date;
  }
}

}  // namespace handrail::matcher
