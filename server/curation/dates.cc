#include "server/curation/dates.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "handrail/v1/profile.pb.h"
#include "server/profile_fold.h"
#include "server/proto_time.h"

namespace handrail::server {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// A field that a name dates. In "ext." it is a field of x_handrail.
struct Dated {
  std::string_view field;
  std::string_view name;
};
constexpr Dated kDated[] = {
    {"accessibility", "accessibility"},
    {"addresses", "address"},
    {"capacities", "capacity"},
    {"cost_options", "cost"},
    {"eligibility_description", "eligibility"},
    {"ext.coverage", "service_area"},
    {"ext.operating_state", "status"},
    {"ext.round_the_clock", "hours"},
    {"fees", "cost"},
    {"fees_description", "cost"},
    {"interpretation_services", "languages"},
    {"languages", "languages"},
    {"latitude_e7", "address"},
    {"longitude_e7", "address"},
    {"maximum_age", "eligibility"},
    {"minimum_age", "eligibility"},
    {"phones", "phone"},
    {"required_documents", "documents"},
    {"schedules", "hours"},
    {"service_areas", "service_area"},
    {"status", "status"},
    {"wait_time", "capacity"},
};

// Fields whose values share a name of kDated in one kind of record only.
constexpr std::string_view kNames[] = {
    "accessibility", "address",      "capacity", "cost",
    "documents",     "eligibility",  "hours",    "languages",
    "phone",         "service_area", "status"};

const FieldDescriptor* ProvenanceField(const Descriptor* type) {
  const FieldDescriptor* field = type->FindFieldByName("provenance");
  return field != nullptr &&
                 field->message_type() == v1::Provenance::descriptor()
             ? field
             : nullptr;
}

// Every message in `message` that has a date of its own: the facts.
void CollectFacts(const Message& message, std::vector<const Message*>& facts) {
  if (ProvenanceField(message.GetDescriptor()) != nullptr) {
    facts.push_back(&message);
    return;
  }
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      CollectFacts(reflection.GetMessage(message, field), facts);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      CollectFacts(reflection.GetRepeatedMessage(message, field, i), facts);
    }
  }
}

std::optional<v1::Provenance> NameDate(const v1::RecordExtension& ext,
                                       std::string_view name) {
  const Level level{.own = &ext};
  return DateOf(level, name);
}

// The oldest date of the facts; those without one have that of `name`.
std::optional<v1::Provenance> OldestOf(const std::vector<const Message*>& facts,
                                       const v1::RecordExtension& ext,
                                       std::string_view name) {
  std::optional<v1::Provenance> oldest;
  for (const Message* fact : facts) {
    const FieldDescriptor* field = ProvenanceField(fact->GetDescriptor());
    std::optional<v1::Provenance> date;
    if (fact->GetReflection()->HasField(*fact, field)) {
      date = static_cast<const v1::Provenance&>(
          fact->GetReflection()->GetMessage(*fact, field));
    } else {
      date = NameDate(ext, name);
    }
    if (!date.has_value()) return std::nullopt;
    if (!oldest.has_value() || IsNewer(*oldest, *date)) oldest = date;
  }
  return oldest;
}

// The path without its service_at_location: "ext.round_the_clock".
std::string WithoutPlace(const FieldPath& path) {
  const std::string& text = path.text();
  if (path.PlaceId().empty()) return text;
  const size_t end = text.find("].");
  return end == std::string::npos ? "" : text.substr(end + 2);
}

}  // namespace

v1::Provenance EditedAt(absl::Time now) {
  v1::Provenance edited;
  edited.set_source(kCuratedSource);
  *edited.mutable_verified_at() = ToProto(now);
  return edited;
}

bool IsNewer(const v1::Provenance& a, const v1::Provenance& b) {
  if (!a.has_verified_at()) return false;
  if (!b.has_verified_at()) return true;
  return std::pair(a.verified_at().seconds(), a.verified_at().nanos()) >
         std::pair(b.verified_at().seconds(), b.verified_at().nanos());
}

bool IsDatedName(std::string_view name) {
  return std::find(std::begin(kNames), std::end(kNames), name) !=
         std::end(kNames);
}

std::string DatedNames() {
  std::string names;
  for (const std::string_view name : kNames) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", std::string(name));
  }
  return names;
}

std::string_view DatedNameOf(const FieldPath& path) {
  const std::string field = WithoutPlace(path.Leaf());
  for (const Dated& dated : kDated) {
    if (dated.field == field) return dated.name;
  }
  return {};
}

std::vector<FieldPath> PathsDatedBy(v1::RecordType type, std::string_view name,
                                    const std::string& place_id) {
  std::vector<FieldPath> paths;
  const std::string before =
      place_id.empty() ? ""
                       : absl::StrCat("service_at_locations[", place_id, "].");
  for (const Dated& dated : kDated) {
    if (dated.name != name) continue;
    absl::StatusOr<FieldPath> path =
        FieldPath::Parse(type, absl::StrCat(before, std::string(dated.field)));
    if (path.ok()) paths.push_back(*std::move(path));
  }
  return paths;
}

std::optional<v1::Provenance> DateAt(const FieldPath& path,
                                     const v1::Record& record) {
  const v1::RecordExtension* ext = path.FindExtension(record);
  if (ext == nullptr) {
    if (record.crisis_resource().has_provenance()) {
      return record.crisis_resource().provenance();
    }
    return std::nullopt;
  }
  const std::string_view name = path.IsProfileFact()
                                    ? HsdsFieldLike(path.field().name())
                                    : DatedNameOf(path);
  std::vector<const Message*> facts;
  const Message* message = path.FindMessage(record);
  if (path.IsProfileFact() && message != nullptr) {
    CollectFacts(*message, facts);
  } else if (path.IsProfileFact() && path.field().is_repeated()) {
    const Message& any = ext->profile().any();
    const Reflection& reflection = *any.GetReflection();
    for (int i = 0; i < reflection.FieldSize(any, &path.field()); ++i) {
      CollectFacts(reflection.GetRepeatedMessage(any, &path.field(), i), facts);
    }
  } else if (message != nullptr && ProvenanceField(message->GetDescriptor())) {
    facts.push_back(message);
  }
  if (!facts.empty()) return OldestOf(facts, *ext, name);
  return NameDate(*ext, name);
}

void SetNameDate(const FieldPath& path, std::string_view name,
                 const v1::Provenance& date, v1::Record& record) {
  v1::RecordExtension* ext = path.MutableExtension(record);
  if (ext == nullptr || name.empty()) return;
  auto& fields = *ext->mutable_fields();
  auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& one) {
    return one.field() == name;
  });
  if (found == fields.end()) {
    ext->add_fields()->set_field(std::string(name));
    found = fields.end() - 1;
  }
  *found->mutable_provenance() = date;
  std::stable_sort(
      fields.begin(), fields.end(),
      [](const auto& a, const auto& b) { return a.field() < b.field(); });
}

void CopyNameDate(const FieldPath& path, std::string_view name,
                  const v1::Record& from, v1::Record& to) {
  const v1::RecordExtension* source = path.FindExtension(from);
  v1::RecordExtension* ext = path.MutableExtension(to);
  if (source == nullptr || ext == nullptr || name.empty()) return;
  for (const v1::FieldProvenance& dated : source->fields()) {
    if (dated.field() == name) {
      return SetNameDate(path, name, dated.provenance(), to);
    }
  }
  auto& fields = *ext->mutable_fields();
  fields.erase(
      std::remove_if(fields.begin(), fields.end(),
                     [&](const auto& one) { return one.field() == name; }),
      fields.end());
}

void StampFacts(const v1::Provenance& date, Stamp stamp, Message& message) {
  const Reflection& reflection = *message.GetReflection();
  const FieldDescriptor* own = ProvenanceField(message.GetDescriptor());
  if (own != nullptr) {
    if (stamp == Stamp::kAll || !reflection.HasField(message, own)) {
      reflection.MutableMessage(&message, own)->CopyFrom(date);
    }
    return;
  }
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      StampFacts(date, stamp, *reflection.MutableMessage(&message, field));
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      StampFacts(date, stamp,
                 *reflection.MutableRepeatedMessage(&message, field, i));
    }
  }
}

void StampFactsAt(const FieldPath& path, const v1::Provenance& date,
                  Stamp stamp, v1::Record& record) {
  if (Message* message = path.MutableMessage(record)) {
    return StampFacts(date, stamp, *message);
  }
  v1::RecordExtension* ext = path.MutableExtension(record);
  if (ext == nullptr || !path.IsProfileFact() || !path.field().is_repeated()) {
    return;
  }
  // Lists of facts are in "any" alone.
  if (!ext->profile().has_any()) return;
  Message& any = *ext->mutable_profile()->mutable_any();
  const Reflection& reflection = *any.GetReflection();
  for (int i = 0; i < reflection.FieldSize(any, &path.field()); ++i) {
    StampFacts(date, stamp,
               *reflection.MutableRepeatedMessage(&any, &path.field(), i));
  }
}

}  // namespace handrail::server
