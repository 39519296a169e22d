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

std::optional<v1::Provenance> DateIn(const v1::RecordExtension* extension,
                                     std::string_view field) {
  if (extension == nullptr) return std::nullopt;
  for (const v1::FieldProvenance& dated : extension->fields()) {
    if (dated.field() == field && dated.has_provenance()) {
      return dated.provenance();
    }
  }
  if (extension->has_provenance()) return extension->provenance();
  return std::nullopt;
}

// Sets the provenance of every fact inside `message` that has none.
void Fill(const v1::Provenance& provenance, Message& message) {
  const Descriptor* type = message.GetDescriptor();
  const Reflection* reflection = message.GetReflection();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (field->message_type() == v1::Provenance::descriptor()) {
      if (!reflection->HasField(message, field)) {
        reflection->MutableMessage(&message, field)->CopyFrom(provenance);
      }
    } else if (field->is_repeated()) {
      for (int j = 0; j < reflection->FieldSize(message, field); ++j) {
        Fill(provenance,
             *reflection->MutableRepeatedMessage(&message, field, j));
      }
    } else if (reflection->HasField(message, field)) {
      Fill(provenance, *reflection->MutableMessage(&message, field));
    }
  }
}

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
        added->CopyFrom(reflection->GetRepeatedMessage(from, field, i));
        FillDates(level, HsdsFieldLike(field->name()), *added);
      }
      continue;
    }
    Message* replaced = reflection->MutableMessage(&to, field);
    replaced->CopyFrom(reflection->GetMessage(from, field));
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

std::optional<v1::Provenance> DateOf(const Level& level,
                                     std::string_view field) {
  std::optional<v1::Provenance> own = DateIn(level.own, field);
  return own.has_value() ? own : DateIn(level.dated_by, field);
}

void FillDates(const Level& level, std::string_view field, Message& facts) {
  const std::optional<v1::Provenance> provenance = DateOf(level, field);
  if (provenance.has_value()) Fill(*provenance, facts);
}

void FoldProfile(const Level& level, v1::RecoveryProfile& profile) {
  if (level.own == nullptr || !level.own->has_profile()) return;
  const v1::RecoveryProfile& from = level.own->profile();
  const Reflection* reflection = from.GetReflection();
  std::vector<const FieldDescriptor*> kinds;
  reflection->ListFields(from, &kinds);
  for (const FieldDescriptor* kind : kinds) {
    Replace(level, reflection->GetMessage(from, kind),
            *reflection->MutableMessage(&profile, kind));
  }
}

}  // namespace handrail::server
