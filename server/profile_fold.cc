#include "server/profile_fold.h"

#include <iterator>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace handrail::server {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Facts that say the same as an HSDS field, and so share its date.
struct SameDate {
  std::string_view fact;
  std::string_view field;
};
constexpr SameDate kSameDates[] = {
    {"accepting_new", "capacity"},  {"access", "accessibility"},
    {"audience", "eligibility"},    {"cost", "cost"},
    {"documents", "documents"},     {"genders", "eligibility"},
    {"intake_cutoff", "hours"},     {"intake_hours", "hours"},
    {"languages", "languages"},     {"maximum_age", "eligibility"},
    {"minimum_age", "eligibility"}, {"payment_help", "cost"},
    {"payments", "cost"},           {"places", "capacity"},
    {"populations", "eligibility"}, {"residency_proof", "documents"},
    {"serves_only", "eligibility"}, {"sign_language", "languages"},
    {"what_to_bring", "documents"},
};

const v1::Provenance* DateIn(const v1::RecordExtension* extension,
                             std::string_view field) {
  if (extension == nullptr) return nullptr;
  for (const v1::FieldProvenance& dated : extension->fields()) {
    if (dated.field() == field && dated.has_provenance()) {
      return &dated.provenance();
    }
  }
  return extension->has_provenance() ? &extension->provenance() : nullptr;
}

// Gives facts that have no date one.
class Dater {
 public:
  // `shared` is null, or the same date on the arena of the facts.
  Dater(const v1::Provenance& date, v1::Provenance* shared)
      : date_(date), shared_(shared) {}

  // Dates every fact inside `message`. Of the messages that come by the dozen
  // the types are known here, the others are walked through by reflection.
  void Fill(Message& message) const {
    const Descriptor* type = message.GetDescriptor();
    if (type == v1::SetFact::descriptor()) {
      auto& set = static_cast<v1::SetFact&>(message);
      for (v1::CodedFact& entry : *set.mutable_values()) FillFact(entry);
    } else if (type == v1::Fact::descriptor()) {
      FillFact(static_cast<v1::Fact&>(message));
    } else if (type == v1::NumberFact::descriptor()) {
      FillFact(static_cast<v1::NumberFact&>(message));
    } else if (type == v1::ChoiceFact::descriptor()) {
      FillFact(static_cast<v1::ChoiceFact&>(message));
    } else {
      FillAny(*type, message);
    }
  }

 private:
  template <typename Fact>
  void FillFact(Fact& fact) const {
    if (fact.has_provenance()) return;
    if (shared_ != nullptr) {
      fact.unsafe_arena_set_allocated_provenance(shared_);
    } else {
      *fact.mutable_provenance() = date_;
    }
  }

  void FillAny(const Descriptor& type, Message& message) const {
    const Reflection* reflection = message.GetReflection();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor* field = type.field(i);
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
      if (field->message_type() == v1::Provenance::descriptor()) {
        if (reflection->HasField(message, field)) continue;
        if (shared_ != nullptr) {
          reflection->UnsafeArenaSetAllocatedMessage(&message, shared_, field);
        } else {
          reflection->MutableMessage(&message, field)->CopyFrom(date_);
        }
      } else if (field->is_repeated()) {
        for (int j = 0; j < reflection->FieldSize(message, field); ++j) {
          Fill(*reflection->MutableRepeatedMessage(&message, field, j));
        }
      } else if (reflection->HasField(message, field)) {
        Fill(*reflection->MutableMessage(&message, field));
      }
    }
  }

  const v1::Provenance& date_;
  v1::Provenance* shared_;
};

// Puts the set fields of `from` in the place of those of `to`.
void Replace(const Level& level, const Message& from, Message& to) {
  const Reflection* reflection = from.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(from, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->is_repeated()) {
      reflection->ClearField(&to, field);
      for (int i = 0; i < reflection->FieldSize(from, field); ++i) {
        Message* added = reflection->AddMessage(&to, field);
        added->MergeFrom(reflection->GetRepeatedMessage(from, field, i));
        FillDates(level, HsdsFieldLike(field->name()), *added);
      }
      continue;
    }
    // Cleared and merged, not copied: that would first look through all of the
    // old one for the new one.
    Message* replaced = reflection->MutableMessage(&to, field);
    replaced->Clear();
    replaced->MergeFrom(reflection->GetMessage(from, field));
    FillDates(level, HsdsFieldLike(field->name()), *replaced);
  }
}

}  // namespace

std::string_view HsdsFieldLike(std::string_view fact) {
  for (const SameDate& same : kSameDates) {
    if (same.fact == fact) return same.field;
  }
  return {};
}

const v1::Provenance* FindDate(const Level& level, std::string_view field) {
  const v1::Provenance* own = DateIn(level.own, field);
  return own != nullptr ? own : DateIn(level.dated_by, field);
}

std::optional<v1::Provenance> DateOf(const Level& level,
                                     std::string_view field) {
  const v1::Provenance* date = FindDate(level, field);
  if (date == nullptr) return std::nullopt;
  return *date;
}

void FillDates(const Level& level, std::string_view field, Message& facts) {
  const v1::Provenance* date = FindDate(level, field);
  if (date == nullptr) return;
  Dater(*date, level.dates == nullptr ? nullptr : level.dates->Of(*date))
      .Fill(facts);
}

bool FoldProfile(const Level& level, v1::RecoveryProfile& profile) {
  if (level.own == nullptr || !level.own->has_profile()) return false;
  const v1::RecoveryProfile& from = level.own->profile();
  const Reflection* reflection = from.GetReflection();
  std::vector<const FieldDescriptor*> kinds;
  reflection->ListFields(from, &kinds);
  for (const FieldDescriptor* kind : kinds) {
    Replace(level, reflection->GetMessage(from, kind),
            *reflection->MutableMessage(&profile, kind));
  }
  return !kinds.empty();
}

}  // namespace handrail::server
