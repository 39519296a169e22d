#include "clients/formats/row_pack.h"

#include <algorithm>
#include <array>

#include "absl/container/node_hash_map.h"
#include "absl/hash/hash.h"
#include "clients/formats/record_merge.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

struct KnownReference {
  std::string_view name;
  v1::RecordType type;
  // Kind of record that cannot do without it; where any other record or part
  // refers to what is missing, it is sent all the same, with a notice.
  const pb::Descriptor* (*needed_by)();
};
constexpr std::array<KnownReference, kReferenceFields> kReferences = {{
    {"organization_id", v1::ORGANIZATION, &v1::Service::descriptor},
    {"organization_id", v1::ORGANIZATION, &v1::Program::descriptor},
    {"program_id", v1::PROGRAM, &v1::Service::descriptor},
    {"service_id", v1::SERVICE, &v1::ServiceAtLocation::descriptor},
    {"location_id", v1::LOCATION, &v1::ServiceAtLocation::descriptor},
    {"location.id", v1::LOCATION, &v1::ServiceAtLocation::descriptor},
    {"parent_organization_id", v1::ORGANIZATION, nullptr},
}};
constexpr uint8_t kPlaceReference = 5;

// Appends a varint.
void AppendNumber(uint64_t number, std::string& out) {
  for (; number >= 0x80; number >>= 7) {
    out.push_back(static_cast<char>(number | 0x80));
  }
  out.push_back(static_cast<char>(number));
}

// Appends the field that holds the message and returns the message's bytes,
// which are equal for equal messages.
std::string_view AppendField(int number, const pb::Message& message,
                             std::string& out) {
  const size_t size = message.ByteSizeLong();
  // The wire type of messages is 2.
  AppendNumber(static_cast<uint64_t>(number) << 3 | 2, out);
  AppendNumber(size, out);
  const size_t begin = out.size();
  out.resize(begin + size);
  pb::io::ArrayOutputStream stream(out.data() + begin, static_cast<int>(size));
  pb::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeWithCachedSizes(&coded);
  coded.Trim();
  return std::string_view(out).substr(begin);
}

}  // namespace

// A field by which messages of one type lead to references.
struct LeadingField {
  const pb::FieldDescriptor* field = nullptr;
  // Which of kReferences it is; -1 for one that holds messages.
  int reference = -1;
  bool needed = false;
  // A link's location.
  bool place = false;
  // Of the messages in it.
  const std::vector<LeadingField>* inside = nullptr;
};

namespace {

// The fields of each type, by number; those that lead nowhere are left out, so
// that they need not be followed in every row.
class LeadingFields {
 public:
  static const std::vector<LeadingField>& Of(const pb::Descriptor* type) {
    static LeadingFields* const all = [] {
      auto* fields = new LeadingFields;
      const pb::Descriptor* record = v1::Record::descriptor();
      for (int i = 0; i < record->field_count(); ++i) {
        if (record->field(i)->message_type() != nullptr) {
          fields->Add(record->field(i)->message_type());
        }
      }
      return fields;
    }();
    return all->types_.at(type);
  }

 private:
  using Fields = std::vector<LeadingField>;

  const Fields& Add(const pb::Descriptor* type);

  absl::node_hash_map<const pb::Descriptor*, Fields> types_;
};

// Which of kReferences a text is; -1 for none.
int ReferenceOf(const pb::FieldDescriptor& field, bool* needed) {
  for (size_t i = 0; i < kReferences.size(); ++i) {
    const KnownReference& reference = kReferences[i];
    if (field.name() != reference.name) continue;
    *needed = reference.needed_by != nullptr &&
              reference.needed_by() == field.containing_type();
    const bool last = i + 1 == kReferences.size() ||
                      kReferences[i + 1].name != reference.name;
    if (*needed || last) return static_cast<int>(i);
  }
  return -1;
}

const LeadingFields::Fields& LeadingFields::Add(const pb::Descriptor* type) {
  const auto [place, added] = types_.try_emplace(type);
  // It stays where it is while others are added.
  Fields& leading = place->second;
  if (!added) return leading;
  std::vector<const pb::FieldDescriptor*> by_number;
  for (int i = 0; i < type->field_count(); ++i) {
    by_number.push_back(type->field(i));
  }
  std::sort(
      by_number.begin(), by_number.end(),
      [](const auto* a, const auto* b) { return a->number() < b->number(); });
  for (const pb::FieldDescriptor* field : by_number) {
    if (field->name() == "x_handrail") continue;
    LeadingField one{.field = field};
    if (field->cpp_type() == pb::FieldDescriptor::CPPTYPE_STRING &&
        !field->is_repeated()) {
      one.reference = ReferenceOf(*field, &one.needed);
      if (one.reference >= 0) leading.push_back(one);
    } else if (field->cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE) {
      one.place = type == v1::ServiceAtLocation::descriptor() &&
                  field->name() == "location";
      // Of a type that holds itself nothing is known yet: it is followed.
      const bool begun = types_.contains(field->message_type());
      one.inside = &Add(field->message_type());
      if (one.place || begun || !one.inside->empty()) leading.push_back(one);
    }
  }
  return leading;
}

}  // namespace

IdHash HashOfId(v1::RecordType type, std::string_view id) {
  return absl::HashOf(static_cast<int>(type),
                      absl::string_view(id.data(), id.size()));
}

ReferenceField ReferenceFieldOf(size_t number) {
  return {.name = kReferences[number].name, .type = kReferences[number].type};
}

void RowPack::Add(const MappedRow& mapped) {
  const v1::RowOrigin& origin = mapped.row.origin();
  Entry& entry = rows_.emplace_back();
  entry.table = origin.table();
  entry.record = origin.record();
  entry.line = origin.line();
  entry.skipped = mapped.skipped;
  row_.clear();
  if (!mapped.skipped) {
    seen_.clear();
    AppendField(v1::Row::kOriginFieldNumber, origin, row_);
    for (const v1::Record& record : mapped.row.records()) AddRecord(record);
  }
  entry.mentions_end = mentions_.size();
  entry.references_end = references_.size();
  AppendNumber(row_.size(), bytes_);
  bytes_ += row_;
}

void RowPack::AddRecord(const v1::Record& record) {
  const RecordKey key = KeyOf(record);
  const size_t before = row_.size();
  const std::string_view bytes =
      AppendField(v1::Row::kRecordsFieldNumber, record, row_);
  if (!key.id.empty()) {
    const IdHash id = HashOfId(key.type, key.id);
    mentions_.push_back(
        {.id = id,
         .content = absl::HashOf(absl::string_view(bytes.data(), bytes.size())),
         .definition = IsDefinition(record)});
    if (!seen_.insert(id).second) row_.resize(before);
  }
  if (record.has_centroid()) return;
  const pb::Message& content = ContentOf(record);
  CollectReferences(content, LeadingFields::Of(content.GetDescriptor()));
}

void RowPack::CollectReferences(const pb::Message& message,
                                const std::vector<LeadingField>& leading) {
  const pb::Reflection& reflection = *message.GetReflection();
  std::string room;
  for (const LeadingField& one : leading) {
    const pb::FieldDescriptor* field = one.field;
    if (one.reference >= 0) {
      const std::string& id =
          reflection.GetStringReference(message, field, &room);
      if (id.empty()) continue;
      const auto number = static_cast<uint8_t>(one.reference);
      references_.push_back({.id = HashOfId(kReferences[number].type, id),
                             .field = number,
                             .needed = one.needed});
    } else if (field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        CollectReferences(reflection.GetRepeatedMessage(message, field, i),
                          *one.inside);
      }
    } else if (!reflection.HasField(message, field)) {
      continue;
    } else if (one.place) {
      const auto& place = static_cast<const v1::Location&>(
          reflection.GetMessage(message, field));
      references_.push_back({.id = HashOfId(v1::LOCATION, place.id()),
                             .field = kPlaceReference,
                             .needed = true});
    } else {
      CollectReferences(reflection.GetMessage(message, field), *one.inside);
    }
  }
}

void RowPack::Clear() {
  rows_.clear();
  mentions_.clear();
  references_.clear();
  bytes_.clear();
}

}  // namespace handrail::formats
