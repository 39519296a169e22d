// One field of a record, by its path: what a mask names, what a person
// confirmed, what a conflict is about.
//
// A path begins below the record's kind and has proto names; "ext" stands for
// x_handrail. One entry of a list that has keys is named in brackets.
//   name
//   phones                                          a list as a whole
//   ext.operating_state
//   ext.profile.housing.children                    a fact as a whole
//   ext.profile.any.medication[methadone]           one value of a set
//   ext.profile.any.places[women/bed]               population/unit
//   service_at_locations[<id>].schedules
//
//   HANDRAIL_ASSIGN_OR_RETURN(const FieldPath path,
//                             FieldPath::Parse(v1::SERVICE, "phones"));
//   if (path.Says(incoming) && path.Word(incoming) != path.Word(recorded)) …
//   path.Copy(recorded, incoming);
//
// A value's *word* is what it says: its JSON without dates and sources of
// facts, without ids of parts and without the source's spelling, so that two
// sources that say the same have the same word.
//
// Immutable; any thread. The records passed in are of the type parsed for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "handrail/v1/record.pb.h"

namespace handrail::server {

// The message of the record's kind: its service, organization, … Null where the
// record has none.
const google::protobuf::Message* ContentOf(const v1::Record& record);
google::protobuf::Message* MutableContentOf(v1::Record& record);

// What describes a kind of record. Null for RECORD_TYPE_UNSPECIFIED.
const google::protobuf::Descriptor* KindDescriptor(v1::RecordType type);

class FieldPath {
 public:
  // INVALID_ARGUMENT: the message alone says what would be right; it names
  // what stands around the wrong part.
  static absl::StatusOr<FieldPath> Parse(v1::RecordType type,
                                         std::string_view text);

  // With "ext" and without spaces: equal paths have equal text.
  const std::string& text() const { return text_; }

  // The path that edits are remembered and dated by: a field of the kind, of
  // ext, or a fact. "ext.visibility" for "ext.visibility.widen_to_state".
  FieldPath Leaf() const;

  // Whether `other` is this path or below it.
  bool Covers(const FieldPath& other) const;

  // The service_at_location it is in; empty where it is in none.
  std::string PlaceId() const;

  // The last field: "phones", "children", "medication".
  const google::protobuf::FieldDescriptor& field() const {
    return *steps_.back().field;
  }
  // The key in brackets behind it, if any.
  const std::string& key() const { return steps_.back().key; }
  // Whether it is a fact of the profile, or one value of one.
  bool IsProfileFact() const;
  // "housing.children" of a profile fact, without a key.
  std::string ProfileField() const;

  // Whether the object that holds the field can be there: false where it is in
  // a service_at_location that the record does not have.
  bool HasHolder(const v1::Record& record) const;

  // Whether something is said here: not where the field is unset, empty, or
  // has nothing but defaults.
  bool Says(const v1::Record& record) const;

  // See above. Empty where nothing is said.
  std::string Word(const v1::Record& record) const;

  // JSON of all of it; empty where the field is not set.
  std::string Json(const v1::Record& record) const;

  // Gives `to` what `from` has here, also nothing. REQUIRES: HasHolder(to).
  void Copy(const v1::Record& from, v1::Record& to) const;

  // REQUIRES: HasHolder(record).
  void Clear(v1::Record& record) const;

  // Sets the field from what Json gave. INVALID_ARGUMENT where that is none.
  absl::Status SetJson(std::string_view json, v1::Record& record) const;

  // The field's own message, or null: a fact, an operating state, a count.
  // Not for lists without a key.
  const google::protobuf::Message* FindMessage(const v1::Record& record) const;
  google::protobuf::Message* MutableMessage(v1::Record& record) const;

  // The ext that dates this field: of its service_at_location, else of the
  // record. Null where the kind has none, or there is no such place.
  const v1::RecordExtension* FindExtension(const v1::Record& record) const;
  v1::RecordExtension* MutableExtension(v1::Record& record) const;

  friend bool operator==(const FieldPath& a, const FieldPath& b) {
    return a.text_ == b.text_;
  }

 private:
  struct Step {
    const google::protobuf::FieldDescriptor* field = nullptr;
    std::string key;
  };

  FieldPath() = default;
  void Add(Step step);
  // The object that holds the last field; null where it is not there.
  const google::protobuf::Message* FindHolder(const v1::Record& record) const;
  // The same, made where it can be. Null where a service_at_location is not
  // there.
  google::protobuf::Message* MakeHolder(v1::Record& record) const;

  std::vector<Step> steps_;
  std::string text_;
};

// Removes the provenance of every fact in the message.
void StripProvenance(google::protobuf::Message& message);

}  // namespace handrail::server
