#include "storage/normalise/sound_facts.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "handrail/v1/fact.pb.h"
#include "handrail/v1/profile.pb.h"
#include "storage/normalise/limits.h"
#include "storage/normalise/text.h"

namespace handrail::storage {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;

template <typename T>
bool KnowsAll(const T& object) {
  static const google::protobuf::Reflection* const reflection =
      T::default_instance().GetReflection();
  return reflection->GetUnknownFields(object).empty();
}

bool IsSound(const v1::Provenance& provenance) {
  return KnowsAll(provenance) && IsShortAndPlain(provenance.source()) &&
         v1::FactMethod_IsValid(provenance.method()) &&
         KnowsAll(provenance.verified_at()) &&
         KnowsAll(provenance.expires_at());
}

// What all kinds of fact have.
template <typename F>
bool IsSoundFact(const F& fact) {
  return KnowsAll(fact) && v1::Answer_IsValid(fact.answer()) &&
         IsShortAndPlain(fact.words()) &&
         (!fact.has_provenance() || IsSound(fact.provenance()));
}

bool IsSound(const v1::Fact& fact) { return IsSoundFact(fact); }
bool IsSound(const v1::NumberFact& fact) { return IsSoundFact(fact); }

bool IsSound(const v1::ChoiceFact& fact) {
  return IsSoundFact(fact) && IsShortAndPlain(fact.code());
}

bool IsSound(const v1::CodedFact& fact) {
  return IsSoundFact(fact) && IsShortAndPlain(fact.code());
}

bool IsSound(const v1::SetFact& set) {
  return KnowsAll(set) && set.values_size() <= kListEntriesMax &&
         std::all_of(set.values().begin(), set.values().end(),
                     [](const v1::CodedFact& fact) { return IsSound(fact); });
}

bool IsSound(const v1::NeedTerm& term) {
  return KnowsAll(term) && IsShortAndPlain(term.term()) &&
         IsShortAndPlain(term.mapped_from());
}

bool IsSound(const v1::CoverageArea& area) {
  return KnowsAll(area) && v1::CoverageArea::Kind_IsValid(area.kind()) &&
         IsShortAndPlain(area.code());
}

template <typename T>
bool Look(const Message& object) {
  return IsSound(static_cast<const T&>(object));
}

using Looks = absl::flat_hash_map<const Descriptor*, SoundLook>;

// `fields`: how many the type had when its IsSound was written.
template <typename T>
void Add(int fields, Looks& looks) {
  if (T::descriptor()->field_count() == fields) {
    looks.emplace(T::descriptor(), Look<T>);
  }
}

Looks MakeLooks() {
  Looks looks;
  // A fact is looked at with its provenance, so each hangs on that one too.
  if (v1::Provenance::descriptor()->field_count() != 4) return looks;
  Add<v1::Provenance>(4, looks);
  Add<v1::Fact>(3, looks);
  Add<v1::NumberFact>(4, looks);
  Add<v1::ChoiceFact>(4, looks);
  Add<v1::CodedFact>(4, looks);
  if (looks.contains(v1::CodedFact::descriptor())) Add<v1::SetFact>(1, looks);
  Add<v1::NeedTerm>(3, looks);
  Add<v1::CoverageArea>(2, looks);
  return looks;
}

}  // namespace

bool IsShortAndPlain(const std::string& text) {
  static_assert(kCodeBytesMax <= kNameBytesMax &&
                kCodeBytesMax <= kUrlBytesMax &&
                kCodeBytesMax <= kLineBytesMax);
  return text.size() <= kCodeBytesMax && IsPlainAscii(text);
}

SoundLook SoundLookOf(const Descriptor& type) {
  static const Looks* const looks = new Looks(MakeLooks());
  const auto found = looks->find(&type);
  return found == looks->end() ? nullptr : found->second;
}

}  // namespace handrail::storage
